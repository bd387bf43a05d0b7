import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Found } from '../../src/publish/site.ts';
import { holdReleases } from '../support/memory-releases.ts';
import { buildRelease, sampleReleases } from '../support/release-builder.ts';
import { openSite } from '../support/web-site.ts';

describe('67. the feed', () => {
  test('comes as Atom, public for five minutes, for every origin', async () => {
    await using site = await openSite();
    const { status, headers } = await site.get('/feed.atom');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/atom+xml; charset=utf-8',
      'cache-control': 'public, max-age=300, stale-if-error=86400',
      vary: 'Accept-Encoding',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'last-modified': 'Fri, 05 Dec 2025 06:30:00 GMT',
    });
    expect(headers.etag).toMatch(/^"[\w-]+"$/);
  });

  test('has a strong tag of its own for each encoding, and each unpacks to the same bytes', async () => {
    await using site = await openSite();
    const [plain, br, gzip] = await Promise.all(
      ['identity', 'br', 'gzip'].map(coding => site.get('/feed.atom', { headers: { 'Accept-Encoding': coding } })),
    );
    expect(plain?.headers['content-encoding']).toBeUndefined();
    expect(br?.headers['content-encoding']).toBe('br');
    expect(gzip?.headers['content-encoding']).toBe('gzip');
    expect(new Set([plain, br, gzip].map(answer => answer?.headers.etag)).size).toBe(3);
    expect(brotliDecompressSync(br!.bytes)).toEqual(plain!.bytes);
    expect(gunzipSync(gzip!.bytes)).toEqual(plain!.bytes);
    expect(br!.bytes.length).toBeLessThan(plain!.bytes.length);
    for (const answer of [plain, br, gzip])
      expect(Number(answer?.headers['content-length'])).toBe(answer?.bytes.length);
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['gzip;q=0.8, br;q=0.8', 'br'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=many', undefined],
    ['deflate', undefined],
    [',;q=,', undefined],
  ])('with Accept-Encoding "%s" is packed with %s', async (asked, expected) => {
    await using site = await openSite();
    const { headers } = await site.get('/feed.atom', { headers: { 'Accept-Encoding': asked } });
    expect(headers['content-encoding']).toBe(expected);
  });

  test('is not sent again to a reader who has it', async () => {
    await using site = await openSite();
    const { headers } = await site.get('/feed.atom', { headers: { 'Accept-Encoding': 'br' } });
    const tag = headers.etag ?? '';
    const again = async (asked: Record<string, string>) =>
      (await site.get('/feed.atom', { headers: { 'Accept-Encoding': 'br', ...asked } })).status;
    expect(await again({ 'If-None-Match': tag })).toBe(304);
    expect(await again({ 'If-None-Match': `"other", W/${tag}` })).toBe(304);
    expect(await again({ 'If-None-Match': '*' })).toBe(304);
    expect(await again({ 'If-None-Match': '"other"' })).toBe(200);
    expect(await again({ 'If-None-Match': tag.replaceAll('"', '') })).toBe(200);
    expect(await again({ 'If-None-Match': tag, 'Accept-Encoding': 'gzip' })).toBe(200);
    expect(await again({ 'If-Modified-Since': 'Fri, 05 Dec 2025 06:30:00 GMT' })).toBe(304);
    expect(await again({ 'If-Modified-Since': 'Fri, 05 Dec 2025 06:29:59 GMT' })).toBe(200);
    expect(await again({ 'If-Modified-Since': 'yesterday' })).toBe(200);
    expect(await again({ 'If-Modified-Since': '2030' })).toBe(200);
    expect(await again({ 'If-None-Match': '"other"', 'If-Modified-Since': 'Sat, 05 Dec 2026 06:30:00 GMT' })).toBe(200);
  });

  test('304 carries what a cache needs and nothing else', async () => {
    await using site = await openSite();
    const { headers, bytes } = await site.get('/feed.atom', { headers: { 'If-None-Match': '*' } });
    expect(bytes.length).toBe(0);
    expect(headers).toMatchObject({ vary: 'Accept-Encoding', 'cache-control': expect.stringContaining('max-age=300') });
    expect(headers['content-type']).toBeUndefined();
    expect(headers['content-length']).toBeUndefined();
  });

  test('answers HEAD as GET, without the bytes', async () => {
    await using site = await openSite();
    for (const path of ['/feed.atom', '/', '/releases/harbor/2-104', '/icon.svg', '/healthz', '/nowhere']) {
      const [get, head] = await Promise.all([site.get(path), site.get(path, { method: 'HEAD' })]);
      const facts = ({ date, ...headers }: typeof get.headers) => headers;
      expect([path, head.status, head.bytes.length]).toEqual([path, get.status, 0]);
      expect(facts(head.headers)).toEqual(facts(get.headers));
    }
  });

  test('refuses other methods and names those it takes', async () => {
    await using site = await openSite();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      for (const path of ['/feed.atom', '/', '/releases/harbor/2-104', '/healthz', '/readyz']) {
        const { status, headers } = await site.get(path, { method });
        expect([method, path, status, headers.allow]).toEqual([method, path, 405, 'GET, HEAD']);
      }
    expect((await site.get('/nowhere', { method: 'POST', body: 'x' })).status).toBe(404);
  });

  test('has the same tag on every instance and another once a release changed', async () => {
    await using one = await openSite();
    await using other = await openSite();
    const tag = async (site: typeof one) => (await site.get('/feed.atom')).headers.etag;
    expect(await tag(one)).toBe(await tag(other));
    const before = await tag(one);
    one.memory.commit(sampleReleases().slice(1));
    expect(await tag(one)).not.toBe(before);
    one.memory.commit(sampleReleases());
    expect(await tag(one)).toBe(before);
  });

  test('says nothing of when it was changed while the change is too young to tell from the next', async () => {
    const now = new Date().toISOString();
    await using site = await openSite({ store: holdReleases([buildRelease({ firstSeen: now })]).store });
    expect((await site.get('/feed.atom')).headers['last-modified']).toBeUndefined();
  });

  test('is modified when a release was recorded, even where its own time lies before', async () => {
    const late = buildRelease({ updated: '2025-01-01T00:00:00Z', firstSeen: '2025-12-24T00:00:00Z' });
    await using site = await openSite({ store: holdReleases([late]).store });
    expect((await site.get('/feed.atom')).headers['last-modified']).toBe('Wed, 24 Dec 2025 00:00:00 GMT');
  });
});

