import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { find, matchesOf, survey } from '../../src/app/archive.ts';
import { openLanguage } from '../../src/app/language.ts';
import type { Query } from '../../src/core/query.ts';
import type { Release } from '../../src/core/release.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { releaseOf, vocabulary } from '../support/language.ts';
import { randomQuery, randomReleases } from '../support/random-archive.ts';
import { silentLog } from '../support/silent-log.ts';
import { batch, T0 } from '../support/store-samples.ts';

const language = openLanguage(vocabulary, silentLog());

async function opened(path = join(temporaryFolder(), 'gwanbo.db')): Promise<Store> {
  const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0, lines: language.lines });
  onTestFinished(() => store.close());
  return store;
}

/** Every release of a store that a query matches, newest first, without an index. */
async function walked(query: Query, store: Store): Promise<readonly string[]> {
  const all = await store.releases({ limit: 10_000 });
  return all.filter(release => language.match(query, release) !== null).map(({ id }) => id);
}

const idsOf = (releases: readonly Release[]) => releases.map(({ id }) => id);
const ask = (text: string) => language.parse(text);

/** Three years of twelve, numbered by month; every third is of steel, Korean ones among them. */
async function filled(): Promise<Store> {
  const store = await opened();
  const releases = Array.from({ length: 36 }, (_, at) => {
    const date = Temporal.PlainDate.from('2023-01-15').add({ months: at }).toString();
    const more = { id: `motir/2-${at}`, key: `2-${at}`, date };
    if (at % 9 === 0) return releaseOf('철강협회와 간담회', '철강업계의 애로를 들었다.', more);
    return at % 3 === 0
      ? releaseOf('Steel Talks with Canada', 'Steel and the EU were named, AI was not.', more)
      : releaseOf('Ceramics Day', 'The Ministry of Trade, Industry and Resources (MOTIR) held a fair for ai.', more);
  });
  await store.record(batch(releases));
  return store;
}

describe('search', () => {
  test.each([
    ['steel', 8],
    ['topic:steel', 12],
    ['철강', 4],
    ['철강협회', 4],
    ['강철', 0],
    ['AI', 8],
    ['ai', 24],
    ['EU', 8],
    ['trade', 0],
    ['"steel talks" country:ca', 8],
    ['-steel', 28],
    ['country:ca date>=2025-01-01', 3],
    ['철강 OR ceramics', 28],
  ])('%s finds %i of 36', async (text, count) => {
    const store = await filled();
    const found = await find(ask(text), { limit: 100 }, { store, language });
    expect(found).toHaveLength(count);
    expect(idsOf(found)).toEqual(await walked(ask(text), store));
  });

  test('pages are the whole cut in pieces, whatever their size', async () => {
    const store = await filled();
    const tools = { store, language };
    const whole = idsOf(await find(ask('topic:steel'), { limit: 100 }, tools));
    for (const limit of [1, 5, 12]) {
      const pieces: string[] = [];
      for (;;) {
        const after = pieces.at(-1);
        const page = await find(ask('topic:steel'), { limit, ...(after === undefined ? {} : { after }) }, tools);
        if (page.length === 0) break;
        pieces.push(...idsOf(page));
      }
      expect(pieces).toEqual(whole);
    }
  });

  test('a page after what is not recorded is empty, and none is asked for is none', async () => {
    const store = await filled();
    expect(await find(ask('steel'), { limit: 5, after: 'motir/none' }, { store, language })).toEqual([]);
    expect(await find(ask('steel'), { limit: 0 }, { store, language })).toEqual([]);
    expect(await find(null, { limit: 2, after: 'motir/2-35' }, { store, language })).toHaveLength(2);
  });

  test('a stretch begins on a day', async () => {
    const store = await filled();
    const found: string[] = [];
    for await (const { day } of matchesOf(ask('topic:steel'), { from: '2025-04-15' }, { store, language }))
      found.push(day);
    expect(found).toEqual(['2025-10-15', '2025-07-15', '2025-04-15']);
  });

  test('a survey counts all and shows the newest', async () => {
    const store = await filled();
    const { latest, ...counts } = await survey(ask('steel'), 2, { store, language });
    expect(counts).toEqual({ count: 8, of: 36, since: '2023-01-15' });
    expect(latest.map(({ date }) => date)).toEqual(['2025-10-15', '2025-07-15']);
  });
});

