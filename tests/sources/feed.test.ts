import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { type ParsedFeed, parseFeed } from '../../src/sources/feed-parse.ts';
import { openFeedReader } from '../../src/sources/feed-reader.ts';
import { openReaders, openSource } from '../../src/sources/open-source.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { endOf, itemsOf, sourceConfig } from '../support/sources.ts';

const PLACE = { url: 'https://example.org/news/feed.xml', zone: 'Asia/Seoul' };

async function parse(text: string, place = PLACE): Promise<readonly Item[]> {
  const parsed = await parseFeed(text, place);
  if (parsed.is !== 'feed') throw new Error(`no feed: ${parsed.reason}`);
  return parsed.items;
}
const one = async (text: string) => (await parse(text))[0];
const faultOf = (parsed: ParsedFeed) => (parsed.is === 'trouble' ? parsed.fault : parsed.is);

const rss = (items: string, attributes = '') =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" ${attributes}><channel><title>News &amp; more</title><link>https://example.org/</link>${items}</channel></rss>`;
const atom = (entries: string, attributes = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>News</title><id>urn:x</id><updated>2025-12-04T00:00:00Z</updated>${entries}</feed>`;

describe('every format gives the same item', () => {
  const expected = {
    key: 'urn:release:7',
    url: 'https://example.org/releases/7',
    title: 'Steel & ships',
    text: 'First.\n\nSecond.',
    html: '<p>First.</p><p>Second.</p>',
    date: '2025-12-04T10:00:00+09:00',
    updated: null,
    author: 'Kim',
    categories: ['Industry'],
    attachments: [{ name: 'a.pdf', url: 'https://example.org/files/a.pdf', type: 'application/pdf', bytes: 1200 }],
  };
  const html = '&lt;p>First.&lt;/p>&lt;p>Second.&lt;/p>';
  const inner = `<title>Steel &amp; ships</title><category>Industry</category><enclosure url="/files/a.pdf" type="application/pdf" length="1200"/><dc:creator>Kim</dc:creator>`;
  test.each([
    [
      'RSS 2.0',
      rss(
        `<item><guid isPermaLink="false">urn:release:7</guid><link>/releases/7</link>${inner}<description>short</description><content:encoded><![CDATA[<p>First.</p><p>Second.</p>]]></content:encoded><pubDate>Thu, 04 Dec 2025 10:00:00 KST</pubDate></item>`,
      ),
    ],
    [
      'RSS without a version, in capitals',
      rss(
        `<ITEM><GUID isPermaLink="false">urn:release:7</GUID><LINK>/releases/7</LINK>${inner}<DESCRIPTION>${html}</DESCRIPTION><pubdate>2025-12-04 10:00</pubdate></ITEM>`,
      ).replace(' version="2.0"', ''),
    ],
    [
      'RDF',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title></channel><item rdf:about="urn:release:7"><link>/releases/7</link>${inner}<description>${html}</description><d:date>2025-12-04T10:00:00+09:00</d:date></item></rdf:RDF>`,
    ],
    [
      'Atom 1.0',
      atom(
        `<entry><id>urn:release:7</id><link rel="self" href="/self"/><link href="/releases/7"/><title type="html">Steel &amp;amp; ships</title><category term="i" label="Industry"/><link rel="enclosure" href="/files/a.pdf" length="1200"/><author><name>Kim</name></author><content type="html">${html}</content><published>2025-12-04T10:00:00+09:00</published></entry>`,
      ),
    ],
    [
      'Atom 1.0 under a prefix',
      `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>N</a:title><a:entry><a:id>urn:release:7</a:id><a:link href="/releases/7"/><a:title>Steel &amp; ships</a:title><a:category term="Industry"/><a:link rel="enclosure" href="/files/a.pdf" length="1200"/><a:author><a:name>Kim</a:name></a:author><a:content type="html">${html}</a:content><a:published>2025-12-04T10:00:00+09:00</a:published></a:entry></a:feed>`,
    ],
    [
      'Atom 0.3',
      `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><id>urn:release:7</id><link rel="alternate" type="text/html" href="/releases/7"/><title>Steel &amp; ships</title><category>Industry</category><link rel="enclosure" href="/files/a.pdf" length="1200"/><author><name>Kim</name></author><content type="text/html" mode="escaped">${html}</content><issued>2025-12-04T10:00:00+09:00</issued></entry></feed>`,
    ],
    [
      'JSON Feed',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'News',
        items: [
          {
            id: 'urn:release:7',
            url: '/releases/7',
            title: 'Steel & ships',
            content_html: '<p>First.</p><p>Second.</p>',
            date_published: '2025-12-04T10:00:00+09:00',
            authors: [{ name: 'Kim' }],
            tags: ['Industry'],
            attachments: [{ url: '/files/a.pdf', mime_type: 'application/pdf', size_in_bytes: 1200 }],
          },
        ],
      }),
    ],
  ])('%s', async (_, text) => {
    expect(await parse(text)).toEqual([expected]);
  });

  test('the title of the feed is plain text', async () => {
    expect(await parseFeed(rss(''), PLACE)).toMatchObject({ title: 'News & more', items: [] });
  });
});

