/** How many releases a source dated on a civil day. */
export interface PublishingDay {
  /** YYYY-MM-DD in the source's zone. */
  readonly day: string;
  readonly count: number;
}

/** Two months: long enough for a holiday to weigh little, short enough to follow a source that changes its habits. */
export const RHYTHM_DAYS = 60;

/**
 * Releases a day, learned from what is recorded.
 * @param days in any order; days without a release are left out
 * @param until the last civil day that counts, since an outage behind it is no habit of the source
 */
export function dailyRate(days: readonly PublishingDay[], until: string): number {
  const last = Temporal.PlainDate.from(until);
  const from = last.subtract({ days: RHYTHM_DAYS - 1 }).toString();
  const counted = days.filter(({ day }) => day >= from && day <= until);
  const first = counted.map(({ day }) => day).toSorted()[0];
  if (first === undefined) return 0;
  // A young archive is measured by the days that it covers.
  const span = Temporal.PlainDate.from(first).until(last).days + 1;
  return counted.reduce((sum, { count }) => sum + count, 0) / span;
}
