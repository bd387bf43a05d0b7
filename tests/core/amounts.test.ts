import { expect, test } from 'vitest';
import { findAmounts, readAmount } from '../../src/core/amounts.ts';
import { tokenize } from '../../src/core/tokens.ts';

const found = (text: string) =>
  findAmounts(text, tokenize(text)).map(({ currency, value, start, end }) => [currency, value, text.slice(start, end)]);

test.each([
  { text: 'trade of USD 13.7 billion in 2024', amounts: [['usd', 13.7e9, 'USD 13.7 billion']] },
  { text: 'exports hit $644.5 billion', amounts: [['usd', 644.5e9, '$644.5 billion']] },
  {
    text: 'KRW 100 billion and KRW 5,000',
    amounts: [
      ['krw', 1e11, 'KRW 100 billion'],
      ['krw', 5000, 'KRW 5,000'],
    ],
  },
  { text: '550 billion won', amounts: [['krw', 5.5e11, '550 billion won']] },
  {
    text: '€2bn or 3 million euros',
    amounts: [
      ['eur', 2e9, '€2bn'],
      ['eur', 3e6, '3 million euros'],
    ],
  },
  {
    text: '3억 달러, 5조 원',
    amounts: [
      ['usd', 3e8, '3억 달러'],
      ['krw', 5e12, '5조 원'],
    ],
  },
  { text: '100 percent, 12 billion units, December 3', amounts: [] },
])('$text', ({ text, amounts }) => {
  expect(found(text)).toEqual(amounts);
});

test.each([
  ['1bn', 1e9],
  ['1.1bn', 1_100_000_000],
  ['200,000', 200_000],
  ['0', 0],
  ['1.5', 1.5],
  ['bn', null],
  ['1xx', null],
  ['99999tn', null],
  ['0.001', null],
  ['-5', null],
])('%s is read as %s', (text, value) => {
  expect(readAmount(text)).toBe(value);
});
