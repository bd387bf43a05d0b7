import { expect, test } from 'vitest';
import { excerptOf } from '../../src/core/excerpt.ts';
import { diffWords } from '../../src/core/revision.ts';

const words = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `w${from + at}`).join(' ');

test('what stayed is shortened to the words beside the changes', () => {
  const before = `${words(1, 20)} old ${words(21, 50)} gone ${words(51, 70)}`;
  const after = `${words(1, 20)} new ${words(21, 50)} ${words(51, 70)}`;
  expect(excerptOf(diffWords(before, after)).map(({ is, words: said }) => `${is}: ${said}`)).toEqual([
    `same: … ${words(15, 20)}`,
    'gone: old',
    'new: new',
    `same: ${words(21, 26)} … ${words(45, 50)}`,
    'gone: gone',
    `same: ${words(51, 56)} …`,
  ]);
});

test('a stretch that would be hardly shorter stays whole', () => {
  const whole = [{ is: 'same', words: words(1, 13) }] as const;
  const pieces = [{ is: 'new', words: 'a' }, ...whole, { is: 'new', words: 'b' }] as const;
  expect(excerptOf(pieces)).toEqual(pieces);
  expect(excerptOf([])).toEqual([]);
});