describe('limit', () => {
  const many = Array.from({ length: 700 }, (_, at) => buildRelease({ key: `k-${at}` }));
  const entries = (text: string) => text.match(/<entry/g)?.length ?? 0;

  test('cuts the feed, up to 500 entries; without it the page size does', async () => {
    await using site = await openSite({ store: holdReleases(many).store, pageSize: 50 });
    expect(entries((await site.get('/feed.atom')).text)).toBe(50);
    expect(entries((await site.get('/feed.atom?limit=3')).text)).toBe(3);
    expect(entries((await site.get('/feed.atom?limit=100000')).text)).toBe(500);
    expect((await site.get('/feed.atom?limit=3')).text).toContain('href="https://releases.example/feed.atom?limit=3"');
  });

  test.each(['0', '-1', 'x', '1e3', '', '../../etc', '9'.repeat(40)])('refuses "%s"', async limit => {
    await using site = await openSite();
    const { status, text } = await site.get(`/feed.atom?limit=${limit}`);
    expect([status, text]).toEqual([400, expect.stringContaining('from 1 to 500')]);
  });
});

describe('a query', () => {
  const search = async (query: string, limit: number): Promise<Found> =>
    query.startsWith('topic:')
      ? { is: 'found', normal: query.toLowerCase(), releases: sampleReleases().slice(0, limit) }
      : { is: 'refused', reason: 'country:canda: did you mean country:ca (Canada)?' };

  test('is refused where none can be answered, and never answered with everything', async () => {
    await using site = await openSite();
    const { status, text } = await site.get('/feed.atom?q=topic:steel');
    expect([status, text]).toEqual([400, expect.stringContaining('answers no queries')]);
  });

  test('makes a feed of its own, linked in its normal form', async () => {
    await using site = await openSite({ search });
    const { status, text } = await site.get('/feed.atom?q=topic:STEEL&limit=1');
    expect(status).toBe(200);
    expect(text).toContain('href="https://releases.example/feed.atom?q=topic%3Asteel&amp;limit=1"');
    expect(text).toContain('<id>tag:harbor.example,2025:feed?q=topic%3Asteel</id>');
    expect(text.match(/<entry/g)).toHaveLength(1);
  });

  test('that is none is refused with the suggestion, in text and as a page', async () => {
    await using site = await openSite({ search });
    const plain = await site.get('/feed.atom?q=country:canda');
    const page = await site.get('/feed.atom?q=country:canda', { headers: { Accept: 'text/html' } });
    for (const answer of [plain, page])
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('did you mean country:ca (Canada)?')]);
    expect(site.errors).toEqual([]);
  });

  test('without a word is none', async () => {
    await using site = await openSite();
    expect((await site.get('/feed.atom?q=%20')).text).toBe((await site.get('/feed.atom')).text);
  });
});

