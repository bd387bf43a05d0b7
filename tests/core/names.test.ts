import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personKey, readName, sameName } from '../../src/core/names.ts';

describe('spellings of one name', () => {
  test.each([
    ['Kim Jung-kwan', 'Kim Jung-Kwan'],
    ['Kim Jung-kwan', 'Jung-kwan Kim'],
    ['Kim Jung-kwan', 'JK Kim'],
    ['Kim Jung-kwan', 'JK (Jung-Kwan) Kim'],
    ['Ahn Duk-geun', 'Dukgeun Ahn'],
    ['Cheong In-kyo', 'Inkyo Cheong'],
    ['Moon Sung-wook', 'Moon Sungwook'],
    ['Park Il-jun', 'Park Il-Joon'],
    ['Thomas Courbe', 'THOMAS COURBE'],
    ['Bjørn Berge', 'Bjorn Berge'],
  ])('%s and %s', (one, other) => {
    expect(sameName(readName(one), readName(other))).toBe(true);
  });

  test.each([
    ['Park Jung-sung', 'Park Jong-won'],
    ['Park Jung-sung', 'Park Il-jun'],
    ['Moon Sung-wook', 'Moon Shin-hak'],
    ['JK Kim', 'Kim Dae-ja'],
    ['Kim Jung-kwan', 'Lee Jung-kwan'],
    ['Thomas Courbe', 'Andrew Courbe'],
  ])('%s and %s are two', (one, other) => {
    expect(sameName(readName(one), readName(other))).toBe(false);
  });
});

test('a key is made of one name however it is spelled, and is its own key', () => {
  expect(personKey('Dukgeun Ahn')).toBe(personKey('Ahn Duk-Geun'));
  expect(personKey('Thomas Courbe')).toBe('thomas-courbe');
  expect(personKey('Courbe')).toBe('courbe');
  expect(personKey('정인교')).toBe('정인교');
  expect(personKey(' "-" ')).toBe('');
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), text => {
      expect(personKey(personKey(text))).toBe(personKey(text));
    }),
  );
});
