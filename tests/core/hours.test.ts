import { describe, expect, test } from 'vitest';
import { hoursInWords, isLively, learnHours } from '../../src/core/hours.ts';

const ZONE = 'Asia/Seoul';
const MINUTE = 60_000;
const OFFICE = [9, 10, 11, 14, 15, 16];

/** An arrival on each of so many days from Monday, 5 January 2026 on, at the hours in turn; weekends left out. */
function workdays(count: number, hours: readonly number[] = OFFICE, zone = ZONE): string[] {
  const monday = Temporal.PlainDate.from('2026-01-05');
  return Array.from({ length: count }, (_, nth) =>
    monday
      .add({ weeks: Math.floor(nth / 5), days: nth % 5 })
      .toZonedDateTime({
        timeZone: zone,
        plainTime: Temporal.PlainTime.from({ hour: hours[nth % hours.length] ?? 0, minute: 30 }),
      })
      .toInstant()
      .toString(),
  );
}

describe('the hours of a source', () => {
  test('are the weekdays and the hours in which it publishes, in its own zone', () => {
    expect(learnHours(workdays(40), 10 * MINUTE, ZONE)).toEqual({
      days: [1, 2, 3, 4, 5],
      hours: [9, 10, 11, 14, 15, 16],
    });
  });

  test('include a single hour between two of them', () => {
    expect(learnHours(workdays(40, [9, 11]), 10 * MINUTE, ZONE)?.hours).toEqual([9, 10, 11]);
  });

  test('do not depend on the order in which they are given, nor on one that is given twice', () => {
    const seen = workdays(40);
    expect(learnHours([...seen.toReversed(), ...seen], 10 * MINUTE, ZONE)).toEqual(learnHours(seen, 10 * MINUTE, ZONE));
  });

  test('leave out the odd night and the odd Saturday', () => {
    const odd = ['2026-01-10T18:10:00Z', '2026-01-17T18:10:00Z'];
    expect(learnHours([...workdays(40), ...odd], 10 * MINUTE, ZONE)).toEqual(
      learnHours(workdays(40), 10 * MINUTE, ZONE),
    );
  });

  test('may be those of a night and a weekend', () => {
    const saturdays = Array.from({ length: 24 }, (_, nth) =>
      Temporal.Instant.from('2026-01-03T17:10:00Z')
        .add({ hours: 168 * nth })
        .toString(),
    );
    expect(learnHours(saturdays, 10 * MINUTE, ZONE)).toEqual({ days: [7], hours: [2] });
  });

  test('follow the clock of the zone through its change to summer time', () => {
    const seen = workdays(80, [9], 'Europe/Berlin');
    expect(learnHours(seen, 10 * MINUTE, 'Europe/Berlin')?.hours).toEqual([9]);
    expect(learnHours(seen, 10 * MINUTE, 'UTC')?.hours).toEqual([7, 8]);
  });

  test('are as wide as the time between two polls', () => {
    const seen = workdays(40, [12]);
    expect(learnHours(seen, 60 * MINUTE, ZONE)?.hours).toEqual([11, 12]);
    expect(learnHours(seen, 240 * MINUTE, ZONE)?.hours).toEqual([8, 9, 10, 11, 12]);
  });

  test.each([
    { case: 'too few arrivals', seen: workdays(19), every: 10 },
    {
      case: 'all of them on a few days',
      seen: workdays(5).flatMap(at =>
        [0, 1, 2, 3, 4].map(nth => Temporal.Instant.from(at).add({ minutes: nth }).toString()),
      ),
      every: 10,
    },
    {
      case: 'a source that publishes round the clock',
      seen: workdays(
        72,
        Array.from({ length: 24 }, (_, hour) => hour),
      ),
      every: 10,
    },
    { case: 'polls so far apart that they say nothing', seen: workdays(40), every: 1440 },
    { case: 'nothing', seen: [], every: 10 },
  ])('are not known from $case', ({ seen, every }) => expect(learnHours(seen, every * MINUTE, ZONE)).toBe(null));
});

test('an hour counts to its last minute, in the zone of the source', () => {
  const hours = { days: [1, 2, 3, 4, 5], hours: [9, 10] };
  const at = (text: string) => isLively(Temporal.Instant.from(text), hours, ZONE);
  expect(
    ['2025-12-03T23:59:59Z', '2025-12-04T00:00:00Z', '2025-12-04T01:59:59Z', '2025-12-04T02:00:00Z'].map(at),
  ).toEqual([false, true, true, false]);
  expect(at('2025-12-05T15:30:00Z'), 'Saturday already').toBe(false);
});

test.each([
  { days: [1, 2, 3, 4, 5], hours: [9, 10, 11, 12, 13], words: 'Mon-Fri 09-14' },
  { days: [1, 3, 6, 7], hours: [0, 9, 23], words: 'Mon, Wed, Sat-Sun 00-01, 09-10, 23-24' },
])('$words', ({ days, hours, words }) => expect(hoursInWords({ days, hours })).toBe(words));
