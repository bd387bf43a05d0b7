import { Readable } from 'node:stream';
import { hostTrouble } from './guarded-host.ts';
import type { Limits } from './http.ts';
import { TooBig } from './http-body.ts';
import { type Arrived, type Carrier, Refused } from './http-carrier.ts';

/** A fetch as the web has it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Room above our own cap on bytes, which is met first and has a name of its own. */
const HEADROOM = 1_000_000;

/**
 * Carries requests to public hosts alone: https on its own port, to a name whose every address is public at the moment
 * of connecting. It is asked anew for each hop of a redirect, so that none leads inside.
 * @param fetch in place of the guarded one; then nobody checks where a name leads
 */
export function guardedCarrier(fetch: Fetch | null = null): (limits: Limits) => Promise<Carrier> {
  return async limits => {
    const ask = fetch ?? (await openGuardedFetch(limits));
    return {
      async send(address, { method, headers, body, signal }) {
        const url = new URL(address);
        // Credentials within an address have become a header by now; nobody in chat has any to give.
        if (headers.authorization !== undefined)
          throw new Refused(`the address of ${url.host} carries a name or a password: write it without`);
        const trouble = hostTrouble(url);
        if (trouble !== null) throw new Refused(trouble);
        try {
          return arrived(await ask(address, { method, headers: { ...headers }, body, signal, redirect: 'manual' }));
        } catch (error) {
          throw named(error, url);
        }
      },
      // Idle connections end by themselves and keep no process from ending.
      close: () => Promise.resolve(),
    };
  };
}

/** The library comes in three editions for three versions of Node: it is loaded where somebody asks for it. */
export async function openGuardedFetch(limits: Limits): Promise<Fetch> {
  const { safeFetchWrap } = await import('@atproto-labs/fetch-node');
  return safeFetchWrap({
    responseMaxSize: limits.bytes + HEADROOM,
    timeout: limits.total,
    // A feed has a name; a number may be written in more ways than anybody has thought of.
    allowIpHost: false,
  });
}

/** The body is unpacked by now, so that what the header says of its packing is past. */
function arrived(response: Response): Arrived {
  const headers = Object.fromEntries(response.headers);
  if (headers['content-encoding'] !== undefined) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body);
  return { statusCode: response.status, headers, body };
}

/** What the library says when it refuses, in words of ours. */
const REFUSALS: readonly (readonly [RegExp, (url: URL) => string])[] = [
  [/^Forbidden protocol/, ({ protocol }) => `${protocol}// is not read: only https addresses are`],
  [/ports not allowed$/, ({ host }) => `${host}: only the usual port of https is asked`],
  [
    /Invalid hostname$/,
    ({ hostname }) => `${hostname} is a number and no name: only hosts with a public name are read`,
  ],
  [/non-unicast address$/, ({ hostname }) => `${hostname} leads to an address that is not public`],
  [/not a public domain$/, ({ hostname }) => `${hostname} is no public name`],
  [/Forbidden hostname$/, ({ hostname }) => `${hostname} is a name for examples, or for files of anybody`],
];

function named(error: unknown, url: URL): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    // A name that does not exist is called invalid too.
    if ('code' in cause && typeof cause.code === 'string') return error;
    const refusal = REFUSALS.find(([says]) => says.test(message));
    if (refusal) return new Refused(refusal[1](url));
    if (message === 'Response too large') return new TooBig();
  }
  return error;
}