describe('the id rule: guid or id, else the link, else none', () => {
  test.each([
    ['a guid', '<guid>g1</guid><link>https://example.org/1</link>', 'g1', 'https://example.org/1'],
    [
      'a guid that is the link',
      '<guid>https://example.org/1</guid><title>T</title>',
      'https://example.org/1',
      'https://example.org/1',
    ],
    [
      'a guid that is no link',
      '<guid isPermaLink="false">https://example.org/1</guid><title>T</title>',
      'https://example.org/1',
      null,
    ],
    [
      'a blank guid',
      '<guid>  </guid><link>https://example.org/1</link>',
      'https://example.org/1',
      'https://example.org/1',
    ],
    ['no guid', '<link>https://example.org/1</link>', 'https://example.org/1', 'https://example.org/1'],
    ['an empty link', '<link/><title>T</title>', null, null],
    [
      'a link of white space and a real one',
      '<link> </link><atom:link href="/2"/>',
      'https://example.org/2',
      'https://example.org/2',
    ],
    [
      'an escaped anchor for a link',
      '<link>&lt;a href="/3"&gt;more&lt;/a&gt;</link>',
      'https://example.org/3',
      'https://example.org/3',
    ],
    ['a script for a link', '<guid>g</guid><link>javascript:alert(1)</link>', 'g', null],
  ])('%s', async (_, inner, key, url) => {
    expect(await one(rss(`<item>${inner}</item>`))).toMatchObject({ key, url });
  });

  test('relative links are meant against xml:base, else the feed', async () => {
    const entry = '<entry><id>x</id><title>T</title><link href="b"/></entry>';
    expect((await one(atom(entry)))?.url).toBe('https://example.org/news/b');
    expect((await one(atom(entry, 'xml:base="https://other.org/a/"')))?.url).toBe('https://other.org/a/b');
    expect(
      (await one(atom(entry.replace('<entry>', '<entry xml:base="c/">'), 'xml:base="https://other.org/a/"')))?.url,
    ).toBe('https://other.org/a/c/b');
    expect((await parse(atom(entry), { ...PLACE, url: null as never }))[0]?.url).toBeNull();
  });
});

