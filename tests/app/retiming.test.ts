import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Card, Roundup } from '../../src/core/card.ts';
import type { SettingChanges } from '../../src/core/settings.ts';
import type { When } from '../../src/core/when.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
/** It is 10:00 on Friday, 5 December 2025, in Seoul. */
beforeEach(async () => {
  bot = await openDelivering();
  await bot.tools.store.syncSettings('Asia/Seoul', [], now());
});
afterEach(() => bot.tools.store.close());

const now = () => bot.tools.clock.now().toString();
const follow = async (when: When) =>
  (await bot.tools.store.follow(asks(HERE, { normal: when, when }), now())).subscription.id;
const edit = (id: number, changes: { readonly when?: When; readonly urgent?: boolean }) =>
  bot.tools.store.edit(id, changes, now());
const settings = (changes: SettingChanges) => bot.tools.store.saveSettings(HERE, changes, now());

async function publish(keys: readonly string[], subscriptions: readonly number[]): Promise<void> {
  const releases = keys.map(key => release(key));
  const deliveries = releases.map(one => alert(one, HERE, subscriptions));
  await bot.tools.store.record({ ...batch(releases, { deliveries }), at: now() });
  await bot.drain();
}
const pass = async (hours: number) => {
  bot.tools.later({ minutes: hours * 60 });
  await bot.drain();
};
const shown = () => bot.platform.shown.map(({ body }) => (body as Card | Roundup).title);

describe('what waits for a digest, where its subscription is changed', () => {
  test('to now: comes at once, once', async () => {
    const id = await follow('weekly mon 09:00');
    await publish(['1', '2'], [id]);
    expect(shown()).toEqual([]);
    await edit(id, { when: 'now' });
    expect(await bot.tools.store.ready(now())).toEqual([HERE]);
    await bot.drain();
    expect(shown()).toEqual(['Note 1 of the harbour office', 'Note 2 of the harbour office']);
    await pass(24 * 8);
    expect(shown()).toHaveLength(2);
  });

  test('to a later digest: comes then, unless somebody else wants it before', async () => {
    const [daily, other] = [await follow('daily 09:00'), await follow('daily 12:00')];
    await publish(['1'], [daily]);
    await publish(['2'], [daily, other]);
    await edit(daily, { when: 'weekly mon 09:00' });
    await pass(2);
    expect(shown()).toEqual(['Daily digest, 5 Dec 2025: 1 release']);
    await pass(24);
    expect(shown()).toHaveLength(1);
    await pass(24 * 2);
    expect(shown().slice(1)).toEqual(['Weekly digest, 8 Dec 2025: 1 release']);
  });

  test('to an earlier digest: comes then', async () => {
    const id = await follow('weekly mon 09:00');
    await publish(['1'], [id]);
    await edit(id, { when: 'hourly' });
    await pass(1);
    expect(shown()).toEqual(['Hourly digest, 5 Dec 2025 11:00: 1 release']);
  });

  test('comes at its time where only its style is another, or it is due already', async () => {
    const id = await follow('daily 12:00');
    await publish(['1'], [id]);
    await bot.tools.store.edit(id, { style: 'full' }, now());
    bot.tools.later({ hours: 3 });
    await edit(id, { when: 'weekly mon 09:00' });
    await bot.drain();
    expect(shown()).toEqual(['Daily digest, 5 Dec 2025: 1 release']);
  });

  test('removed: what others asked for as well comes when they want it', async () => {
    const [daily, weekly] = [await follow('daily 12:00'), await follow('weekly mon 09:00')];
    await publish(['1'], [daily, weekly]);
    await bot.tools.store.unfollow(daily, now());
    await pass(3);
    expect(shown()).toEqual([]);
    await pass(24 * 3);
    expect(shown()).toEqual(['Weekly digest, 8 Dec 2025: 1 release']);
  });

  test('in the configuration file: so too', async () => {
    const wanted = (when: When) => [asks(HERE, { when, createdBy: 'config' })];
    await bot.tools.store.syncConfig(wanted('weekly mon 09:00'), now());
    const [one] = await bot.tools.store.subscriptions();
    await publish(['1'], [one?.id ?? 0]);
    await bot.tools.store.syncConfig(wanted('now'), now());
    await bot.drain();
    expect(shown()).toEqual(['Note 1 of the harbour office']);
  });
});

test('what is owed at once is not put off where its subscription is changed to a digest', async () => {
  const id = await follow('now');
  const releases = [release('1')];
  await bot.tools.store.record({
    ...batch(releases, { deliveries: releases.map(one => alert(one, HERE, [id])) }),
    at: now(),
  });
  await edit(id, { when: 'weekly mon 09:00' });
  await bot.drain();
  expect(shown()).toEqual(['Note 1 of the harbour office']);
});

describe('what waits for the end of quiet hours', () => {
  let id: number;
  /** It is 23:00. */
  beforeEach(async () => {
    await settings({ quiet: '22:00-07:00' });
    id = await follow('now');
    bot.tools.later({ hours: 13 });
    await publish(['1', '2'], [id]);
    expect(shown()).toEqual([]);
  });

  test('comes at once where they are taken off', async () => {
    await settings({ quiet: null });
    await bot.drain();
    expect(shown()).toEqual(['Note 1 of the harbour office', 'Note 2 of the harbour office']);
  });

  test('comes at their new end', async () => {
    await settings({ quiet: '22:00-05:00' });
    await bot.drain();
    expect(shown()).toEqual([]);
    await pass(6);
    expect(shown()).toEqual(['While it was quiet, 6 Dec 2025: 2 releases']);
  });

  test('comes at once where it is made urgent, and waits on where it is made a digest', async () => {
    await edit(id, { when: 'weekly mon 09:00' });
    await bot.drain();
    expect(shown()).toEqual([]);
    await edit(id, { urgent: true });
    await bot.drain();
    expect(shown()).toHaveLength(2);
  });

  test('comes at once where the configuration file says other hours', async () => {
    await bot.tools.store.syncSettings('Asia/Seoul', [{ to: HERE, settings: { quiet: null } }], now());
    await bot.drain();
    expect(shown()).toHaveLength(2);
  });

  test('comes at their end in another time zone', async () => {
    await settings({ zone: 'Europe/Berlin' });
    await bot.drain();
    expect(shown()).toHaveLength(2);
  });
});

test('a digest that has not begun comes at its hour in another time zone', async () => {
  await publish(['1'], [await follow('daily 11:00')]);
  await settings({ zone: 'Europe/Berlin' });
  await pass(2);
  expect(shown()).toEqual([]);
  // It is 11:00 in Berlin.
  await pass(7);
  expect(shown()).toEqual(['Daily digest, 5 Dec 2025: 1 release']);
});

test('what a restored database knew before is asked for before it comes sooner', async () => {
  const id = await follow('weekly mon 09:00');
  await publish(['1'], [id]);
  bot.tools.later({ minutes: 1 });
  await bot.tools.store.close();
  const db = new DatabaseSync(bot.tools.path);
  const at = bot.tools.clock.now().epochMilliseconds;
  db.prepare('UPDATE meta SET restored_to = ?, restored_at = ?').run(at, at);
  db.close();
  const store = await openStore(`sqlite:${bot.tools.path}`, { authority: 'x.example', now: now() });
  await store.edit(id, { when: 'now' }, now());
  expect((await store.deliveries()).map(one => one.state)).toEqual(['unsure']);
  await store.close();
});
