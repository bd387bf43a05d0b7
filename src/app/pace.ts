import type { Clock } from './clock.ts';

/** How often one person may have us do something. It is kept in memory: a restart forgives. */
export interface Pace {
  /** Counts one more and gives null; where it is too soon, how long to wait. */
  wait(who: string): Temporal.Duration | null;
}

/** A feed is tried a few times until its address is right; whoever asks for more looks for what is not theirs. */
const READINGS = 20;
const WITHIN = Temporal.Duration.from({ hours: 1 });

export function createPace(clock: Pick<Clock, 'now'>, most: number = READINGS): Pace {
  const done = new Map<string, readonly Temporal.Instant[]>();
  return {
    wait(who) {
      const now = clock.now();
      const isLate = (time: Temporal.Instant) => Temporal.Instant.compare(time, now.subtract(WITHIN)) > 0;
      for (const [one, times] of done) if (!times.some(isLate)) done.delete(one);
      const lately = (done.get(who) ?? []).filter(isLate);
      const [oldest] = lately;
      if (oldest && lately.length >= most) return oldest.add(WITHIN).since(now);
      done.set(who, [...lately, now]);
      return null;
    },
  };
}
