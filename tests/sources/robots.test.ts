import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openReaders, openSource } from '../../src/sources/open-source.ts';
import type { Disallowed, RobotsOptions } from '../../src/sources/robots.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { itemsOf, sourceConfig } from '../support/sources.ts';

const FEED = rssFeed([
  { number: 1, code: 2, title: 'One', body: 'b', date: '2025-12-04', category: null, files: [], shownTo: null },
]);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A site with a robots.txt (or what else it answers there) and a feed at any other path. */
async function serve(robots: { readonly status?: number; readonly text?: string } | null) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    if (path !== '/robots.txt') response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(FEED);
    else if (robots === null) response.socket?.resetAndDestroy();
    else response.writeHead(robots.status ?? 200, { 'content-type': 'text/plain' }).end(robots.text ?? '');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = () => requests.filter(path => path === '/robots.txt').length;
  return { origin, asked };
}

function open(options: RobotsOptions = {}) {
  const warnings: Disallowed[] = [];
  const readers = openReaders({ robots: { loopback: true, warn: warning => warnings.push(warning), ...options } });
  closing.push(() => readers.close());
  const read = async (url: string) => openSource(sourceConfig('feed', url), readers).read(null);
  return { warnings, read, fetch: (url: string) => readers.http.fetch({ url }) };
}

describe('47. robots.txt', () => {
  test('that disallows: a source of the operator is read, and told of once', async () => {
    const site = await serve({ text: 'User-agent: *\nDisallow: /' });
    const { read, warnings } = open();
    const url = `${site.origin}/feed.xml?key=hidden`;
    expect(itemsOf(await read(url))).toHaveLength(1);
    await read(url);
    expect(warnings).toEqual([
      {
        url: `${site.origin}/feed.xml?key=…`,
        reason: expect.stringMatching(/asks programs to leave this address alone/),
      },
    ]);
    await read(`${site.origin}/other.xml`);
    expect(warnings).toHaveLength(2);
  });

  test.each([
    ['speaks of others', 'User-agent: greedybot\nDisallow: /', 0],
    ['speaks of us by name', 'User-agent: *\nDisallow:\n\nUser-agent: Gwanbo\nDisallow: /feed', 1],
    ['lets us in by name', 'User-agent: *\nDisallow: /\n\nUser-agent: gwanbo\nAllow: /', 0],
    ['closes another folder', 'User-agent: *\nDisallow: /private/', 0],
    ['is a web page', '<!DOCTYPE html><html><body>Disallow: /</body></html>', 0],
    ['is empty', '', 0],
  ])('that %s', async (_, text, count) => {
    const site = await serve({ text });
    const { read, warnings } = open();
    expect((await read(`${site.origin}/feed.xml`)).is).toBe('items');
    expect(warnings).toHaveLength(count);
  });

  test.each([
    ['is not there', { status: 404 }],
    ['is forbidden', { status: 403 }],
    ['is in trouble', { status: 503 }],
    ['is out of reach', null],
  ])('that %s holds no source up', async (_, robots) => {
    const site = await serve(robots);
    const { read, warnings } = open();
    expect((await read(`${site.origin}/feed.xml`)).is).toBe('items');
    expect(warnings).toEqual([]);
  });

  test('is asked for once a host while it is fresh, and again afterwards', async () => {
    const site = await serve({ text: 'User-agent: *\nDisallow: /' });
    const { read } = open();
    await Promise.all(['/a.xml', '/b.xml', '/c.xml'].map(path => read(`${site.origin}${path}`)));
    expect(site.asked()).toBe(1);
    const forgetful = open({ kept: 0 });
    await forgetful.read(`${site.origin}/a.xml`);
    await forgetful.read(`${site.origin}/a.xml`);
    expect(site.asked()).toBe(3);
  });

  test('is not asked for on this machine unless that is wanted', async () => {
    const site = await serve({ text: 'User-agent: *\nDisallow: /' });
    const { read, warnings } = open({ loopback: false });
    await read(`${site.origin}/feed.xml`);
    expect([site.asked(), warnings.length]).toEqual([0, 0]);
  });

  test('a crawl-delay is the pause between two requests', async () => {
    const site = await serve({ text: 'User-agent: *\nCrawl-delay: 0.3' });
    const { fetch } = open();
    const order: string[] = [];
    await fetch(`${site.origin}/a.xml`);
    const earlier = sleep(100).then(() => order.push('a timer for earlier'));
    await fetch(`${site.origin}/b.xml`).then(() => order.push('the second request'));
    await earlier;
    expect(order).toEqual(['a timer for earlier', 'the second request']);
  });

  test('a reading that is stopped does not wait for it', async () => {
    const server = createServer(() => {});
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const readers = openReaders({ robots: { loopback: true } });
    closing.push(() => readers.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.xml`;
    const stop = new AbortController();
    const reading = openSource(sourceConfig('feed', url), readers).read(null, stop.signal);
    stop.abort();
    expect(await reading).toMatchObject({ is: 'unhealthy', fault: 'timeout' });
  });
});
