import { TIMES } from './limits.ts';

/** Waits without keeping the process alive. False where the signal ended it. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(end, milliseconds);
    timer.unref();
    signal.addEventListener('abort', end, { once: true });
  });
}

/** The pause after so many failures in a row: doubled each time, with up to a fifth added by chance. */
export function backOff(failures: number): number {
  const base = Math.min(TIMES.backOff * 2 ** Math.min(Math.max(failures - 1, 0), 20), TIMES.backOffMost);
  return base * (1 + Math.random() / 5);
}

/** The ids that were met within the last while, so that what is delivered twice is done once. */
export interface Memory {
  /** True the first time an id is shown, false while it is remembered. */
  isNew(id: string): boolean;
}

/** @param most ids kept at the same time; the oldest go first */
export function createMemory(now: () => Temporal.Instant, milliseconds: number, most = 10_000): Memory {
  const met = new Map<string, number>();
  return {
    isNew(id) {
      const at = now().epochMilliseconds;
      for (const [old, when] of met) {
        if (at - when < milliseconds && met.size <= most) break;
        met.delete(old);
      }
      if (met.has(id)) return false;
      met.set(id, at);
      return true;
    },
  };
}
