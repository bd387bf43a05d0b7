import { readHour, type Slot, slotOf } from './when.ts';

/** "22:00-7:00" as "22:00-07:00"; null for what are no hours. */
export function readQuiet(text: string): string | null {
  const [from, to, ...more] = text.split('-').map(readHour);
  return from && to && from !== to && more.length === 0 ? `${from}-${to}` : null;
}

/**
 * The end of the quiet hours in which a time lies, null where it lies in none. They last from the moment that is their
 * beginning on a day to the one that is their end on that day or the next: an hour that a clock change skips is as long
 * after the gap, one that comes twice is the first of the two.
 * @param at RFC 3339 UTC
 * @param quiet as `readQuiet` gives it
 * @param zone IANA zone in which the hours are meant
 */
export function quietEnd(at: string, quiet: string | null, zone: string): Slot | null {
  if (quiet === null) return null;
  const [from, to] = quiet.split('-').map(hour => Temporal.PlainTime.from(hour));
  if (!from || !to) return null;
  const now = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const nights = Temporal.PlainTime.compare(from, to) > 0 ? 1 : 0;
  const on = (days: number, plainTime: Temporal.PlainTime) =>
    now.toPlainDate().add({ days }).toZonedDateTime({ timeZone: zone, plainTime });
  // Where a clock change makes those of two days meet, they are over when the later ones are.
  for (const day of [0, -1]) {
    const end = on(day + nights, to);
    const isOver = Temporal.ZonedDateTime.compare(end, now) <= 0;
    if (!isOver && Temporal.ZonedDateTime.compare(on(day, from), now) <= 0) return slotOf(`quiet ${quiet}`, end);
  }
  return null;
}
