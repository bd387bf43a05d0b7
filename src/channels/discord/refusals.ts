import { PACE } from './limits.ts';

export interface Refusals {
  /**
   * Waits until a request may be made without going beyond the allowance even if it is refused, but not for long: what
   * is begun must leave soon. The request then ends with `leave`, however it ended.
   * @returns null, or after how many milliseconds to ask again: `busy` where others are still under way, else the
   * allowance is used up
   */
  enter(): Promise<{ readonly after: number; readonly busy: boolean } | null>;
  leave(): void;
  /** An answer came. @param scope the header X-RateLimit-Scope */
  count(status: number, scope: string | null): void;
}

/**
 * Discord shuts out an address that makes too many requests which it has to refuse. We keep count and stop by ourselves:
 * what is under way counts as refused until its answer is there, so that many at once cannot overrun the allowance.
 * @param now monotonic milliseconds
 */
export function createRefusals(now: () => number = () => performance.now()): Refusals {
  const { most, within } = PACE.refusals;
  let refused: number[] = [];
  let underWay = 0;
  const waiting = new Set<() => void>();
  const lapsed = () => {
    refused = refused.filter(at => now() - at < within);
    return refused;
  };
  return {
    async enter() {
      for (const deadline = now() + PACE.turn; ; ) {
        const [oldest] = lapsed();
        if (refused.length >= most && oldest !== undefined)
          return { after: Math.ceil(oldest + within - now()), busy: false };
        if (refused.length + underWay < most) {
          underWay++;
          return null;
        }
        const left = deadline - now();
        if (left <= 0) return { after: PACE.turn, busy: true };
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        const timer = setTimeout(resolve, left);
        await promise;
        clearTimeout(timer);
        waiting.delete(resolve);
      }
    },
    leave() {
      underWay--;
      // All of them: where the allowance is now used up, each has to hear so.
      for (const resolve of waiting) resolve();
    },
    count(status, scope) {
      if (status === 401 || status === 403 || (status === 429 && scope !== 'shared')) refused.push(now());
    },
  };
}