describe('words', () => {
  test.each([
    [
      'RSS title with escaped markup',
      rss('<item><title>&lt;b>Steel&lt;/b> &amp;amp; ships</title></item>'),
      'Steel & ships',
    ],
    ['RSS title with a bare less-than', rss('<item><title><![CDATA[1 < 2 & 3 > 2]]></title></item>'), '1 < 2 & 3 > 2'],
    [
      'RSS title that is an element',
      rss('<item><title><a href="/x">Steel</a> and ships</title></item>'),
      'Steel and ships',
    ],
    ['RSS title on several lines', rss('<item><title>\n  Steel\n  and ships </title></item>'), 'Steel and ships'],
    [
      'RSS title with entities of HTML',
      rss('<item><title>Caf&eacute;&nbsp;&mdash; R&D &bogus;</title></item>'),
      'Café — R&D &bogus;',
    ],
    [
      'Atom title as text stays as it is',
      atom('<entry><title>&lt;b> &amp;amp; tags</title></entry>'),
      '<b> &amp; tags',
    ],
    [
      'Atom title as HTML',
      atom('<entry><title type="html">&lt;b>Steel&lt;/b> &amp;amp; ships</title></entry>'),
      'Steel & ships',
    ],
    [
      'Atom title as XHTML',
      atom(
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Steel <em>and</em> R&amp;D</div></title></entry>',
      ),
      'Steel and R&D',
    ],
  ])('%s', async (_, text, title) => {
    expect((await one(text))?.title).toBe(title);
  });

  test('a plain description is text, and no HTML is made of it', async () => {
    expect(await one(rss('<item><description>One line.\nAnother: 3 &lt; 4.</description></item>'))).toMatchObject({
      text: 'One line.\nAnother: 3 < 4.',
      html: null,
    });
  });

  test('Atom content as XHTML keeps its structure', async () => {
    const xhtml =
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A &lt; B</p><p>C<br/>D</p></div></content>';
    expect(await one(atom(`<entry><id>x</id>${xhtml}</entry>`))).toMatchObject({
      html: '<div><p>A &lt; B</p><p>C<br />D</p></div>',
      text: 'A < B\n\nC\nD',
    });
  });

  test('authors by name, media as files', async () => {
    const item = await one(
      rss(
        '<item><title>T</title><author>kim@example.org (Kim Jung)</author><media:group><media:content url="/v.mp4" fileSize="7"/></media:group><enclosure url="/v.mp4"/></item>',
      ),
    );
    expect(item?.author).toBe('Kim Jung');
    expect(item?.attachments).toEqual([
      { name: 'v.mp4', url: 'https://example.org/v.mp4', type: 'video/mp4', bytes: null },
    ]);
  });
});

describe('42. dates', () => {
  test.each([
    ['<pubDate>Thu, 04 Dec 2025 10:00:00 KST</pubDate>', '2025-12-04T10:00:00+09:00'],
    ['<pubDate>2025-12-04</pubDate>', '2025-12-04'],
    ['<pubDate>Thu, 12/04/2025 - 10:00</pubDate>', '2025-12-04T10:00:00+09:00'],
    ['<pubDate>yesterday</pubDate><dc:date>2025-12-04T01:00:00Z</dc:date>', '2025-12-04T01:00:00Z'],
    ['<pubDate>2025-13-40</pubDate>', null],
    ['<pubDate>0001-01-01T00:00:00Z</pubDate>', null],
    ['', null],
  ])('%s', async (printed, date) => {
    const items = await parse(rss(`<item><title>A</title>${printed}</item><item><title>B</title></item>`));
    expect(items.map(item => item.title)).toEqual(['A', 'B']);
    expect(items[0]?.date).toBe(date);
  });

  test('one bad Atom date costs that date only', async () => {
    const entries = ['soon', '2025-12-04T10:00:00Z'].map(
      (date, at) =>
        `<entry><id>${at}</id><title>T</title><published>${date}</published><updated>2025-12-05T00:00:00Z</updated></entry>`,
    );
    expect((await parse(atom(entries.join('')))).map(item => [item.date, item.updated])).toEqual([
      ['2025-12-05T00:00:00Z', '2025-12-05T00:00:00Z'],
      ['2025-12-04T10:00:00Z', '2025-12-05T00:00:00Z'],
    ]);
  });
});

