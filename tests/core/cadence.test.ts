import { describe, expect, test } from 'vitest';
import { nextDue, type Pulse } from '../../src/core/cadence.ts';

const NOW = Temporal.Instant.from('2025-12-04T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PULSE: Pulse = {
  every: 10 * MINUTE,
  floor: 5 * MINUTE,
  failures: 0,
  retryAfter: null,
  maxAge: null,
  hours: null,
  zone: 'Asia/Seoul',
};
const wait = (pulse: Partial<Pulse>, chance: number, now = NOW) =>
  nextDue(now, { ...PULSE, ...pulse }, chance)
    .since(now)
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

test('chance undercuts neither the floor of the host nor the time for which an answer is fresh', () => {
  expect(wait({ every: 5 * MINUTE }, 0)).toBe(5 * MINUTE);
  expect(wait({ maxAge: HOUR }, 0)).toBe(HOUR);
  expect(wait({ maxAge: 48 * HOUR }, 0)).toBe(24 * HOUR);
});

describe('in the hours of a source', () => {
  const hours = { days: [1, 2, 3, 4, 5], hours: [9, 10, 11, 12, 13, 14, 15, 16, 17] };
  // All in Seoul, nine hours ahead of UTC; 4 December 2025 is a Thursday.
  test.each([
    { at: '2025-12-04T01:00:00Z', what: 'Thursday, ten: down to the floor of its host', every: 10, minutes: 5 },
    { at: '2025-12-04T01:00:00Z', what: 'four times as often as configured', every: 60, minutes: 15 },
    { at: '2025-12-04T01:00:00Z', what: 'where that is the floor already: as configured', every: 5, minutes: 5 },
    {
      at: '2025-12-04T09:30:00Z',
      what: 'Thursday evening: as configured, and never more rarely',
      every: 60,
      minutes: 60,
    },
    { at: '2025-12-06T01:00:00Z', what: 'Saturday', every: 60, minutes: 60 },
    { at: '2025-12-03T23:40:00Z', what: 'Thursday, 20 minutes before it opens: when it opens', every: 60, minutes: 20 },
    { at: '2025-12-03T23:58:00Z', what: 'two minutes before: not below the floor', every: 60, minutes: 5 },
    { at: '2025-12-03T15:00:00Z', what: 'nine hours before, asked twice a day', every: 720, minutes: 540 },
    { at: '2025-12-05T08:59:00Z', what: 'the last minute of Friday', every: 60, minutes: 15 },
    { at: '2025-12-05T09:00:00Z', what: 'and the one after it', every: 60, minutes: 60 },
  ])('$at, $what', ({ at, every, minutes }) => {
    const now = Temporal.Instant.from(at);
    expect(wait({ every: every * MINUTE, hours }, 0.5, now) / MINUTE).toBe(minutes);
  });

  test('a server that wants more time gets it, and so does a source in trouble', () => {
    const now = Temporal.Instant.from('2025-12-04T01:00:00Z');
    expect(wait({ hours, maxAge: HOUR }, 0, now)).toBe(HOUR);
    expect(wait({ hours, failures: 1, every: HOUR }, 0.5, now)).toBe(2 * HOUR);
  });
});
