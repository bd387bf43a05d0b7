/** How many releases a query brings over time, counted by civil days (YYYY-MM-DD). */
export interface Volume {
  readonly count: number;
  /** Every month of the time, also those without any, the first one first. */
  readonly months: readonly { readonly month: string; readonly count: number }[];
  /** On average; over less than a month it is not told. */
  readonly aMonth: number | null;
  /** The week with the most, by its Monday; null where there is none. Of several the latest. */
  readonly loudest: { readonly week: string; readonly count: number } | null;
}

const DAYS_OF_A_MONTH = 365.25 / 12;

/**
 * @param days of the releases, in any order
 * @param from the first day of the time
 * @param to the last day of it; a later release lengthens it
 */
export function volumeOf(days: readonly string[], from: string, to: string): Volume {
  const last = [to, ...days].reduce((a, b) => (a > b ? a : b));
  const byMonth = countBy(days, day => day.slice(0, 7));
  const months = monthsBetween(from, last).map(month => ({ month, count: byMonth.get(month) ?? 0 }));
  const span = Temporal.PlainDate.from(from).until(last).days + 1;
  const byWeek = [...countBy(days, mondayOf)].map(([week, count]) => ({ week, count }));
  const loudest = byWeek.sort((a, b) => b.count - a.count || (a.week < b.week ? 1 : -1))[0] ?? null;
  return {
    count: days.length,
    months,
    aMonth: span < DAYS_OF_A_MONTH ? null : days.length / (span / DAYS_OF_A_MONTH),
    loudest,
  };
}

/** "about 1.5 a month", "about one a year", "about 12 a month": as exact as it is known. */
export function rateInWords(aMonth: number): string {
  if (aMonth >= 10) return `about ${Math.round(aMonth)} a month`;
  if (aMonth >= 1) return `about ${Number(aMonth.toFixed(1))} a month`;
  const aYear = Math.round(aMonth * 12);
  return aYear < 2 ? 'about one a year' : `about ${aYear} a year`;
}

function countBy(days: readonly string[], keyOf: (day: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const day of days) counts.set(keyOf(day), (counts.get(keyOf(day)) ?? 0) + 1);
  return counts;
}

function mondayOf(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  const last = Temporal.PlainYearMonth.from(to.slice(0, 7));
  for (
    let month = Temporal.PlainYearMonth.from(from.slice(0, 7));
    Temporal.PlainYearMonth.compare(month, last) <= 0;
    month = month.add({ months: 1 })
  )
    months.push(month.toString());
  return months;
}
