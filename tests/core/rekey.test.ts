import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { normalize } from '../../src/core/normalize.ts';
import { type Known, reconcile } from '../../src/core/reconcile.ts';
import { rekey } from '../../src/core/rekey.ts';
import { NO_FACETS } from '../../src/core/release.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();
const zone = 'Asia/Seoul';
const at = { now: '2026-03-02T01:00:00Z', zone, quiet: false, digest, classify: () => NO_FACETS };

const item = (key: string, title: string, more: Partial<Item> = {}): Item => ({
  key,
  url: `https://new.example/${key}`,
  title,
  text: `${title} was announced.`,
  html: null,
  date: '2026-03-01',
  updated: null,
  author: null,
  categories: [],
  attachments: [],
  ...more,
});
const drafts = (items: readonly Item[]) => normalize(items, { source: 'motir', zone, digest });

/** These items as a store knows them. */
const recorded = (items: readonly Item[]): Known[] =>
  reconcile(drafts(items), [], at).fresh.map(one => ({ ...one, keys: [one.release.key] }));

function rekeyed(before: readonly Item[], now: readonly Item[]) {
  const known = recorded(before);
  const { changes, rekeyed: count, doubled } = rekey(reconcile(drafts(now), known, at), known);
  return {
    count,
    doubled,
    fresh: changes.fresh.map(one => one.release.key),
    moved: changes.adopted.map(one => [one.from, one.key, one.release]),
    listed: changes.listed.map(one => one.release),
  };
}

const titles = ['Steel', 'Ships', 'Chips', 'Cars'];
const old = titles.map((title, nth) => item(`a${nth}`, title));
/** The same under another key and address. */
const renamed = (one: Item): Item => ({ ...one, key: `b${one.key}`, url: `${one.url}b` });

describe('35. known releases under new keys', () => {
  test('keep their ids, and what is really new stays new', () => {
    const now = [item('b9', 'Energy'), ...titles.map((title, nth) => item(`b${nth}`, title))];
    expect(rekeyed(old, now)).toEqual({
      count: 4,
      doubled: 0,
      fresh: ['b9'],
      moved: [3, 2, 1, 0].map(nth => [`a${nth}`, `b${nth}`, `motir/a${nth}`]),
      listed: ['motir/a3', 'motir/a2', 'motir/a1', 'motir/a0', 'motir/b9'],
    });
  });

  test.each([
    {
      case: 'half of the new ones are not enough',
      now: [...old.slice(0, 3).map(renamed), item('x', 'X'), item('y', 'Y'), item('z', 'Z')],
      doubled: 3,
    },
    { case: 'nor are two', now: old.slice(0, 2).map(renamed), doubled: 2 },
    {
      case: 'nor those whose old key is still listed',
      now: [...old, ...old.map(renamed)],
      doubled: 4,
    },
    {
      case: '41. nor two whose old key is still listed: they are others with the same title and day',
      now: [...old, ...old.slice(2).map(renamed)],
      doubled: 0,
    },
    {
      case: 'nor items of another day',
      now: old.map(one => ({ ...renamed(one), date: '2026-03-02' })),
      doubled: 0,
    },
  ])('$case', ({ now, doubled }) => expect(rekeyed(old, now)).toMatchObject({ count: 0, doubled, moved: [] }));

  test('undated items with a recurring title are never taken for one another', () => {
    const weekly = (keys: string) =>
      [...keys].map(key => item(key, 'Weekly notice', { date: null, text: `No. ${key}` }));
    expect(rekeyed(weekly('abcd'), weekly('efgh'))).toMatchObject({ count: 0, fresh: ['h', 'g', 'f', 'e'] });
  });

  test('41. of several with one title and day only those with the same text are the same', () => {
    const many = (keys: string, texts: string) =>
      [...keys].map((key, nth) => item(key, 'Notice of an auction', { text: `Lot ${texts[nth]}.` }));
    expect(rekeyed(many('abcd', '1234'), many('efgh', '5678'))).toMatchObject({ count: 0 });
    expect(rekeyed(many('abcd', '1234'), many('efgh', '4312'))).toMatchObject({
      count: 4,
      moved: [
        ['b', 'h', 'motir/b'],
        ['a', 'g', 'motir/a'],
        ['c', 'f', 'motir/c'],
        ['d', 'e', 'motir/d'],
      ],
    });
  });
});
