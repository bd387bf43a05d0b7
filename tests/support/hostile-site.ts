import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered: bytes as they are, or a header and then a byte now and then for ever. */
export type Answered =
  | { readonly type: string; readonly bytes: Uint8Array; readonly encoding?: string }
  | { readonly type: string; readonly drip: number };

export interface HostileSite extends AsyncDisposable {
  readonly origin: string;
  /** Answers to one request; nothing is made anew for a request, so that the site takes no time of its own. */
  put(path: string, answered: Answered): void;
}

/** A site on a free port of 127.0.0.1 that answers what it was given, whatever that does to who asked. */
export async function startHostileSite(): Promise<HostileSite> {
  const answers = new Map<string, Answered>();
  const server = createServer((request, response) => {
    const answered = answers.get(URL.parse(request.url ?? '/', 'http://site')?.pathname ?? '');
    if (!answered) return void response.writeHead(404).end();
    const headers = { 'content-type': answered.type };
    if ('bytes' in answered) {
      const packed = answered.encoding ? { 'content-encoding': answered.encoding } : {};
      return void response.writeHead(200, { ...headers, ...packed }).end(answered.bytes);
    }
    response.writeHead(200, headers).write('<');
    const timer = setInterval(() => response.write(' '), answered.drip);
    response.once('close', () => clearInterval(timer));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (path, answered) => void answers.set(path, answered),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
