import { describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { distinct } from '../../src/sources/feed-entry.ts';
import { type ParsedFeed, parseFeed } from '../../src/sources/feed-parse.ts';

const URL_OF_FEED = 'https://example.org/news/feed.xml';

async function read(text: string, url: string | null = URL_OF_FEED): Promise<Extract<ParsedFeed, { is: 'feed' }>> {
  const parsed = await parseFeed(text, { url, zone: 'Asia/Seoul' });
  if (parsed.is !== 'feed') throw new Error(`no feed: ${parsed.reason}`);
  return parsed;
}
const titles = async (text: string) => (await read(text)).items.map(item => item.title);

const NAMES =
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"';
const rss = (items: string) =>
  `<rss version="2.0" ${NAMES}><channel><title>News</title><link>https://example.org/</link>${items}</channel></rss>`;
const atom = (entries: string, attributes = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>News</title>${entries}</feed>`;
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

type Case = readonly [sentence: string, document: string, expected: Partial<Item>];
function table(cases: readonly Case[]) {
  test.each(cases)('%s', async (_, document, expected) => {
    expect((await read(document)).items[0]).toMatchObject(expected);
  });
}

describe('the id of an item: its guid or id, else its address in RDF, else its link', () => {
  table([
    [
      'a guid comes before an element named id',
      rss('<item><id>7</id><guid isPermaLink="false">urn:7</guid></item>'),
      { key: 'urn:7' },
    ],
    ['an Atom id serves in RSS', rss('<item><atom:id>urn:7</atom:id><title>T</title></item>'), { key: 'urn:7' }],
    [
      'an identifier of Dublin Core where there is no other',
      rss('<item><title>T</title><dc:identifier>doi:7</dc:identifier></item>'),
      { key: 'doi:7' },
    ],
    [
      'a blank guid is none, and the address of RDF serves',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="urn:7"><guid> </guid></item></rdf:RDF>`,
      { key: 'urn:7' },
    ],
    [
      'an id of the document type is what it stands for',
      `<!DOCTYPE rss [<!ENTITY us "tag:example.org,2025:">]>${rss('<item><guid isPermaLink="false">&us;7</guid></item>')}`,
      { key: 'tag:example.org,2025:7' },
    ],
    [
      'an id stays as it is printed',
      atom('<entry><id>/Relative%7e/</id></entry>', 'xml:base="https://a.org/"'),
      { key: '/Relative%7e/' },
    ],
    [
      'an item of JSON whose id is an address is found there',
      '{"version":"https://jsonfeed.org/version/1","items":[{"id":"https://example.org/7","content_text":"T"}]}',
      { key: 'https://example.org/7', url: 'https://example.org/7' },
    ],
  ]);
});

test('a link that is the key is one without sessions and campaigns, a guid stays as it is', async () => {
  const { items } = await read(
    rss(
      '<item><link>https://example.org/7?utm_source=rss&amp;no=7</link></item><item><link>https://Example.org</link></item><item><guid isPermaLink="false">https://example.org/8?utm_source=rss</guid></item>',
    ),
  );
  expect(distinct(items).items.map(({ key, url }) => [key, url])).toEqual([
    ['https://example.org/7?no=7', 'https://example.org/7?utm_source=rss&no=7'],
    ['https://Example.org', 'https://Example.org'],
    ['https://example.org/8?utm_source=rss', null],
  ]);
});

