/** Nothing may be done before then, of what is known so far: something new may come sooner. */
export interface Idle {
  readonly idleUntil: Temporal.Instant;
}

/**
 * Wake-ups only: it says "this destination has work now, or at T"; the truth is in the delivery rows,
 * so a lost or doubled wake-up costs time and nothing else.
 */
export interface Dispatcher {
  /**
   * Starts working. `work` is never run twice at once for one destination; what it returns is until when that
   * destination is left alone, as the pace of its platform wants it, or until when there is nothing to do there unless
   * it is woken; null for "when woken".
   */
  start(work: (destination: string) => Promise<Temporal.Instant | Idle | null>): void;
  /** There may be something new to do. Works at once, unless the destination is left alone. */
  wake(destination: string): void;
  /** Takes no new work and resolves when what runs has ended, at the latest after `patience` milliseconds. */
  stop(patience: number): Promise<void>;
}
