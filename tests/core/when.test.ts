import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestSubject, digestTitle } from '../../src/core/digest.ts';
import { quietEnd, readQuiet } from '../../src/core/quiet.ts';
import { BadSetting, mergeSettings, parseSettings } from '../../src/core/settings.ts';
import { BadWhen, earliestSlot, nextSlot, parseWhen, type When } from '../../src/core/when.ts';

describe('when alerts come', () => {
  test.each([
    ['now', 'now'],
    [' Hourly ', 'hourly'],
    ['daily', 'daily 08:30'],
    ['daily 9:05', 'daily 09:05'],
    ['Weekly Monday 18:00', 'weekly mon 18:00'],
    ['weekly sun', 'weekly sun 08:30'],
  ])('"%s" is %s', (text, normal) => {
    expect(parseWhen(text, '08:30')).toBe(normal);
    expect(parseWhen(normal)).toBe(normal);
  });

  test.each([
    ['soon', /write now, hourly, daily 09:00 or weekly mon 09:00/],
    ['', /write now/],
    ['now 09:00', /write now/],
    ['daily 25:00', /"25:00" .* no time of day/],
    ['daily 9', /no time of day/],
    ['weekly', /write now/],
    ['weekly someday 09:00', /"someday" .* no day of the week/],
    ['weekly mon 09:00 10:00', /write now/],
  ])('"%s" is no time, and the error says what is', (text, says) => {
    expect(() => parseWhen(text)).toThrow(BadWhen);
    expect(() => parseWhen(text)).toThrow(says);
  });
});

describe('the next slot', () => {
  test.each<[When, string, string, string]>([
    ['hourly', 'Asia/Seoul', '2025-12-04T00:20:00Z', 'hourly@2025-12-04T10:00+09:00[Asia/Seoul]'],
    ['hourly', 'Asia/Kolkata', '2025-12-04T00:20:00Z', 'hourly@2025-12-04T06:00+05:30[Asia/Kolkata]'],
    ['daily 09:00', 'Asia/Seoul', '2025-12-03T23:59:59Z', 'daily 09:00@2025-12-04T09:00+09:00[Asia/Seoul]'],
    ['daily 09:00', 'Asia/Seoul', '2025-12-04T00:00:00Z', 'daily 09:00@2025-12-05T09:00+09:00[Asia/Seoul]'],
    ['weekly mon 09:00', 'Asia/Seoul', '2025-12-04T00:00:00Z', 'weekly mon 09:00@2025-12-08T09:00+09:00[Asia/Seoul]'],
    ['weekly thu 09:00', 'Asia/Seoul', '2025-12-03T23:00:00Z', 'weekly thu 09:00@2025-12-04T09:00+09:00[Asia/Seoul]'],
    ['weekly thu 09:00', 'Asia/Seoul', '2025-12-04T00:00:00Z', 'weekly thu 09:00@2025-12-11T09:00+09:00[Asia/Seoul]'],
    // Clocks go from 02:00 to 03:00: what would be in the gap comes after it.
    ['daily 02:30', 'Europe/Berlin', '2026-03-28T12:00:00Z', 'daily 02:30@2026-03-29T03:30+02:00[Europe/Berlin]'],
    ['daily 02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z', 'daily 02:30@2026-03-30T02:30+02:00[Europe/Berlin]'],
    ['hourly', 'Europe/Berlin', '2026-03-29T00:59:00Z', 'hourly@2026-03-29T03:00+02:00[Europe/Berlin]'],
    // Clocks go from 03:00 back to 02:00: what is there twice comes the first time, and only then.
    ['daily 02:30', 'Europe/Berlin', '2026-10-24T12:00:00Z', 'daily 02:30@2026-10-25T02:30+02:00[Europe/Berlin]'],
    ['daily 02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z', 'daily 02:30@2026-10-26T02:30+01:00[Europe/Berlin]'],
    ['daily 02:30', 'Europe/Berlin', '2026-10-25T01:15:00Z', 'daily 02:30@2026-10-26T02:30+01:00[Europe/Berlin]'],
    ['hourly', 'Europe/Berlin', '2026-10-25T00:10:00Z', 'hourly@2026-10-25T02:00+01:00[Europe/Berlin]'],
    ['hourly', 'Europe/Berlin', '2026-10-25T01:10:00Z', 'hourly@2026-10-25T03:00+01:00[Europe/Berlin]'],
    [
      'weekly sun 02:30',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      'weekly sun 02:30@2026-03-08T03:30-04:00[America/New_York]',
    ],
  ])('of %s in %s after %s is %s', (when, zone, after, name) => {
    const slot = nextSlot(when, after, zone);
    expect(slot?.name).toBe(name);
    expect(slot?.at).toBe(
      Temporal.ZonedDateTime.from(name.split('@')[1] ?? '')
        .toInstant()
        .toString(),
    );
  });

  test('of now there is none, and the earliest of several wins', () => {
    const at = '2025-12-03T23:30:00Z';
    expect(nextSlot('now', at, 'Asia/Seoul')).toBe(null);
    expect(earliestSlot(['daily 09:00', 'now'], at, 'Asia/Seoul')).toBe(null);
    expect(earliestSlot(['weekly fri 09:00', 'daily 10:00'], at, 'Asia/Seoul')?.name).toMatch(/^daily 10:00@/);
    expect(earliestSlot(['hourly', 'daily 09:00'], at, 'Asia/Seoul')?.name).toBe(
      earliestSlot(['daily 09:00', 'hourly'], at, 'Asia/Seoul')?.name,
    );
  });

  test('whatever the zone and the time: it is later, and within an hour, a day or a week and the change of a clock', () => {
    const zones = ['Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
    const most = { hourly: 1, daily: 25, weekly: 7 * 24 + 1 };
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 1.6e12 / 1000, max: 1.9e12 / 1000 }),
        fc.constantFrom<When>('hourly', 'daily 00:00', 'daily 02:30', 'weekly sun 02:30', 'weekly wed 23:59'),
        (zone, seconds, when) => {
          const at = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
          const slot = nextSlot(when, at.toString(), zone);
          const hours = Temporal.Instant.from(slot?.at ?? '')
            .since(at)
            .total('hours');
          expect(hours).toBeGreaterThan(0);
          expect(hours).toBeLessThanOrEqual(most[when.split(' ')[0] as keyof typeof most]);
        },
      ),
    );
  });
});

