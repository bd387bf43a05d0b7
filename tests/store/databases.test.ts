import { copyFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { wordOf } from '../../src/core/search-line.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { saveDatabase } from '../support/save-database.ts';
import { later, T0 } from '../support/store-samples.ts';

const SAVED = resolve(import.meta.dirname, '../fixtures/databases');
const versions = readdirSync(SAVED).filter(name => name.endsWith('.db'));

async function opened(path: string): Promise<Store> {
  const store = await openStore(`sqlite:${path}`, { authority: 'another.example', now: later(9_999_999) });
  onTestFinished(() => store.close());
  return store;
}

/** What saveDatabase puts into every one of them. */
async function expectSamples(store: Store): Promise<void> {
  expect(await store.installation()).toEqual({
    id: expect.stringMatching(/^[a-z2-7]{26}$/),
    authority: 'notes.example',
    year: 2026,
  });
  const releases = await store.releases({ limit: 10 });
  expect(releases.map(({ id, key, revision }) => [id, key, revision])).toEqual([
    ['harbour/t-fog', '2-5', 1],
    ['harbour/2-4', '2-4', 1],
    ['harbour/2-3', '2-3', 1],
    ['harbour/2-2', '2-2', 1],
    ['harbour/2-1', '2-1', 2],
  ]);
  expect(await store.release('harbour/2-5')).toEqual(releases[0]);
  expect(releases[4]).toMatchObject({ title: '등대 소등 안내 (old lights)', date: '2025-12-30', firstSeen: T0 });
  expect((await store.revisions('harbour/2-1')).map(({ revision, recordedAt }) => [revision, recordedAt])).toEqual([
    [1, T0],
    [2, later(600)],
  ]);
  expect(
    (await store.deliveries()).map(({ release, destination, state, reason }) => [release, destination, state, reason]),
  ).toEqual([
    ['harbour/2-4', 'console', 'dead', 'paused'],
    ['harbour/2-4', 'slack:C0001', 'queued', null],
    ['harbour/2-3', 'console', 'dead', 'paused'],
    ['harbour/2-3', 'slack:C0001', 'waiting', 'rate limited'],
    ['harbour/2-2', 'console', 'dead', 'paused'],
    ['harbour/2-2', 'slack:C0001', 'sent', null],
  ]);
  expect(await store.deliveryCounts()).toEqual([
    { platform: 'console', state: 'dead', count: 3 },
    { platform: 'slack', state: 'queued', count: 1 },
    { platform: 'slack', state: 'sent', count: 1 },
    { platform: 'slack', state: 'waiting', count: 1 },
  ]);
  expect(await store.deliveries({ state: 'sent' })).toMatchObject([
    { receipt: { channel: 'C0001', message: '17.01' }, sentAt: later(602), attempts: 1, subscriptions: [1] },
  ]);
  expect((await store.subscriptions()).map(one => [one.id, one.to, one.normal, one.state, one.createdBy])).toEqual([
    [1, 'slack:C0001', 'topic:shipping', 'active', 'slack:U0001'],
    [2, 'console', 'country:kr', 'paused', 'cli'],
    [3, 'slack:C0001', 'country:no', 'active', 'config'],
  ]);
  expect(await store.sources()).toMatchObject([
    {
      id: 'harbour',
      status: 'new',
      baselineAt: T0,
      counts: { new: 3, revised: 1, adopted: 1 },
      validators: { etag: '"b1"' },
    },
    { id: 'lights', status: 'unhealthy', failures: 1, fault: 'timeout' },
  ]);
}

/** What was recorded before there was an index is found by it. */
async function expectFound(store: Store): Promise<void> {
  const found = async (...words: readonly string[]) => {
    const superset = { words: { is: 'words', words, open: false }, from: null, to: null } as const;
    return (await store.candidates(superset, { limit: 10 })).map(({ id }) => id);
  };
  expect(await found('note', '2', '3')).toEqual(['harbour/2-3']);
  expect(await found('corrected')).toEqual(['harbour/2-1']);
  expect(await found(...[...'등대'].map(wordOf))).toEqual(['harbour/2-1']);
  expect(await found(wordOf('topic:shipping'))).toHaveLength(5);
}

/** The bot can go on with it: what waited is sent as it was frozen. */
async function expectWork(store: Store): Promise<void> {
  const work = await store.next('slack:C0001', later(700));
  expect(work).toMatchObject({ delivery: { release: 'harbour/2-3' }, frozen: true });
  const [waiting] = await store.deliveries({ state: 'waiting' });
  expect(await store.claim(waiting!.id, { text: 'another' }, later(700))).toMatchObject({ body: { text: 'Note 2-3' } });
}

describe('databases of every released version', () => {
  test('there is at least the first one', () => {
    expect(versions).toContain('0.1.0.db');
  });

  test.each(versions)('%s opens, and everything is there', async name => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    copyFileSync(join(SAVED, name), path);
    const store = await opened(path);
    await expectSamples(store);
    await expectFound(store);
    await expectWork(store);
  });

  test('one that is saved now reads the same', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await saveDatabase(path);
    const store = await opened(path);
    await expectSamples(store);
    await expectFound(store);
  });
});
