import { englishMonth } from './month-names.ts';

/** A date as a source printed it: a civil day, or an instant with its offset. */
export type PrintedDate = string;

/** Longer than any date with its weekday, zone and comment; what is longer is prose. */
const LONGEST = 120;

/** Before it no source can have published: what prints "0001-01-01" is the zero value of some program. */
const FIRST_YEAR = 1000;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Zone names met in feeds, in minutes east of UTC. Those of RFC 5322 section 4.3 have the meaning it gives them
 * (CST is North American), the others are names in official or customary use that mean one offset.
 */
const ZONES: Readonly<Record<string, number>> = {
  ...{ z: 0, ut: 0, utc: 0, gmt: 0, wet: 0 },
  ...{ est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420 },
  ...{ nst: -210, ndt: -150, ast: -240, adt: -180, akst: -540, akdt: -480, hst: -600 },
  ...{ bst: 60, cet: 60, met: 60, west: 60, cest: 120, mest: 120, eet: 120, sast: 120, eest: 180, msk: 180 },
  ...{ ist: 330, ict: 420, wib: 420, hkt: 480, sgt: 480, pht: 480, awst: 480, kst: 540, jst: 540 },
  ...{ acst: 570, aest: 600, acdt: 630, aedt: 660, nzst: 720, nzdt: 780 },
};

/** Names that mean standard or summer time, whichever holds. */
const ZONES_BY_SEASON: Readonly<Record<string, string>> = {
  at: 'America/Halifax',
  et: 'America/New_York',
  ct: 'America/Chicago',
  mt: 'America/Denver',
  pt: 'America/Los_Angeles',
};

interface Found {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** What is printed behind the day: nothing, or a time with or without a zone. */
  readonly rest: string;
}

/**
 * Reads a date of a source.
 * @param printed any form met in feeds and listings: RFC 3339, RFC 822, "2025-12-04", "2025.12.04", "Sep 01,2025",
 *   "... KST", a month in another language. A wrong weekday is passed over, a two-digit year is read by RFC 5322
 *   section 4.3, a month or a year alone is its first day. Where day and month could be swapped ("12/04/2025"), the weekday decides, else month first
 * @param zone IANA zone in which a time without offset is meant; never the machine's
 * @returns RFC 3339 with offset, YYYY-MM-DD where no time is given, or null where it is no date that exists
 * @throws {RangeError} where `zone` is no zone
 */
export function parseDate(printed: string, zone: string): PrintedDate | null {
  if (printed.length > LONGEST) return null;
  const { text, weekday } = plain(printed);
  const found =
    yearFirst(text) ??
    digitsOnly(text) ??
    monthNamed(text) ??
    yearLast(text, weekday) ??
    monthNamed(englishMonth(text));
  if (!found || found.year < FIRST_YEAR) return null;
  const day = civil(found);
  if (!day) return null;
  const time = clock(found.rest);
  if (time === null) return null;
  return time === 'none' ? day.toString() : stamp(day, time, zone);
}

/** The civil day (YYYY-MM-DD) of a read date in a zone. */
export function dayOf(date: PrintedDate, zone: string): string {
  if (!date.includes('T')) return date;
  return Temporal.Instant.from(date).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The instant (RFC 3339 UTC) of a read date, null where it is a day only. */
export function instantOf(date: PrintedDate): string | null {
  return date.includes('T') ? Temporal.Instant.from(date).toString() : null;
}

// What is printed ------------------------------------------------------------------------------------------------

/** Folds widths and spaces, takes out comments, the weekday and what Korean, Chinese and Japanese print between numbers. */
function plain(printed: string): { text: string; weekday: number | null } {
  let weekday: number | null = null;
  const text = printed
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\([^()]*\)/g, ' ')
    .replace(/(\d{4})\s*[년年]\s*(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日]/, '$1-$2-$3 ')
    .replace(
      /(\d{1,2})\s*[시時时]\s*(\d{1,2})\s*[분分](?:\s*(\d{1,2})\s*[초秒])?/,
      (_, h, m, s) => `${h}:${m}:${s ?? '00'}`,
    )
    .replace(/오전|午前|上午/, ' am ')
    .replace(/오후|午後|下午/, ' pm ')
    .replace(/[월화수목금토일]요일|[月火水木金土日]曜日|(?:星期|周)[一二三四五六日]/, ' ')
    .replace(/\b(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|nes|ur)?(?:day)?\b\.?,?/i, (_, name: string) => {
      weekday = WEEKDAYS.indexOf(name.toLowerCase()) + 1;
      return ' ';
    })
    .replace(/\s+/g, ' ')
    .replace(/^[\s,]+|[\s,]+$/g, '');
  return { text, weekday };
}

