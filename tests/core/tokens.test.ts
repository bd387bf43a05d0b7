import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf } from '../../src/core/token-key.ts';
import { tokenize } from '../../src/core/tokens.ts';

const keys = (text: string) => tokenize(text).map(({ key }) => key);

test.each([
  { text: 'U.S. = US = United States = USA = U.S.A.', keys: ['US', 'US', 'US', 'US', 'US'] },
  { text: 'the United States of America', keys: ['the', 'US'] },
  { text: 'Korea–U.S.-bound', keys: ['korea', 'US', 'bound'] },
  { text: 'M.AX and R&D at AT&T', keys: ['m.ax', 'and', 'r&d', 'at', 'at&t'] },
  { text: 'in Washington, D.C.; so', keys: ['in', 'washington', 'DC', 'so'] },
  { text: "Korea’s steel, Canada's TRQs", keys: ['korea', 'steel', 'canada', 'TRQ'] },
  { text: 'AI AIAB maintain Dubai AI-driven', keys: ['AI', 'AIAB', 'maintain', 'dubai', 'AI', 'driven'] },
  { text: 'EVs SMEs FTAs CEPA CPTPP', keys: ['EV', 'SME', 'FTA', 'CEPA', 'cptpp'] },
  { text: 'USD 13.7 billion, 100,000 and 1,2', keys: ['USD', '13.7', 'billion', '100000', 'and', '1', '2'] },
  { text: '5G RE100 11th CO₂ ㎥', keys: ['5g', 're100', '11th', 'co2', 'm3'] },
  { text: '철강의 AI반도체', keys: ['철', '강', '의', 'AI', '반', '도', '체'] },
  { text: 'Côte d’Ivoire', keys: ['cote', 'd', 'ivoire'] },
  { text: 'semi\u00adcon\u200bductor', keys: ['semiconductor'] },
  { text: 'ＡＩ　ｓｔｅｅｌ', keys: ['AI', 'steel'] },
  { text: '... – “”', keys: [] },
])('$text', ({ text, keys: expected }) => {
  expect(keys(text)).toEqual(expected);
});

test.each([
  ['batteries', 'battery'],
  ['processes', 'process'],
  ['houses', 'house'],
  ['viruses', 'virus'],
  ['causes', 'cause'],
  ['analyses', 'analysis'],
  ['taxes', 'tax'],
  ['caches', 'cache'],
  ['gases', 'gas'],
  ['series', 'series'],
  ['status', 'status'],
  ['news', 'news'],
  ['Exports', 'export'],
])('%s is compared as %s', (word, key) => {
  expect(keyOf(word).key).toBe(key);
});

test('offsets give the exact words of the text, the stop of U.S. included', () => {
  const text = 'The ５th Korea–U.S. Forum, ﬁnal';
  expect(tokenize(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    'The',
    '５th',
    'Korea',
    'U.S.',
    'Forum',
    'ﬁnal',
  ]);
});

test('a blank line opens a paragraph, a single newline does not', () => {
  expect(tokenize('steel\nquota\n\nsupply').map(({ opens }) => opens)).toEqual([true, false, true]);
});

test('for any text: offsets rise and lie within it, and a key is its own key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
      let last = 0;
      for (const { key, start, end } of tokenize(text)) {
        expect(start).toBeGreaterThanOrEqual(last > start ? start : last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(keyOf(key).key).toBe(key);
        last = start;
      }
    }),
  );
});

test('for any words: the keys joined by spaces have the same keys', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abceinosuxyzABUSD1,.&-’철강é'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), words => {
      const once = keys(words.join(' '));
      expect(keys(once.join(' ')).join(' ')).toBe(once.join(' '));
    }),
    { numRuns: 1000 },
  );
});
