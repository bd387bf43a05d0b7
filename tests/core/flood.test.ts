import { describe, expect, test } from 'vitest';
import { floodLimit, type Inflow, judgeFlood } from '../../src/core/flood.ts';
import { dailyRate } from '../../src/core/rhythm.ts';

describe('the rate', () => {
  const day = (date: string, count = 1) => ({ day: date, count });
  test.each([
    { case: 'nothing recorded', days: [], rate: 0 },
    {
      case: 'a young archive counts the days that it covers',
      days: [day('2026-02-26', 2), day('2026-03-01', 6)],
      rate: 2,
    },
    { case: 'one day is one day', days: [day('2026-03-01', 8)], rate: 8 },
    { case: 'an old archive counts sixty days', days: [day('2025-12-31', 99), day('2026-01-01', 60)], rate: 1 },
    {
      case: 'what is dated behind the last reading is no habit',
      days: [day('2026-03-01', 3), day('2026-03-02', 99)],
      rate: 3,
    },
  ])('$case', ({ days, rate }) => expect(dailyRate(days, '2026-03-01')).toBe(rate));
});

test.each([
  { rule: 'auto', rate: 1, away: 0.01, most: 20 },
  { rule: 'auto', rate: 1.2, away: 30, most: 108 },
  { rule: 'auto', rate: 1.02, away: 7, most: 21 },
  { rule: 'auto', rate: 0, away: 300, most: 20 },
  { rule: 5, rate: 9, away: 9, most: 5 },
  { rule: 'off', rate: 1, away: 1, most: Number.POSITIVE_INFINITY },
] as const)('$rule with $rate a day after $away days: $most', ({ most, ...at }) => expect(floodLimit(at)).toBe(most));

describe('what is held', () => {
  const inflow: Inflow = {
    rule: 'auto',
    fresh: 20,
    rekeyed: 0,
    doubled: 0,
    restored: false,
    alerts: 7,
    rate: 1,
    away: 0,
    now: '2026-03-02T00:00:00Z',
  };
  const judged = (change: Partial<Inflow>) => {
    const { hold, findings } = judgeFlood({ ...inflow, ...change });
    return [hold, ...findings.map(one => (one.is === 'well' ? 'well' : one.what))];
  };
  test.each([
    { case: 'as many as may be', change: {}, is: [false, 'well'] },
    { case: 'one more', change: { fresh: 21 }, is: [true, '21 new at once, where 20 are the most: 7 alerts are held'] },
    { case: 'one more, and nobody asked', change: { fresh: 21, alerts: 0 }, is: [false, 'well'] },
    {
      case: 'above three times the usual by a part of one',
      change: { fresh: 22, rate: 1.02, away: 7 },
      is: [true, '22 new at once, where 21 are the most: 7 alerts are held'],
    },
    { case: 'half of them known by title and day', change: { fresh: 4, doubled: 2, alerts: 4 }, is: [false, 'well'] },
    {
      case: 'most of them known by title and day',
      change: { fresh: 4, doubled: 3, alerts: 4 },
      is: [true, '3 of 4 new have title and day of known ones under another key: 4 alerts are held'],
    },
    {
      case: 'the only one known by title and day',
      change: { fresh: 1, doubled: 1, alerts: 1 },
      is: [true, '1 of 1 new has title and day of a known one under another key: 1 alert is held'],
    },
    {
      case: 'most of them known, and switched off',
      change: { rule: 'off', fresh: 4, doubled: 4 } as const,
      is: [false, 'well'],
    },
    { case: 'switched off', change: { rule: 'off', fresh: 999 } as const, is: [false, 'well'] },
    {
      case: 'new keys',
      change: { fresh: 0, alerts: 0, rekeyed: 8 },
      is: [false, '8 known releases came under new keys and kept their ids'],
    },
    {
      case: 'new keys and something else',
      change: { fresh: 1, alerts: 1, rekeyed: 8 },
      is: [true, '8 known releases came under new keys and kept their ids; of the others 1 alert is held'],
    },
  ])('$case', ({ change, is }) => expect(judged(change)).toEqual(is));
});
