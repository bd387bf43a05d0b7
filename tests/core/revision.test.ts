import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyRevision, diffWords } from '../../src/core/revision.ts';
import { fold } from '../../src/core/text.ts';

const told = {
  title: 'Korea and Canada Discuss Steel',
  text: 'The minister (MOTIR, Minister Kim Jung-kwan) met with his colleague. They spoke of 75 percent.',
  date: '2025-12-01',
};

describe('what a revision changed', () => {
  test.each([
    { case: 'a word', change: { text: told.text.replace('spoke', 'talked') }, is: ['wording'] },
    {
      case: 'a name, as somebody re-edited old releases',
      change: { text: told.text.replace('Kim Jung-kwan', 'JK Kim') },
      is: ['name'],
    },
    { case: 'a number', change: { text: told.text.replace('75', '100') }, is: ['number'] },
    {
      case: 'the first word of a sentence is no name',
      change: { text: told.text.replace('They', 'Both') },
      is: ['wording'],
    },
    {
      case: 'title and day',
      change: { title: 'Korea and Mexico Discuss Steel', date: '2025-12-02' },
      is: ['title', 'date'],
    },
    {
      case: 'white space and dashes',
      change: { title: 'Korea and Canada  Discuss Steel', text: told.text.replace('-', '–') },
      is: ['white space'],
    },
    { case: 'nothing', change: {}, is: [] },
    {
      case: 'several things, the gravest first',
      change: { title: 'T', text: 'The end of 7 at Seoul.' },
      is: ['title', 'number', 'name', 'wording'],
    },
  ])('$case', ({ change, is }) => expect(classifyRevision(told, { ...told, ...change })).toEqual(is));
});

describe('the words that went and came', () => {
  const printed = (before: string, after: string) =>
    diffWords(before, after).map(({ is, words }) => `${{ same: '', gone: '-', new: '+' }[is]}${words}`);

  test.each([
    { before: 'a b c d', after: 'a x c d', is: ['a', '-b', '+x', 'c d'] },
    { before: 'a b', after: 'a b', is: ['a b'] },
    { before: '', after: 'a b', is: ['+a b'] },
    { before: 'a b', after: '', is: ['-a b'] },
    { before: 'the cat sat', after: 'the fat cat sat down', is: ['the', '+fat', 'cat sat', '+down'] },
    { before: 'x a b c y', after: 'x c a b y', is: ['x', '+c', 'a b', '-c', 'y'] },
  ])('$before -> $after', ({ before, after, is }) => expect(printed(before, after)).toEqual(is));

  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }).map(list => list.join(' '));
  test('give back both texts, and share as much as they can', () => {
    fc.assert(
      fc.property(words, words, (before, after) => {
        const pieces = diffWords(before, after);
        const without = (gone: string) =>
          pieces
            .filter(({ is }) => is !== gone)
            .map(one => one.words)
            .join(' ');
        expect(without('new')).toBe(fold(before));
        expect(without('gone')).toBe(fold(after));
        const back = diffWords(after, before);
        const shared = (list: typeof pieces) =>
          list.filter(({ is }) => is === 'same').flatMap(one => one.words.split(' ')).length;
        expect(shared(pieces)).toBe(shared(back));
      }),
    );
  });

  test('two long texts that share nothing are told apart all the same', () => {
    const long = (letter: string) => Array.from({ length: 5000 }, (_, at) => `${letter}${at}`).join(' ');
    expect(diffWords(long('a'), long('b')).map(({ is }) => is)).toEqual(['gone', 'new']);
  });
});