/** "2025-12-04", "2025.12.04.", "2025. 12. 4.", "2025/12/4", "2025-12", "2025", "2025-338" (day of the year). */
function yearFirst(text: string): Found | null {
  const whole = /^(\d{4}) ?([-./]) ?(0?\d{1,2}) ?\2 ?(\d{1,2})(?!\d)\.?(.*)$/.exec(text);
  if (whole) return found(whole[1], whole[3], whole[4], whole[5]);
  const ordinal = /^(\d{4})-?(\d{3})(?!\d)(T.*)?$/.exec(text);
  if (ordinal) return dayOfYear(Number(ordinal[1]), Number(ordinal[2]), ordinal[3] ?? '');
  const part = /^(\d{4})(?:[-./](\d{1,2}))?$/.exec(text);
  return part ? found(part[1], part[2] ?? '1', '1', '') : null;
}

/** "20251204", "20251204T100000Z", "20251204100000". */
function digitsOnly(text: string): Found | null {
  const whole = /^(\d{4})(\d{2})(\d{2})(?:(T.*)|(\d{2})(\d{2})(\d{2})?)?$/.exec(text);
  if (!whole) return null;
  const time = whole[5] ? `${whole[5]}:${whole[6]}:${whole[7] ?? '00'}` : '';
  return found(whole[1], whole[2], whole[3], whole[4] ?? time);
}

const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;
const DAY_FIRST = new RegExp(
  `^(\\d{1,2})(?:st|nd|rd|th)?(?: of)?[-/. ]*${MONTH}[-/., ]*(\\d{4}|\\d{2,3})(?!\\d)(.*)$`,
  'i',
);
const MONTH_FIRST = new RegExp(`^${MONTH}[-/ ]*(\\d{1,2})(?:st|nd|rd|th)?[-/, ]+(\\d{4}|\\d{2}(?!:))(?!\\d)(.*)$`, 'i');
const YEAR_AT_END = new RegExp(`^${MONTH} (\\d{1,2}),? (\\d{1,2}:[\\d:]+(?: [a-z]{1,5}| ?[-+]\\d{4})?) (\\d{4})$`, 'i');
const YEAR_THEN_NAME = new RegExp(`^(\\d{4})[-/ ]+${MONTH}[-/ ]+(\\d{1,2})(?!\\d)(.*)$`, 'i');
const MONTH_ALONE = new RegExp(`^${MONTH},? (\\d{4})$`, 'i');

/** "04 Dec 2025", "December 4, 2025", "Sep 01,2025", "4-Dec-25", "Dec 4 10:00:00 KST 2025", "2025 Dec 4", "December 2025". */
function monthNamed(text: string): Found | null {
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return found(dayFirst[3], monthNumber(dayFirst[2]), dayFirst[1], dayFirst[4]);
  const atEnd = YEAR_AT_END.exec(text);
  if (atEnd) return found(atEnd[4], monthNumber(atEnd[1]), atEnd[2], ` ${atEnd[3]}`);
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst) return found(monthFirst[3], monthNumber(monthFirst[1]), monthFirst[2], monthFirst[4]);
  const yearThen = YEAR_THEN_NAME.exec(text);
  if (yearThen) return found(yearThen[1], monthNumber(yearThen[2]), yearThen[3], yearThen[4]);
  const alone = MONTH_ALONE.exec(text);
  return alone ? found(alone[2], monthNumber(alone[1]), '1', '') : null;
}

/** "12/04/2025" (month first, as Drupal prints it), "04.12.2025" and "04-12-2025" (day first). */
function yearLast(text: string, weekday: number | null): Found | null {
  const parts = /^(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})(?!\d)(.*)$/.exec(text);
  if (!parts) return null;
  const [, one, mark, two, year, rest] = parts;
  const monthFirst = found(year, one, two, rest);
  const dayFirst = found(year, two, one, rest);
  const [usual, other] = mark === '/' ? [monthFirst, dayFirst] : [dayFirst, monthFirst];
  const usualDay = civil(usual);
  const otherDay = civil(other);
  if (!usualDay) return other;
  return otherDay && weekday && otherDay.dayOfWeek === weekday && usualDay.dayOfWeek !== weekday ? other : usual;
}

function found(year = '', month = '', day = '', rest = ''): Found {
  return { year: fullYear(year), month: Number(month), day: Number(day), rest };
}

/** RFC 5322 section 4.3: two digits below 50 are of this century, other two or three digits count from 1900. */
function fullYear(printed: string): number {
  const year = Number(printed);
  if (printed.length >= 4) return year;
  return year + (printed.length === 2 && year < 50 ? 2000 : 1900);
}

function monthNumber(name = ''): string {
  return String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

function dayOfYear(year: number, day: number, rest: string): Found | null {
  const first = civil({ year, month: 1, day: 1, rest });
  if (!first || day < 1 || day > first.daysInYear) return null;
  const date = first.add({ days: day - 1 });
  return { year, month: date.month, day: date.day, rest };
}

/** The day itself, null where no calendar has it (the 30th of February, month 13). */
function civil(date: Found): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year: date.year, month: date.month, day: date.day }, { overflow: 'reject' });
  } catch {
    return null;
  }
}

