/** The clock of another machine, as far as its answers tell the time. */
export interface RemoteClock {
  /** Takes the time of an answer's Date header, milliseconds since 1970 UTC; NaN tells nothing. */
  heard(date: number): void;
  /** What it shows now; null until it has told the time. */
  now(): Temporal.Instant | null;
}

/** The header has whole seconds (RFC 9110 section 5.6.7): on average it is half of one behind. */
const HALF = 500;

/** @param monotonic milliseconds that only ever grow: between two answers no jump of our own clock moves this one */
export function createRemoteClock(monotonic: () => number): RemoteClock {
  let told: { readonly date: number; readonly at: number } | null = null;
  return {
    heard(date) {
      if (!Number.isNaN(date)) told = { date: date + HALF, at: monotonic() };
    },
    now: () => told && Temporal.Instant.fromEpochMilliseconds(Math.round(told.date + monotonic() - told.at)),
  };
}
