import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { HERE, owe, SENT } from '../support/owing.ts';
import { alert, asks, batch, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

export function ledgerContract({ store }: StoreUnderTest): void {
  describe('the ledger', () => {
    test('newest first, by state, destination and release, up to a limit', async () => {
      const [one, two, three] = await owe(store(), ['1', '2', '3']);
      const [four] = await owe(store(), ['4'], 'console');
      await store().claim(two!, {}, T0);
      await store().settle(two!, SENT, T0);
      const ids = async (filter?: Parameters<Store['deliveries']>[0]) =>
        (await store().deliveries(filter)).map(delivery => delivery.id);
      expect(await ids()).toEqual([four, three, two, one]);
      expect(await ids({ limit: 2 })).toEqual([four, three]);
      expect(await ids({ state: 'queued' })).toEqual([four, three, one]);
      expect(await ids({ state: 'sent' })).toEqual([two]);
      expect(await ids({ state: 'held' })).toEqual([]);
      expect(await ids({ destination: HERE, state: 'queued' })).toEqual([three, one]);
      expect(await ids({ release: 'harbour/4' })).toEqual([four]);
    });

    test('a hundred unless more are asked for', async () => {
      await owe(
        store(),
        Array.from({ length: 101 }, (_, at) => `${at}`),
      );
      expect(await store().deliveries()).toHaveLength(100);
      expect(await store().deliveries({ limit: 101 })).toHaveLength(101);
    });

    test('the same alert for two channels has two keys, and planning it again makes no third', async () => {
      await owe(store(), ['1']);
      await owe(store(), ['2'], 'console');
      const before = await store().deliveries();
      expect(new Set(before.map(delivery => delivery.key)).size).toBe(2);
      const again = await store().record(batch([], { deliveries: [alert(release('1'), HERE, [1])] }));
      expect(again.destinations).toEqual([]);
      expect(await store().deliveries()).toEqual(before);
    });

    test('a delivery of a release that is not recorded is not made', async () => {
      await store().record(batch([], { deliveries: [alert(release('9'), HERE, [])] }));
      expect(await store().deliveries()).toEqual([]);
    });

    test('the tally counts by state', async () => {
      const none = { queued: 0, sending: 0, waiting: 0, unsure: 0, held: 0, sent: 0, dead: 0 };
      expect(await store().tally()).toEqual({ deliveries: none, subscriptions: 0, releases: 0 });
      const [one, two] = await owe(store(), ['1', '2', '3']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, SENT, T0);
      await store().claim(two!, {}, T0);
      await store().settle(two!, { is: 'hold', reason: 'x' }, T0);
      const { subscription } = await store().follow(asks('console'), T0);
      await store().setState(subscription.id, 'paused', null);
      expect(await store().tally()).toEqual({
        deliveries: { ...none, queued: 1, sent: 1, held: 1 },
        subscriptions: 1,
        releases: 3,
      });
    });
  });
}