// The time behind the day ----------------------------------------------------------------------------------------

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the second's point. */
  readonly fraction: string;
  /** As printed, empty where there is none. */
  readonly zone: string;
}

const HALF = '([ap])\\.?m\\.?';
const ZONE =
  '(z|[a-z]{1,5}|[a-z]+/[a-z_/]+|(?:utc|gmt)? ?[-+] ?\\d{1,2}(?::\\d{1,2}|\\d{2})?(?: [a-z]{1,5})?)?(?:\\[[^\\]]*\\])?';
const BEFORE = '(?:t| - |,| at | )*';
const TIME = new RegExp(
  `^${BEFORE}(?:${HALF} ?)?(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,:](\\d+))?)?(?: ?${HALF})? ?${ZONE}$`,
  'i',
);
const TIME_BASIC = new RegExp(`^t(\\d{2})(?:(\\d{2})(?:(\\d{2})(?:[.,](\\d+))?)?)?${ZONE}$`, 'i');
const HOUR_ONLY = new RegExp(`^${BEFORE}(\\d{1,2}) ?${HALF} ?${ZONE}$`, 'i');
/** XML Schema allows a zone behind a day; a day it stays. */
const NO_TIME = /^[ ,.]*(?:z|[-+]\d{2}:?\d{2})?$/i;

/** The time, 'none' where a day is all there is, null where something else is printed. */
function clock(rest: string): Clock | 'none' | null {
  if (NO_TIME.test(rest)) return 'none';
  const usual = TIME.exec(rest);
  if (usual) {
    const [, before, hour, minute, second, fraction, after, zone] = usual;
    return checked(halfDay(Number(hour), before ?? after), minute, second, fraction, zone);
  }
  const basic = TIME_BASIC.exec(rest);
  if (basic) return checked(Number(basic[1]), basic[2], basic[3], basic[4], basic[5]);
  const alone = HOUR_ONLY.exec(rest);
  return alone ? checked(halfDay(Number(alone[1]), alone[2]), '0', '0', '', alone[3]) : null;
}

function halfDay(hour: number, half: string | undefined): number {
  if (!half || hour > 12) return hour;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

function checked(hour: number, minute = '0', second = '0', fraction = '', zone = ''): Clock | null {
  const time = { hour, minute: Number(minute), second: Number(second), fraction, zone };
  const midnight = hour === 24 && time.minute === 0 && time.second === 0;
  // A leap second is 60; no clock here has one.
  return (hour < 24 || midnight) && time.minute < 60 && time.second <= 60 ? time : null;
}

/** Day and time as RFC 3339 with the offset that was printed, or that the zone had then. */
function stamp(day: Temporal.PlainDate, time: Clock, zone: string): string | null {
  const digits = time.fraction.slice(0, 3).padEnd(3, '0');
  const local = day.add({ days: time.hour === 24 ? 1 : 0 }).toPlainDateTime({
    hour: time.hour % 24,
    minute: time.minute,
    second: Math.min(time.second, 59),
    millisecond: Number(digits),
  });
  const name = time.zone.trim().toLowerCase();
  const offset = fixedOffset(name);
  if (offset === null) return null;
  if (offset !== 'by place') return `${local.toString()}${offset === '+00:00' ? 'Z' : offset}`;
  try {
    const placed = local.toZonedDateTime(name === '' ? zone : (ZONES_BY_SEASON[name] ?? name));
    return `${placed.toPlainDateTime().toString()}${placed.offset === '+00:00' ? 'Z' : placed.offset}`;
  } catch (error) {
    if (name === '') throw error;
    return null;
  }
}

/** "+09:00" of a printed zone, 'by place' where the offset depends on the day, null where it is none that exists. */
function fixedOffset(name: string): string | 'by place' | null {
  const numeric = /([-+]) ?(\d{1,2})(?::(\d{1,2})|(\d{2}))?(?: [a-z]+)?$/.exec(name);
  if (numeric) return minutesEast(numeric[1] ?? '+', Number(numeric[2]), Number(numeric[3] ?? numeric[4] ?? 0));
  if (name === '' || name.includes('/') || name in ZONES_BY_SEASON) return 'by place';
  // RFC 5322 section 4.3: names it does not know count as -0000.
  const east = ZONES[name] ?? 0;
  return minutesEast(east < 0 ? '-' : '+', Math.trunc(Math.abs(east) / 60), Math.abs(east) % 60);
}

function minutesEast(sign: string, hours: number, minutes: number): string | null {
  if (hours > 23 || minutes > 59) return null;
  const zero = hours === 0 && minutes === 0;
  return `${zero ? '+' : sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
