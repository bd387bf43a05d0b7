import cron from 'node-cron';
import type { Log } from '../ports/runtime.ts';

/** Every second: the tick only asks the database what is due, so a missed or late one costs nothing. */
const EVERY_SECOND = '* * * * * *';

export interface Schedule {
  /** Stops ticking and resolves when the tick that runs has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `tick` every second, never twice at once. node-cron is given nothing but this: what is due, and since when,
 * stands in the database, because its own memory skips runs around daylight-saving changes and blocked loops.
 */
export function startSchedule(tick: () => Promise<void>, log: Log): Schedule {
  let running = Promise.resolve();
  let failing = false;
  /** Trouble that lasts is told of when it begins and when it ends, not every second. */
  const guarded = async () => {
    try {
      await tick();
      if (failing) log.info({}, 'ticks succeed again');
      failing = false;
    } catch (error) {
      if (!failing) log.error({ error }, 'tick failed');
      failing = true;
    }
  };
  const task = cron.schedule(
    EVERY_SECOND,
    async () => {
      running = guarded();
      await running;
    },
    { timezone: 'UTC', noOverlap: true, name: 'tick', suppressMissedWarning: true, logger: loggerOf(log) },
  );
  return {
    async stop() {
      await task.destroy();
      await running;
    },
  };
}

/** Late and overlapping ticks are no news, since the next one makes up for them. */
function loggerOf(log: Log) {
  const said = (message: string | Error) => log.debug({ cron: String(message) }, 'schedule');
  return { info: said, warn: said, error: said, debug: said };
}
