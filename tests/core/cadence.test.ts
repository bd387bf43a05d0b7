import { expect, test } from 'vitest';
import { nextDue } from '../../src/core/cadence.ts';

const NOW = Temporal.Instant.from('2025-12-04T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const wait = (pulse: { every?: number; failures?: number; retryAfter?: number }, chance: number) =>
  nextDue(NOW, { every: 10 * MINUTE, failures: 0, retryAfter: null, ...pulse }, chance)
    .since(NOW)
    .total('milliseconds');

test.each([
  [0, 9 * MINUTE],
  [0.5, 10 * MINUTE],
  [1, 11 * MINUTE],
])('a healthy source is asked every ten minutes, give or take one (chance %d)', (chance, expected) => {
  expect(wait({}, chance)).toBe(expected);
});

test.each([0, 0.5, 1])('25. never earlier than the server asked for (chance %d)', chance => {
  expect(wait({ failures: 1, retryAfter: HOUR }, chance)).toBeGreaterThanOrEqual(HOUR);
  expect(wait({ failures: 1, retryAfter: 48 * HOUR }, chance)).toBeGreaterThanOrEqual(24 * HOUR);
});

test('26. a source in trouble is asked ever more rarely, up to six hours, and never more often than it was', () => {
  const waits = [1, 2, 3, 6, 2000].map(failures => wait({ failures }, 0.5) / MINUTE);
  expect(waits).toEqual([20, 40, 80, 360, 360]);
  expect(wait({ every: 12 * HOUR, failures: 3 }, 0.5)).toBe(12 * HOUR);
});
