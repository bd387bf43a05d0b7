import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { afterAll, describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { parseFeed } from '../../src/sources/feed-parse.ts';
import { sharedFile } from '../support/shared.ts';

const gofeed = sharedFile('data/corpora/gofeed-translator.tar.gz');
const feedsmith = sharedFile('data/corpora/feedsmith-references.tar.gz');
const folder = mkdtempSync(join(tmpdir(), 'gwanbo-corpora-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the feeds are said to lie: relative links of documents and of expectations are meant against it. */
const BASE = 'http://example.org/feed';

interface Pair {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

/** Every feed of an unpacked archive that has an expectation beside it (lists of feeds are none). */
function pairs(archive: string): Pair[] {
  const into = mkdtempSync(join(folder, 'archive-'));
  execFileSync('tar', ['xzf', archive, '-C', into]);
  const files = readdirSync(into, { recursive: true, encoding: 'utf8' }).filter(name => !name.includes('opml'));
  return files.flatMap(name => {
    const expected = name.endsWith('.xml')
      ? name.replace(/\.xml$/, '.json')
      : name.replace(/\.json$/, '_expected.json');
    return expected !== name && files.includes(expected)
      ? [{ name, input: join(into, name), expected: join(into, expected) }]
      : [];
  });
}

/** What a reference says of an item; null where it says nothing. */
interface Expected {
  readonly title: string | null;
  readonly link: string | null;
  readonly id: string | null;
  readonly date: string | null;
  readonly author: string | null;
  readonly content: string | null;
}
type Field = keyof Expected;

/** The words of a text that may be HTML, by a parser that is not ours. */
function wordsOf(html: string | null): string {
  return textContent(parseDocument(html ?? ''))
    .replace(/\s+/g, ' ')
    .trim();
}
/** Blocks of markup that touch have a space between them here and none there. */
const letters = (text: string) => text.replace(/\s/g, '');
const instant = (date: string | null | undefined) => (date ? Date.parse(date) : null);
const absolute = (link: string | null) => (link === null ? null : (URL.parse(link, BASE)?.href ?? link));

/** The fields in which an item is not what the reference says, each with what it is. */
function misses(item: Item | undefined, expected: Expected, inherited: string | null): string[] {
  const right: Record<Field, boolean> = {
    title: item?.title === wordsOf(expected.title),
    // Items without a link of their own are found by what serves as one: an id or an address of RDF.
    link: expected.link ? absolute(item?.url ?? null) === absolute(expected.link) : !item?.url || item.url === item.key,
    // Items without an id are known by their link.
    id: expected.id ? item?.key === expected.id : item?.key === item?.url,
    date: instant(item?.date) === instant(expected.date),
    // Entries without an author have their feed's (RFC 4287 section 4.2.1).
    author: (item?.author ?? null) === (expected.author ?? inherited),
    content: letters(item?.text ?? '') === letters(wordsOf(expected.content)),
  };
  const got = { ...item, link: item?.url, id: item?.key, content: item?.text } as Record<Field, unknown>;
  const fields = Object.keys(right) as Field[];
  return fields.filter(field => !right[field]).map(field => `${field} ${JSON.stringify(got[field])}`);
}

interface Reference {
  readonly title: string | null;
  readonly author: string | null;
  readonly items: readonly Expected[];
}

async function run(all: readonly Pair[], read: (json: never, input: string) => Reference) {
  const wrong: Record<string, string[]> = {};
  for (const { name, input, expected } of all) {
    const text = readFileSync(input, 'utf8');
    const reference = read(JSON.parse(readFileSync(expected, 'utf8')) as never, text);
    const parsed = await parseFeed(text, { url: BASE, zone: 'UTC' });
    const items = parsed.is === 'feed' ? parsed.items : [];
    const title = parsed.is === 'feed' ? parsed.title : null;
    const found = reference.items.flatMap((one, at) => misses(items[at], one, reference.author));
    if (items.length !== reference.items.length) found.push(`${items.length} items`);
    if (wordsOf(title) !== wordsOf(reference.title)) found.push(`title of the feed ${JSON.stringify(title)}`);
    if (found.length > 0) wrong[name.replace(/^.*\/|\.\w+$/g, '')] = found;
  }
  return wrong;
}

interface Person {
  readonly name?: string;
  readonly email?: string;
}
const named = (persons: readonly (Person | string)[] | undefined) =>
  [...new Set(persons?.map(one => (typeof one === 'string' ? one : (one.name ?? one.email ?? ''))))]
    .filter(name => name !== '')
    .join(', ') || null;
/** The name in "mail@example.org (Name)". */
const plainName = (person: string) => /\((.*)\)/.exec(person)?.[1] ?? person;

// The cases that are missed, on purpose; tests/README.md says why.
describe.skipIf(gofeed === null || feedsmith === null)('public corpora (need SHARED_DIR)', () => {
  test("gofeed's translator pairs: items with the right title, link, id, date, author and content", async () => {
    interface Feed {
      readonly title?: string;
      readonly authors?: Person[];
      readonly items?: {
        readonly title?: string;
        readonly link?: string;
        readonly guid?: string;
        readonly publishedParsed?: string;
        readonly updatedParsed?: string;
        readonly authors?: Person[];
        readonly content?: string;
        readonly description?: string;
      }[];
      readonly feedType: string;
    }
    const all = pairs(gofeed ?? '');
    // The address of an item of RDF is its id; this reference leaves it out.
    const about = (text: string) => [...text.matchAll(/<item rdf:about="([^"]*)"/g)].map(([, id]) => id);
    const wrong = await run(all, (feed: Feed, text) => ({
      title: feed.title ?? null,
      author: feed.feedType === 'rss' ? null : named(feed.authors),
      items: (feed.items ?? []).map((item, at) => ({
        title: item.title ?? null,
        link: item.link ?? null,
        id: item.guid ?? about(text)[at] ?? null,
        date: item.publishedParsed ?? item.updatedParsed ?? null,
        author: named(item.authors),
        content: item.content ?? item.description ?? null,
      })),
    }));
    expect(wrong).toEqual({
      'feed_item_links_-_rss_channel_item_links': ['link "http://example.org"'],
    });
    expect(all).toHaveLength(97);
  });

  test("feedsmith's reference pairs: items with the right title, link, id, date, author and content", async () => {
    type Text = string | { readonly value: string };
    interface Entry {
      readonly title?: Text;
      readonly link?: string;
      readonly links?: { readonly href: string; readonly rel?: string }[];
      readonly id?: string;
      readonly guid?: Text;
      readonly rdf?: { readonly about?: string };
      readonly pubDate?: string;
      readonly published?: string;
      readonly updated?: string;
      readonly authors?: (Person | string)[];
      readonly dc?: {
        readonly creators?: string[];
        readonly dates?: string[];
        readonly descriptions?: string[];
        readonly identifiers?: string[];
      };
      readonly content?: Text | { readonly encoded: string };
      readonly description?: string;
      readonly summary?: Text;
    }
    const textOf = (text: Text | { readonly encoded: string } | undefined): string | null =>
      text === undefined ? null : typeof text === 'string' ? text : 'encoded' in text ? text.encoded : text.value;
    const all = pairs(feedsmith ?? '');
    const wrong = await run(all, (feed: { items?: Entry[]; entries?: Entry[]; title?: Text; authors?: Person[] }) => ({
      title: textOf(feed.title),
      author: named(feed.authors),
      items: (feed.items ?? feed.entries ?? []).map(entry => ({
        title: textOf(entry.title),
        link: entry.link ?? entry.links?.find(link => (link.rel ?? 'alternate') === 'alternate')?.href ?? null,
        id: textOf(entry.guid) ?? entry.id ?? entry.rdf?.about ?? entry.dc?.identifiers?.[0] ?? null,
        date: entry.pubDate ?? entry.published ?? entry.dc?.dates?.[0] ?? entry.updated ?? null,
        author: named(
          entry.authors?.map(one => (typeof one === 'string' ? plainName(one) : one)) ?? entry.dc?.creators,
        ),
        content:
          textOf(entry.content) ?? entry.description ?? textOf(entry.summary) ?? entry.dc?.descriptions?.[0] ?? null,
      })),
    }));
    expect(wrong).toEqual({});
    expect(all).toHaveLength(13);
  });
});
