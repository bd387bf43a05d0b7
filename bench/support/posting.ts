import { Agent, request } from 'node:http';
import { renderContent } from '../../src/channels/slack/render.ts';
import type { Channel } from '../../src/ports/channel.ts';

/** Posts a JSON body and reads the answer; connections are kept, at most so many at once. */
export interface Client {
  post(body: string): Promise<{ readonly channel: string; readonly ts: string }>;
  close(): void;
}

/** Connections at once: enough to keep a server on the same machine busy. */
const CONNECTIONS = 32;

export function clientOf(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const headers = { 'content-type': 'application/json' };
  return {
    post: body =>
      new Promise((resolve, reject) => {
        const asked = request(
          url,
          { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
          async response => {
            let text = '';
            for await (const chunk of response.setEncoding('utf8')) text += chunk;
            resolve(JSON.parse(text));
          },
        );
        asked.on('error', reject).end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** A channel that renders as Slack's does and posts with the bare client: no library, no limits. */
export function channelTo(url: string): Channel {
  const client = clientOf(url);
  return {
    platform: 'slack',
    gap: 0,
    render: (content, key) => renderContent(content, key),
    async send(_destination, message) {
      const { channel, ts } = await client.post(JSON.stringify(message.body));
      return { is: 'sent', receipt: { channel, message: ts } };
    },
    repeatable: () => 0,
    clock: () => null,
    history: async () => ({ is: 'hold', reason: 'the bench keeps no record' }),
    edit: async (_, receipt) => ({ is: 'sent', receipt }),
    remove: async (_, receipt) => ({ is: 'sent', receipt }),
    async listen() {},
    status: () => ({ state: 'ready', what: null, fix: null }),
    close: async () => client.close(),
  };
}
