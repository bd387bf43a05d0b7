import type { Reading } from '../reading.ts';
import type { EventDay } from '../release.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
/** An event lies at most so many days from the day of its release; farther, the year is anyone's guess. */
const FARTHEST = 200;
/** A release that names more is a calendar. */
const MOST = 50;
const month = (name: string) => MONTHS.findIndex(full => full.startsWith(name.slice(0, 3))) + 1;

/** "Thursday, December 4", "Thu., Dec. 4, 2025", "Thursday (December 4)". */
const DAY = new RegExp(
  `\\b(${WEEKDAYS.map(day => `${day.slice(0, 3)}(?:${day.slice(3)})?`).join('|')})\\b\\.?,? \\(?` +
    `(${MONTHS.map(name => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})\\b\\.? (\\d{1,2})\\b(?:, ((?:19|20)\\d\\d))?`,
  'g',
);

/**
 * The days that a text names with their weekday. The year is the printed one, or the one that brings the day nearest
 * to the release; where the weekday does not fit that year the text is mistaken about one of them, and the day is left out.
 * @param date YYYY-MM-DD of the release; null where it has none, then only days with a year are found
 */
export function findEvents({ title, body }: Reading, date: string | null): EventDay[] {
  const days = new Map<string, EventDay>();
  for (const { text } of [title, body])
    for (const [words, weekday = '', name = '', day = '', year] of text.matchAll(DAY)) {
      if (days.size >= MOST) break;
      const found =
        year === undefined ? nearest(month(name), Number(day), date) : civil(Number(year), month(name), Number(day));
      if (found === null || !WEEKDAYS[found.dayOfWeek - 1]?.startsWith(weekday)) continue;
      const iso = found.toString();
      if (!days.has(iso)) days.set(iso, { date: iso, words });
    }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function civil(year: number, monthNumber: number, day: number): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year, month: monthNumber, day }, { overflow: 'reject' });
  } catch {
    return null;
  }
}

function nearest(monthNumber: number, day: number, date: string | null): Temporal.PlainDate | null {
  if (date === null) return null;
  const release = Temporal.PlainDate.from(date);
  let best: Temporal.PlainDate | null = null;
  let distance = FARTHEST + 1;
  for (const year of [release.year - 1, release.year, release.year + 1]) {
    const candidate = civil(year, monthNumber, day);
    const days = candidate ? Math.abs(release.until(candidate).days) : distance;
    if (candidate && days < distance) [best, distance] = [candidate, days];
  }
  return best;
}
