import { setTimeout as sleep } from 'node:timers/promises';

const SECOND = 1000;

/**
 * Before each connection since the last good one, milliseconds. Discord resets the token of a bot that identifies
 * itself a thousand times in 24 hours; this comes to nine times in the first hour and four in each later one, and
 * the first two cost nothing, since most losses are a single dropped connection.
 */
export const RECONNECT = [0, 0, 5, 30, 120, 300, 600, 900].map(seconds => seconds * SECOND);
/** Between tries of something cheap that ought to succeed soon, such as registering commands. */
export const REPEAT = [0, 1, 5, 30, 120, 600].map(seconds => seconds * SECOND);
/** A connection counts as good once it held so long: one that dies at once is part of the same trouble. */
const GOOD_AFTER = 60 * SECOND;

export interface Backoff {
  /** Waits as long as the row of failures demands. False where `signal` ended the waiting. */
  wait(signal: AbortSignal): Promise<boolean>;
  /** The connection is up. The row of failures ends if it stays up. */
  up(): void;
}

/** Grows by the given waits, the last of them for ever. Monotonic: a clock that is set changes nothing. */
export function createBackoff(waits: readonly number[]): Backoff {
  let tries = 0;
  let upSince: number | null = null;
  return {
    async wait(signal) {
      if (upSince !== null && performance.now() - upSince > GOOD_AFTER) tries = 0;
      upSince = null;
      const milliseconds = waits[Math.min(tries, waits.length - 1)] ?? 0;
      tries++;
      return await pause(milliseconds, signal);
    },
    up() {
      upSince = performance.now();
    },
  };
}

/** Runs `attempt` until it succeeds or `signal` ends it, with growing waits; `failed` hears of each failure. */
export async function persist(
  attempt: () => Promise<void>,
  waits: readonly number[],
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  const backoff = createBackoff(waits);
  while (await backoff.wait(signal)) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
  }
}

/** False where `signal` ended the pause. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
