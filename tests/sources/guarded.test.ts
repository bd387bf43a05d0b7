import dns from 'node:dns';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Fetch, openGuardedFetch } from '../../src/sources/guarded.ts';
import { LIMITS } from '../../src/sources/http.ts';
import { openReaders, openSource, type ReadersOptions } from '../../src/sources/open-source.ts';
import { sourceConfig } from '../support/sources.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** No pause between two requests to a host: nobody waits at the other end. */
const QUICK = { total: 4_000, header: 2_000, pause: 0 };

function read(url: string, options: ReadersOptions = {}) {
  const readers = openReaders({ limits: QUICK, ...options });
  closers.push(() => readers.close());
  return openSource(sourceConfig('feed', url, { reach: 'public' }), readers).read(null);
}

/** A resolver that answers as a name server would. */
function resolve(names: Readonly<Record<string, readonly string[]>>): void {
  const real = dns.lookup;
  const answer = (name: string, options: { readonly all?: boolean }, done: (...said: unknown[]) => void) => {
    const found = (names[name] ?? []).map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (found.length === 0) done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    else if (options.all) done(null, found);
    else done(null, found[0]?.address, found[0]?.family);
  };
  dns.lookup = answer as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
  closers.push(() => {
    dns.lookup = real;
    syncBuiltinESMExports();
  });
}

describe('security rule 3: what somebody in chat names is read through the guarded client alone', () => {
  test.each([
    ['a short form', 'https://127.1/feed', /127\.0\.0\.1 is a number and no name/],
    ['hexadecimal', 'https://0x7f.1/feed', /127\.0\.0\.1 is a number and no name/],
    ['one number', 'https://2130706433/feed', /127\.0\.0\.1 is a number and no name/],
    ['IPv6 loopback', 'https://[::1]/feed', /\[::1\] is a number and no name/],
    ['IPv4 within IPv6', 'https://[::ffff:127.0.0.1]/feed', /is a number and no name/],
    ['IPv4 at the end of IPv6', 'https://[::127.0.0.1]/feed', /is a number and no name/],
    ['any address', 'https://0.0.0.0/feed', /0\.0\.0\.0 is a number and no name/],
    ['any address of IPv6', 'https://[::]/feed', /is a number and no name/],
    ['the metadata of clouds', 'https://169.254.169.254/latest', /169\.254\.169\.254 is a number and no name/],
    ['a private network', 'https://10.1.2.3/feed', /is a number and no name/],
    ['a unique local address', 'https://[fd00::1]/feed', /is a number and no name/],
    ['a link-local address', 'https://[fe80::1]/feed', /is a number and no name/],
    ['NAT64', 'https://[64:ff9b::7f00:1]/feed', /is a number and no name/],
    ['carrier-grade NAT', 'https://100.64.0.1/feed', /is a number and no name/],
    ['wide digits', 'https://１２７.０.０.１/feed', /127\.0\.0\.1 is a number and no name/],
    ['this machine', 'https://localhost/feed', /localhost is no public name/],
    ['this machine with a dot', 'https://localhost./feed', /ends in a dot/],
    ['a name under localhost', 'https://feed.localhost/', /is no public name/],
    ['a name of the local network', 'https://printer.local/feed', /is no public name/],
    ['a name without a domain', 'https://intranet/feed', /is no public name/],
    ['plain http', 'http://news.gov.kr/feed', /http:\/\/ is not read: only https/],
    ['another port', 'https://news.gov.kr:8443/feed', /only the usual port/],
    ['credentials', 'https://ana:geheim@news.gov.kr/feed', /carries a name or a password/],
    ['a lookalike', 'https://www.m\u043etir.go.kr/feed', /mixes alphabets \("m\u043etir"\)/],
  ])('security rule 3: %s is refused (%s)', async (_name, url, reason) => {
    resolve({ 'news.gov.kr': ['127.0.0.1'] });
    const reading = await read(url);
    expect(reading).toMatchObject({ is: 'unhealthy', fault: 'refused', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(reading)).not.toContain('geheim');
  });

  test.each(['file:///etc/hostname', '/etc/hostname', 'data:text/plain,x', 'ftp://news.gov.kr/feed'])(
    'security rule 3: %s is not read at all',
    async url => {
      const readers = openReaders();
      closers.push(() => readers.close());
      for (const kind of ['feed', 'text', 'board'] as const)
        expect(() => openSource(sourceConfig(kind, url, { reach: 'public' }), readers)).toThrow(
          'no address of the web',
        );
    },
  );

  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback of IPv6', ['::1']],
    ['a mapped address', ['::ffff:10.0.0.1']],
    ['NAT64', ['64:ff9b::a00:1']],
    ['the metadata of clouds', ['169.254.169.254']],
    ['one public and one private address', ['9.9.9.9', '192.168.0.1']],
  ])('security rule 3: a name that leads to %s is refused when it is connected to', async (_name, addresses) => {
    resolve({ 'news.gov.kr': addresses });
    expect(await read('https://news.gov.kr/feed')).toMatchObject({
      fault: 'refused',
      reason: 'news.gov.kr leads to an address that is not public',
    });
  });

  test('security rule 3: a name that nobody has is a fault of the network, and no refusal', async () => {
    resolve({});
    expect(await read('https://news.gov.kr/feed')).toMatchObject({
      fault: 'network',
      reason: expect.stringContaining('ENOTFOUND'),
    });
  });

  test('security rule 3: each hop of a redirect is checked', async () => {
    const guard = await openGuardedFetch(LIMITS);
    const asked: string[] = [];
    /** The first host is public and leads on; whatever follows meets the real guard. */
    const leading =
      (to: string): Fetch =>
      (url, init) => {
        asked.push(url);
        return url === 'https://news.gov.kr/feed'
          ? Promise.resolve(new Response(null, { status: 302, headers: { location: to } }))
          : guard(url, init);
      };
    resolve({ 'news.gov.kr': ['127.0.0.1'] });
    expect(await read('https://news.gov.kr/feed', { guarded: leading('https://news.gov.kr/inside') })).toMatchObject({
      fault: 'refused',
      reason: 'news.gov.kr leads to an address that is not public',
    });
    expect(asked.at(-1)).toBe('https://news.gov.kr/inside');
    for (const to of ['https://127.0.0.1/', 'http://news.gov.kr/feed', 'file:///etc/passwd', 'https://other.gov.kr/']) {
      asked.length = 0;
      expect(await read('https://news.gov.kr/feed', { guarded: leading(to) }), to).toMatchObject({ fault: 'redirect' });
      expect(asked, to).not.toContain(to);
    }
    const within = await read('https://news.gov.kr/feed', { guarded: leading('https://me:pw@news.gov.kr/in') });
    expect(within).toMatchObject({ fault: 'refused', reason: expect.stringContaining('carries a name or a password') });
  });
});

