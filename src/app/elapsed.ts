import type { Since } from '../core/delivery.ts';

/**
 * How long ago requests left whose answers did not come, by a clock that never jumps: ours may be put forward while one is
 * still executing. It lives as long as its process, and what others sent had left before that began.
 */
export interface Elapsed {
  /** @param isFirst whether no request left for it before */
  leaves(request: string, isFirst: boolean): void;
  /** Its answer was given up: it may have waited for its turn first, and had left by now. */
  lost(request: string): void;
  /** It was answered: nobody asks for its age any more. */
  settled(request: string): void;
  since(request: string): Since;
}

/** @param steady milliseconds that only ever grow */
export function createElapsed(steady: () => number): Elapsed {
  const began = steady();
  const left = new Map<string, { readonly first: number | null; readonly last: number }>();
  const firstOf = (request: string) => left.get(request)?.first ?? null;
  return {
    leaves(request, isFirst) {
      const last = steady();
      left.set(request, { first: isFirst ? last : firstOf(request), last });
    },
    lost: request => void left.set(request, { first: firstOf(request), last: steady() }),
    settled: request => void left.delete(request),
    since(request) {
      const { first, last } = left.get(request) ?? { first: null, last: began };
      const now = steady();
      return { first: first === null ? null : Math.floor(now - first), last: Math.floor(now - last) };
    },
  };
}
