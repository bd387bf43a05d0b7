/** When alerts come, in normal form: "now", "hourly", "daily 09:00", "weekly mon 09:00". */
export type When = 'now' | 'hourly' | `daily ${string}` | `weekly ${string} ${string}`;

/** Thrown for a text that names no time; says what to write. */
export class BadWhen extends Error {
  override readonly name = 'BadWhen';
}

export const WHEN_EXAMPLES = 'now, hourly, daily 09:00 or weekly mon 09:00';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/**
 * Reads when alerts are to come.
 * @param hour of digests for which none is written ("09:00")
 * @throws {BadWhen}
 */
export function parseWhen(text: string, hour = '09:00'): When {
  const [first = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  if ((first === 'now' || first === 'hourly') && rest.length === 0) return first;
  if (first === 'daily' && rest.length <= 1) return `daily ${parseHour(rest[0] ?? hour, text)}`;
  if (first === 'weekly' && rest.length >= 1 && rest.length <= 2)
    return `weekly ${parseDay(rest[0] ?? '', text)} ${parseHour(rest[1] ?? hour, text)}`;
  throw new BadWhen(`"${text}" is no time for alerts: write ${WHEN_EXAMPLES}`);
}

/** "9:00" as "09:00"; null for what is no time of day. */
export function readHour(text: string): string | null {
  const [, hours = '', minutes = ''] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === '' ? null : `${hours.padStart(2, '0')}:${minutes}`;
}

function parseHour(hour: string, text: string): string {
  const read = readHour(hour);
  if (read === null) throw new BadWhen(`"${hour}" in "${text}" is no time of day: write one from 00:00 to 23:59`);
  return read;
}

function parseDay(day: string, text: string): string {
  const at = DAYS.findIndex((short, index) => day === short || day === NAMES[index]);
  const found = DAYS[at];
  if (found === undefined) throw new BadWhen(`"${day}" in "${text}" is no day of the week: write ${DAYS.join(', ')}`);
  return found;
}

/** A time at which what waits is sent as one digest. */
export interface Slot {
  /** "daily 09:00@2025-12-04T09:00+09:00[Asia/Seoul]": one digest a destination and name. */
  readonly name: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/**
 * The next slot of a time for alerts, null where they come at once. A time of day that a clock change skips is the one
 * after the gap; one that comes twice is the first of the two.
 * @param after RFC 3339 UTC; the slot is later
 * @param zone IANA zone in which the times are meant
 */
export function nextSlot(when: When, after: string, zone: string): Slot | null {
  const now = Temporal.Instant.from(after).toZonedDateTimeISO(zone);
  const [kind, ...rest] = when.split(' ');
  switch (kind) {
    case 'hourly':
      return slotOf(when, now.round({ smallestUnit: 'hour', roundingMode: 'floor' }).add({ hours: 1 }));
    case 'daily':
      return slotOf(when, nextDay(now, rest[0] ?? '', 1, now.toPlainDate()));
    case 'weekly': {
      const day = DAYS.indexOf(rest[0] as (typeof DAYS)[number]) + 1;
      const first = now.toPlainDate().add({ days: (day - now.dayOfWeek + 7) % 7 });
      return slotOf(when, nextDay(now, rest[1] ?? '', 7, first));
    }
    default:
      return null;
  }
}

function nextDay(now: Temporal.ZonedDateTime, hour: string, days: number, first: Temporal.PlainDate) {
  const on = (date: Temporal.PlainDate) =>
    date.toZonedDateTime({ timeZone: now.timeZoneId, plainTime: Temporal.PlainTime.from(hour) });
  const today = on(first);
  return Temporal.ZonedDateTime.compare(today, now) > 0 ? today : on(first.add({ days }));
}

/** @param name what comes then, without a time */
export function slotOf(name: string, at: Temporal.ZonedDateTime): Slot {
  return { name: `${name}@${at.toString({ smallestUnit: 'minute' })}`, at: at.toInstant().toString() };
}

/** The earliest slot of several times for alerts, null where one of them is "now". */
export function earliestSlot(times: readonly When[], after: string, zone: string): Slot | null {
  const slots = times.map(when => nextSlot(when, after, zone));
  if (slots.includes(null)) return null;
  const sorted = slots
    .filter(slot => slot !== null)
    .toSorted((one, two) => Temporal.Instant.compare(one.at, two.at) || (one.name < two.name ? 1 : -1));
  return sorted[0] ?? null;
}
