import { describe, expect, test } from 'vitest';
import { BadTransition, type History } from '../../src/core/delivery.ts';
import type { Store } from '../../src/ports/store.ts';
import { HERE, owe, RECEIPT, renderedFrom, SENT, work, workOf } from '../support/owing.ts';
import { later, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const ABSENT: History = { is: 'read', messages: [] };

/** Owes so many alerts, of which the first was sent and got no answer. @returns their ids */
async function doubted(store: Store, keys: readonly string[]): Promise<number[]> {
  const ids = await owe(store, keys);
  await store.claim(ids[0]!, { text: 'first' }, T0);
  await store.settle(ids[0]!, { is: 'unsure', reason: 'no answer' }, later(1));
  return ids;
}

export function unsureContract({ store, other }: StoreUnderTest): void {
  describe('what is unsure', () => {
    test('holds the rest of its destination back, and no other destination', async () => {
      const [one, two] = await doubted(store(), ['1', '2']);
      const [three] = await owe(store(), ['3'], 'console');
      expect(await store().claim(two!, {}, later(2))).toBe(null);
      expect(await store().ready(later(2))).toEqual([HERE, 'console']);
      expect((await work(store(), later(2), 'console')).delivery.id).toBe(three);
      const { delivery, doubt, replyTo } = await workOf(store(), 'unsure', later(2));
      expect(delivery).toMatchObject({ id: one, state: 'unsure', reason: 'no answer' });
      expect(replyTo).toBe(null);
      expect(doubt).toEqual({
        key: delivery.key,
        part: 1,
        kept: true,
        firstAt: T0,
        firstThere: null,
        attempts: 1,
        asked: 0,
        wanted: true,
      });
    });

    test('is sent again with the very body and key, and the first request stays the first', async () => {
      const [one] = await doubted(store(), ['1']);
      const { doubt } = await workOf(store(), 'unsure', later(2));
      const again = await store().claimAgain(one!, later(5));
      expect(again).toEqual({ key: doubt.key, part: 1, body: { text: 'first' }, failures: 0 });
      expect(await store().claimAgain(one!, later(5))).toBe(null);
      expect(await store().deliveries()).toMatchObject([{ state: 'sending', attempts: 2, startedAt: later(5) }]);
      await store().settle(one!, { is: 'unsure', reason: 'no answer' }, later(6));
      expect((await workOf(store(), 'unsure', later(7))).doubt).toMatchObject({
        firstAt: T0,
        attempts: 2,
      });
    });

    test('keeps what the clock of the platform showed at first', async () => {
      const [one] = await owe(store(), ['1']);
      await store().claim(one!, { text: 'first' }, T0, { carries: [], there: later(3600) });
      await store().settle(one!, { is: 'unsure', reason: 'no answer' }, later(1));
      await store().claimAgain(one!, later(5));
      await store().settle(one!, { is: 'unsure', reason: 'no answer' }, later(6));
      expect((await workOf(store(), 'unsure', later(7))).doubt).toMatchObject({ firstAt: T0, firstThere: later(3600) });
    });

    test('is sent where the platform shows it', async () => {
      const [one, two] = await doubted(store(), ['1', '2']);
      const { key } = (await workOf(store(), 'unsure', later(2))).doubt;
      const messages = [
        { key: 'another', part: 1, receipt: { channel: 'C0001', message: '0' } },
        { key, part: 2, receipt: { channel: 'C0001', message: '1' } },
        { key, part: 1, receipt: RECEIPT },
      ];
      const sent = await store().resolve(one!, { is: 'read', messages }, later(40));
      expect(sent).toMatchObject({ state: 'sent', receipt: RECEIPT, sentAt: later(40), subscriptions: [1] });
      expect((await work(store(), later(40))).delivery.id).toBe(two);
    });

    test('what its message turns out not to carry is asked for by itself', async () => {
      const keys = ['1', '2', '3', '4', '5', '6'];
      const ids = await owe(store(), keys);
      const group = await work(store());
      await store().claim(group.delivery.id, {}, T0, renderedFrom(group));
      await store().settle(group.delivery.id, { is: 'unsure', reason: 'no answer' }, later(1));
      const carries = group.entries.slice(0, 5).map(({ delivery }) => delivery.key.slice(0, 7));
      const messages = [{ key: group.delivery.key, part: 1, receipt: RECEIPT, carries }];
      await store().resolve(ids[0]!, { is: 'read', messages }, later(40));
      const shown = { state: 'sent', receipt: RECEIPT };
      const expected = [{ state: 'unsure', carrier: null, receipt: null }, shown, shown, shown, shown, shown];
      expect(await store().deliveries()).toMatchObject(expected);
      expect((await workOf(store(), 'unsure', later(41))).delivery.id).toBe(ids[5]);
      await store().resolve(ids[5]!, { is: 'read', messages }, later(42));
      expect(await work(store(), later(43))).toMatchObject({ delivery: { id: ids[5] }, frozen: false });
    });

    test('what another message turns out to carry is never sent, though it was owed already', async () => {
      const ids = await owe(store(), ['1', '2', '3']);
      const [three, two, one] = await store().deliveries();
      await store().claim(ids[0]!, {}, T0);
      await store().settle(ids[0]!, { is: 'unsure', reason: 'no answer' }, later(1));
      const carries = [one!, two!].map(({ key }) => key.slice(0, 7));
      const messages = [{ key: two!.key, part: 1, receipt: RECEIPT, carries }];
      expect(await store().resolve(ids[0]!, { is: 'read', messages }, later(40))).toMatchObject({ state: 'sent' });
      expect(await store().claim(ids[1]!, { text: 'again' }, later(41))).toBe(null);
      const { doubt } = await workOf(store(), 'unsure', later(42));
      expect(doubt).toMatchObject({ key: two!.key, kept: false });
      expect(await store().claimAgain(ids[1]!, later(42)), 'there is nothing to repeat').toBe(null);
      expect(await store().claim(ids[1]!, { text: 'again' }, later(43))).toBe(null);
      const resolved = await store().resolve(ids[1]!, ABSENT, later(80));
      expect(resolved, 'whatever it shows now').toMatchObject({ state: 'sent', receipt: RECEIPT });
      expect(await store().deliveries()).toMatchObject([{}, {}, { carrier: ids[1], receipt: RECEIPT }]);
      expect((await work(store(), later(81))).delivery.id).toBe(three!.id);
    });

    test('is owed again where the platform does not, first of all and as it was', async () => {
      const [one] = await doubted(store(), ['1', '2']);
      expect(await store().resolve(one!, ABSENT, later(40))).toMatchObject({ state: 'queued', reason: null });
      expect(await work(store(), later(40))).toMatchObject({ delivery: { id: one }, frozen: true });
      expect(await store().claim(one!, { text: 'second' }, later(41))).toMatchObject({ body: { text: 'first' } });
    });

    test('is asked for again later where the platform cannot be asked now', async () => {
      const [one] = await doubted(store(), ['1']);
      const wait: History = { is: 'wait', at: later(40), reason: 'slow down' };
      expect(await store().resolve(one!, wait, later(40))).toMatchObject({ state: 'unsure', nextAt: later(45) });
      expect(await store().next(HERE, later(44))).toEqual({ at: later(45) });
      expect(await store().ready(later(44))).toEqual([]);
      expect((await workOf(store(), 'unsure', later(45))).doubt).toMatchObject({ asked: 1 });
    });

    test('is held where it can never be asked for; the next one is sent', async () => {
      const [one, two] = await doubted(store(), ['1', '2']);
      const held = await store().resolve(one!, { is: 'hold', reason: 'no permission to read' }, later(40));
      expect(held).toMatchObject({ state: 'held', reason: 'no permission to read' });
      expect((await work(store(), later(40))).delivery.id).toBe(two);
    });

    test('stays so while its destination is suspended, and is asked for when that is mended', async () => {
      const [one] = await doubted(store(), ['1']);
      await store().resolve(one!, { is: 'suspend', reason: 'archived' }, later(40));
      expect(await store().destinations()).toMatchObject([{ suspended: true, reason: 'archived' }]);
      expect(await store().next(HERE, later(99))).toBe(null);
      await store().setState(1, 'active', null);
      expect((await workOf(store(), 'unsure', later(99))).delivery.id).toBe(one);
    });

    test('62. what was unfollowed meanwhile is asked for, and then not sent again', async () => {
      const [one] = await doubted(store(), ['1']);
      await store().unfollow(1, later(5));
      expect((await workOf(store(), 'unsure', later(40))).doubt.wanted).toBe(false);
      expect(await store().resolve(one!, ABSENT, later(40))).toMatchObject({
        state: 'dead',
        reason: expect.stringContaining('did not arrive'),
      });
    });

    test('62. what was unfollowed meanwhile and had arrived is sent', async () => {
      const [one] = await doubted(store(), ['1']);
      await store().setState(1, 'paused', null);
      const { key } = (await workOf(store(), 'unsure', later(40))).doubt;
      const messages = [{ key, part: 1, receipt: RECEIPT }];
      expect(await store().resolve(one!, { is: 'read', messages }, later(40))).toMatchObject({ state: 'sent' });
    });

    test('nothing else is resolved or sent again', async () => {
      const [one] = await owe(store(), ['1']);
      await expect(store().resolve(one!, ABSENT, T0)).rejects.toThrow(BadTransition);
      await expect(store().resolve(99, ABSENT, T0)).rejects.toThrow(BadTransition);
      expect(await store().claimAgain(one!, T0)).toBe(null);
      expect(await store().deliveries()).toMatchObject([{ state: 'queued', nextAt: null }]);
    });
  });

  describe('a destination that another process has taken', () => {
    test('takes nothing from the one that had it, not even for the same delivery', async () => {
      const [one, two] = await owe(store(), ['1', '2']);
      await store().claim(one!, { text: 'first' }, T0);
      const next = await other();
      await next.recover(later(60));
      await next.claimAgain(one!, later(61));
      await expect(store().settle(one!, SENT, later(62))).rejects.toThrow(BadTransition);
      expect(await next.deliveries()).toMatchObject([{ state: 'queued' }, { state: 'sending', attempts: 2 }]);
      await next.settle(one!, SENT, later(63));
      expect(await store().claim(two!, {}, later(64))).toBe(null);
      expect(await next.claim(two!, {}, later(64))).not.toBe(null);
    });
  });
}
