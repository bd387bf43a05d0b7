import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { readEnvironment } from '../../src/app/environment.ts';
import { openLanguage } from '../../src/app/language.ts';
import { openRoster } from '../../src/app/roster.ts';
import { readStatus } from '../../src/app/status.ts';
import { takeLock } from '../../src/store/lock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { vocabulary } from '../support/language.ts';
import { silentLog } from '../support/silent-log.ts';
import { alert, asks, batch, later, poll, release, T0 } from '../support/store-samples.ts';

/** A record of a harbour, and its status so many seconds after T0. */
async function openHarbour() {
  const path = join(temporaryFolder(), 'harbour.db');
  const environment = readEnvironment({ DATABASE_URL: `sqlite:${path}` }, String);
  const store = await openStore(environment.databaseUrl, { authority: 'notes.example', now: T0 });
  const source = { id: 'harbour', kind: 'feed', url: 'http://127.0.0.1:1/feed' };
  const config = loadConfig('t.yaml', JSON.stringify({ sources: [source] }));
  const log = silentLog();
  const roster = await openRoster(store, config, log);
  const language = openLanguage({ ...vocabulary, sources: ['harbour', 'lights'] }, log);
  const status = (seconds: number) => {
    const clock = { now: () => Temporal.Instant.from(later(seconds)), chance: () => 0 };
    return readStatus({ store, environment, clock, config, language, roster });
  };
  return { path, store, status };
}

test('problems are told with what mends them, and end with them', async () => {
  const { path, store, status } = await openHarbour();
  expect(await status(0), 'of what was never read nobody can say that it is well').toMatchObject({
    ok: false,
    problems: [{ what: 'no source was ever read: nothing is watched yet', fix: expect.stringContaining('start') }],
    running: false,
  });
  const starting = takeLock(path);
  expect(await status(0), 'one that runs is about to').toMatchObject({ ok: true, problems: [], running: true });
  starting.release();

  await store.enrol(['harbour'], T0);
  await store.polled(poll(T0, { status: 'unhealthy', fault: 'network', error: 'it cannot be reached' }));
  const { subscription } = await store.follow(asks('slack:C1', { normal: 'topic:steel' }), T0);
  const notes = ['1', '2', '3'].map(key => release(key));
  await store.record(batch(notes, { deliveries: notes.map(note => alert(note, 'slack:C1', [subscription.id])) }));
  const settle = async (outcome: Parameters<typeof store.settle>[1]) => {
    const work = await store.next('slack:C1', T0);
    if (work === null || !('delivery' in work)) throw new Error('nothing to send');
    await store.claim(work.delivery.id, {}, T0);
    await store.settle(work.delivery.id, outcome, T0);
  };
  await settle({ is: 'hold', reason: 'no token' });
  await settle({ is: 'unsure', reason: 'no answer' });
  const said = async (seconds: number) => (await status(seconds)).problems.map(({ what }) => what);
  expect(await said(60)).toEqual([
    'source harbour could not be read once: it cannot be reached',
    '1 delivery got no answer: the platform is asked whether it was posted',
    '1 delivery held',
    '1 delivery owed, and the bot is not running',
  ]);

  const lock = takeLock(path);
  expect(await said(60), 'a running bot has a while to send').not.toContain('1 delivery late');
  expect(await said(1_200)).toContain('1 delivery late');
  const [unsure] = await store.deliveries({ state: 'unsure' });
  await store.resolve(unsure?.id ?? 0, { is: 'suspend', reason: 'the channel is archived' }, T0);
  expect(await status(60)).toMatchObject({ ok: false, running: true, suspended: [{ id: 'slack:C1' }] });
  expect((await status(60)).problems).toContainEqual({
    what: 'slack:C1 is suspended: the channel is archived',
    fix: 'mend that, then gwanbo resume slack:C1',
  });
  lock.release();
  await store.polled(poll(later(60), { status: 'unchanged' }));
  expect(await said(60)).not.toContain('source harbour could not be read once: it cannot be reached');
  await store.close();
});

test('subscriptions that nothing new can match are named with the reason, and who sent what last', async () => {
  const { store, status } = await openHarbour();
  const queries = [
    'topic:steel -topic:steel',
    'date<=2020-12-31 topic:steel',
    'source:lights',
    'topic:steel date<=2099-12-31',
    'source:harbour OR source:lights',
    'topic:of-old',
  ];
  for (const normal of queries) await store.follow(asks('slack:C1', { query: normal, normal }), T0);
  const { id } = (await store.follow(asks('slack:C1', { normal: 'source:lights "x"' }), T0)).subscription;
  await store.setState(id, 'paused', null);
  await store.polled(poll(T0, { status: 'unchanged' }));
  const { problems, latest } = await status(0);
  expect(latest).toEqual([]);
  expect(problems.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^subscription #1 of slack:C1 can never match .*both asked for and left out/),
    expect.stringMatching(/^subscription #2 .*lies in the past$/),
    'subscription #3 of slack:C1 can never match (source:lights): source lights is not watched',
    expect.stringMatching(/^subscription #6 .*a word of it is no longer known$/),
  ]);

  const note = release('1');
  await store.record(batch([note], { deliveries: [alert(note, 'slack:C1', [4])] }));
  await store.claim(1, {}, later(2));
  await store.settle(1, { is: 'sent', receipt: { channel: 'C1', message: '1' } }, later(3));
  expect((await status(60)).latest).toEqual([{ destination: 'slack:C1', sentAt: later(3), seconds: 3 }]);
  await store.close();
});

test('what is late is counted however much was owed since', async () => {
  const { path, store, status } = await openHarbour();
  await store.polled(poll(T0, { status: 'unchanged' }));
  const { subscription } = await store.follow(asks('slack:C1', { normal: 'topic:steel' }), T0);
  const owe = async (from: number, count: number, at: string) => {
    const notes = Array.from({ length: count }, (_, nth) => release(String(from + nth)));
    const deliveries = notes.map(note => alert(note, 'slack:C1', [subscription.id]));
    await store.record({ ...batch(notes, { deliveries }), at });
  };
  await owe(1, 130, T0);
  await owe(1_000, 120, later(3_600));
  const lock = takeLock(path);
  expect((await status(3_660)).problems.map(({ what }) => what)).toEqual(['130 deliveries late']);
  lock.release();
  await store.close();
});
