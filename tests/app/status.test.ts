import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/app/environment.ts';
import { readStatus } from '../../src/app/status.ts';
import { takeLock } from '../../src/store/lock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { alert, asks, batch, later, poll, release, T0 } from '../support/store-samples.ts';

/** A record of a harbour, and its status so many seconds after T0. */
async function openHarbour() {
  const path = join(temporaryFolder(), 'harbour.db');
  const environment = readEnvironment({ DATABASE_URL: `sqlite:${path}` }, String);
  const store = await openStore(environment.databaseUrl, { authority: 'notes.example', now: T0 });
  const status = (seconds: number) =>
    readStatus({ store, environment, clock: { now: () => Temporal.Instant.from(later(seconds)), chance: () => 0 } });
  return { path, store, status };
}

test('problems are told with what mends them, and end with them', async () => {
  const { path, store, status } = await openHarbour();
  expect(await status(0)).toMatchObject({ ok: true, problems: [], running: false });

  await store.enrol(['harbour'], T0);
  await store.polled(poll(T0, { status: 'unhealthy', fault: 'network', error: 'it cannot be reached' }));
  const { subscription } = await store.follow(asks('slack:C1'), T0);
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
  expect(await said(60)).toContain('slack:C1 is suspended: the channel is archived');
  lock.release();
  await store.polled(poll(later(60), { status: 'unchanged' }));
  expect(await said(60)).not.toContain('source harbour could not be read once: it cannot be reached');
  await store.close();
});
