/**
 * Wake-ups only: it says "this destination has work now, or at T"; the truth is in the delivery rows,
 * so a lost or doubled wake-up costs time and nothing else.
 */
export interface Dispatcher {
  /**
   * Starts working. `work` is never run twice at once for one destination; what it returns is when that
   * destination next has work, null for "when woken".
   */
  start(work: (destination: string) => Promise<Temporal.Instant | null>): void;
  wake(destination: string): void;
  /** Takes no new work and resolves when what runs has ended, at the latest after `patience` milliseconds. */
  stop(patience: number): Promise<void>;
}
