/** Until when each of several things is left alone, by a clock that may be put right meanwhile. */
export interface Rests<Key> {
  rest(key: Key, until: Temporal.Instant): void;
  /** Null where it rests no more. */
  until(key: Key): Temporal.Instant | null;
}

/** Where the clock was put back since, a rest lasts as long from now on: it is never longer than what was asked for. */
export function createRests<Key>(now: () => Temporal.Instant): Rests<Key> {
  const resting = new Map<Key, { readonly from: Temporal.Instant; readonly until: Temporal.Instant }>();
  return {
    rest: (key, until) => void resting.set(key, { from: now(), until }),
    until(key) {
      const at = now();
      for (const [one, { from, until }] of resting)
        if (Temporal.Instant.compare(at, from) < 0) resting.set(one, { from: at, until: at.add(until.since(from)) });
        else if (Temporal.Instant.compare(until, at) <= 0) resting.delete(one);
      return resting.get(key)?.until ?? null;
    },
  };
}
