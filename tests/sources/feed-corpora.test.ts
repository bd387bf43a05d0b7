import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { parseFeed } from '../../src/sources/feed-parse.ts';
import { sharedFile } from '../support/shared.ts';

const gofeed = sharedFile('data/corpora/gofeed-translator.tar.gz');
const feedsmith = sharedFile('data/corpora/feedsmith-references.tar.gz');
const folder = mkdtempSync(join(tmpdir(), 'gwanbo-corpora-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Pair {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

/** Every document of an unpacked archive that has an expectation beside it. */
function pairs(archive: string): Pair[] {
  const into = mkdtempSync(join(folder, 'archive-'));
  execFileSync('tar', ['xzf', archive, '-C', into]);
  const files = readdirSync(into, { recursive: true, encoding: 'utf8' });
  return files.flatMap(name => {
    const expected = name.endsWith('.xml')
      ? name.replace(/\.xml$/, '.json')
      : name.replace(/\.json$/, '_expected.json');
    return expected !== name && files.includes(expected)
      ? [{ name, input: join(into, name), expected: join(into, expected) }]
      : [];
  });
}

interface Expected {
  readonly title?: string | null;
  readonly link?: string | null;
  readonly id?: string | null;
}

/** Which of the expected values an item has, each as "title", "link" or "id"; absent ones are not counted. */
function compare(item: Item | undefined, expected: Expected): { right: string[]; wrong: string[] } {
  const got = { title: item?.title, link: item?.url, id: item?.key };
  const asked = (['title', 'link', 'id'] as const).filter(name => expected[name]);
  return {
    right: asked.filter(name => got[name] === expected[name]),
    wrong: asked.filter(name => got[name] !== expected[name]),
  };
}

async function run(all: readonly Pair[], expectedOf: (json: never) => readonly Expected[], base: string | null) {
  const wrong: string[] = [];
  let right = 0;
  for (const { name, input, expected } of all) {
    const entries = expectedOf(JSON.parse(readFileSync(expected, 'utf8')) as never);
    const parsed = await parseFeed(readFileSync(input, 'utf8'), { url: base, zone: 'UTC' });
    const items = parsed.is === 'feed' ? parsed.items : [];
    const misses = entries.flatMap((entry, at) => compare(items[at], entry).wrong);
    if (items.length === entries.length && misses.length === 0) right++;
    else wrong.push(`${name}: ${items.length} of ${entries.length} items ${misses.join(' ')}`);
  }
  return { read: `${right} of ${all.length}`, wrong };
}

describe.skipIf(gofeed === null || feedsmith === null)('public corpora (need SHARED_DIR)', () => {
  test("gofeed's translator pairs: the right items, titles, links and ids", async () => {
    const expectedOf = (json: { items?: { title?: string; link?: string; guid?: string }[] }) =>
      (json.items ?? []).map(({ title, link, guid }) => ({
        title: title ?? null,
        link: link ?? null,
        id: guid ?? null,
      }));
    const { read, wrong } = await run(pairs(gofeed ?? ''), expectedOf, 'http://example.org/feed');
    // What is missed on purpose: of several links the first is taken, and an item of one foreign element is empty.
    expect(wrong.map(line => line.replace(/.*\/(.*)\.xml.*/, '$1')).toSorted()).toEqual([
      'feed_item_category_-_rss_channel_item_custom',
      'feed_item_links_-_rss_channel_item_links',
    ]);
    expect(read).toBe('95 of 97');
  });

  test("feedsmith's reference pairs: the right items, titles and ids", async () => {
    type Entry = { title?: string | { value: string }; link?: string; id?: string; guid?: { value: string } };
    const expectedOf = (json: { items?: Entry[]; entries?: Entry[] }) =>
      (json.items ?? json.entries ?? []).map(({ title, link, id, guid }) => ({
        title: (typeof title === 'string' ? title : title?.value) ?? null,
        link: link ?? null,
        id: guid?.value ?? id ?? null,
      }));
    const all = pairs(feedsmith ?? '').filter(({ name }) => name.includes('/feeds/') || name.startsWith('src/feeds'));
    const { read, wrong } = await run(all, expectedOf, null);
    expect(wrong).toEqual([]);
    expect(read).toBe('13 of 13');
  });
});
