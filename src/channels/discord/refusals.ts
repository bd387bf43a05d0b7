import { PACE } from './limits.ts';

export interface Refusals {
  /**
   * Waits until a request may be made without going beyond the allowance even if it is refused. The request then ends
   * with `leave`, however it ended.
   * @returns the milliseconds after which to ask again, where the allowance is used up
   */
  enter(): Promise<number | null>;
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
  const waiting: (() => void)[] = [];
  const lapsed = () => {
    refused = refused.filter(at => now() - at < within);
    return refused;
  };
  return {
    async enter() {
      for (;;) {
        const [oldest] = lapsed();
        if (refused.length >= most && oldest !== undefined) return Math.ceil(oldest + within - now());
        if (refused.length + underWay < most) {
          underWay++;
          return null;
        }
        await new Promise<void>(resolve => void waiting.push(resolve));
      }
    },
    leave() {
      underWay--;
      // All of them: where the allowance is now used up, each has to hear so.
      for (const resolve of waiting.splice(0)) resolve();
    },
    count(status, scope) {
      if (status === 401 || status === 403 || (status === 429 && scope !== 'shared')) refused.push(now());
    },
  };
}