describe('70. paths that lead nowhere', () => {
  test.each([
    ['/feed.atom?q=../../etc', 400],
    [`/feed.atom?q=${'a'.repeat(2_000)}`, 400],
    ['/releases/../../etc', 404],
    ['/releases/..%2f..%2fetc%2fpasswd', 404],
    ['/releases/harbor/../../../etc/passwd', 404],
    ['/releases/harbor/%00', 404],
    ['/releases/harbor/2-104/', 404],
    ['/releases/', 404],
    ['/releases/harbor/none', 404],
    ['/topics/../../etc.atom', 404],
    ['/feed.atom/', 404],
    ['//releases.example/feed.atom', 404],
    ['/%', 400],
    ['/%ff', 400],
    ['*', 400],
    ['/src/publish/handler.ts', 404],
    ['/__proto__', 404],
  ])('%s is answered with %i', async (path, status) => {
    await using site = await openSite();
    const answer = await site.get(path);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/root:|node:|\.ts|at .*\(/);
    expect(site.errors).toEqual([]);
  });

  test('a request line beyond the limit is refused by the server', async () => {
    await using site = await openSite();
    expect((await site.get(`/feed.atom?q=${'a'.repeat(20_000)}`)).status).toBe(431);
  });

  test('a whole URL, an escaped slash and a prefix that a proxy left on lead to the same as the path', async () => {
    await using site = await openSite({ baseUrl: () => 'https://example.org/gwanbo/' });
    const { text } = await site.get('/releases/harbor/2-104');
    for (const path of [
      'http://x.example/releases/harbor/2-104',
      '/releases/harbor%2F2-104',
      '/gwanbo/releases/harbor/2-104',
    ])
      expect((await site.get(path)).text).toBe(text);
    expect(text).toContain('href="/gwanbo/feed.atom"');
    expect((await site.get('/feed.atom')).text).toContain('href="https://example.org/gwanbo/feed.atom"');
  });
});

describe('health', () => {
  test('a living process is healthy, a service with reasons against it is not ready', async () => {
    let reasons: readonly string[] = ['the first reading has not ended'];
    await using site = await openSite({ ready: async () => reasons });
    expect((await site.get('/healthz')).status).toBe(200);
    const before = await site.get('/readyz');
    expect([before.status, JSON.parse(before.text)]).toEqual([503, { ok: false, reasons }]);
    reasons = [];
    const after = await site.get('/readyz');
    expect([after.status, JSON.parse(after.text)]).toEqual([200, { ok: true, reasons: [] }]);
    expect(after.headers['cache-control']).toBe('no-store');
  });

  test('a store that does not answer is a reason, and no error text leaves the house', async () => {
    const { store } = holdReleases([]);
    const broken = { ...store, version: () => Promise.reject(new Error('disk I/O error at /var/secret')) };
    const ready = () => Promise.reject(new Error('secret too'));
    await using site = await openSite({ store: broken, ready });
    const { status, text } = await site.get('/readyz');
    expect([status, JSON.parse(text).reasons]).toEqual([
      503,
      ['the store does not answer', 'readiness cannot be told'],
    ]);
    for (const path of ['/', '/feed.atom', '/releases/harbor/2-104']) {
      const answer = await site.get(path);
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30']);
      expect(answer.text).not.toMatch(/secret|Error|at .*:\d/);
    }
    expect(site.errors).toHaveLength(3);
  });
});
