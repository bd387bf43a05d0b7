import { describe, expect, test } from 'vitest';
import { BadTransition, type Outcome } from '../../src/core/delivery.ts';
import type { Store, Work } from '../../src/ports/store.ts';
import { alert, asks, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const HERE = 'slack:C0001';
const RECEIPT = { channel: 'C0001', message: '1700000000.000100' };
const SENT: Outcome = { is: 'sent', receipt: RECEIPT };

/** Makes HERE (or another) owed so many alerts, and gives the ids of the deliveries in their order. */
async function owe(store: Store, keys: readonly string[], to = HERE): Promise<number[]> {
  const { subscription } = await store.follow(asks(to), T0);
  const releases = keys.map(key => release(key));
  await store.record(batch(releases, { deliveries: releases.map(one => alert(one, to, [subscription.id])) }));
  const owed = await store.deliveries({ destination: to });
  return owed
    .slice(0, keys.length)
    .map(delivery => delivery.id)
    .reverse();
}

async function work(store: Store, now = T0, to = HERE): Promise<Work> {
  const next = await store.next(to, now);
  if (next === null || 'at' in next) throw new Error(`no work: ${JSON.stringify(next)}`);
  return next;
}

export function deliveryContract(under: StoreUnderTest): void {
  claimContract(under);
  orderContract(under);
  ledgerContract(under);
}

function claimContract({ store, other }: StoreUnderTest): void {
  describe('claim and settle', () => {
    test('from owed to sent', async () => {
      const [id] = await owe(store(), ['1']);
      const owed = await work(store());
      expect(owed).toMatchObject({
        release: release('1'),
        why: alert(release('1'), HERE, [1]).why,
        subscriptions: [{ id: 1, to: HERE }],
      });
      expect(owed.delivery).toEqual({
        id,
        key: expect.stringMatching(/^[a-z2-7]{20}$/),
        subject: 'harbour/1',
        release: 'harbour/1',
        revision: 1,
        destination: HERE,
        kind: 'alert',
        state: 'queued',
        attempts: 0,
        receipt: null,
        createdAt: T0,
        startedAt: null,
        nextAt: null,
        sentAt: null,
        reason: null,
        subscriptions: [1],
      });
      const body = { text: '한국어', blocks: [] };
      expect(await store().claim(id!, body, later(1))).toEqual({ key: owed.delivery.key, part: 1, body });
      expect(await store().deliveries()).toMatchObject([{ state: 'sending', attempts: 1, startedAt: later(1) }]);
      const sent = await store().settle(id!, SENT, later(2));
      expect(sent).toMatchObject({
        state: 'sent',
        attempts: 1,
        receipt: RECEIPT,
        sentAt: later(2),
        subscriptions: [1],
      });
      expect(await store().deliveries()).toEqual([sent]);
      expect(await store().next(HERE, later(3))).toBe(null);
    });

    test('what is claimed is seen by another process, which cannot claim it too', async () => {
      const [id] = await owe(store(), ['1']);
      const second = await other();
      const claims = await Promise.all([store().claim(id!, { by: 1 }, T0), second.claim(id!, { by: 2 }, T0)]);
      expect(claims.filter(claim => claim === null)).toHaveLength(1);
      expect(await second.deliveries()).toMatchObject([{ state: 'sending', attempts: 1 }]);
    });

    test('the body of the first claim is sent however often it is claimed', async () => {
      const [id] = await owe(store(), ['1']);
      const first = await store().claim(id!, { text: 'first' }, T0);
      await store().settle(id!, { is: 'wait', at: later(30), reason: 'rate limited' }, T0);
      expect(await store().claim(id!, { text: 'second' }, later(30))).toEqual(first);
      expect(await store().deliveries()).toMatchObject([{ attempts: 2, reason: null, nextAt: null }]);
    });

    test('nothing that is not owed can be claimed', async () => {
      const [id] = await owe(store(), ['1']);
      expect(await store().claim(99, {}, T0)).toBe(null);
      await store().claim(id!, {}, T0);
      expect(await store().claim(id!, {}, T0)).toBe(null);
      await store().settle(id!, { is: 'hold', reason: 'a person must look' }, T0);
      expect(await store().claim(id!, {}, T0)).toBe(null);
    });

    const kept = { receipt: null, nextAt: null, sentAt: null };
    const outcomes: readonly { readonly outcome: Outcome; readonly becomes: object }[] = [
      { outcome: SENT, becomes: { ...kept, state: 'sent', receipt: RECEIPT, sentAt: later(9), reason: null } },
      {
        outcome: { is: 'wait', at: later(60), reason: 'slow down' },
        becomes: { ...kept, state: 'waiting', nextAt: later(60), reason: 'slow down' },
      },
      { outcome: { is: 'unsure', reason: 'reset' }, becomes: { ...kept, state: 'unsure', reason: 'reset' } },
      { outcome: { is: 'hold', reason: 'tags' }, becomes: { ...kept, state: 'held', reason: 'tags' } },
      { outcome: { is: 'dead', reason: 'refused' }, becomes: { ...kept, state: 'dead', reason: 'refused' } },
      { outcome: { is: 'suspend', reason: 'archived' }, becomes: { ...kept, state: 'queued', reason: 'archived' } },
      { outcome: { is: 'down', reason: 'token' }, becomes: { ...kept, state: 'queued', reason: 'token' } },
    ];
    test.each(outcomes)('$outcome.is', async ({ outcome, becomes }) => {
      const [id] = await owe(store(), ['1']);
      await store().claim(id!, {}, T0);
      const settled = await store().settle(id!, outcome, later(9));
      expect(settled).toMatchObject({ ...becomes, attempts: 1, startedAt: T0 });
      expect(await store().deliveries()).toEqual([settled]);
    });

    test('what is owed can be set aside, and what is held, being sent or gone cannot', async () => {
      const [first, second] = await owe(store(), ['1', '2']);
      expect(await store().hold(first!, 'no such channel')).toMatchObject({
        state: 'held',
        reason: 'no such channel',
        subscriptions: [1],
      });
      expect((await work(store())).delivery.id).toBe(second);
      expect(await store().hold(first!, 'again')).toBe(null);
      await store().claim(second!, {}, T0);
      expect(await store().hold(second!, 'too late')).toBe(null);
      expect(await store().hold(99, 'nothing')).toBe(null);
    });

    test('what is not being sent cannot be settled, and stays as it is', async () => {
      const [one, two] = await owe(store(), ['1', '2']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, SENT, T0);
      const before = await store().deliveries();
      await expect(store().settle(one!, { is: 'dead', reason: 'x' }, T0)).rejects.toThrow(BadTransition);
      await expect(store().settle(two!, { is: 'sent', receipt: RECEIPT }, T0)).rejects.toThrow(BadTransition);
      await expect(store().settle(99, SENT, T0)).rejects.toThrow(BadTransition);
      expect(await store().deliveries()).toEqual(before);
    });

    test('a wrong settlement harms none of those that are settled at the same moment', async () => {
      const places = ['slack:C0001', 'slack:C0002', 'slack:C0003'];
      const ids: number[] = [];
      for (const place of places) ids.push(...(await owe(store(), [place.slice(-1)], place)));
      await Promise.all(ids.map(id => store().claim(id, {}, T0)));
      const settled = await Promise.allSettled([99, ...ids].map(id => store().settle(id, SENT, T0)));
      expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
      expect((await store().deliveries()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
    });

    test('what was being sent when a process died is unsure, and nothing else is', async () => {
      const [one] = await owe(store(), ['1', '2']);
      await owe(store(), ['3'], 'console');
      await store().claim(one!, {}, T0);
      const next = await other();
      expect(await next.recover(later(60))).toBe(1);
      expect((await next.deliveries()).map(({ state }) => state)).toEqual(['queued', 'queued', 'unsure']);
      expect(await next.recover(later(60))).toBe(0);
      await expect(store().settle(one!, SENT, later(61))).rejects.toThrow(BadTransition);
    });
  });
}

function orderContract({ store }: StoreUnderTest): void {
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

    test.each(['unsure', 'hold', 'dead'] as const)('one that is %s does not hold the rest back', async is => {
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

function ledgerContract({ store }: StoreUnderTest): void {
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
