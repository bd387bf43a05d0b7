import { expect, test } from 'vitest';
import { findSilence } from '../../src/core/rhythm.ts';

/** A release on each of so many days, so many days apart, up to 1 March 2026. */
const published = (count: number, apart: number) =>
  Array.from({ length: count }, (_, at) => ({
    day: Temporal.PlainDate.from('2026-03-01')
      .subtract({ days: at * apart })
      .toString(),
    count: 1,
  }));

test.each([
  { case: 'a daily source after five days', days: published(40, 1), today: '2026-03-06', is: null },
  { case: 'and after six', days: published(40, 1), today: '2026-03-07', is: { last: '2026-03-01', days: 6, usual: 1 } },
  { case: 'a weekly source after five weeks', days: published(40, 7), today: '2026-04-05', is: null },
  {
    case: 'and a day later',
    days: published(40, 7),
    today: '2026-04-06',
    is: { last: '2026-03-01', days: 36, usual: 7 },
  },
  {
    case: 'one long pause of many is no habit',
    days: [...published(40, 1), { day: '2025-06-01', count: 1 }],
    today: '2026-03-07',
    is: { last: '2026-03-01', days: 6, usual: 1 },
  },
  { case: 'ten days are nine pauses, no rhythm', days: published(10, 1), today: '2027-01-01', is: null },
  { case: 'nothing recorded', days: [], today: '2026-03-07', is: null },
  {
    case: 'a date in the future',
    days: [{ day: '2026-09-09', count: 1 }, ...published(40, 1)],
    today: '2026-03-07',
    is: null,
  },
])('$case', ({ days, today, is }) => expect(findSilence(days, '2026-01-01', today)).toEqual(is));

test('what was silent before the watch began is no alarm yet', () => {
  expect(findSilence(published(40, 1), '2026-06-01', '2026-06-05')).toBe(null);
  expect(findSilence(published(40, 1), '2026-06-01', '2026-06-07')).toEqual({ last: '2026-03-01', days: 6, usual: 1 });
});