describe('the index keeps step', () => {
  test('a correction is found by its new words and its new day, and not by the old', async () => {
    const store = await filled();
    const tools = { store, language };
    const before = await store.release('motir/2-1');
    const after = { ...releaseOf('Zinc Day', 'Zinc.', before ?? {}), title: 'Zinc Day', text: 'Zinc.', revision: 2 };
    await store.record(batch([], { revised: [{ after: { ...after, date: '2026-01-01' }, fingerprint: 't-2-1' }] }));
    expect(idsOf(await find(ask('zinc'), { limit: 9 }, tools))).toEqual(['motir/2-1']);
    expect(await find(ask('ceramics'), { limit: 99 }, tools)).toHaveLength(23);
    expect(idsOf(await find(ask('-nothing'), { limit: 1 }, tools))).toEqual(['motir/2-1']);
  });

  test('what another program writes into a release is found the next time', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await opened(path);
    await store.record(batch([releaseOf('Ceramics Day', 'A fair.', { id: 'motir/1', key: '1' })]));
    const db = new DatabaseSync(path);
    db.exec(`UPDATE "release" SET topics = '["steel"]', text = 'A foundry.'`);
    expect(await find(ask('topic:steel foundry'), { limit: 9 }, { store, language })).toHaveLength(1);
    db.exec('PRAGMA foreign_keys = OFF; DELETE FROM alias; DELETE FROM revision; DELETE FROM "release"');
    db.close();
    expect(await find(ask('foundry'), { limit: 9 }, { store, language })).toEqual([]);
    expect(await find(ask('-zinc'), { limit: 9 }, { store, language })).toEqual([]);
  });

  test('other formulae make other lines', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await opened(path);
    await store.record(batch([releaseOf('Talks', 'The Harbour Office spoke.', { id: 'motir/1', key: '1' })]));
    expect(await find(ask('harbour'), { limit: 9 }, { store, language })).toHaveLength(1);
    const harbour = openLanguage({ ...vocabulary, formulae: ['Harbour Office'] }, silentLog());
    const other = await openStore(`sqlite:${path}`, { authority: 'a', now: T0, lines: harbour.lines });
    onTestFinished(() => other.close());
    expect(await find(ask('harbour'), { limit: 9 }, { store: other, language: harbour })).toEqual([]);
    expect(await find(ask('spoke'), { limit: 9 }, { store: other, language: harbour })).toHaveLength(1);
  });

  test('a first search of hundreds of releases that have no line yet finds them all', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await opened(path);
    await store.record(
      batch(Array.from({ length: 150 }, (_, at) => releaseOf('Steel', 'Talks.', { id: `motir/${at}`, key: `${at}` }))),
    );
    const db = new DatabaseSync(path);
    db.exec("DELETE FROM line_index; UPDATE release_line SET place = NULL, stale = 1, line = ''");
    db.close();
    expect(await find(ask('steel'), { limit: 500 }, { store, language })).toHaveLength(150);
  });
});

test('searching is walking: any query on any archive, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomReleases(30),
      fc.array(randomQuery, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 7 }),
      async (releases, queries, limit) => {
        const store = await openStore(`sqlite:${join(temporaryFolder(), 'gwanbo.db')}`, {
          authority: 'notes.example',
          now: T0,
          lines: language.lines,
        });
        try {
          for (const [source, some] of Map.groupBy(releases, one => one.source))
            await store.record(batch(some, { source }));
          for (const query of queries) {
            const expected = await walked(query, store);
            expect(idsOf(await find(query, { limit: 100 }, { store, language })), query.normal).toEqual(expected);
            const first = await find(query, { limit }, { store, language });
            const after = first.at(-1)?.id;
            const rest = after === undefined ? [] : await find(query, { limit: 100, after }, { store, language });
            expect(idsOf([...first, ...rest]), query.normal).toEqual(expected);
          }
        } finally {
          await store.close();
        }
      },
    ),
    { numRuns: 40 },
  );
});
