import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Fetch, openGuardedFetch } from '../../src/sources/guarded.ts';
import { LIMITS } from '../../src/sources/http.ts';

/** What a public host answers at one address; a text is a document. */
export type Answer =
  | string
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface PublicHosts {
  /** What there is, by whole address ("https://harbor.gov.kr/feed.xml"); whatever else such a host is asked for is not there. */
  readonly documents: Map<string, Answer>;
  /** Answers wait for it. */
  hold: Promise<void>;
  /** Addresses that were asked for, in order. */
  readonly asked: string[];
  /** In place of the guarded fetch: hosts that have a document are here, any other meets the real guard. */
  readonly guarded: Fetch;
}

/** Public hosts on 127.0.0.1, which the guarded client asks for nothing: a fetch that is handed in leads there. */
export async function startPublicHosts(documents: Readonly<Record<string, Answer>> = {}): Promise<PublicHosts> {
  const known = new Map(Object.entries(documents));
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const url = `https://${request.headers['x-public-host']}${request.url}`;
    asked.push(url);
    await hosts.hold;
    const found = known.get(url) ?? { status: 404 };
    const { status, headers = {}, body = '' } = typeof found === 'string' ? { status: 200, body: found } : found;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guard = await openGuardedFetch(LIMITS);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });
  const hosts: PublicHosts = {
    hold: Promise.resolve(),
    documents: known,
    asked,
    guarded(address, init) {
      const url = new URL(address);
      if (![...known.keys()].some(one => new URL(one).origin === url.origin)) return guard(address, init);
      const headers = { ...(init.headers as Record<string, string>), 'x-public-host': url.host };
      return fetch(`${origin}${url.pathname}${url.search}`, { ...init, headers });
    },
  };
  return hosts;
}

/** An RSS feed of entries, the newest first. */
export function rss(title: string, ...entries: readonly { readonly title: string; readonly date: string }[]): string {
  const items = entries.map(entry => {
    const name = entry.title.toLowerCase().replaceAll(' ', '-');
    const day = new Date(`${entry.date}T09:00:00Z`).toUTCString();
    return `<item><title>${entry.title}</title><guid isPermaLink="false">${name}</guid>
<link>https://harbor.gov.kr/${name}</link><pubDate>${day}</pubDate><description>${entry.title}, the office said.</description></item>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>${title}</title>${items.join('\n')}</channel></rss>`;
}