describe('the link of an item', () => {
  table([
    [
      'a relative guid that says it is a permalink',
      rss('<item><guid isPermaLink="true">/releases/7</guid></item>'),
      { key: '/releases/7', url: 'https://example.org/releases/7' },
    ],
    ['a relative guid that does not say so is none', rss('<item><guid>7</guid><title>T</title></item>'), { url: null }],
    [
      'the page an aggregator leads past comes last',
      rss('<item><title>T</title><feedburner:origLink>https://example.org/7</feedburner:origLink></item>'),
      { url: 'https://example.org/7' },
    ],
    [
      'the first link to a page, before those to other media',
      atom(
        '<entry><id>7</id><link rel="alternate" type="application/pdf" href="/7.pdf"/><link rel=" Alternate " href="/7"/><link href="/7b"/></entry>',
      ),
      { url: 'https://example.org/7' },
    ],
    [
      'words in a link of Atom',
      atom('<entry><id>7</id><link>https://example.org/7</link></entry>'),
      { url: 'https://example.org/7' },
    ],
    [
      'a base of the feed that is itself relative',
      atom('<entry xml:base="b/"><id>7</id><link href="7"/></entry>', 'xml:base="/a/"'),
      { url: 'https://example.org/a/b/7' },
    ],
    [
      'a link nobody closed is no link',
      rss(`<item><title>T</title><link>${'&lt;a '.repeat(5000)}</link></item>`),
      { url: null },
    ],
  ]);

  test('where nobody says where the feed lies, its links are meant against its site', async () => {
    expect((await read(rss('<item><link>/7</link></item>'), null)).items[0]?.url).toBe('https://example.org/7');
  });
});

describe('title and content', () => {
  table([
    [
      'a blank title gives way to the next that says something',
      rss('<item><title> </title><dc:title>Steel</dc:title></item>'),
      { title: 'Steel' },
    ],
    [
      'what is said of an item with its media only',
      rss(
        '<item><media:group><media:content url="/a.mp4"><media:title>Steel</media:title></media:content><media:description>On ships.</media:description></media:group></item>',
      ),
      { title: 'Steel', text: 'On ships.' },
    ],
    [
      'full content without its namespace',
      rss('<item><encoded>&lt;p&gt;All of it&lt;/p&gt;</encoded><description>Part</description></item>'),
      { text: 'All of it' },
    ],
    [
      'Atom 0.3 that packs its words',
      atom(`<entry><title mode="base64">${base64('Steel')}</title></entry>`),
      { title: 'Steel' },
    ],
    [
      'Atom 1.0 that packs its words',
      atom(
        `<entry><content type="application/octet-stream">\n ${base64('<p>Steel &amp; ships</p>')}\n</content></entry>`,
      ),
      { html: '<p>Steel &amp; ships</p>' },
    ],
    [
      'words that only say they are of another medium',
      atom('<entry><title type="application/x-words">Steel</title></entry>'),
      { title: 'Steel' },
    ],
    [
      'bytes of another medium are no words',
      atom(
        `<entry><content type="image/png">${base64(Uint8Array.from({ length: 64 }, (_, at) => at * 3))}</content><summary>S</summary></entry>`,
      ),
      { text: 'S' },
    ],
    [
      'numbers of Windows for characters',
      rss('<item><title>It&#146;s \u0093so\u0094</title></item>'),
      { title: 'It’s “so”' },
    ],
  ]);
});

describe('the date of an item', () => {
  const released = '2025-12-04T10:00:00+09:00';
  test.each([
    'atom:published',
    'atom:issued',
    'atom:created',
    'atom:updated',
    'atom:modified',
    'dc:date',
    'dcterms:issued',
    'pubDate',
  ])('%s in RSS', async name => {
    const document = rss(`<item><title>T</title><${name}>2025-12-04 10:00</${name}></item>`);
    expect((await read(document)).items[0]).toMatchObject({ date: released });
  });
});

describe('persons', () => {
  table([
    ['a name as markup', rss('<item><author><b>Kim</b> Jung</author></item>'), { author: 'Kim Jung' }],
    [
      'an address of the web is no name',
      atom('<entry><id>7</id><author><uri>https://example.org/</uri></author></entry>'),
      { author: null },
    ],
    [
      'a mail address alone',
      atom('<entry><id>7</id><author><email>kim@example.org</email></author></entry>'),
      { author: 'kim@example.org' },
    ],
    [
      'those of the feed where the entry has none',
      atom('<author><name>Desk</name></author><entry><id>7</id></entry>'),
      { author: 'Desk' },
    ],
  ]);
});

