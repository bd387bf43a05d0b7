/** The hours of the week in which a source publishes, as its past tells. */
export interface Hours {
  /** 1 is Monday; ascending. */
  readonly days: readonly number[];
  /** 0 to 23 in the source's zone; ascending. */
  readonly hours: readonly number[];
}

/** Fewer polls that brought something are no habit. */
const LEAST_ARRIVALS = 20;
/** However many came on them: one busy week is no habit either. */
const LEAST_DAYS = 10;
/** Nine of ten releases come in these hours; the others are found at the ordinary pace. */
const SHARE = 0.9;
/** A weekday with less than half of an even share is none on which the source works. */
const LEAST_OF_DAY = 1 / 14;
/** A source that publishes in more hours than these has no office hours. */
const MOST_HOURS = 14;

const HOUR = 3_600_000;

/**
 * The hours in which a source publishes, null where too little is known, or where it has none.
 *
 * What a poll brought was published since the poll before, so that it speaks for each hour of that time in equal
 * parts; and all that one poll brought speaks once, or the first poll after an outage would outvote a month.
 * @param arrivals RFC 3339 instants of polls that brought releases, in any order
 * @param every milliseconds between two polls at most
 * @param zone IANA
 */
export function learnHours(arrivals: readonly string[], every: number, zone: string): Hours | null {
  const seen = [...new Set(arrivals)].map(text => Temporal.Instant.from(text).toZonedDateTimeISO(zone));
  const dates = new Set(seen.map(at => at.toPlainDate().toString()));
  if (seen.length < LEAST_ARRIVALS || dates.size < LEAST_DAYS || every > MOST_HOURS * HOUR) return null;
  const byHour = new Array<number>(24).fill(0);
  const byDay = new Array<number>(8).fill(0);
  for (const at of seen) {
    const since = hourOf(at.subtract({ milliseconds: every - 1 }));
    const count = since.until(hourOf(at), { largestUnit: 'hours' }).hours + 1;
    for (let nth = 0; nth < count; nth++) {
      const { hour, dayOfWeek } = since.add({ hours: nth });
      byHour[hour] = (byHour[hour] ?? 0) + 1 / count;
      byDay[dayOfWeek] = (byDay[dayOfWeek] ?? 0) + 1 / count;
    }
  }
  const hours = closed(mostOf(byHour, seen.length * SHARE));
  if (hours.length > MOST_HOURS) return null;
  return { hours, days: byDay.flatMap((weight, day) => (weight >= seen.length * LEAST_OF_DAY ? [day] : [])) };
}

/** Whether a source publishes at this time. */
export function isLively(at: Temporal.Instant, { hours, days }: Hours, zone: string): boolean {
  const { hour, dayOfWeek } = at.toZonedDateTimeISO(zone);
  return hours.includes(hour) && days.includes(dayOfWeek);
}

const hourOf = (at: Temporal.ZonedDateTime) => at.round({ smallestUnit: 'hour', roundingMode: 'floor' });

/** The indexes with the most weight that together have so much of it, ascending. */
function mostOf(weights: readonly number[], enough: number): number[] {
  const order = weights.map((weight, at) => ({ weight, at })).toSorted((one, two) => two.weight - one.weight);
  const chosen: number[] = [];
  let sum = 0;
  for (const { weight, at } of order) {
    // Sums of fractions end a hair below what they stand for.
    if (sum >= enough - 1e-9) break;
    chosen.push(at);
    sum += weight;
  }
  return chosen.sort((one, two) => one - two);
}

/** With the single hours between two of them: people who are at lunch are in the office. */
function closed(hours: readonly number[]): number[] {
  const between = hours.filter(hour => hours.includes(hour + 2)).map(hour => hour + 1);
  return [...new Set([...hours, ...between])].sort((one, two) => one - two);
}

/** "Mon-Fri 09-18": days and hours as people write them; an hour counts to its end. */
export function hoursInWords({ days, hours }: Hours): string {
  const names = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const two = (hour: number) => String(hour).padStart(2, '0');
  const ofDays = runsOf(days).map(([from, to]) => (from === to ? names[from] : `${names[from]}-${names[to]}`));
  const ofHours = runsOf(hours).map(([from, to]) => `${two(from)}-${two(to + 1)}`);
  return `${ofDays.join(', ')} ${ofHours.join(', ')}`;
}

/** First and last of each run of numbers that follow one another. */
function runsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const starts = numbers.filter(number => !numbers.includes(number - 1));
  return starts.map(start => {
    let end = start;
    while (numbers.includes(end + 1)) end++;
    return [start, end];
  });
}