describe('quiet hours', () => {
  const end = (at: string, quiet = '22:00-07:00', zone = 'Asia/Seoul') => quietEnd(at, quiet, zone)?.at ?? null;
  test.each([
    ['in the evening', '2025-12-04T13:00:00Z', '2025-12-04T22:00:00Z'],
    ['after midnight', '2025-12-04T15:30:00Z', '2025-12-04T22:00:00Z'],
    ['a second before the end', '2025-12-04T21:59:59Z', '2025-12-04T22:00:00Z'],
    ['at the end they are over', '2025-12-04T22:00:00Z', null],
    ['before they begin', '2025-12-04T12:59:59Z', null],
  ])('%s', (_, at, until) => {
    expect(end(at)).toBe(until);
  });

  test('within one day, and at no time where there are none', () => {
    expect(end('2025-12-04T03:00:00Z', '12:00-13:30')).toBe('2025-12-04T04:30:00Z');
    expect(end('2025-12-04T04:30:00Z', '12:00-13:30')).toBe(null);
    expect(quietEnd('2025-12-04T13:00:00Z', null, 'Asia/Seoul')).toBe(null);
  });

  test('66. an end in the gap of a clock change is after it; one that comes twice is the first', () => {
    expect(end('2026-03-29T00:30:00Z', '22:00-02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z');
    expect(end('2026-10-25T00:00:00Z', '22:00-02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
    expect(end('2026-10-25T01:10:00Z', '22:00-02:30', 'Europe/Berlin')).toBe(null);
  });

  test('66. that end in a gap last until then; those that begin in an hour that comes twice are not interrupted', () => {
    const quiet = (at: string, hours: string) => end(at, hours, 'America/New_York');
    expect(quiet('2026-03-08T06:30:00Z', '22:00-02:30')).toBe('2026-03-08T07:30:00Z');
    expect(quiet('2026-03-08T07:29:00Z', '22:00-02:30')).toBe('2026-03-08T07:30:00Z');
    expect(quiet('2026-03-08T07:30:00Z', '22:00-02:30')).toBe(null);
    expect(quiet('2026-03-08T07:29:00Z', '02:30-06:00')).toBe(null);
    expect(quiet('2026-03-08T07:30:00Z', '02:30-06:00')).toBe('2026-03-08T10:00:00Z');
    expect(quiet('2026-11-01T06:10:00Z', '01:30-06:00')).toBe('2026-11-01T11:00:00Z');
    expect(quiet('2026-11-01T06:10:00Z', '22:00-01:30')).toBe(null);
  });

  test.each([
    ['America/New_York', '2026-03-07T00:00:00Z'],
    ['America/New_York', '2026-10-31T00:00:00Z'],
    ['Europe/Berlin', '2026-03-28T00:00:00Z'],
    ['Europe/Berlin', '2026-10-24T00:00:00Z'],
    // Half an hour is skipped, and comes twice.
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'],
    // A whole day begins at 01:00, and at midnight twice.
    ['Africa/Cairo', '2026-04-23T00:00:00Z'],
    ['Africa/Cairo', '2026-10-28T00:00:00Z'],
    ['Asia/Seoul', '2026-03-07T00:00:00Z'],
  ])('66. in %s from %s are those that a walk from minute to minute finds', (zone, start) => {
    const walked = walk(zone, start);
    const minute = fc.integer({ min: 0, max: 1439 });
    const near = fc.integer({ min: 0, max: 4 * 60 });
    fc.assert(
      fc.property(fc.oneof(minute, near), fc.oneof(minute, near), minute, (from, to, shift) => {
        if (from === to) return;
        const hours = walked.days.flatMap((day, at) => {
          const until = from < to ? day : walked.days[at + 1];
          const [begin, over] = [day.get(from), until?.get(to)];
          return begin === undefined || over === undefined ? [] : [{ begin, over }];
        });
        for (let at = walked.first + 1440 + (shift % 7); at < walked.first + 3 * 1440; at += 7) {
          const over = Math.max(...hours.filter(one => one.begin <= at && at < one.over).map(one => one.over));
          const found = end(instantOf(at), `${hourOf(from)}-${hourOf(to)}`, zone);
          expect(found, `${hourOf(from)}-${hourOf(to)} at ${instantOf(at)}`).toBe(
            Number.isFinite(over) ? instantOf(over) : null,
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ['22:00-7:00', '22:00-07:00'],
    ['22:00 - 07:00', '22:00-07:00'],
    ['22:00-22:00', null],
    ['22:00', null],
    ['22-7', null],
    ['22:00-24:00', null],
    ['1:00-2:00-3:00', null],
  ])('"%s" is read as %s', (text, read) => {
    expect(readQuiet(text)).toBe(read);
  });
});

describe('settings', () => {
  test('are read as people write them, and taken back', () => {
    expect(
      parseSettings({
        zone: 'asia/seoul',
        quiet: '22:00-7:00',
        corrections: 'Edit+Note',
        whenUnsure: 'resend',
        digestHour: '8:30',
      }),
    ).toEqual({
      zone: 'Asia/Seoul',
      quiet: '22:00-07:00',
      corrections: 'edit+note',
      whenUnsure: 'resend',
      digestHour: '08:30',
    });
    expect(parseSettings({ zone: 'default', quiet: 'off' })).toEqual({ zone: null, quiet: null });
    expect(parseSettings({ zone: undefined })).toEqual({});
  });

  test.each([
    [{ zone: 'Seoul' }, /--zone: write a time zone such as Asia\/Seoul/],
    [{ quiet: 'night' }, /--quiet: write hours such as 22:00-07:00, or off/],
    [{ corrections: 'yes' }, /write edit, edit\+note or off/],
    [{ whenUnsure: 'maybe' }, /write hold or resend/],
    [{ digestHour: 'nine' }, /write a time of day/],
  ])('%o is refused with what to write', (written, says) => {
    expect(() => parseSettings(written as object)).toThrow(BadSetting);
    expect(() => parseSettings(written as object)).toThrow(says);
  });

  test('the last one wins', () => {
    expect(mergeSettings('UTC', { quiet: '22:00-07:00', corrections: 'off' }, { corrections: 'edit' })).toEqual({
      zone: 'UTC',
      quiet: '22:00-07:00',
      corrections: 'edit',
      whenUnsure: 'hold',
      digestHour: '09:00',
    });
  });
});

test.each([
  ['daily 09:00@2025-12-04T09:00+09:00[Asia/Seoul]', 1, 7, 'Daily digest, 4 Dec 2025: 7 releases'],
  ['hourly@2025-12-04T10:00+09:00[Asia/Seoul]', 1, 1, 'Hourly digest, 4 Dec 2025 10:00: 1 release'],
  ['weekly mon 09:00@2025-12-08T09:00+09:00[Asia/Seoul]', 2, 3, 'Weekly digest, 8 Dec 2025 (2): 3 releases'],
  ['quiet 22:00-07:00@2025-12-04T07:00+09:00[Asia/Seoul]', 1, 2, 'While it was quiet, 4 Dec 2025: 2 releases'],
])('the digest of %s, message %i, is titled so', (slot, nth, count, title) => {
  expect(digestTitle(digestSubject(slot, nth, null), count)).toBe(title);
});

const instantOf = (minutes: number) => Temporal.Instant.fromEpochMilliseconds(minutes * 60_000).toString();
const hourOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/**
 * Goes through six days minute by minute and looks at the clock on the wall: of each day, when it first shows each minute,
 * those that it skips as long after the gap as they are within it. In minutes since 1970 UTC.
 */
function walk(zone: string, start: string) {
  const first = Temporal.Instant.from(start).subtract({ hours: 48 }).epochMilliseconds / 60_000;
  const days = new Map<string, Map<number, number>>();
  const shows = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const note = (wall: number, at: number) => {
    const date = instantOf(wall).slice(0, 10);
    const day = days.get(date) ?? new Map<number, number>();
    days.set(date, day);
    const minute = ((wall % 1440) + 1440) % 1440;
    if (!day.has(minute)) day.set(minute, at);
  };
  let before: number | null = null;
  for (let at = first; at < first + 8 * 1440; at++) {
    const wall = Date.parse(`${shows.format(at * 60_000).replace(' ', 'T')}Z`) / 60_000;
    for (let skipped = (before ?? wall) + 1; skipped < wall; skipped++) note(skipped, at + skipped - (before ?? 0) - 1);
    note(wall, at);
    before = wall;
  }
  return { first: first + 1440, days: [...days.values()] };
}
