import { readHour, type Slot, slotOf } from './when.ts';

/** "22:00-7:00" as "22:00-07:00"; null for what are no hours. */
export function readQuiet(text: string): string | null {
  const [from, to, ...more] = text.split('-').map(readHour);
  return from && to && from !== to && more.length === 0 ? `${from}-${to}` : null;
}

/**
 * The end of the quiet hours in which a time lies, null where it lies in none.
 * @param at RFC 3339 UTC
 * @param quiet as `readQuiet` gives it
 * @param zone IANA zone in which the hours are meant
 */
export function quietEnd(at: string, quiet: string | null, zone: string): Slot | null {
  if (quiet === null) return null;
  const [from, to] = quiet.split('-').map(hour => Temporal.PlainTime.from(hour));
  if (!from || !to) return null;
  const now = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const time = now.toPlainTime();
  const started = Temporal.PlainTime.compare(time, from) >= 0;
  const before = Temporal.PlainTime.compare(time, to) < 0;
  const overnight = Temporal.PlainTime.compare(from, to) > 0;
  if (!(overnight ? started || before : started && before)) return null;
  const date = overnight && started ? now.toPlainDate().add({ days: 1 }) : now.toPlainDate();
  const end = date.toZonedDateTime({ timeZone: zone, plainTime: to });
  // Where a clock change makes the end come twice, the hours end once the first of them is over.
  return Temporal.ZonedDateTime.compare(end, now) > 0 ? slotOf(`quiet ${quiet}`, end) : null;
}
