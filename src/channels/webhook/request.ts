import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Answered } from './outcomes.ts';

/** Connections to receivers, kept open between two events. */
export interface Caller {
  /**
   * Posts a text. A redirect is an answer like any other: it is not followed.
   * @throws whatever the network says, and the reason of the signal
   */
  post(url: string, headers: Readonly<Record<string, string>>, text: string, signal: AbortSignal): Promise<Answered>;
  /** Cuts all connections. */
  close(): void;
}

/** At most so many at once to one receiver; idle ones end soon, since events are hours apart. */
const CONNECTIONS = { keepAlive: true, maxSockets: 8, timeout: 10_000 } as const;

export function openCaller(): Caller {
  const agents = { 'http:': new HttpAgent(CONNECTIONS), 'https:': new HttpsAgent(CONNECTIONS) };
  return {
    post(url, headers, text, signal) {
      const target = new URL(url);
      const [request, agent] =
        target.protocol === 'https:' ? [requestHttps, agents['https:']] : [requestHttp, agents['http:']];
      return new Promise((resolve, reject) => {
        const body = Buffer.from(text, 'utf8');
        const sent = request(
          target,
          { method: 'POST', agent, signal, headers: { ...headers, 'content-length': body.length } },
          answer => {
            const retryAfter = answer.headers['retry-after'] ?? null;
            resolve({ status: answer.statusCode ?? 0, retryAfter });
            // What it says does not matter; read to its end, the connection serves the next event.
            answer.on('error', () => {}).resume();
          },
        );
        sent.on('error', reject);
        sent.end(body);
      });
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