describe('46. HTML of a feed is sanitized and absolute', () => {
  test.each([
    ['<p onclick="x()" style="color:red" class="a" id="b">T</p>', '<p>T</p>'],
    ['<script>alert(1)</script><style>p{}</style><p>T</p>', '<p>T</p>'],
    ['<iframe src="https://example.org"></iframe><svg><text>s</text></svg><p>T</p>', '<p>T</p>'],
    ['<a href="javascript:alert(1)">T</a>', '<a>T</a>'],
    ['<a href="java\nscript:alert(1)">T</a>', '<a>T</a>'],
    [
      '<a href="../a?b=1&amp;c=2" target="_blank">T</a>',
      '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener nofollow">T</a>',
    ],
    ['<a href="mailto:me@example.org">T</a>', '<a href="mailto:me@example.org" rel="noopener nofollow">T</a>'],
    ['<a href="//other.org/x">T</a>', '<a href="https://other.org/x" rel="noopener nofollow">T</a>'],
    ['<p>T</p><img src="p.png" onerror="x()" alt="P">', '<p>T</p><img alt="P" src="https://example.org/news/p.png" />'],
    ['<p>T</p><img src="data:image/png;base64,AAAA">', '<p>T</p>'],
    ['<form action="/x"><input name="a"><p>T</p></form>', '<p>T</p>'],
  ])('%s', async (html, clean) => {
    const item = await one(rss(`<item><title>A</title><description><![CDATA[${html}]]></description></item>`));
    expect(item?.html).toBe(clean);
    expect(item?.text).toBe('T');
  });
});

