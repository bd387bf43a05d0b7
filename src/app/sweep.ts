import type { Swept } from '../ports/operations.ts';
import type { House } from './house.ts';

/** No request lasts as long, whatever a platform does with it: what has not moved since then does not move by itself. */
const STUCK = Temporal.Duration.from({ minutes: 10 });

/** What is unsure is asked for every five minutes at the latest; platforms that ask for patience ask for less than this. */
const ASLEEP = Temporal.Duration.from({ hours: 1 });

/**
 * Looks for what should have happened and did not: messages that are being sent for ever, unsure ones that nobody would
 * look at, what waits for a time that a clock set which was ahead, alerts whose carrier is gone, digests and queues that are due and not begun. Puts it right, wakes who is to go
 * on, and tells the log.
 */
export async function sweep({
  store,
  clock,
  log,
  wake,
}: Pick<House, 'store' | 'clock' | 'log'> & {
  readonly wake: (destinations: readonly string[]) => void;
}): Promise<Swept> {
  const now = clock.now();
  const swept = await store.sweep(now.toString(), now.subtract(STUCK).toString(), now.add(ASLEEP).toString());
  const { stuck, asleep, ahead, orphaned, idle } = swept;
  if (stuck + asleep + ahead + orphaned + idle.length > 0)
    log.warn({ stuck, asleep, ahead, orphaned, idle }, 'something should have happened and did not: it is seen to now');
  wake(idle);
  return swept;
}
