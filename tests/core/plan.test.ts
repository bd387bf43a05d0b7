import { expect, test } from 'vitest';
import { plan } from '../../src/core/plan.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { buildRelease } from '../support/release-builder.ts';

const subscription = (id: number, more: Partial<Subscription> = {}): Subscription => ({
  id,
  query: 'steel',
  normal: 'steel',
  to: 'console',
  when: 'now',
  mention: [],
  style: 'card',
  state: 'active',
  reason: null,
  createdBy: 'cli',
  createdAt: '2025-12-01T00:00:00Z',
  lastMatch: null,
  ...more,
});

test('one alert for a release and a destination names every subscription that asked', () => {
  const asking = [subscription(1), subscription(2), subscription(3, { to: 'discord:123456' })];
  const planned = plan([buildRelease({ key: '1' }), buildRelease({ key: '2' })], asking, () => []);
  expect(planned.map(one => [one.release, one.destination, one.why.map(why => why.subscription)])).toEqual([
    ['harbor/1', 'console', [1, 2]],
    ['harbor/1', 'discord:123456', [3]],
    ['harbor/2', 'console', [1, 2]],
    ['harbor/2', 'discord:123456', [3]],
  ]);
});

test('51. what is published while a channel is suspended is owed to it; a paused subscription is owed nothing', () => {
  const asking = [subscription(1, { state: 'suspended' }), subscription(2, { state: 'paused' })];
  expect(plan([buildRelease()], asking, () => []).map(one => one.why.map(why => why.subscription))).toEqual([[1]]);
  expect(plan([buildRelease()], asking.slice(1), () => [])).toEqual([]);
});
