import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/core/delivery.ts';
import { HERE, owe, renderedFrom, SENT, work } from '../support/owing.ts';
import { alert, asks, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const SLOT = { name: 'daily 09:00@2026-03-02T09:00+00:00[UTC]', at: later(9 * 3600) };
const AT = SLOT.at;

export function digestContract({ store }: StoreUnderTest): void {
  const told = async () =>
    (await store().deliveries()).toReversed().map(({ kind, state, carrier, slot }) => [kind, state, carrier, slot]);

  describe('what waits for a digest', () => {
    async function waiting(keys: readonly string[]): Promise<void> {
      const { subscription } = await store().follow(asks(HERE, { when: 'daily 09:00' }), T0);
      const releases = keys.map(key => release(key));
      await store().record(batch(releases, { deliveries: releases.map(one => alert(one, HERE, [subscription.id])) }));
    }

    test('stands beside the queue until its time, and then is due', async () => {
      await waiting(['1', '2']);
      expect(await owe(store(), ['3'])).toEqual([3]);
      expect(await told()).toEqual([
        ['alert', 'waiting', null, SLOT.name],
        ['alert', 'waiting', null, SLOT.name],
        ['alert', 'waiting', null, SLOT.name],
      ]);
      expect(await store().next(HERE, later(60))).toBe(null);
      expect(await store().ready(later(60))).toEqual([]);
      expect(await store().ready(AT)).toEqual([HERE]);
      expect(await store().next(HERE, AT)).toMatchObject({
        is: 'due',
        waiting: [1, 2, 3].map(delivery => ({ delivery, urgent: false })),
      });
    });

    test('is gathered once, claimed and settled as one', async () => {
      await waiting(['1', '2']);
      await store().gather(HERE, later(60));
      expect(await store().deliveries()).toHaveLength(2);
      await store().gather(HERE, AT);
      await store().gather(HERE, AT);
      expect(await told()).toEqual([
        ['alert', 'queued', 3, SLOT.name],
        ['alert', 'queued', 3, SLOT.name],
        ['digest', 'queued', null, null],
      ]);
      const digest = await work(store(), AT);
      expect(digest).toMatchObject({
        delivery: { id: 3, subject: SLOT.name },
        entries: [{ release: { id: 'harbour/1' } }, {}],
      });
      await store().claim(3, { text: 'digest' }, AT, renderedFrom(digest));
      expect((await told()).map(([, state]) => state)).toEqual(['sending', 'sending', 'sending']);
      await store().settle(3, SENT, AT);
      expect((await told()).map(([, state]) => state)).toEqual(['sent', 'sent', 'sent']);
      expect(await store().next(HERE, AT)).toBe(null);
      const [{ key }] = (await store().deliveries({ state: 'sent', limit: 1 })) as [Delivery];
      expect((await store().deliveries({ message: key })).map(one => one.id)).toEqual([3, 2, 1]);
    });

    test('goes after alerts that come at once, until it has been claimed itself', async () => {
      await waiting(['1']);
      await store().gather(HERE, AT);
      const { subscription } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      const two = release('2');
      await store().record(batch([two], { deliveries: [alert(two, HERE, [subscription.id])] }));
      expect(await work(store(), AT)).toMatchObject({ delivery: { kind: 'alert' } });
      const digest = (await store().deliveries()).find(one => one.kind === 'digest');
      await store().claim(digest!.id, {}, AT);
      const later = Temporal.Instant.from(AT).add({ seconds: 30 }).toString();
      await store().settle(digest!.id, { is: 'wait', at: later, reason: 'slow down' }, AT);
      expect(await store().next(HERE, AT)).toEqual({ at: later });
    });

    test('a second digest of the same time is another one', async () => {
      await waiting(['1']);
      await store().gather(HERE, AT);
      const [two] = await owe(store(), ['2'], HERE);
      await store().postpone([two!], SLOT);
      await store().gather(HERE, AT);
      const digests = (await store().deliveries()).filter(one => one.kind === 'digest');
      expect(digests.map(one => one.subject)).toEqual([`${SLOT.name}#2`, SLOT.name]);
    });

    test('leaves the digest when it is unfollowed, and the last one takes the digest with it', async () => {
      await waiting(['1']);
      const { subscription } = await store().follow(asks(HERE, { normal: 'b', when: 'daily 09:00' }), T0);
      await store().record(batch([release('2')], { deliveries: [alert(release('2'), HERE, [subscription.id])] }));
      await store().gather(HERE, AT);
      await store().unfollow(1, AT);
      expect((await work(store(), AT)).entries).toMatchObject([{ release: { id: 'harbour/2' } }]);
      await store().unfollow(subscription.id, AT);
      expect((await told()).map(([, state]) => state)).toEqual(['dead', 'dead', 'dead']);
      expect(await store().next(HERE, AT)).toBe(null);
    });

    test('what has left or was claimed is not put off', async () => {
      const [one, two] = await owe(store(), ['1', '2']);
      await store().claim(one!, {}, T0);
      await store().settle(one!, { is: 'wait', at: later(5), reason: 'slow down' }, T0);
      await store().postpone([one!, two!, 99], SLOT);
      expect(await told()).toEqual([
        ['alert', 'waiting', null, null],
        ['alert', 'waiting', null, SLOT.name],
      ]);
      expect(await store().next(HERE, T0)).toEqual({ at: later(5) });
    });

    test('stays where it is while its destination is suspended', async () => {
      await waiting(['1']);
      const { subscription } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      const two = release('2');
      await store().record(batch([two], { deliveries: [alert(two, HERE, [subscription.id])] }));
      await store().claim(2, {}, T0);
      await store().settle(2, { is: 'suspend', reason: 'archived' }, T0);
      expect(await store().ready(AT)).toEqual([]);
      expect(await store().next(HERE, AT)).toBe(null);
      await store().setState(subscription.id, 'active', null);
      expect(await store().ready(AT)).toEqual([HERE]);
    });
  });
}
