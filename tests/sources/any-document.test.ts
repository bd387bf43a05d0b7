import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import type { Unhealthy } from '../../src/sources/fault.ts';
import { PARSERS, type Parser } from '../../src/sources/parsers.ts';
import { listPage } from '../support/board-html.ts';
import { NEWS_SELECT, newsPage } from '../support/news-html.ts';

const AT = { what: 'it', url: 'https://example.org/', zone: 'Asia/Seoul' };
const PLACES = {
  boardList: { ...AT, profile: null },
  boardPage: { ...AT, profile: null },
  board: { ...AT, profile: null },
  feed: { ...AT, distinct: true },
  listing: { ...AT, select: NEWS_SELECT },
  text: AT,
  guess: { ...AT, contentType: null },
} as const;

const ARTICLE = { number: 7, code: 2, title: 'Steel', body: 'Text.', date: '2025-12-04', category: null, files: [] };

const HOSTILE =
  '<p>Text</p><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">more</a>';
const ESCAPED = HOSTILE.replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Documents that are sound, and pieces that would act wherever they came to stand. */
const WHOLE = [
  `<rss version="2.0"><channel><title>News</title><item><title>Steel</title><guid>1</guid><pubDate>Thu, 04 Dec 2025 01:00:00 GMT</pubDate><description>${ESCAPED}</description></item></channel></rss>`,
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>urn:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Steel</div></title><updated>2025-12-04T00:00:00Z</updated><content type="html">${ESCAPED}</content></entry></feed>`,
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'News',
    items: [{ id: '1', title: 'Steel', content_html: HOSTILE, date_published: '2025-12-04' }],
  }),
  listPage([{ ...ARTICLE, shownTo: null }], 1, 1),
  newsPage([{ ...ARTICLE, shownTo: null }]),
  '-\nSteel quota\nText of the release.date2025-12-04\n-\nAnother\nText.date2025-12-05',
];
const PIECES = [
  ...[
    '<',
    '>',
    '&',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
    '<?xml version="1.0"?>',
    '<!DOCTYPE a [<!ENTITY b "bbbb">]>',
    '&b;',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">',
    '<svg onload=alert(1)>',
  ],
  ...['\u0000', '\u001b[31m', '\u202e', '\ud83d', '\ufffe', '\u00ad', '{', '}', '"', '[', ']', ',', '\\u0000', 'null'],
  ...[
    '<item>',
    '</item>',
    '<entry>',
    '</channel>',
    '<li>',
    'date2025-13-40',
    '-\n',
    '\r\n',
    'xmlns=""',
    '<div>'.repeat(40),
  ],
];

/** A sound document with some of it cut out, said twice, or put in the place of something else. */
const documents = fc
  .tuple(
    fc.constantFrom(...WHOLE),
    fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.constantFrom(...PIECES), fc.boolean()),
      { maxLength: 6 },
    ),
  )
  .map(([whole, changes]) =>
    changes.reduce((text, [where, length, piece, twice]) => {
      const at = Math.floor(where * text.length);
      return `${text.slice(0, at)}${piece}${twice ? text.slice(Math.max(0, at - length)) : text.slice(at + length)}`;
    }, whole),
  );

/** Within a tag: as a text it may be said. */
const ACTS = /<script|<svg|<iframe|<[^>]*\son\w+=|<[^>]*javascript:/i;

test.each(Object.keys(PARSERS) as Parser[])(
  'security rule 17: any document, read as %s, is items that are clean and stand alone, or a fault that says why',
  async name => {
    const parse = (await PARSERS[name]()) as (text: string, at: object) => Promise<object> | object;
    let read = 0;
    await fc.assert(
      fc.asyncProperty(documents, async text => {
        const answer = await parse(text, PLACES[name]);
        if ('is' in answer) return void expect((answer as Unhealthy).reason).not.toBe('');
        const { items = [] } = answer as { readonly items?: readonly Item[] };
        read += items.length;
        const keys = items.flatMap(({ key }) => key ?? []);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { title, text: said, html } of items) {
          for (const one of [title, said, html])
            if (typeof one === 'string') {
              expect(one.isWellFormed()).toBe(true);
              expect(one).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\u202e]/);
            }
          if (typeof html === 'string') expect(html).not.toMatch(ACTS);
        }
      }),
      { numRuns: 1000 },
    );
    if (['board', 'feed', 'listing', 'text'].includes(name)) expect(read).toBeGreaterThan(50);
  },
);
