import type { Dispatcher, Idle } from '../ports/dispatcher.ts';
import type { Runtime } from '../ports/runtime.ts';

type Work = (destination: string) => Promise<Temporal.Instant | Idle | null>;

/** A lane that waits longer looks again in between: what it waits for may have been unfollowed, or be due earlier now. */
const LONGEST_TIMER = 30_000;
/**
 * After work that failed unexpectedly, doubled with each failure in a row: long enough not to spin, and not to fill the
 * log while the disk is full.
 */
const AFTER_FAILURE = { first: 5_000, most: 300_000 } as const;

interface Lane {
  running: boolean;
  /** Woken while it ran: it looks once more before it rests. */
  again: boolean;
  timer: NodeJS.Timeout | null;
  /** Whether it waits for nothing but the time of what it knows of: something new may leave at once. */
  idle: boolean;
  /** In a row. */
  failures: number;
}

/** Wake-ups within one process: a lane for each destination, one piece of work at a time in each. */
export function openInProcess(runtime: Runtime): Dispatcher {
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let work: Work | null = null;

  function laneOf(destination: string): Lane {
    const lane = lanes.get(destination) ?? { running: false, again: false, timer: null, idle: false, failures: 0 };
    lanes.set(destination, lane);
    return lane;
  }

  function wake(destination: string): void {
    if (!work) return;
    const lane = laneOf(destination);
    if (lane.running) {
      lane.again = true;
      return;
    }
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = null;
    lane.running = true;
    const turn = run(destination, lane, work).finally(() => running.delete(turn));
    running.add(turn);
  }

  async function run(destination: string, lane: Lane, job: Work): Promise<void> {
    let wait: number | null;
    let longest = LONGEST_TIMER;
    let idle = true;
    lane.again = false;
    try {
      const next = await job(destination);
      lane.failures = 0;
      idle = next === null || 'idleUntil' in next;
      const at = next !== null && 'idleUntil' in next ? next.idleUntil : next;
      wait = at === null ? null : Math.max(0, at.since(runtime.now()).total('milliseconds'));
    } catch (error) {
      runtime.log.error({ destination, error }, 'work on a destination failed');
      wait = Math.min(AFTER_FAILURE.first * 2 ** lane.failures, AFTER_FAILURE.most);
      lane.failures++;
      longest = wait;
      idle = false;
    }
    lane.running = false;
    lane.idle = idle;
    if (!work) return;
    // A wake-up in the meantime may be for something earlier than what was found, but never cuts a pace short.
    if (idle && lane.again) wait = 0;
    if (wait === null) lanes.delete(destination);
    else lane.timer = setTimeout(wake, Math.min(wait, longest), destination);
  }

  return {
    start(job) {
      work = job;
    },
    wake(destination) {
      const lane = lanes.get(destination);
      // A lane that keeps a pace is not hurried: the pace is its own or its platform's.
      if (!lane?.timer || lane.idle) wake(destination);
    },
    async stop(patience) {
      work = null;
      for (const lane of lanes.values()) if (lane.timer) clearTimeout(lane.timer);
      lanes.clear();
      const { promise: tired, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, patience);
      await Promise.race([Promise.allSettled(running), tired]);
      clearTimeout(timer);
    },
  };
}
