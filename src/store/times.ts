/**
 * Times rest as whole milliseconds since 1970 UTC: they sort and compare alike in every engine, whatever the
 * precision of the text they came from. They are turned into RFC 3339 here and nowhere else.
 */

/** What was done so many milliseconds later than now was done before the clock was put back: its times mean nothing. */
export const CLOCK_WENT_BACK = 60_000;

/** @param time RFC 3339 with any offset. @throws {RangeError} for any other text. */
export function toRest(time: string): number {
  return Temporal.Instant.from(time).epochMilliseconds;
}

export function toRestOrNull(time: string | null): number | null {
  return time === null ? null : toRest(time);
}

/** RFC 3339 in UTC with as many decimals as the time needs ("2026-11-22T09:00:00Z"). */
export function fromRest(time: number): string {
  // What Temporal prints, at a tenth of its cost: every row that is read has several.
  const iso = new Date(time).toISOString();
  return iso.endsWith('000Z') ? `${iso.slice(0, -5)}Z` : iso.replace(/0+Z$/, 'Z');
}

export function fromRestOrNull(time: number | null): string | null {
  return time === null ? null : fromRest(time);
}

/** The civil day (YYYY-MM-DD) in UTC of a time at rest. */
export function dayOfRest(time: number): string {
  return fromRest(time).slice(0, 10);
}
