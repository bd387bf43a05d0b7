import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { NewSubscription } from '../../src/core/subscription.ts';
import { openStore } from '../../src/store/open-store.ts';
import { markRestored } from '../../src/store/restored.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { temporaryFolder } from '../support/folder.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
});
afterEach(() => bot.tools.store.close());

const now = () => bot.tools.clock.now().toString();
const shown = () => bot.platform.titles();
const states = async () => (await bot.tools.store.deliveries()).toReversed().map(({ state }) => state);

async function follow(when: NewSubscription['when'], changes: Partial<NewSubscription> = {}): Promise<number> {
  const asked = asks(HERE, { normal: `${when} ${JSON.stringify(changes)}`, when, ...changes });
  return (await bot.tools.store.follow(asked, now())).subscription.id;
}
async function publish(keys: readonly string[], subscriptions: readonly number[]): Promise<void> {
  const releases = keys.map(key => release(key));
  const deliveries = releases.map(one => alert(one, HERE, subscriptions));
  await bot.tools.store.record({ ...batch(releases, { deliveries }), at: now() });
}
/** A correction with which somebody else's query matches as well. */
async function matchLate(key: string, subscription: number): Promise<void> {
  const before = await bot.tools.store.release(`harbour/${key}`);
  const after = { ...before!, title: 'Now about steel too', revision: 2, updated: now() };
  const deliveries = [alert(after, HERE, [subscription])];
  await bot.tools.store.record({ ...batch([], { revised: [{ after, fingerprint: 'f' }], deliveries }), at: now() });
}

describe('what was held together is let go together', () => {
  test.each(['send', 'drop'] as const)('a digest: %s', async verdict => {
    await publish(['1', '2'], [await follow('daily 09:00')]);
    bot.platform.fates.push({ is: 'hold', reason: 'a person must look' });
    bot.tools.later({ hours: 24 });
    await bot.drain();
    expect(await states()).toEqual(['held', 'held', 'held']);
    await bot.tools.store.letGo({ delivery: 3 }, verdict, 'console', now());
    await bot.drain();
    expect(shown()).toHaveLength(verdict === 'send' ? 2 : 0);
    expect(new Set(await states())).toEqual(new Set([verdict === 'send' ? 'sent' : 'dead']));
  });

  test('a group', async () => {
    const keys = ['1', '2', '3', '4', '5', '6', '7'];
    await publish(keys, [await follow('now')]);
    bot.platform.fates.push({ is: 'hold', reason: 'a person must look' });
    await bot.drain();
    await bot.tools.store.letGo({ delivery: 1 }, 'send', 'console', now());
    await bot.drain();
    expect(shown()).toHaveLength(keys.length);
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });
});

describe('what somebody is owed already is owed to others who want it', () => {
  test('it is sent for those who want it now, not when the first wanted it', async () => {
    await publish(['1'], [await follow('weekly mon 09:00')]);
    await matchLate('1', await follow('now', { style: 'full' }));
    await bot.drain();
    expect(shown()).toEqual(['Now about steel too']);
    expect((await bot.tools.store.deliveries()).find(({ kind }) => kind === 'alert')?.subscriptions).toEqual([1, 2]);
  });

  test.each([
    ['paused', (id: number) => bot.tools.store.setState(id, 'paused', null, now())],
    ['left', (id: number) => bot.tools.store.unfollow(id, now())],
  ] as const)('though the first has %s meanwhile', async (_, leave) => {
    const first = await follow('weekly mon 09:00');
    const second = await follow('now', { style: 'full' });
    await publish(['1'], [first]);
    await leave(first);
    await matchLate('1', second);
    await bot.drain();
    expect(shown()).toEqual(['Now about steel too']);
  });

  test('what a person dropped by hand stays dropped', async () => {
    const first = await follow('now');
    await publish(['1'], [first]);
    bot.platform.fates.push({ is: 'hold', reason: 'a person must look' });
    await bot.drain();
    await bot.tools.store.letGo({ delivery: 1 }, 'drop', 'console', now());
    await matchLate('1', await follow('now', { style: 'full' }));
    await bot.drain();
    expect(shown()).toEqual([]);
  });
});

test('an urgent digest passes the quiet hours', async () => {
  const { store, clock, later } = bot.tools;
  await store.saveSettings(HERE, { quiet: '22:00-07:00', zone: 'UTC' });
  await publish(['1'], [await follow('daily 23:00', { urgent: true })]);
  later(Temporal.Instant.from('2025-12-05T23:05:00Z').since(clock.now()));
  await bot.drain();
  expect(shown()).toHaveLength(1);
});

test('restored: a note that waited for the end of the quiet hours, and went out since, is not sent again', async () => {
  const { tools, platform } = bot;
  await tools.store.saveSettings(HERE, { quiet: '22:00-07:00', zone: 'Asia/Seoul', corrections: 'edit+note' });
  await publish(['1'], [await follow('now')]);
  await bot.drain();
  tools.later({ hours: 13, minutes: 5 });
  await bot.revise('1', { title: 'Another title' });
  await bot.drain();
  const path = join(temporaryFolder(), 'backup.db');
  const record = new DatabaseSync(tools.path);
  record.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  record.close();
  copyFileSync(tools.path, path);
  tools.later({ hours: 10 });
  await bot.drain();
  const before = shown().length;
  expect(before, 'the alert and its note').toBe(2);
  const restored = new DatabaseSync(path);
  markRestored(restored, tools.clock.now().epochMilliseconds);
  restored.close();
  const store = await openStore(`sqlite:${path}`, { authority: 'x.example', now: now() });
  const how = {
    store,
    runtime: { now: tools.clock.now, log: tools.log },
    channels: new Map([['slack' as const, platform.channel]]),
    nameOf: (id: string) => id,
    labelsOf: () => [],
    settleMs: 30_000,
    headingOf: () => null,
    matches: () => true,
    page: null,
  };
  for (let turns = 0; turns < 20; turns++) {
    tools.later({ seconds: 31 });
    await deliver(HERE, how);
  }
  expect((await store.deliveries()).every(({ state }) => state === 'sent')).toBe(true);
  await store.close();
  expect(shown()).toHaveLength(before);
});
