import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A request as the receiver got it. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: { readonly type: string; readonly id: string; readonly timestamp?: string; readonly data: never };
}

/** What the receiver does with the next request: takes it and answers, takes it and is not heard, refuses, or says nothing. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly breaks: 'before taking' | 'after taking' }
  | { readonly silent: true };

/**
 * A receiver of Standard Webhooks as its specification wants one: it verifies signature and time stamp (401 where they
 * are wrong), takes every webhook-id once, and answers 2xx. It refuses a body that names another id than its headers
 * (400), and an id under which it has heard something else before (409).
 */
export async function startReceiver(secret: string | null) {
  const requests: Received[] = [];
  const taken = new Map<string, Received>();
  const answers: Answer[] = [];
  const verifier = secret === null ? null : new Webhook(secret);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const headers = request.headers as Record<string, string>;
      const id = headers['webhook-id'] ?? '';
      if (request.method !== 'POST' || headers['content-type'] !== 'application/json' || id === '')
        return void response.writeHead(400).end('a webhook is a POST of JSON with an id');
      try {
        verifier?.verify(text, headers);
      } catch {
        return void response.writeHead(401).end('the signature is wrong');
      }
      const received: Received = { id, headers, text, body: JSON.parse(text) };
      if (received.body.id !== id) return void response.writeHead(400).end('the body names another id');
      const before = requests.find(one => one.id === id);
      if (before && before.text !== text) return void response.writeHead(409).end('this id has another body');
      requests.push(received);
      const answer = answers.shift() ?? { status: 204 };
      if ('silent' in answer) return;
      if ('breaks' in answer) {
        if (answer.breaks === 'after taking' && !taken.has(id)) taken.set(id, received);
        return void request.socket.destroy();
      }
      if (answer.status < 300 && !taken.has(id)) taken.set(id, received);
      response.writeHead(answer.status, answer.headers).end('thanks');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    requests,
    /** What it acted on, each id once, in order. */
    taken: () => [...taken.values()],
    next: (...more: readonly Answer[]) => void answers.push(...more),
    connections: () => new Promise<number>(resolve => server.getConnections((_, count) => resolve(count))),
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