const FEED = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbor Office</title>
<item><title>Second quay opens</title><guid>q-2</guid><pubDate>Thu, 04 Dec 2025 09:00:00 GMT</pubDate></item>
</channel></rss>`;

/** A server that stands for a public host: the fetch that is handed in leads there, all else is as it always is. */
async function stand(answer: (path: string, headers: Record<string, unknown>) => Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status = 200, headers = {}, body = '' } = answer(request.url ?? '', request.headers);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise(done => server.close(done).closeAllConnections()));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guarded: Fetch = (url, init) => fetch(url.replace('https://news.gov.kr', origin), init);
  return { asked, guarded };
}
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}
const NOTHING = { status: 404 };

describe('what the guarded client reads', () => {
  test('is read as any other feed is: packed, with validators, unchanged by 304', async () => {
    const { guarded } = await stand((path, headers) => {
      if (path !== '/feed') return NOTHING;
      if (headers['if-none-match'] === '"v1"') return { status: 304 };
      const packed = { 'content-encoding': 'gzip', 'content-type': 'application/rss+xml', etag: '"v1"' };
      return { headers: packed, body: gzipSync(FEED) };
    });
    const readers = openReaders({ limits: QUICK, guarded });
    closers.push(() => readers.close());
    const source = openSource(sourceConfig('feed', 'https://news.gov.kr/feed', { reach: 'public' }), readers);
    const reading = await source.read(null);
    if (reading.is !== 'items') throw new Error(JSON.stringify(reading));
    expect(reading).toMatchObject({ title: 'Harbor Office', validators: { etag: '"v1"' } });
    expect(reading.items).toHaveLength(1);
    expect(await source.read(reading.validators)).toMatchObject({ is: 'unchanged' });
  });

  test('28. a bomb of gzip ends at the cap', async () => {
    const { guarded } = await stand(path =>
      path === '/feed'
        ? { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(40_000_000, 0x61)) }
        : NOTHING,
    );
    expect(await read('https://news.gov.kr/feed', { guarded })).toMatchObject({ fault: 'size' });
  });

  test('security rule 3: what is longer than the cap, or comes too slowly, is not read', async () => {
    const { guarded } = await stand(path => (path === '/feed' ? { body: Buffer.alloc(60_000, 0x61) } : NOTHING));
    const limits = { ...QUICK, bytes: 50_000 };
    expect(await read('https://news.gov.kr/feed', { guarded, limits })).toMatchObject({ fault: 'size' });
    const silent: Fetch = (_url, { signal }) =>
      new Promise((_done, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
    const late = { total: 300, header: 200, pause: 0 };
    expect(await read('https://news.gov.kr/feed', { guarded: silent, limits: late })).toMatchObject({
      fault: 'timeout',
    });
  });

  test('47. robots.txt disallows: a feed named in chat is left alone, with the reason', async () => {
    const robots = 'User-agent: gwanbo\nDisallow: /private/\n';
    const { asked, guarded } = await stand(path => {
      if (path === '/robots.txt') return { body: robots };
      if (path === '/open/feed') return { status: 302, headers: { location: '/private/feed' } };
      return { body: FEED };
    });
    expect(await read('https://news.gov.kr/private/feed', { guarded })).toMatchObject({
      is: 'unhealthy',
      fault: 'refused',
      reason: 'the robots.txt of news.gov.kr asks programs to leave https://news.gov.kr/private/feed alone',
    });
    expect(asked).toEqual(['/robots.txt']);
    expect(await read('https://news.gov.kr/open/feed', { guarded }), 'by a redirect').toMatchObject({
      fault: 'refused',
    });
    expect(await read('https://news.gov.kr/feed', { guarded })).toMatchObject({ is: 'items' });
  });
});
