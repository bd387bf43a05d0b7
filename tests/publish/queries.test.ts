import { brotliDecompressSync } from 'node:zlib';
import RssParser from 'rss-parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import { find } from '../../src/app/archive.ts';
import { valuesOf } from '../../src/app/values.ts';
import { QueryError } from '../../src/core/query.ts';
import { shapeOf } from '../../src/core/release-shape.ts';
import type { Found, Site } from '../../src/publish/site.ts';
import { releaseOf } from '../support/language.ts';
import { HARBOR } from '../support/release-builder.ts';
import { batch } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';
import { openSite } from '../support/web-site.ts';

const RELEASES = [
  releaseOf('Steel <Talks> with Canada & R&D', 'Steel and AI were named in Ottawa. So was a pipe ]]> of steel.', {
    category: 'Trade',
    attachments: [{ name: 'table.pdf', url: 'https://m.example/t.pdf', type: 'application/pdf', bytes: 7 }],
  }),
  releaseOf('철강협회와 간담회', '철강업계의 애로를 들었다.', { date: '2025-12-03' }),
  releaseOf('Ceramics Fair', 'A fair for makers of ceramics was held.', { date: '2025-11-20' }),
].map((one, at) => ({ ...one, id: `motir/2-${9 - at}`, key: `2-${9 - at}` }));

/** The web side on a real archive. */
async function opened(parts: Partial<Site> = {}) {
  const { store, language } = await openTools();
  onTestFinished(() => store.close());
  await store.record(batch(RELEASES.toReversed(), { source: 'motir' }));
  const search = async (text: string, limit: number, after?: string): Promise<Found> => {
    try {
      const query = language.parse(text);
      const releases = await find(query, { limit, ...(after === undefined ? {} : { after }) }, { store, language });
      return { is: 'found', normal: query.normal, releases, hints: language.hints(query) };
    } catch (error) {
      if (error instanceof QueryError) return { is: 'refused', reason: error.message };
      throw error;
    }
  };
  const values: Site['values'] = facet => valuesOf(facet, { store, language });
  const sources = new Map([['motir', { ...HARBOR, republish: 'full' as const }]]);
  const site = await openSite({ store, search, values, sources, shape: shapeOf, ...parts });
  onTestFinished(() => site[Symbol.asyncDispose]());
  return site;
}

