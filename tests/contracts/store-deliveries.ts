import { describe, expect, test } from 'vitest';
import { BadTransition, type Outcome } from '../../src/core/delivery.ts';
import { HERE, owe, RECEIPT, renderedFrom, SENT, work } from '../support/owing.ts';
import { alert, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

export function deliveryContract({ store, other }: StoreUnderTest): void {
  describe('claim and settle', () => {
    test('from owed to sent', async () => {
      const [id] = await owe(store(), ['1']);
      const owed = await work(store());
      expect(owed.frozen).toBe(false);
      expect(owed.entries).toEqual([
        {
          delivery: owed.delivery,
          release: release('1'),
          why: alert(release('1'), HERE, [1]).why,
          subscriptions: [expect.objectContaining({ id: 1, to: HERE })],
          correction: null,
        },
      ]);
      expect(owed.delivery).toEqual({
        id,
        key: expect.stringMatching(/^[a-z2-7]{20}$/),
        subject: 'harbour/1',
        release: 'harbour/1',
        revision: 1,
        destination: HERE,
        kind: 'alert',
        form: 'post',
        state: 'queued',
        carrier: null,
        slot: null,
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
      expect(await store().claim(id!, body, later(1))).toEqual({ key: owed.delivery.key, part: 1, body, failures: 0 });
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
      expect(await work(store(), later(30))).toMatchObject({ frozen: true, entries: [] });
      expect(await store().claim(id!, { text: 'second' }, later(30))).toEqual({ ...first, failures: 1 });
      expect(await store().deliveries()).toMatchObject([{ attempts: 2, reason: null, nextAt: null }]);
      // What was not even tried is no failure.
      await store().settle(id!, { is: 'wait', at: later(60), reason: 'it rests', unasked: true }, later(30));
      expect(await store().claim(id!, { text: 'third' }, later(60))).toEqual({ ...first, failures: 1 });
    });

    test('what was rendered from an older version is not claimed', async () => {
      const [id] = await owe(store(), ['1']);
      const rendered = renderedFrom(await work(store()));
      const after = { ...release('1'), title: 'Another title', revision: 2 };
      await store().record(batch([], { revised: [{ after, fingerprint: 't-1' }] }));
      expect(await store().claim(id!, {}, T0, rendered)).toBe(null);
      expect(await store().deliveries()).toMatchObject([{ state: 'queued', attempts: 0, revision: 1 }]);
      expect(await store().claim(id!, {}, T0, renderedFrom(await work(store())))).not.toBe(null);
      expect(await store().deliveries()).toMatchObject([{ state: 'sending', revision: 2 }]);
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
      // Of what is unsure only that it had left by the time of the answer is known.
      const startedAt = outcome.is === 'unsure' ? later(9) : T0;
      expect(settled).toMatchObject({ ...becomes, attempts: 1, startedAt });
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