describe('45. a hostile or broken feed', () => {
  test('entities of its own are not expanded, and the item is kept', async () => {
    const bomb = `<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    const text = rss('<item><title>T &b; &x;</title></item>').replace('<rss', `${bomb}<rss`);
    expect((await one(text))?.title).toBe('T &b; &x;');
  });

  test.each([
    ['a bare ampersand', rss('<item><title>R&D & more</title><link>https://example.org/?a=1&b=2</link></item>')],
    [
      'an unclosed element',
      rss('<item><title>R&amp;D &amp; more</title><link>https://example.org/?a=1&amp;b=2</item>'),
    ],
    [
      'control characters',
      rss('<item><title>R&#0;&amp;D \u0007&amp; more</title><link>https://example.org/?a=1&amp;b=2</link></item>'),
    ],
    [
      'text before the declaration',
      `\n\n  ${rss('<item><title>R&amp;D &amp; more</title><link>https://example.org/?a=1&amp;b=2</link></item>')}`,
    ],
    [
      'something behind the end',
      `${rss('<item><title>R&amp;D &amp; more</title><link>https://example.org/?a=1&amp;b=2</link></item>')}<script>x</script>`,
    ],
    [
      'a prefix nobody declared',
      rss('<item><title>R&amp;D &amp; more</title><link>https://example.org/?a=1&amp;b=2</link><foo:bar/></item>'),
    ],
  ])('%s does not cost the item', async (_, text) => {
    expect((await one(text))?.title).toBe('R&D & more');
  });

  test('an unclosed link does not swallow the date behind it', async () => {
    const text = rss('<item><title>T</title><link>https://example.org/1<pubDate>2025-12-04</pubDate></item>');
    expect(await one(text)).toMatchObject({ url: 'https://example.org/1', date: '2025-12-04' });
  });

  test('20,000 elements in one another are an answer, not a crash', async () => {
    const deep = rss(
      `<item><title>T</title><description>${'<b>'.repeat(20_000)}x${'</b>'.repeat(20_000)}</description></item>`,
    );
    const escaped = rss(`<item><title>T</title><description>${'&lt;b>'.repeat(20_000)}x</description></item>`);
    for (const text of [deep, escaped]) expect(['feed', 'parse']).toContain(faultOf(await parseFeed(text, PLACE)));
  });

  test.each([
    ['27. a feed without its end', rss('<item><title>T</title></item>').replace('</rss>', ''), 'parse'],
    ['27. cut JSON', '{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"', 'parse'],
    ['23. a web page', '<!DOCTYPE html><html><body>Sorry</body></html>', 'layout'],
    ['other JSON', '{"error":"no"}', 'layout'],
    ['plain text', 'Not found', 'layout'],
    ['an empty file', ' \n', 'empty'],
  ])('%s is %s', async (_, text, fault) => {
    expect(faultOf(await parseFeed(text, PLACE))).toBe(fault);
  });
});

describe('the thread that parses', () => {
  const reader = openFeedReader({ deadline: 1_500 });
  afterAll(() => reader.close());

  test('45. a document that takes too long is ended with its thread, and the next one is read', async () => {
    const slow = rss('<item><title>T</title></item>'.repeat(60_000));
    expect(faultOf(await reader.parse(slow, PLACE))).toBe('timeout');
    expect(faultOf(await reader.parse(rss('<item><title>T</title></item>'), PLACE))).toBe('feed');
  });

  test('what is asked at once is answered in turn', async () => {
    const titles = ['A', 'B', 'C'];
    const parsed = await Promise.all(
      titles.map(title => reader.parse(rss(`<item><title>${title}</title></item>`), PLACE)),
    );
    expect(parsed.map(one => (one.is === 'feed' ? one.items[0]?.title : one.reason))).toEqual(titles);
  });

  test('closed, it starts again when it is needed', async () => {
    await reader.close();
    expect(faultOf(await reader.parse(rss('<item><title>T</title></item>'), PLACE))).toBe('feed');
  });
});

describe('a feed as a source', () => {
  const readers = openReaders({ limits: { total: 4_000, header: 2_000 } });
  afterAll(() => readers.close());
  let site: FakeBoard;
  beforeEach(async () => {
    site = await startFakeBoard();
  });
  afterEach(() => site.close());
  const open = (text: string, request = sourceConfig('feed', '').request) => {
    site.documents.set('/feed.xml', () => text);
    return openSource(sourceConfig('feed', `${site.origin}/feed.xml`, { request }), readers);
  };

  test('45. the same guid on different items: each is known by its link, an item listed twice is one', async () => {
    const item = (guid: string, link: string, title: string) =>
      `<item><guid isPermaLink="false">${guid}</guid><link>https://example.org/${link}</link><title>${title}</title></item>`;
    const reading = await open(
      rss(
        item('g', '1', 'A') +
          item('g', '2', 'B') +
          item('h', '3', 'C') +
          item('h', '3', 'C') +
          item('i', '4', 'D') +
          item('i', '4', 'E'),
      ),
    ).read(null);
    expect(itemsOf(reading).map(({ title, key }) => [title, key])).toEqual([
      ['A', 'https://example.org/1'],
      ['B', 'https://example.org/2'],
      ['C', 'h'],
      ['D', null],
      ['E', null],
    ]);
    expect(reading).toMatchObject({ rejected: [{ at: 'item 4' }] });
  });

  test('an item that cannot be told from another is rejected', async () => {
    const items =
      '<item><title>T</title></item>'.repeat(1) +
      '<item><link>/a</link></item><item><guid>g</guid></item><item><link>/b</link></item>';
    const reading = await open(rss(`${items}<item><description>words</description></item>`)).read(null);
    expect(itemsOf(reading)).toHaveLength(4);
    expect(reading).toMatchObject({ rejected: [{ at: 'item 5', reason: expect.stringContaining('neither') }] });
  });

  test('23. a feed without items is unhealthy', async () => {
    expect(endOf(await open(rss('')).read(null))).toBe('empty');
  });

  test('28. a feed that unpacks to more than 5 MB is not read', async () => {
    site.fail({ is: 'packed', gzip: gzipSync(Buffer.alloc(40_000_000)) });
    expect(endOf(await open(rss('')).read(null))).toBe('size');
  });

  test('44. EUC-KR under any label gives the right text', async () => {
    site.publish({ title: '한미 통상 협의', body: '산업통상부는 회의를 열었다.', date: '2025-12-04' });
    const source = open(rssFeed(site.articles));
    for (const contentType of ['application/xml', 'application/xml;charset=utf-8', 'application/xml;charset=euc-kr']) {
      site.fail({ is: 'charset', encode: xml => iconv.encode(xml, 'cp949'), contentType }, 1);
      expect(itemsOf(await source.read(null))[0]?.title).toBe('한미 통상 협의');
    }
  });

  test('a feed that answers POST only is asked with POST', async () => {
    const source = open(rss('<item><title>T</title></item>'), { method: 'POST', headers: { 'x-a': 'b' }, body: '' });
    expect(itemsOf(await source.read(null))).toHaveLength(1);
    expect(site.requests[0]).toMatchObject({ method: 'POST', headers: { 'x-a': 'b' } });
  });
});
