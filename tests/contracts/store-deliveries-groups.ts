import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { HERE, owe, post, RECEIPT, renderedFrom, SENT, work, workOf } from '../support/owing.ts';
import { asks, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const keys = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`);

/** Claims what is to go now. @returns the ids of all that goes with it */
async function claimNext(store: Store, now = T0): Promise<readonly number[]> {
  const next = await work(store, now);
  const message = await store.claim(next.delivery.id, { of: next.entries.length }, now, renderedFrom(next));
  if (message === null) throw new Error('it could not be claimed');
  return next.entries.map(entry => entry.delivery.id);
}

export function groupContract({ store, other }: StoreUnderTest): void {
  const told = async () =>
    (await store().deliveries()).toReversed().map(({ id, state, carrier }) => [id, state, carrier]);

  describe('alerts that wait for one destination', () => {
    test('up to five go one by one', async () => {
      const ids = await owe(store(), keys(5));
      expect(await claimNext(store())).toEqual([ids[0]]);
    });

    test('a terminal is told of each by itself', async () => {
      const [first] = await owe(store(), keys(20), 'console');
      expect((await work(store(), T0, 'console')).entries.map(one => one.delivery.id)).toEqual([first]);
    });

    test('more than five go ten to a message, in order, and all are settled with it', async () => {
      const ids = await owe(store(), keys(16));
      expect(await claimNext(store())).toEqual(ids.slice(0, 10));
      expect(await store().deliveries({ state: 'sending' })).toHaveLength(10);
      expect(await store().next(HERE, T0)).toBe(null);
      expect(await store().settle(ids[0]!, SENT, later(1))).toMatchObject({ id: ids[0], carrier: null, state: 'sent' });
      const sent = await store().deliveries({ state: 'sent' });
      expect(sent.map(({ receipt, sentAt, attempts, carrier }) => [receipt, sentAt, attempts, carrier])).toEqual([
        ...ids.slice(1, 10).map(() => [RECEIPT, later(1), 1, ids[0]]),
        [RECEIPT, later(1), 1, null],
      ]);
      expect(await claimNext(store(), later(1))).toEqual(ids.slice(10));
    });

    test('are found again by the key of the message that carries them, and by no other', async () => {
      const ids = await owe(store(), keys(16));
      const [group, rest] = [await post(store(), HERE, T0), await post(store(), HERE, later(1))];
      const carried = async (message: string, destination?: string) =>
        (await store().deliveries({ message, ...(destination && { destination }) })).map(one => one.id).toReversed();
      expect(await carried(group)).toEqual(ids.slice(0, 10));
      expect(await carried(rest, HERE)).toEqual(ids.slice(10));
      expect(await carried(group, 'slack:C0002')).toEqual([]);
      const [, second] = (await store().deliveries()).toReversed();
      expect(await carried(second!.key), 'one of the group has no message of its own').toEqual([]);
      expect(await carried('')).toEqual([]);
    });

    test('a group that has to wait stays as it was frozen, whatever comes meanwhile', async () => {
      const ids = await owe(store(), keys(6));
      await claimNext(store());
      await store().settle(ids[0]!, { is: 'wait', at: later(30), reason: 'slow down' }, T0);
      await owe(store(), ['7']);
      expect(await store().next(HERE, later(29))).toEqual({ at: later(30) });
      expect(await work(store(), later(30))).toMatchObject({ delivery: { id: ids[0] }, frozen: true });
      expect(await store().claim(ids[0]!, { of: 7 }, later(30))).toMatchObject({ body: { of: 6 } });
      await store().settle(ids[0]!, SENT, later(31));
      expect((await store().deliveries()).map(({ state }) => state)).toEqual(['queued', ...keys(6).map(() => 'sent')]);
    });

    test('an unsure group is one doubt, and found as one', async () => {
      const ids = await owe(store(), keys(6));
      await claimNext(store());
      expect(await (await other()).recover(later(5))).toBe(6);
      const { doubt, delivery } = await workOf(store(), 'unsure', later(40));
      expect(delivery.id).toBe(ids[0]);
      const messages = [{ key: doubt.key, part: 1, receipt: RECEIPT }];
      await store().resolve(ids[0]!, { is: 'read', messages }, later(40));
      expect((await store().deliveries()).map(({ state, receipt }) => [state, receipt])).toEqual(
        ids.map(() => ['sent', RECEIPT]),
      );
    });

    test('62. a group is still wanted while one of it is', async () => {
      const ids = await owe(store(), keys(6));
      const { subscription } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      await claimNext(store());
      await store().settle(ids[0]!, { is: 'unsure', reason: 'no answer' }, T0);
      await store().unfollow(subscription.id, T0);
      expect((await workOf(store(), 'unsure', later(40))).doubt.wanted).toBe(true);
      await store().unfollow(1, T0);
      expect((await workOf(store(), 'unsure', later(40))).doubt.wanted).toBe(false);
    });

    test('what is refused as a group goes one by one: one bad message is no reason to lose ten', async () => {
      const ids = await owe(store(), keys(6));
      await claimNext(store());
      expect(await store().settle(ids[0]!, { is: 'dead', reason: 'blocked' }, T0)).toMatchObject({ state: 'queued' });
      expect(await told()).toEqual(ids.map(id => [id, 'queued', null]));
      for (const id of ids) {
        expect(await claimNext(store(), later(1))).toEqual([id]);
        await store().settle(id, id === ids[2] ? { is: 'dead', reason: 'blocked' } : SENT, later(1));
      }
      expect((await told()).map(([, state]) => state)).toEqual(['sent', 'sent', 'dead', 'sent', 'sent', 'sent']);
    });

    test('one that is unfollowed leaves a group that has not left', async () => {
      const ids = await owe(store(), keys(6));
      const { subscription } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      await claimNext(store());
      await store().settle(ids[0]!, { is: 'wait', at: later(30), reason: 'slow down' }, T0);
      await store().unfollow(1, T0);
      expect((await told()).map(([, state]) => state)).toEqual(keys(6).map(() => 'dead'));
      await store().unfollow(subscription.id, T0);
      expect(await store().next(HERE, later(30))).toBe(null);
    });

    test('a release that is revised while its group is rendered is rendered again', async () => {
      const ids = await owe(store(), keys(6));
      const next = await work(store());
      const after = { ...release('4'), title: 'Another title', revision: 2 };
      await store().record(batch([], { revised: [{ after, fingerprint: 't-4' }] }));
      expect(await store().claim(ids[0]!, {}, T0, renderedFrom(next))).toBe(null);
      expect(await told()).toEqual(ids.map(id => [id, 'queued', null]));
      expect((await work(store())).entries[3]).toMatchObject({ release: { title: 'Another title' } });
    });

    test('a held group is let go together, and one of those it carried by itself', async () => {
      const ids = await owe(store(), keys(7));
      await claimNext(store());
      await store().settle(ids[0]!, { is: 'hold', reason: 'safe mode' }, T0);
      await store().letGo({ delivery: ids[3]! }, 'drop', HERE, later(9));
      expect(await told()).toEqual(ids.map(id => [id, id === ids[3] ? 'dead' : 'held', null]));
      await store().letGo({ delivery: ids[5]! }, 'send', HERE, later(9));
      expect(await claimNext(store(), later(9))).toEqual([ids[5]]);
    });

    test.each(['send', 'drop'] as const)('%s: what a held group carries shares its fate', async verdict => {
      const ids = await owe(store(), keys(6));
      await claimNext(store());
      await store().settle(ids[0]!, { is: 'hold', reason: 'safe mode' }, T0);
      const gone = await store().letGo({ delivery: ids[0]! }, verdict, HERE, later(9));
      expect(gone.deliveries.map(({ id }) => id)).toEqual(ids);
      if (verdict === 'send') expect(await claimNext(store(), later(9))).toEqual(ids);
      else expect((await told()).map(([, state]) => state)).toEqual(ids.map(() => 'dead'));
    });
  });
}
