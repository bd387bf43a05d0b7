import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long and how much one connection may ask of us. */
export interface Limits {
  /** Milliseconds until the headers of a request have to be there. */
  readonly headersTimeout: number;
  /** Milliseconds until a whole request has to be there. */
  readonly requestTimeout: number;
  /** Milliseconds a connection may rest between two requests. */
  readonly keepAliveTimeout: number;
  /** Milliseconds without a byte either way after which a connection is dropped: a reader who does not read. */
  readonly idleTimeout: number;
  /** How often the first two are looked at. */
  readonly connectionsCheckingInterval: number;
  readonly maxRequestsPerSocket: number;
  readonly maxConnections: number;
  /** Connections that wait to be taken: readers come in crowds, at the full hour. */
  readonly backlog: number;
  /** Bytes; a longer request line or header is refused with 431. */
  readonly maxHeaderSize: number;
  /** Milliseconds that open requests get to end when the server closes. */
  readonly patience: number;
}

const LIMITS: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the minute after which proxies hang up, so that it is never us who cut a connection they reuse.
  keepAliveTimeout: 65_000,
  idleTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  maxRequestsPerSocket: 1_000,
  // A connection costs some 20 kB: even all of them leave room in the smallest machine.
  maxConnections: 4_000,
  backlog: 2_048,
  maxHeaderSize: 16_384,
  patience: 8_000,
};

export interface Listening {
  /** Where it can be reached from this machine ("http://127.0.0.1:8080"). */
  readonly url: string;
  /** Takes no more connections, lets open requests end, then cuts what is left. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves a handler.
 * @param at port 0 takes any free one; `limits` overrides single limits
 * @throws the system's error (code EADDRINUSE, EACCES, EADDRNOTAVAIL) where the address cannot be had
 */
export async function listen(
  handler: RequestListener,
  at: { readonly host: string; readonly port: number; readonly limits?: Partial<Limits> },
): Promise<Listening> {
  const limits = { ...LIMITS, ...at.limits };
  const { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval, maxHeaderSize } = limits;
  const options: ServerOptions = {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval,
    maxHeaderSize,
  };
  let stopping = false;
  let closed: Promise<void> | null = null;
  const server = createServer(options, (request, response) => {
    if (stopping) response.setHeader('Connection', 'close');
    // A connection kept alive by a request that ended while we close would otherwise be waited for.
    response.once('close', () => stopping && setImmediate(() => server.closeIdleConnections()));
    handler(request, response);
  });
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTimeout);

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port: at.port, host: at.host, backlog: limits.backlog }, resolve);
  await promise;
  server.off('error', reject);

  const finish = async () => {
    const cut = setTimeout(() => server.closeAllConnections(), limits.patience);
    await new Promise<void>(done => server.close(() => done()));
    clearTimeout(cut);
  };
  return {
    url: urlOf(server.address() as AddressInfo),
    close() {
      stopping = true;
      closed ??= finish();
      return closed;
    },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  // A wildcard is no place to go to.
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
