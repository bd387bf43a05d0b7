/**
 * Releases in one message of a digest; more come as further messages. Fifteen titles with link, facets and why are
 * about 4,500 characters: what every platform shows whole (Discord's 6,000 are the least).
 */
export const DIGEST = { most: 15 } as const;

/**
 * The subject of the nth message of a digest, from 1.
 * @param restoredAt when the record was put back from a backup (RFC 3339 UTC): what it then makes is another digest than
 * the one of that slot which may have been sent before; null where it never was
 */
export function digestSubject(slot: string, nth: number, restoredAt: string | null): string {
  const own = restoredAt === null ? slot : `${slot} after ${restoredAt}`;
  return nth === 1 ? own : `${own}#${nth}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const HEADS: Readonly<Record<string, string>> = {
  hourly: 'Hourly digest',
  daily: 'Daily digest',
  weekly: 'Weekly digest',
  quiet: 'While it was quiet',
};

/** "Daily digest, 4 Dec 2025: 7 releases"; of an hourly one with its hour, of a further message with its number. */
export function digestTitle(subject: string, count: number): string {
  const [, kind = '', year, month, day, hour, nth] =
    /^(\w+)[^@]*@(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})[^#]*(?:#(\d+))?$/.exec(subject) ?? [];
  const date = year === undefined ? '' : `, ${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
  const time = kind === 'hourly' && hour !== undefined ? ` ${hour}` : '';
  const part = nth === undefined ? '' : ` (${nth})`;
  return `${HEADS[kind] ?? 'Digest'}${date}${time}${part}: ${count} ${count === 1 ? 'release' : 'releases'}`;
}
