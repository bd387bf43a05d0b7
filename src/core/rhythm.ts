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

/** A year: a rhythm includes its holidays. */
export const SILENCE_DAYS = 365;
/** Fewer pauses are no rhythm. */
const LEAST_PAUSES = 10;
/** Nineteen of twenty pauses are no longer than the usual one; five times that is no holiday any more. */
const USUAL = 0.95;
const TIMES = 5;
/** However busy a source is, a long weekend is no alarm. */
const LEAST_DAYS = 3;

export interface Silence {
  /** The civil day of the latest release. */
  readonly last: string;
  /** Days since then, or since the watch began. */
  readonly days: number;
  /** Days that its pauses usually last at most. */
  readonly usual: number;
}

/**
 * Whether a source has published nothing for much longer than it usually pauses; null where that is not so, or where
 * too little is recorded to say.
 * @param days of the last year, in any order
 * @param watchedFrom the civil day on which the watch began: what was silent before it is nobody's alarm
 */
export function findSilence(days: readonly PublishingDay[], watchedFrom: string, today: string): Silence | null {
  const dates = days.map(({ day }) => day).toSorted();
  const last = dates.at(-1);
  const pauses = dates.slice(1).map((day, at) => between(dates[at] ?? day, day));
  if (last === undefined || pauses.length < LEAST_PAUSES) return null;
  const usual = pauses.toSorted((one, two) => one - two)[Math.ceil(pauses.length * USUAL) - 1] ?? 0;
  const silent = between(last > watchedFrom ? last : watchedFrom, today);
  return silent > Math.max(LEAST_DAYS, TIMES * usual) ? { last, days: silent, usual } : null;
}

const between = (from: string, to: string) => Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
