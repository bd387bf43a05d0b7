import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** What takes one request to a server and its answer back, redirects and packed bodies as they are. */
export interface Carrier {
  /** @throws {Refused} where the address is not to be asked @throws {TooBig} @throws whatever the network does */
  send(url: string, request: Carried): Promise<Arrived>;
  close(): Promise<void>;
}

export interface Carried {
  readonly method: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface Arrived {
  readonly statusCode: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** An address that we do not ask; the message says why, for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/**
 * Loads the library with the first request: a bot serves before it asks, and most commands ask nobody.
 * @param limits.header milliseconds until a connection stands
 */
export async function openCarrier(limits: { readonly header: number }): Promise<Carrier> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { timeout: limits.header }, keepAliveTimeout: 2_000, pipelining: 1 });
  return {
    send: (url, { method, ...rest }) => {
      const verb = method as Dispatcher.HttpMethod;
      return request(url, { ...rest, method: verb, dispatcher, headersTimeout: 0, bodyTimeout: 0 });
    },
    close: () => dispatcher.destroy(),
  };
}
