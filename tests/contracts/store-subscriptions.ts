import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { alert, asks, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const HERE = 'slack:C0001';

/** One release that these subscriptions of HERE are owed. */
async function owe(store: Store, key: string, subscriptions: readonly number[]): Promise<void> {
  const one = release(key);
  await store.record(batch([one], { at: later(5), deliveries: [alert(one, HERE, subscriptions)] }));
}

async function followed(store: Store, normal: string, to = HERE): Promise<number> {
  return (await store.follow(asks(to, { normal }), T0)).subscription.id;
}

export function subscriptionContract({ store, other }: StoreUnderTest): void {
  const states = async () => (await store().deliveries()).map(({ state, reason }) => [state, reason]);

  describe('subscriptions', () => {
    test('following gives a number, and following the same again gives the same', async () => {
      const asked = asks(HERE, { query: 'Shipping', mention: ['here', 'group:S01'], createdBy: 'slack:U1' });
      const first = await store().follow(asked, T0);
      expect(first).toEqual({
        created: true,
        subscription: {
          ...asked,
          id: 1,
          state: 'active',
          reason: null,
          createdAt: T0,
          lastMatch: null,
          pausedUntil: null,
        },
      });
      expect(await store().follow({ ...asked, query: 'SHIPPING', createdBy: 'slack:U2' }, later(9))).toEqual({
        created: false,
        subscription: first.subscription,
      });
    });

    test('two people who follow the same at once get one subscription', async () => {
      const second = await other();
      const both = await Promise.all([store().follow(asks(HERE), T0), second.follow(asks(HERE), T0)]);
      expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
      expect(await store().subscriptions()).toHaveLength(1);
    });

    test('a number is never given twice', async () => {
      const first = await followed(store(), 'a');
      await store().unfollow(first, T0);
      expect(await followed(store(), 'a')).toBe(first + 1);
      expect(await store().subscription(first)).toBe(null);
    });

    test('they are listed by number, by destination and by state', async () => {
      const [a, b, c] = [
        await followed(store(), 'a'),
        await followed(store(), 'b', 'console'),
        await followed(store(), 'c'),
      ];
      await store().setState(c, 'paused', 'holiday');
      const numbers = async (filter?: Parameters<Store['subscriptions']>[0]) =>
        (await store().subscriptions(filter)).map(one => one.id);
      expect(await numbers()).toEqual([a, b, c]);
      expect(await numbers({ to: HERE })).toEqual([a, c]);
      expect(await numbers({ state: 'active' })).toEqual([a, b]);
      expect(await numbers({ to: HERE, state: 'paused' })).toEqual([c]);
    });

    test('pausing gives a reason, resuming takes it away, and following meanwhile changes neither', async () => {
      const id = await followed(store(), 'topic:shipping');
      expect(await store().setState(id, 'paused', 'holiday')).toMatchObject({ state: 'paused', reason: 'holiday' });
      expect(await store().follow(asks(HERE), T0)).toMatchObject({ created: false, subscription: { state: 'paused' } });
      expect(await store().setState(id, 'active', null)).toMatchObject({ state: 'active', reason: null });
      expect(await store().setState(99, 'active', null)).toBe(null);
    });

    test('the last match is noted when it is recorded', async () => {
      const id = await followed(store(), 'a');
      await owe(store(), '1', [id]);
      expect(await store().subscription(id)).toMatchObject({ lastMatch: later(5) });
      const [older, newer] = [release('2'), release('3')];
      await store().record(batch([older], { at: later(4), deliveries: [alert(older, HERE, [id])] }));
      expect(await store().subscription(id)).toMatchObject({ lastMatch: later(5) });
      await store().record(batch([newer], { at: later(6), deliveries: [alert(newer, HERE, [id])] }));
      expect(await store().subscription(id)).toMatchObject({ lastMatch: later(6) });
    });
  });

  describe('what is owed when somebody leaves', () => {
    test('unfollowing makes dead what that subscription alone had caused', async () => {
      const [a, b] = [await followed(store(), 'a'), await followed(store(), 'b')];
      await owe(store(), '1', [a]);
      await owe(store(), '2', [a, b]);
      expect(await store().unfollow(a, T0)).toBe(true);
      expect(await states()).toEqual([
        ['queued', null],
        ['dead', 'unfollowed'],
      ]);
      expect(await store().unfollow(a, T0)).toBe(false);
      await store().unfollow(b, T0);
      expect(await states()).toEqual([
        ['dead', 'unfollowed'],
        ['dead', 'unfollowed'],
      ]);
    });

    test('what was sent stays sent, with the number of the subscription that is gone', async () => {
      const id = await followed(store(), 'a');
      await owe(store(), '1', [id]);
      const [owed] = await store().deliveries();
      await store().claim(owed!.id, {}, T0);
      await store().settle(owed!.id, { is: 'sent', receipt: { channel: 'C0001', message: '7.1' } }, T0);
      await store().unfollow(id, T0);
      expect(await store().deliveries()).toMatchObject([{ state: 'sent', subscriptions: [id] }]);
    });

    test('pausing makes dead what no active subscription wants', async () => {
      const [a, b] = [await followed(store(), 'a'), await followed(store(), 'b')];
      await owe(store(), '1', [a]);
      await owe(store(), '2', [a, b]);
      await store().setState(a, 'paused', null);
      expect(await states()).toEqual([
        ['queued', null],
        ['dead', 'paused'],
      ]);
      await store().setState(b, 'paused', null);
      expect(await states()).toEqual([
        ['dead', 'paused'],
        ['dead', 'paused'],
      ]);
    });

    test('a pause ends at its time, once, and by itself only where a time was named', async () => {
      const [a, b] = [await followed(store(), 'a'), await followed(store(), 'b')];
      await store().setState(a, 'paused', 'holiday', later(60));
      await store().setState(b, 'paused', 'for good');
      expect(await store().subscription(a)).toMatchObject({
        state: 'paused',
        reason: 'holiday',
        pausedUntil: later(60),
      });
      const version = await store().subscriptionsVersion();
      expect(await store().endPauses(later(59))).toEqual([]);
      expect(await store().subscriptionsVersion()).toBe(version);
      const ended = { id: a, state: 'active', reason: null, pausedUntil: null };
      expect(await store().endPauses(later(60))).toMatchObject([ended]);
      expect(await store().subscriptionsVersion()).toBeGreaterThan(version);
      expect(await store().endPauses(later(61))).toEqual([]);
      expect(await store().subscriptions()).toMatchObject([ended, { id: b, state: 'paused', reason: 'for good' }]);
    });

    test('resumed or paused anew it has another end; of a suspended destination it is suspended', async () => {
      const id = await followed(store(), 'a');
      await store().setState(id, 'paused', null, later(60));
      await store().setState(id, 'active', null);
      expect(await store().endPauses(later(60))).toEqual([]);
      await store().setState(id, 'paused', null, later(60));
      await store().setState(id, 'paused', null);
      expect(await store().endPauses(later(60))).toEqual([]);
      const other = await followed(store(), 'b');
      await owe(store(), '1', [other]);
      await store().setState(id, 'paused', null, later(90));
      const [owed] = await store().deliveries();
      await store().claim(owed!.id, {}, T0);
      await store().settle(owed!.id, { is: 'suspend', reason: 'archived' }, T0);
      expect(await store().endPauses(later(90))).toMatchObject([{ id, state: 'suspended', reason: 'archived' }]);
    });

    test('what is held for a person leaves no more; what may have been posted is asked for first', async () => {
      const id = await followed(store(), 'a');
      for (const [key, outcome] of [
        ['1', { is: 'hold', reason: 'safe mode' }],
        ['2', { is: 'unsure', reason: 'no answer' }],
      ] as const) {
        await owe(store(), key, [id]);
        const [owed] = await store().deliveries();
        await store().claim(owed!.id, {}, T0);
        await store().settle(owed!.id, outcome, T0);
      }
      await store().unfollow(id, T0);
      expect(await states()).toEqual([
        ['unsure', 'no answer'],
        ['dead', 'unfollowed'],
      ]);
    });

    test('an alert that was planned before its subscription left is not made any more', async () => {
      const [a, b, c] = [await followed(store(), 'a'), await followed(store(), 'b'), await followed(store(), 'c')];
      await store().unfollow(a, T0);
      await store().setState(b, 'paused', null);
      await owe(store(), '1', [a, b]);
      expect(await store().deliveries()).toEqual([]);
      await owe(store(), '2', [a, c]);
      expect(await store().deliveries()).toMatchObject([{ subscriptions: [c] }]);
    });

    test('the alert says why only for those that still want it', async () => {
      const [a, b] = [await followed(store(), 'a'), await followed(store(), 'b')];
      await owe(store(), '1', [a, b]);
      await store().setState(a, 'paused', null);
      const work = await store().next(HERE, T0);
      expect(work).toMatchObject({ entries: [{ why: [{ subscription: b }], subscriptions: [{ id: b }] }] });
      expect(work).toMatchObject({ delivery: { subscriptions: [a, b] } });
    });
  });

  describe('subscriptions as config', () => {
    const wanted = (normal: string, changes = {}) =>
      asks(HERE, { query: normal, normal, createdBy: 'config', ...changes });

    test('adds, changes and removes its own, and nobody else’s', async () => {
      const chat = await followed(store(), 'chat');
      await store().syncConfig([wanted('a'), wanted('b')], T0);
      await store().syncConfig([wanted('b', { style: 'full', mention: ['here'] }), wanted('c')], later(1));
      expect((await store().subscriptions()).map(one => [one.normal, one.style, one.mention, one.createdBy])).toEqual([
        ['chat', 'card', [], 'cli'],
        ['b', 'full', ['here'], 'config'],
        ['c', 'card', [], 'config'],
      ]);
      await store().syncConfig([], later(2));
      expect((await store().subscriptions()).map(one => one.id)).toEqual([chat]);
    });

    test('the same words under another normal form stay the same subscription, with what it is owed', async () => {
      await store().syncConfig([wanted('cars')], T0);
      const [before] = await store().subscriptions();
      await owe(store(), '1', [before!.id]);
      await store().syncConfig([wanted('cars', { normal: 'topic:cars' })], T0);
      expect(await store().subscriptions()).toMatchObject([{ id: before!.id, query: 'cars', normal: 'topic:cars' }]);
      expect(await states()).toEqual([['queued', null]]);
    });

    test('one that chat made first stays chat’s', async () => {
      const chat = await followed(store(), 'a');
      await store().syncConfig([wanted('a', { style: 'full' }), wanted('a')], T0);
      expect(await store().subscriptions()).toMatchObject([{ id: chat, style: 'card', createdBy: 'cli' }]);
      await store().syncConfig([], T0);
      expect(await store().subscriptions()).toHaveLength(1);
    });

    test('removing one makes dead what it had caused; a paused one stays paused', async () => {
      await store().syncConfig([wanted('a'), wanted('b')], T0);
      const [a, b] = await store().subscriptions();
      await owe(store(), '1', [a!.id]);
      await store().setState(b!.id, 'paused', 'holiday');
      await store().syncConfig([wanted('b')], T0);
      expect(await states()).toEqual([['dead', 'unfollowed']]);
      expect(await store().subscriptions()).toMatchObject([{ id: b!.id, state: 'paused' }]);
    });
  });
}
