import { expect, test } from 'vitest';
import { overlapTrouble } from '../../src/core/overlap.ts';

const base = {
  before: ['2-3', '2-2', '2-1'],
  now: ['2-9', '2-8'],
  newestBefore: '2026-03-01',
  days: ['2026-02-20', '2026-02-28'],
};

test.each([
  { case: '23. nothing that was listed before, and all of it older', change: {}, is: false },
  { case: 'one key of before', change: { now: ['2-9', '2-1'] }, is: true },
  { case: '35. new keys, and a date as new as before', change: { days: ['2026-02-01', '2026-03-01'] }, is: true },
  { case: 'a newer date', change: { days: ['2026-03-02'] }, is: true },
  { case: 'no dates', change: { days: [] }, is: true },
  { case: 'no dates before', change: { newestBefore: null }, is: true },
  { case: 'nothing listed before', change: { before: [] }, is: true },
])('$case: believed is $is', ({ change, is }) => expect(overlapTrouble({ ...base, ...change }) === null).toBe(is));

test('it is said what was expected', () => {
  expect(overlapTrouble(base)).toBe(
    'it lists nothing of what it listed before, and nothing newer than 2026-02-28, where 2026-03-01 was reached already',
  );
});
