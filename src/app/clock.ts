/** The time, and the one source of chance; handed in, so that tests can move them. */
export interface Clock {
  now(): Temporal.Instant;
  /** From 0 up to 1. */
  chance(): number;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant(), chance: Math.random };
