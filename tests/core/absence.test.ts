import { describe, expect, test } from 'vitest';
import { type Absence, type Answer, findAbsent, judgeAbsence } from '../../src/core/absence.ts';

const keys = (...numbers: number[]) => numbers.map(number => `2-${number}`);
const told = (before: string[], now: string[]) => findAbsent(before, now).map(({ key, kind }) => `${kind} ${key}`);

describe('what a listing leaves out', () => {
  test.each([
    { case: 'nothing new', before: keys(5, 4, 3), now: keys(5, 4, 3), is: [] },
    { case: 'a new one pushes the last one off', before: keys(5, 4, 3), now: keys(6, 5, 4), is: [] },
    { case: 'one is gone from the middle', before: keys(5, 4, 3), now: keys(5, 3, 2), is: ['vanished 2-4'] },
    { case: 'one is gone from the top', before: keys(5, 4, 3), now: keys(4, 3, 2), is: ['vanished 2-5'] },
    { case: 'a number is skipped', before: keys(5, 4, 3), now: keys(8, 6, 5), is: ['gap 2-7'] },
    {
      case: 'numbers are counted for each board',
      before: ['1-9', '2-5'],
      now: ['1-11', '2-7', '1-9', '2-5'],
      is: ['gap 1-10', 'gap 2-6'],
    },
    { case: 'all keys are others', before: keys(5, 4, 3), now: keys(50_005, 50_004), is: [] },
    { case: 'the first reading', before: [], now: keys(9, 5), is: [] },
    { case: 'keys that are no numbers', before: ['a', 'b'], now: ['c', 'b'], is: ['vanished a'] },
  ])('$case', ({ before, now, is }) => expect(told(before, now)).toEqual(is));
});

describe('what follows from the answers', () => {
  const start = Temporal.Instant.from('2026-03-02T00:00:00Z');
  /** Answers, each after so many hours; gives when it was withdrawn, and what is left. */
  function story(kind: Absence['kind'], answers: readonly (readonly [number, Answer])[]) {
    let absence: Absence | null = {
      ...{ source: 'motir', key: '2-4', kind, answer: null, goneAt: null },
      ...{ since: start.toString(), nextAt: start.toString() },
    };
    let withdrawnAt: number | null = null;
    for (const [hours, answer] of answers) {
      if (!absence) break;
      const verdict = judgeAbsence(absence, answer, start.add({ hours }).toString());
      absence = verdict.absence;
      if (verdict.withdrawn) withdrawnAt = hours;
    }
    const next = absence?.nextAt ? Temporal.Instant.from(absence.nextAt).since(start).total('hours') : null;
    return { withdrawnAt, answer: absence?.answer ?? null, next };
  }

  test.each([
    { case: 'gone once', answers: [[0, 'gone']], is: { withdrawnAt: null, answer: 'gone', next: 24 } },
    {
      case: 'gone again too soon',
      answers: [
        [0, 'gone'],
        [23, 'gone'],
      ],
      is: { withdrawnAt: null, answer: 'gone', next: 47 },
    },
    {
      case: 'gone twice, a day apart',
      answers: [
        [0, 'gone'],
        [24, 'gone'],
      ],
      is: { withdrawnAt: 24, answer: 'gone', next: null },
    },
    {
      case: 'gone, then there',
      answers: [
        [0, 'gone'],
        [24, 'there'],
      ],
      is: { withdrawnAt: null, answer: null, next: null },
    },
    {
      case: 'trouble between two',
      answers: [
        [0, 'gone'],
        [24, 'unknown'],
        [48, 'gone'],
      ],
      is: { withdrawnAt: 48, answer: 'gone', next: null },
    },
    {
      case: 'nothing to be learned for a week',
      answers: [
        [0, 'unknown'],
        [169, 'unknown'],
      ],
      is: { withdrawnAt: null, answer: 'unknown', next: null },
    },
  ] as const)('vanished, $case', ({ answers, is }) => expect(story('vanished', answers)).toEqual(is));

  test('16. gone first while our clock was ahead, it is withdrawn a day after the clock was put right', () => {
    const is = { withdrawnAt: 25, answer: 'gone', next: null };
    const answers = [
      [900, 'gone'],
      [1, 'gone'],
      [25, 'gone'],
    ] as const;
    expect(story('vanished', answers)).toEqual(is);
  });

  test.each(['gone', 'other', 'there'] as const)('a gap is explained by one answer: %s', answer => {
    expect(story('gap', [[0, answer]])).toEqual({ withdrawnAt: null, answer, next: null });
  });
});
