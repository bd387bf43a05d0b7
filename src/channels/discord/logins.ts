import { pause, RECONNECT } from './backoff.ts';

/** Where the times of logins outlive the process, RFC 3339 UTC. What `keep` is given replaces what was kept. */
export interface LoginRecord {
  readonly kept: () => Promise<readonly string[]>;
  readonly keep: (logins: readonly string[]) => Promise<void>;
}

export interface Logins {
  /**
   * Waits as long as the logins of the last hour demand, writes down that there is one more, and lets it happen. False
   * where `signal` ended the waiting; nothing is written down then.
   */
  enter(signal: AbortSignal): Promise<boolean>;
  /** Until when it waits; null where it does not. */
  waitsUntil(): Temporal.Instant | null;
}

const HOUR = 3_600_000;
/** Fewer than ten an hour: a process that dies and starts again would use up the thousand of a day in an hour and a half. */
const MOST = 9;
/** A record that cannot be written now is written a little later: no login goes unrecorded. */
const KEEP_AGAIN = 30_000;

/** When the next login may be, milliseconds of the clock, after those of the last hour. */
export function nextLogin(logins: readonly number[], now: number): number {
  // A clock that was set back leaves times that are still to come; they count, and never for longer than an hour.
  const recent = logins.filter(at => now - at < HOUR && at - now < HOUR).sort((one, other) => one - other);
  const last = recent.at(-1);
  if (last === undefined) return now;
  const spaced = last + (RECONNECT[Math.min(recent.length, RECONNECT.length - 1)] ?? 0);
  const capped = (recent.at(-MOST) ?? Number.NEGATIVE_INFINITY) + HOUR;
  return Math.min(Math.max(spaced, capped, now), now + HOUR);
}

/**
 * Discord resets the token of a bot that identifies itself a thousand times in 24 hours. The process may be restarted in
 * a loop, so the logins are counted in a record that outlives it; without one they are counted for this process alone.
 */
export function createLogins(
  now: () => Temporal.Instant,
  record: LoginRecord | null,
  failed: (error: unknown) => void,
): Logins {
  let known: number[] | null = null;
  let until: number | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function load(signal: AbortSignal): Promise<number[] | null> {
    if (known !== null) return known;
    if (record === null) return [];
    const read = await repeat(
      async () => (await record.kept()).map(at => Temporal.Instant.from(at).epochMilliseconds),
      signal,
    );
    known = read;
    return read;
  }

  /** Null where `signal` ended the trying. */
  async function repeat<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        failed(error);
        if (!(await pause(KEEP_AGAIN, signal))) return null;
      }
    }
    return null;
  }

  async function wait(signal: AbortSignal): Promise<boolean> {
    const logins = await load(signal);
    if (logins === null) return false;
    try {
      for (;;) {
        const at = now().epochMilliseconds;
        const next = nextLogin(logins, at);
        if (next <= at) break;
        until = next;
        if (!(await pause(next - at, signal))) return false;
      }
    } finally {
      until = null;
    }
    const at = now().epochMilliseconds;
    const all = [...logins.filter(one => at - one < HOUR), at];
    const written = all.map(one => Temporal.Instant.fromEpochMilliseconds(one).toString());
    if (record !== null && (await repeat(async () => record.keep(written).then(() => true), signal)) === null)
      return false;
    known = all;
    return !signal.aborted;
  }

  return {
    async enter(signal) {
      const mine = turn.then(() => wait(signal));
      turn = mine.catch(() => undefined);
      return await mine;
    },
    waitsUntil: () => (until === null ? null : Temporal.Instant.fromEpochMilliseconds(until)),
  };
}
