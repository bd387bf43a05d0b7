import { describe, expect, test } from 'vitest';
import { HERE } from '../support/owing.ts';
import { asks, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

export function settingsContract({ store, other }: StoreUnderTest): void {
  describe('settings of a destination', () => {
    const all = async (destination = HERE) => (await store().settings(destination)).all;

    test('are the usual ones where nobody has set any', async () => {
      expect(await all()).toEqual({
        zone: 'UTC',
        quiet: null,
        corrections: 'edit',
        whenUnsure: 'hold',
        digestHour: '09:00',
      });
    });

    test('are kept one by one, and taken back', async () => {
      await store().saveSettings(HERE, { quiet: '22:00-07:00', corrections: 'off' }, T0);
      await store().saveSettings(HERE, { corrections: 'edit+note' }, T0);
      expect(await (await other()).settings(HERE)).toMatchObject({
        all: { quiet: '22:00-07:00', corrections: 'edit+note' },
        config: {},
      });
      await store().saveSettings(HERE, { quiet: null }, T0);
      expect(await all()).toMatchObject({ quiet: null, corrections: 'edit+note' });
      expect(await all('console')).toMatchObject({ corrections: 'edit' });
    });

    test('of the configuration win as long as they stand there', async () => {
      await store().saveSettings(HERE, { corrections: 'off', quiet: '22:00-07:00' }, T0);
      await store().syncSettings('Asia/Seoul', [{ to: HERE, settings: { corrections: 'edit' } }], T0);
      expect(await store().settings(HERE)).toMatchObject({
        all: { zone: 'Asia/Seoul', corrections: 'edit', quiet: '22:00-07:00' },
        config: { corrections: 'edit' },
      });
      await store().syncSettings('Asia/Seoul', [], T0);
      expect(await all()).toMatchObject({ zone: 'Asia/Seoul', corrections: 'off' });
    });
  });

  describe('a subscription that is edited', () => {
    test('keeps its number and what was not changed', async () => {
      const { subscription } = await store().follow(asks(HERE), T0);
      const edited = { when: 'daily 09:00', urgent: true, style: 'full', mention: ['here'] } as const;
      expect(await store().edit(subscription.id, edited, T0)).toEqual({ ...subscription, ...edited });
      const version = await store().subscriptionsVersion();
      expect(await store().edit(subscription.id, { query: 'b', normal: 'b' }, T0)).toMatchObject({
        normal: 'b',
        urgent: true,
      });
      expect(await store().subscriptionsVersion()).toBeGreaterThan(version);
    });

    test('cannot become another one of its destination, and one that is none cannot be edited', async () => {
      const { subscription: one } = await store().follow(asks(HERE, { normal: 'a' }), T0);
      const { subscription: two } = await store().follow(asks(HERE, { normal: 'b' }), T0);
      expect(await store().edit(two.id, { query: 'a', normal: 'a' }, T0)).toEqual({ same: one.id });
      expect(await store().subscription(two.id)).toEqual(two);
      expect(await store().edit(99, { urgent: true }, T0)).toBe(null);
    });
  });
}