describe('items in odd places are found', () => {
  const item = '<item><title>A</title></item><item><title>B</title></item>';
  test.each([
    ['without a channel', `<rss version="2.0">${item}</rss>`],
    ['behind a channel closed too early', `<rss version="2.0"><channel><title>N</title></channel>${item}</rss>`],
    [
      'in one channel after the other',
      rss('<item><title>A</title></item></channel><channel><item><title>B</title></item>'),
    ],
    [
      'in the channel of RDF',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>${item}</channel></rdf:RDF>`,
    ],
    [
      'in RDF without a channel',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">${item}</rdf:RDF>`,
    ],
    ['in RSS 1.1', `<Channel xmlns="http://purl.org/net/rss1.1#"><title>N</title><items>${item}</items></Channel>`],
    ['in Atom under the name of RSS', atom(item)],
    ['in RSS under the name of Atom', rss('<entry><title>A</title></entry><entry><title>B</title></entry>')],
    ['in an element nobody closed', rss(`<itunes:category text="News">${item}`)],
    ['in an item nobody closed', rss('<item><title>A</title><item><title>B</title></item>')],
    ['behind what a program printed first', `<br />\n<b>Warning</b>: line 7<br />\n${rss(item)}`],
    ['in a feed within a page', `<html><body>${rss(item)}</body></html>`],
    ['in a feed whose last character is missing', rss(item).slice(0, -1)],
    ['behind CDATA without its end', rss('<item><title><![CDATA[A</title></item><item><title>B</title></item>')],
  ])('%s', async (_, document) => {
    expect(await titles(document)).toEqual(['A', 'B']);
  });

  test('an entry that stands for itself', async () => {
    expect(await titles('<entry xmlns="http://www.w3.org/2005/Atom"><title>A</title></entry>')).toEqual(['A']);
  });

  test('the Channel Definition Format', async () => {
    const { items } = await read(
      '<CHANNEL><TITLE>N</TITLE><ITEM HREF="https://example.org/7" LASTMOD="2025-12-04T10:00+09:00"><TITLE>A</TITLE><ABSTRACT>Words</ABSTRACT></ITEM></CHANNEL>',
    );
    expect(items).toMatchObject([
      { key: 'https://example.org/7', title: 'A', text: 'Words', date: '2025-12-04T10:00:00+09:00' },
    ]);
  });

  test('items within items of a sound feed are part of these', async () => {
    expect(await titles(rss('<item><title>A</title><list><item><title>B</title></item></list></item>'))).toEqual(['A']);
  });

  test('an item that says nothing is listed as it is', async () => {
    expect((await read(rss('<item><itunes:duration>7</itunes:duration></item>'))).items).toEqual([
      {
        key: null,
        url: null,
        title: '',
        text: '',
        html: null,
        date: null,
        updated: null,
        author: null,
        categories: [],
        attachments: [],
      },
    ]);
  });
});

describe('45. what is hostile costs no more than its length', () => {
  test.each([
    ['declarations within an item', rss(`<item><title>T</title></item>${'<!'.repeat(200_000)}`), 1],
    [
      'tags nobody closed',
      rss(`<item><title>T</title><description>${'x&lt;br'.repeat(100_000)}</description></item>`),
      1,
    ],
    ['a person of brackets', rss(`<item><author>${'a@'.repeat(50_000)}${' ('.repeat(50_000)}</author></item>`), 1],
    [
      'the same entity again and again',
      `<!DOCTYPE rss [<!ENTITY a "${'a'.repeat(400)}">]>${rss(`<item><title>T</title><description>${'&a;'.repeat(100_000)}</description></item>`)}`,
      1,
    ],
  ])('%s', async (_, document, count) => {
    const { items } = await read(document);
    expect(items).toHaveLength(count);
    expect(items[0]?.text.length).toBeLessThan(1_000_001);
  });

  test('entities grow by no more than a hundred thousand characters', async () => {
    const bomb = `<!DOCTYPE rss [<!ENTITY a "${'a'.repeat(400)}">]>${rss(`<item><description>${'&a;'.repeat(2_000)}</description></item>`)}`;
    const { text } = (await read(bomb)).items[0] ?? { text: '' };
    expect(text.match(/a{400}/g)).toHaveLength(250);
    expect(text.endsWith('&a;')).toBe(true);
  });
});
