import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { dayOf, instantOf, parseDate } from '../../src/core/dates.ts';

const SEOUL = 'Asia/Seoul';

describe('a day without a time stays a day', () => {
  test.each([
    ['2025-12-04', '2025-12-04'],
    [' 2025-12-04\n', '2025-12-04'],
    ['2025.12.04', '2025-12-04'],
    ['2025. 12. 4.', '2025-12-04'],
    ['2025/12/4', '2025-12-04'],
    ['20251204', '2025-12-04'],
    ['2025-12-04 (Thu)', '2025-12-04'],
    ['2025.12.04(목)', '2025-12-04'],
    ['2025년 12월 4일 목요일', '2025-12-04'],
    ['2025年12月4日', '2025-12-04'],
    ['Sep 01,2025', '2025-09-01'],
    ['Sept. 1, 2025', '2025-09-01'],
    ['04 Dec 2025', '2025-12-04'],
    ['4th of December 2025', '2025-12-04'],
    ['4-Dec-25', '2025-12-04'],
    ['December 4, 2025', '2025-12-04'],
    ['Thursday, December 4, 2025', '2025-12-04'],
    ['12/04/2025', '2025-12-04'],
    ['04.12.2025', '2025-12-04'],
    ['2025-12', '2025-12-01'],
    ['December 2025', '2025-12-01'],
    ['2025', '2025-01-01'],
    ['2025-338', '2025-12-04'],
    ['2024-02-29', '2024-02-29'],
    ['2025-12-04Z', '2025-12-04'],
    ['15 de noviembre de 2022', '2022-11-15'],
    ['mar. 15 nov. 2022', '2022-11-15'],
    ['1er août 2022', '2022-08-01'],
    ['4. März 2025', '2025-03-04'],
    ['20 Şubat 2020', '2020-02-20'],
    ['13 декабря 2021', '2021-12-13'],
    ['17-mai-2021', '2021-05-17'],
    ['3 października 2021', '2021-10-03'],
    ['2025-12-04+09:00', '2025-12-04'],
  ])('%s', (printed, day) => {
    expect(parseDate(printed, SEOUL)).toBe(day);
    expect(instantOf(day)).toBeNull();
    expect(dayOf(day, 'America/New_York')).toBe(day);
  });
});

describe('a time keeps the offset that was printed', () => {
  test.each([
    ['Κυρ, 11 Ιούλ 2004 12:00:00 EST', '2004-07-11T12:00:00-05:00'],
    ['2004-július-13T9:15-05:00', '2004-07-13T09:15:00-05:00'],
    ['mer, 16 nov 2022 00:38:15 +0100', '2022-11-16T00:38:15+01:00'],
    ['пн, 13 дек 2021 10:00:00 +0300', '2021-12-13T10:00:00+03:00'],
    ['2003-012-31T10:14:55+00:00', '2003-12-31T10:14:55Z'],
    ['2017-06-13T03:18:00+09:0', '2017-06-13T03:18:00+09:00'],
    ['Mon, 26 January 2004 16:31:00 AT', '2004-01-26T16:31:00-04:00'],
    ['2025-12-04T10:00:00Z', '2025-12-04T10:00:00Z'],
    ['2025-12-04T10:00:00+09:00', '2025-12-04T10:00:00+09:00'],
    ['2025-12-04t10:00:00.250z', '2025-12-04T10:00:00.25Z'],
    ['2025-12-04 10:00:00 +0900', '2025-12-04T10:00:00+09:00'],
    ['2025-12-04T10:00+09', '2025-12-04T10:00:00+09:00'],
    ['20251204T100000Z', '2025-12-04T10:00:00Z'],
    ['2025-12-04T10:00:00+09:00[Asia/Seoul]', '2025-12-04T10:00:00+09:00'],
    ['Thu, 04 Dec 2025 10:00:00 +0900', '2025-12-04T10:00:00+09:00'],
    ['Thu, 04 Dec 2025 10:00:00 KST', '2025-12-04T10:00:00+09:00'],
    ['Thu, 04 Dec 2025 10:00:00 JST', '2025-12-04T10:00:00+09:00'],
    ['Thu, 04 Dec 2025 10:00:00 GMT', '2025-12-04T10:00:00Z'],
    ['Thu, 4 Dec 25 10:00 EST', '2025-12-04T10:00:00-05:00'],
    ['Fri, 04 Dec 98 10:00:00 PDT', '1998-12-04T10:00:00-07:00'],
    ['Sun, 04 Dec 2025 10:00:00 UT', '2025-12-04T10:00:00Z'],
    ['Thu, 04 Dec 2025 10:00:00 -0000', '2025-12-04T10:00:00Z'],
    ['Thu, 04 Dec 2025 10:00:00 GMT+0900 (Korean Standard Time)', '2025-12-04T10:00:00+09:00'],
    ['Thu Dec 04 10:00:00 KST 2025', '2025-12-04T10:00:00+09:00'],
    ['04 Dec 2025 10:00:00 ET', '2025-12-04T10:00:00-05:00'],
    ['04 Jul 2025 10:00:00 ET', '2025-07-04T10:00:00-04:00'],
    ['04 Dec 2025 10:00:00 Europe/Paris', '2025-12-04T10:00:00+01:00'],
    ['04 Dec 2025 10:00:00 XYZ', '2025-12-04T10:00:00Z'],
    ['December 4, 2025, 2:30 pm KST', '2025-12-04T14:30:00+09:00'],
  ])('%s', (printed, date) => {
    expect(parseDate(printed, 'Pacific/Auckland')).toBe(date);
  });
});

