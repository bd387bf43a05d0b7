import { vi } from 'vitest';

/** Turns of the event loop after which what does not wait for a timer has gone as far as it can. */
const TURNS = 12;
const HOUR = 3_600_000;

/** Time that passes only when everything that goes on waits for it: a backlog of minutes is sent in seconds. */
export interface SimulatedTime {
  now(): Temporal.Instant;
  /** Counts what goes on without a timer: time stands still meanwhile. */
  busy<T>(work: Promise<T>): Promise<T>;
  /** The same for every method of an object. */
  attend<T extends object>(object: T): T;
  /** Lets time pass from timer to timer until something holds. @throws where no timer is left */
  until(holds: () => boolean): Promise<void>;
  /** Until nothing waits any more, an hour at most: what goes on in this process besides may wait again and again. */
  drain(): Promise<void>;
}

/** Takes the place of clock and timers in this process until the test gives them back (`vi.useRealTimers`). */
export function simulateTime(start: string): SimulatedTime {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Temporal.Instant.from(start).epochMilliseconds,
  });
  let going = 0;
  const busy = async <T>(work: Promise<T>): Promise<T> => {
    going++;
    try {
      return await work;
    } finally {
      going--;
    }
  };
  async function rest(): Promise<void> {
    for (let quiet = 0; quiet < TURNS; quiet = going === 0 ? quiet + 1 : 0) await new Promise(setImmediate);
  }
  return {
    now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()),
    busy,
    attend: object =>
      new Proxy(object, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...of: unknown[]) => {
            const result: unknown = value.apply(target, of);
            return result instanceof Promise ? busy(result) : result;
          };
        },
      }),
    async until(holds) {
      for (await rest(); !holds(); await rest()) {
        if (vi.getTimerCount() === 0) throw new Error('nothing is left that time could bring about');
        vi.advanceTimersToNextTimer();
      }
    },
    async drain() {
      const end = Date.now() + HOUR;
      for (await rest(); vi.getTimerCount() > 0 && Date.now() < end; await rest()) vi.advanceTimersToNextTimer();
    },
  };
}