describe('feeds', () => {
  test('come in three formats, with the same ids in each', async () => {
    const site = await opened();
    const [atom, rss, json] = await Promise.all(['atom', 'rss', 'json'].map(one => site.get(`/feed.${one}?q=steel`)));
    expect([atom, rss, json].map(answer => answer?.headers['content-type'])).toEqual([
      'application/atom+xml; charset=utf-8',
      'application/rss+xml; charset=utf-8',
      'application/feed+json; charset=utf-8',
    ]);
    const id = 'tag:x.example,2025:motir/2-9';
    expect(atom?.text).toContain(`<id>${id}</id>`);
    expect(rss?.text).toContain(`<guid isPermaLink="false">${id}</guid>`);
    const feed = JSON.parse(json?.text ?? '');
    expect(feed).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: `steel · ${HARBOR.title}`,
      home_page_url: 'https://releases.example/',
      feed_url: 'https://releases.example/feed.json?q=steel',
      language: 'en',
      authors: [{ name: HARBOR.title }],
    });
    expect(feed.items).toEqual([
      {
        id,
        url: 'https://releases.example/releases/motir/2-9',
        title: 'Steel <Talks> with Canada & R&D',
        content_html: '<p>Steel and AI were named in Ottawa. So was a pipe ]]&gt; of steel.</p>',
        summary: 'Steel and AI were named in Ottawa.',
        date_published: '2025-12-04T00:00:00+09:00',
        date_modified: RELEASES[0]?.updated,
        authors: [{ name: HARBOR.title }],
        language: 'en',
        tags: expect.arrayContaining(['Trade']),
        attachments: [
          { url: 'https://m.example/t.pdf', mime_type: 'application/pdf', title: 'table.pdf', size_in_bytes: 7 },
        ],
      },
    ]);
  });

  test('in RSS are well formed, with the author in Dublin Core, once declared, and whole texts', async () => {
    const site = await opened();
    const { text } = await site.get(`/feed.rss?q=${encodeURIComponent('steel OR 철강')}&limit=2`);
    expect(text.match(/xmlns:dc=/g)).toHaveLength(1);
    expect(text).toContain(`<dc:creator>${HARBOR.title}</dc:creator>`);
    expect(text).not.toMatch(/<author>/);
    expect(text).toContain('<title><![CDATA[Steel <Talks> with Canada & R&D]]></title>');
    expect(text).toContain('<pubDate>Wed, 03 Dec 2025 15:00:00 GMT</pubDate>');
    expect(text).toContain('rel="self" type="application/rss+xml"');
    expect(text).toContain('href="https://releases.example/feed.rss?q=steel+OR+%EC%B2%A0%EA%B0%95&amp;limit=2"');
    expect(text).toContain('<enclosure length="7" type="application/pdf" url="https://m.example/t.pdf"/>');
    const { items } = await new RssParser().parseString(text);
    expect(items.map(({ title, creator, guid }) => [title, creator, guid])).toEqual([
      ['Steel <Talks> with Canada & R&D', HARBOR.title, 'tag:x.example,2025:motir/2-9'],
      ['철강협회와 간담회', HARBOR.title, 'tag:x.example,2025:motir/2-8'],
    ]);
    expect(items[0]?.['content:encoded']).toContain('a pipe ]]&gt; of steel');
  });

  test('of a source that may be quoted with its titles alone carry no more, in any format', async () => {
    const site = await opened({ sources: new Map([['motir', { ...HARBOR, republish: 'link' }]]) });
    for (const path of ['/feed.rss', '/feed.json', '/topics/steel.rss', '/api/releases', '/api/releases/motir/2-9'])
      expect((await site.get(path)).text, path).not.toContain('Ottawa');
    const { text } = await site.get('/feed.rss');
    expect(text.match(/xmlns:dc=/g)).toHaveLength(1);
    expect((await new RssParser().parseString(text)).items).toHaveLength(3);
  });

  test.each([
    '/feed.rss?q=steel',
    '/feed.json?q=steel',
    '/topics/steel.json',
    '/api/releases?q=steel',
    '/search?q=steel',
  ])('%s has a strong tag, is packed, answers HEAD, and is not sent twice', async path => {
    const site = await opened();
    const whole = await site.get(path);
    const br = await site.get(path, { headers: { 'Accept-Encoding': 'br' } });
    const tag = whole.headers.etag ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    expect(br.headers.etag).not.toBe(tag);
    expect(brotliDecompressSync(br.bytes)).toEqual(whole.bytes);
    expect((await site.get(path, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    const head = await site.get(path, { method: 'HEAD' });
    expect([head.status, head.headers.etag, head.bytes.length]).toEqual([200, tag, 0]);
    expect((await site.get(path, { method: 'POST' })).status).toBe(405);
  });

  test('of a topic and of a country are those of the query; what is neither has none', async () => {
    const site = await opened();
    const topic = JSON.parse((await site.get('/topics/steel.json')).text);
    expect(topic).toEqual(JSON.parse((await site.get('/feed.json?q=topic:steel')).text));
    expect(topic.items).toHaveLength(2);
    expect(JSON.parse((await site.get('/countries/ca.json?limit=1')).text).items).toHaveLength(1);
    expect((await site.get('/countries/ca.atom')).text).toContain('<title>country:ca · ');
    for (const path of ['/topics/zinc.atom', '/countries/canada.rss', '/topics/steel.pdf', '/agencies/kats.atom'])
      expect((await site.get(path)).status, path).toBe(404);
  });
});

describe('the search page', () => {
  test('has a box that works without a script, the releases, their feeds, and older ones page by page', async () => {
    const site = await opened();
    const { text, headers } = await site.get('/search?q=steel+OR+%EC%B2%A0%EA%B0%95&limit=1');
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(text).toContain('<form class="ask" role="search" action="/search" method="get">');
    expect(text).toContain('value="steel OR 철강"');
    expect(text).toContain('Steel &lt;Talks&gt; with Canada');
    expect(text).toContain('href="/feed.rss?q=steel+OR+%EC%B2%A0%EA%B0%95"');
    const next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const older = await site.get(next);
    expect(older.text).toContain('철강협회와 간담회');
    expect(older.text).not.toContain('Talks');
  });

  test('without a query is the box alone; with one that is none it says what to write, and keeps it', async () => {
    const site = await opened();
    const empty = await site.get('/search');
    expect([empty.status, empty.text.includes('<article>')]).toEqual([200, false]);
    const wrong = await site.get('/search?q=country:canda', { headers: { Accept: 'text/html' } });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('did you mean country:ca (Canada)?');
    expect(wrong.text).toContain('value="country:canda"');
    expect((await site.get('/search?q=us')).text).toContain('did you mean country:us or US?');
    expect((await site.get('/search?q=zinc')).text).toContain('No recorded release matches zinc.');
  });
});

describe('topics', () => {
  test('are listed with their counts, and each has a page with its feeds', async () => {
    const site = await opened();
    const { text } = await site.get('/topics');
    expect(text.match(/<a href="\/topics\//g)).toHaveLength(30);
    expect(text).toMatch(
      /<a href="\/topics\/steel">Steel and aluminium<\/a> <span lang="ko">철강[^<]*<\/span><\/div><span class="count">2</,
    );
    const page = await site.get('/topics/steel');
    expect(page.text.match(/<article>/g)).toHaveLength(2);
    expect(page.text).toContain('type="application/rss+xml"');
    expect(page.text).toContain('href="/feed.atom?q=topic%3Asteel"');
    expect((await site.get('/topics/zinc')).status).toBe(404);
  });
});

describe('the API', () => {
  test('gives releases in pages, and one by its id', async () => {
    const site = await opened();
    const path = `/api/releases?q=${encodeURIComponent('steel OR ceramics OR 철강')}&limit=2`;
    const first = JSON.parse((await site.get(path)).text);
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['motir/2-9', 'motir/2-8']);
    expect(first.next).toBe('motir/2-8');
    const rest = JSON.parse((await site.get(`${path}&cursor=motir/2-8`)).text);
    expect([rest.items.length, rest.next]).toEqual([1, null]);
    expect(JSON.parse((await site.get('/api/releases?limit=1&cursor=motir%2F2-9')).text).items[0].id).toBe('motir/2-8');
    const one = JSON.parse((await site.get('/api/releases/motir/2-9')).text);
    expect(one).toEqual(first.items[0]);
    expect(one).toMatchObject({ key: '2-9', source: 'motir', date: '2025-12-04', revision: 1, state: 'listed' });
  });

  test.each([
    ['/api/releases?q=country:canda', 400, 'did you mean country:ca'],
    ['/api/releases?limit=0', 400, 'from 1 to 500'],
    ['/api/releases?cursor=../../etc', 400, 'the last release'],
    ['/api/releases/motir/none', 404, 'No release'],
    ['/api/none', 404, 'nothing at this address'],
  ])('%s is refused as a problem of RFC 9457', async (path, status, detail) => {
    const site = await opened();
    const answer = await site.get(path, { headers: { Accept: 'text/html' } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.text)).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.stringContaining(detail),
    });
    expect([answer.status, site.errors]).toEqual([status, []]);
  });
});