describe("a time without an offset is meant in the source's zone", () => {
  test.each([
    ['2025-12-04T10:00:00', SEOUL, '2025-12-04T10:00:00+09:00'],
    ['2025-12-04 10:00', 'America/New_York', '2025-12-04T10:00:00-05:00'],
    ['2025.07.04 10:00:30', 'America/New_York', '2025-07-04T10:00:30-04:00'],
    ['Thu, 12/04/2025 - 10:00', SEOUL, '2025-12-04T10:00:00+09:00'],
    ['Thu Dec  4 10:00:00 2025', SEOUL, '2025-12-04T10:00:00+09:00'],
    ['2025-12-04 오후 2:30', SEOUL, '2025-12-04T14:30:00+09:00'],
    ['2025년 12월 4일 14시 30분', SEOUL, '2025-12-04T14:30:00+09:00'],
    ['2025-12-04 12:05 AM', SEOUL, '2025-12-04T00:05:00+09:00'],
    ['2025-12-04T24:00:00', SEOUL, '2025-12-05T00:00:00+09:00'],
    ['2025-12-04T23:59:60Z', SEOUL, '2025-12-04T23:59:59Z'],
    ['20251204103000', SEOUL, '2025-12-04T10:30:00+09:00'],
    // An hour that a change to summer time leaves out is read as the clocks were put forward.
    ['2025-03-09T02:30:00', 'America/New_York', '2025-03-09T03:30:00-04:00'],
  ])('%s in %s', (printed, zone, date) => {
    const read = parseDate(printed, zone);
    expect(read && Temporal.Instant.from(read).equals(Temporal.Instant.from(date))).toBe(true);
  });

  test('and it is printed with that offset', () => {
    expect(parseDate('2025-12-04 10:00', SEOUL)).toBe('2025-12-04T10:00:00+09:00');
  });
});

test('a weekday decides between day and month, and is passed over where it fits neither', () => {
  expect(parseDate('Sat, 12/04/2025', SEOUL)).toBe('2025-04-12');
  expect(parseDate('Thu, 12/04/2025', SEOUL)).toBe('2025-12-04');
  expect(parseDate('Mon, 12/04/2025', SEOUL)).toBe('2025-12-04');
  expect(parseDate('25/12/2025', SEOUL)).toBe('2025-12-25');
});

describe('42. a date that does not exist is null', () => {
  test.each([
    '',
    '   ',
    'date',
    'yesterday',
    '2025-13-40',
    '0000-00-00',
    '0001-01-01T00:00:00Z',
    '2025-02-29',
    '31 Feb 2025',
    '32 Dec 2025',
    '2025-12-04T25:00:00Z',
    '2025-12-04T10:61:00Z',
    '2025-12-04T10:00:00+25:00',
    '2025-366',
    '13/13/2025',
    'December 4, 2025 by the ministry',
    'May contain 2025',
    '12345678901234567890',
    `2025-12-04${' '.repeat(500)}`,
  ])('"%s"', printed => {
    expect(parseDate(printed, SEOUL)).toBeNull();
  });

  test('but a day of the far future or past is a day', () => {
    expect(parseDate('2999-01-01', SEOUL)).toBe('2999-01-01');
    expect(parseDate('1984-01-01', SEOUL)).toBe('1984-01-01');
  });

  test('and no text makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        const read = parseDate(text, SEOUL);
        expect(read === null || /^\d{4}-\d\d-\d\d(T|$)/.test(read)).toBe(true);
      }),
    );
  });
});

describe('17. the machine has no say', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  test.each(['UTC', SEOUL, 'America/New_York'])('TZ=%s', tz => {
    process.env.TZ = tz;
    expect(parseDate('2025-12-04', SEOUL)).toBe('2025-12-04');
    expect(parseDate('2025-12-04 10:00', SEOUL)).toBe('2025-12-04T10:00:00+09:00');
    expect(dayOf('2025-12-03T20:00:00Z', SEOUL)).toBe('2025-12-04');
    expect(instantOf('2025-12-04T10:00:00+09:00')).toBe('2025-12-04T01:00:00Z');
  });
});
