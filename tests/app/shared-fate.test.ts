import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewSubscription } from '../../src/core/subscription.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import type { Fate } from '../support/memory-platform.ts';
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

  test('a digest that could not be made is set aside with all that it carries', async () => {
    await publish(['1', '2'], [await follow('daily 09:00')]);
    bot.tools.later({ hours: 24 });
    await bot.turn();
    await bot.tools.store.hold(3, 'there is no such channel');
    expect(await states()).toEqual(['held', 'held', 'held']);
    await bot.tools.store.letGo({ delivery: 3 }, 'send', 'console', now());
    await bot.drain();
    expect(shown()).toHaveLength(2);
  });

  test('one that is taken out of a held digest comes by itself, and the others with the digest', async () => {
    await publish(['1', '2', '3'], [await follow('daily 09:00')]);
    bot.platform.fates.push({ is: 'hold', reason: 'a person must look' });
    bot.tools.later({ hours: 24 });
    await bot.drain();
    await bot.tools.store.letGo({ delivery: 2 }, 'send', 'console', now());
    await bot.drain();
    expect(await states()).toEqual(['held', 'sent', 'held', 'held']);
    await bot.tools.store.letGo({ delivery: 4 }, 'send', 'console', now());
    await bot.drain();
    expect(shown().map(title => title.slice(0, 6))).toEqual(['Note 2', 'Note 1', 'Note 3']);
    expect(bot.platform.shown).toHaveLength(2);
  });

  test('what is left of a group that waits while some of it is unfollowed goes as a group', async () => {
    const [some, all] = [await follow('now'), await follow('now', { style: 'full' })];
    await publish(['1', '2'], [some]);
    await publish(['3', '4', '5', '6', '7', '8'], [all]);
    bot.platform.fates.push({ is: 'wait', at: bot.tools.clock.now().add({ seconds: 30 }).toString(), reason: 'slow' });
    await bot.drain();
    await bot.tools.store.unfollow(some, now());
    await bot.finish();
    expect(shown().map(title => title.slice(0, 6))).toEqual(['3', '4', '5', '6', '7', '8'].map(key => `Note ${key}`));
    expect(bot.platform.shown).toHaveLength(1);
  });
});

describe('who leaves while it is being sent is not told once it was refused', () => {
  /** Leaves while the first request is on its way, which then comes to this. */
  async function leaveDuring(fate: Fate, leave: () => Promise<unknown>): Promise<void> {
    let left: Promise<unknown> | null = null;
    bot.platform.turn = () => {
      left ??= leave();
    };
    bot.platform.fates.push(fate);
    await bot.turn();
    await left;
    await bot.finish();
  }
  const wait = (): Fate => ({ is: 'wait', at: bot.tools.clock.now().add({ seconds: 30 }).toString(), reason: 'slow' });
  const reasons = async () => (await bot.tools.store.deliveries()).map(({ state, reason }) => `${state}: ${reason}`);

  test('by unfollowing', async () => {
    const id = await follow('now');
    await publish(['1'], [id]);
    await leaveDuring(wait(), () => bot.tools.store.unfollow(id, now()));
    expect(shown()).toEqual([]);
    expect(await reasons()).toEqual(['dead: unfollowed']);
  });

  test('by pausing', async () => {
    const id = await follow('now');
    await publish(['1'], [id]);
    await leaveDuring({ is: 'hold', reason: 'a person must look' }, () => bot.tools.store.setState(id, 'paused', null));
    expect(await reasons()).toEqual(['dead: paused']);
  });

  test.each([
    ['was refused', wait],
    ['did not arrive', () => 'lost before' as const],
    ['was refused for good', () => ({ is: 'dead', reason: 'too long' }) as const],
  ])('the others of a group that %s come all the same', async (_, fate) => {
    const [some, all] = [await follow('now'), await follow('now', { style: 'full' })];
    await publish(['1', '2'], [some]);
    await publish(['3', '4', '5', '6', '7', '8'], [all]);
    await leaveDuring(fate(), () => bot.tools.store.unfollow(some, now()));
    expect(shown().map(title => title.slice(0, 6))).toEqual(['3', '4', '5', '6', '7', '8'].map(key => `Note ${key}`));
  });

  test('the others of a digest come all the same', async () => {
    const [some, all] = [await follow('daily 09:00'), await follow('daily 09:00', { style: 'full' })];
    await publish(['1'], [some]);
    await publish(['2'], [all]);
    bot.tools.later({ hours: 24 });
    await bot.turn();
    await leaveDuring(wait(), () => bot.tools.store.unfollow(some, now()));
    expect(shown().map(title => title.slice(0, 6))).toEqual(['Note 2']);
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

  test('though nobody wanted it any more while it was unknown whether it had arrived', async () => {
    const first = await follow('now');
    const second = await follow('now', { style: 'full' });
    await publish(['1'], [first]);
    bot.platform.fates.push('lost before');
    await bot.turn();
    await bot.tools.store.unfollow(first, now());
    await bot.finish();
    expect(await states()).toEqual(['dead']);
    await matchLate('1', second);
    await bot.finish();
    expect(shown()).toEqual(['Now about steel too']);
  });

  test('though it is on its way for somebody who leaves before it has arrived', async () => {
    const [first, second] = [await follow('now'), await follow('now', { style: 'full' })];
    await publish(['1'], [first]);
    bot.platform.fates.push({ is: 'wait', at: bot.tools.clock.now().add({ seconds: 30 }).toString(), reason: 'slow' });
    await bot.drain();
    await matchLate('1', second);
    await bot.tools.store.unfollow(first, now());
    await bot.finish();
    expect(shown()).toHaveLength(1);
  });

  test('and to who replays it', async () => {
    const first = await follow('weekly mon 09:00');
    await publish(['1'], [first]);
    await bot.tools.store.setState(first, 'paused', null);
    expect(await bot.tools.store.alerted(['harbour/1'])).toEqual([]);
    const replayed = { ...alert(release('1'), HERE, []), replay: { query: 'topic:shipping', clauses: [] } };
    await bot.tools.store.record({ ...batch([], { deliveries: [replayed] }), at: now() });
    await bot.drain();
    expect(shown()).toHaveLength(1);
  });

  test.each([
    ['before it left', async () => {}],
    ['while nobody knows whether it has arrived', async () => void (await bot.turn())],
  ])('a replay is no less owed for others who want it and leave %s', async (_, go) => {
    const replayed = { ...alert(release('1'), HERE, []), replay: { query: 'topic:shipping', clauses: [] } };
    await bot.tools.store.record({ ...batch([release('1')], { deliveries: [replayed] }), at: now() });
    bot.platform.fates.push('lost before');
    await go();
    const other = await follow('now');
    await matchLate('1', other);
    await bot.tools.store.unfollow(other, now());
    await bot.finish();
    expect(shown()).toHaveLength(1);
  });

  test('once it was sent, it is not sent to others again', async () => {
    await publish(['1'], [await follow('now')]);
    await bot.drain();
    await matchLate('1', await follow('now', { style: 'full' }));
    await bot.finish();
    expect(bot.platform.shown).toHaveLength(1);
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
