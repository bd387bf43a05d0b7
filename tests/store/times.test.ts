import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches } from '../../src/store/batches.ts';
import { dayOfRest, fromRest, toRest } from '../../src/store/times.ts';

test('a time comes back as Temporal prints it, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), time => {
      const printed = Temporal.Instant.fromEpochMilliseconds(time).toString();
      expect(fromRest(time)).toBe(printed);
      expect(toRest(printed)).toBe(time);
      expect(dayOfRest(time)).toBe(printed.slice(0, 10));
    }),
  );
  expect(fromRest(toRest('2026-03-02T09:00:00.1234567+09:00'))).toBe('2026-03-02T00:00:00.123Z');
  expect(() => toRest('2026-03-02')).toThrow(RangeError);
});

test('batches hold everything in its order, each a power of two long and none longer than asked', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 300 }), fc.integer({ min: 0, max: 6 }), (list, power) => {
      const cut = [...batches(list, 2 ** power)];
      expect(cut.flat()).toEqual(list);
      for (const { length } of cut) expect([1, 2, 4, 8, 16, 32, 64].slice(0, power + 1)).toContain(length);
    }),
  );
});
