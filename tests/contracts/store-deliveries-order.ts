import { describe, expect, test } from 'vitest';
import { HERE, owe, SENT, work } from '../support/owing.ts';
import { asks, later, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

export function deliveryOrderContract({ store }: StoreUnderTest): void {
  const ready = async (now: string) => store().ready(now);

  describe('order', () => {
    test('one after the other, the oldest first, and one at a time', async () => {
      const ids = await owe(store(), ['1', '2', '3']);
      expect(await store().claim(ids[0]!, {}, T0)).toMatchObject({ part: 1 });
      expect(await store().next(HERE, T0)).toBe(null);
      expect(await ready(T0)).toEqual([]);
      expect(await store().claim(ids[1]!, {}, T0)).toBe(null);
      await store().settle(ids[0]!, SENT, T0);
      expect((await work(store())).delivery.id).toBe(ids[1]);
      expect(await ready(T0)).toEqual([HERE]);
    });

    test('a waiting head holds the rest back until its time', async () => {
      const [one] = await owe(store(), ['1', '2']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, { is: 'wait', at: later(30), reason: 'slow down' }, T0);
      expect(await store().next(HERE, later(29))).toEqual({ at: later(30) });
      expect(await ready(later(29))).toEqual([]);
      expect(await store().claim(one!, {}, later(29))).toBe(null);
      expect((await work(store(), later(30))).delivery.id).toBe(one);
      expect(await ready(later(30))).toEqual([HERE]);
    });

    test.each(['hold', 'dead'] as const)('one that is %s does not hold the rest back', async is => {
      const [one, two] = await owe(store(), ['1', '2']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, { is, reason: 'so it is' }, T0);
      expect((await work(store())).delivery.id).toBe(two);
    });

    test('one destination never waits for another', async () => {
      const [one] = await owe(store(), ['1']);
      const [two] = await owe(store(), ['2'], 'console');
      await store().claim(one!, {}, T0);
      expect(await ready(T0)).toEqual(['console']);
      expect(await store().claim(two!, {}, T0)).toMatchObject({ part: 1 });
    });

    test('nothing is owed where nothing is known', async () => {
      expect(await store().next('slack:C9999', T0)).toBe(null);
      expect(await ready(T0)).toEqual([]);
    });
  });

  describe('a suspended destination', () => {
    test('goes on by itself, also where nobody follows, such as the one that hears of incidents', async () => {
      const test = { destination: HERE, subject: 'canary@1', release: null, why: [] };
      const { id } = await store().planTest(test, T0);
      await store().claim(id, {}, T0);
      await store().settle(id, { is: 'suspend', reason: 'archived' }, T0);
      expect(await store().next(HERE, T0)).toBe(null);
      expect(await store().resume(HERE)).toEqual({ id: HERE, suspended: true, reason: 'archived' });
      expect(await store().next(HERE, T0)).toMatchObject({ is: 'test', delivery: { id } });
      expect(await store().resume(HERE)).toEqual({ id: HERE, suspended: false, reason: null });
      expect(await store().resume('slack:C0NOWHERE')).toBe(null);
    });

    test('resumed by its name, all that follow there go on', async () => {
      const [one] = await owe(store(), ['1']);
      const other = await store().follow(asks(HERE, { normal: 'topic:ports' }), T0);
      await store().setState(other.subscription.id, 'paused', 'paused by cli');
      await store().claim(one!, {}, T0);
      await store().settle(one!, { is: 'suspend', reason: 'archived' }, T0);
      await store().resume(HERE);
      expect((await store().subscriptions()).map(({ state }) => state)).toEqual(['active', 'paused']);
    });

    test('keeps what it is owed and gets nothing until somebody resumes', async () => {
      const [one] = await owe(store(), ['1', '2']);
      const { subscription: second } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      const { subscription: paused } = await store().follow(asks(HERE, { normal: 'c' }), T0);
      await store().setState(paused.id, 'paused', 'holiday');
      await store().claim(one!, { text: 'first' }, T0);
      await store().settle(one!, { is: 'suspend', reason: 'archived' }, T0);

      expect(await store().destinations()).toEqual([{ id: HERE, suspended: true, reason: 'archived' }]);
      expect((await store().subscriptions()).map(({ state, reason }) => [state, reason])).toEqual([
        ['suspended', 'archived'],
        ['suspended', 'archived'],
        ['paused', 'holiday'],
      ]);
      expect(await store().next(HERE, later(9))).toBe(null);
      expect(await ready(later(9))).toEqual([]);
      expect(await store().claim(one!, {}, later(9))).toBe(null);

      await store().setState(second.id, 'active', null);
      expect(await store().destinations()).toEqual([{ id: HERE, suspended: false, reason: null }]);
      expect((await store().subscriptions()).map(({ state }) => state)).toEqual(['active', 'active', 'paused']);
      expect((await work(store())).delivery.id).toBe(one);
      expect(await store().claim(one!, { text: 'again' }, later(10))).toMatchObject({ body: { text: 'first' } });
    });

    test('whoever follows there is told so', async () => {
      const [one] = await owe(store(), ['1']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, { is: 'suspend', reason: 'archived' }, T0);
      const { subscription } = await store().follow(asks(HERE, { normal: 'new' }), T0);
      expect(subscription).toMatchObject({ state: 'suspended', reason: 'archived' });
    });
  });
}
