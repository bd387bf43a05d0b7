import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLanguage } from '../../src/app/language.ts';
import { reclassify } from '../../src/app/reclassify.ts';
import { NO_FACETS } from '../../src/core/release.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { vocabulary } from '../support/language.ts';
import { asks, batch, release, T0 } from '../support/store-samples.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const language = openLanguage(vocabulary, log);
const steel = (key: string, text = 'Steel.') =>
  release(key, { title: 'Steel Talks With Canada', text, topics: [], countries: [], facets: NO_FACETS });

async function openedStore(url: string) {
  return openStore(url, { authority: 'notes.example', now: T0 });
}

function emptyFolder() {
  const folder = openFolder();
  onTestFinished(folder.remove);
  return folder;
}

test('releases of another vocabulary are classified again, a few at a time, until there are none', async () => {
  const store = await openedStore(emptyFolder().database);
  onTestFinished(() => store.close());
  await store.record(batch(['1', '2', '3'].map(key => steel(key))));
  const most = { releases: 2, characters: 1000 };
  const turn = () => reclassify({ store, language, log }, most);
  expect([await turn(), await turn(), await turn()]).toEqual([2, 1, 0]);
  expect(await store.release('harbour/3')).toMatchObject({
    topics: ['diplomacy', 'steel'],
    countries: ['ca'],
    revision: 1,
    updated: T0,
    facets: { type: 'talks', version: vocabulary.version },
  });
});

test('a long text is a turn of its own', async () => {
  const store = await openedStore(emptyFolder().database);
  onTestFinished(() => store.close());
  await store.record(batch([steel('1', 'Steel. '.repeat(100)), steel('2'), steel('3')]));
  const sizes: number[] = [];
  for (let size = -1; size !== 0; sizes.push(size))
    size = await reclassify({ store, language, log }, { releases: 10, characters: 100 });
  expect(sizes).toEqual([1, 2, 0]);
});

test('a bot does it while it runs, and alerts nobody', async () => {
  const folder = emptyFolder();
  const before = await openedStore(folder.database);
  await before.record(batch([steel('1'), steel('2')]));
  await before.follow(asks('console', { normal: 'topic:steel' }), T0);
  await before.close();

  const board = await startFakeBoard();
  onTestFinished(() => board.close());
  const source = { id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s' };
  const bot = await startBot({ sources: [source] }, { DATABASE_URL: folder.database });
  try {
    await until('the facets', () => bot.logged().includes('classified again'), bot.logged);
  } finally {
    await bot.stop();
  }
  const after = await openedStore(folder.database);
  onTestFinished(() => after.close());
  expect(await after.outdated(vocabulary.version, 10)).toEqual([]);
  expect((await after.release('harbour/1'))?.topics).toEqual(['diplomacy', 'steel']);
  expect(await after.deliveries()).toEqual([]);
});

test('a row of a version that kept fewer facets is read whole', async () => {
  const store = await openedStore(`sqlite:${join(emptyFolder().path, 'old.db')}`);
  onTestFinished(() => store.close());
  const { topics, countries, agencies, mentions, evidence, lead } = NO_FACETS;
  const facets = { topics, countries, agencies, mentions, evidence, lead } as unknown as typeof NO_FACETS;
  await store.record(batch([release('1', { facets: { ...facets, version: '' } })]));
  expect((await store.release('harbour/1'))?.facets).toEqual(NO_FACETS);
});
