const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** A civil day in words, without asking the machine's locale: "4 December 2025" and "Thursday". Null where it is none. */
export function dayInWords(date: string | null): { readonly day: string; readonly weekday: string } | null {
  if (date === null) return null;
  try {
    const { day, month, year, dayOfWeek } = Temporal.PlainDate.from(date);
    return { day: `${day} ${MONTHS[month - 1]} ${year}`, weekday: DAYS[dayOfWeek - 1] ?? '' };
  } catch {
    return null;
  }
}

/** An instant (RFC 3339) as "4 December 2025, 09:12 UTC". */
export function instantInWords(instant: string): string {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO('UTC');
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${dayInWords(at.toPlainDate().toString())?.day}, ${time} UTC`;
}

/** 49050 -> "49.1 kB". */
export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const mega = bytes >= 999_950;
  return `${(bytes / (mega ? 1_000_000 : 1000)).toFixed(1)} ${mega ? 'MB' : 'kB'}`;
}
