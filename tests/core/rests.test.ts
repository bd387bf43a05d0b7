import { expect, test } from 'vitest';
import { createRests } from '../../src/core/rests.ts';

const NOON = Temporal.Instant.from('2026-03-02T12:00:00Z');

function open() {
  const clock = { now: NOON };
  const rests = createRests<string>(() => clock.now);
  /** Seconds that it still rests. */
  const left = (key: string) => rests.until(key)?.since(clock.now).total('seconds') ?? null;
  return { clock, rests, left };
}

test('each rests until its own time, and a later rest takes the place of the one before', () => {
  const { clock, rests, left } = open();
  rests.rest('a', NOON.add({ seconds: 30 }));
  rests.rest('b', NOON.add({ seconds: 60 }));
  expect(['a', 'b', 'c'].map(left)).toEqual([30, 60, null]);
  rests.rest('a', NOON.add({ seconds: 45 }));
  clock.now = NOON.add({ seconds: 45 });
  expect(['a', 'b'].map(left)).toEqual([null, 15]);
});

test.each([{ hours: 1 }, { hours: 24 * 365 }])('16. a clock that was ahead by %o makes no rest longer', wrong => {
  const { clock, rests, left } = open();
  clock.now = NOON.add(wrong);
  rests.rest('a', clock.now.add({ seconds: 30 }));
  clock.now = NOON;
  expect(left('a')).toBe(30);
  clock.now = NOON.add({ seconds: 29 });
  expect(left('a')).toBe(1);
  clock.now = NOON.add({ seconds: 30 });
  expect(left('a')).toBe(null);
});
