import { describe, expect, test } from 'vitest';
import { distanceWithin, nearestWords } from '../../src/core/nearness.ts';
import { findTerm, nearestTerms } from '../../src/core/vocabulary.ts';
import { vocabulary } from '../support/language.ts';

describe('findTerm knows a value by id, label, name and alias', () => {
  test.each([
    ['ca', 'ca'],
    ['CANADA', 'ca'],
    ['캐나다', 'ca'],
    ['U.S.', 'us'],
    ['united states', 'us'],
    ['미국', 'us'],
    ['South-Korea', null],
    ['Türkiye', 'tr'],
    ['turkey', 'tr'],
    ["Cote d'Ivoire", 'ci'],
    ['Viet Nam', 'vn'],
    ['european union', 'eu'],
    ['', null],
  ])('%s: %s', (name, id) => {
    expect(findTerm(vocabulary.countries, name)?.id ?? null).toBe(id);
  });
});

test.each([
  ['canda', ['ca']],
  ['germny', ['de']],
  ['unted states', ['us']],
  ['xqzxqz', []],
  ['', []],
])('the countries nearest to "%s" begin with %s', (typed, ids) => {
  expect(
    nearestTerms(vocabulary.countries, typed)
      .map(({ id }) => id)
      .slice(0, 1),
  ).toEqual(ids);
});

test.each([
  ['canda', 'canada', 1],
  ['ab', 'ba', 1],
  ['steel', 'steel', 0],
  ['kitten', 'sitting', 3],
  ['abcd', 'wxyz', 4],
  ['a', 'abcdef', 4],
])('distance from %s to %s within 3: %i', (a, b, distance) => {
  expect(distanceWithin(a, b, 3)).toBe(distance);
  expect(distanceWithin(b, a, 3)).toBe(distance);
});

test('nearest words', () => {
  expect(nearestWords(['topic', 'country', 'agency'], 'cuntry')).toEqual(['country']);
  expect(nearestWords(['topic', 'country', 'agency'], 'zzz')).toEqual([]);
});
