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
  {
    text: '13.7 billion USD, 20 million U.S. dollars and 3 trillion South Korean won',
    amounts: [
      ['usd', 13.7e9, '13.7 billion USD'],
      ['usd', 2e7, '20 million U.S. dollars'],
      ['krw', 3e12, '3 trillion South Korean won'],
    ],
  },
  {
    text: 'US$ 13 billion, $ 5 million, USD13.7bn, ￦5000억',
    amounts: [
      ['usd', 1.3e10, 'US$ 13 billion'],
      ['usd', 5e6, '$ 5 million'],
      ['usd', 13.7e9, 'USD13.7bn'],
      ['krw', 5e11, '￦5000억'],
    ],
  },
  {
    text: 'C$5 billion, HK$2bn, 5 billion Canadian dollars, CAD 1m; R$5 is of no currency known here',
    amounts: [
      ['cad', 5e9, 'C$5 billion'],
      ['hkd', 2e9, 'HK$2bn'],
      ['cad', 5e9, '5 billion Canadian dollars'],
      ['cad', 1e6, 'CAD 1m'],
    ],
  },
  {
    text: '1조 5,000억 원, 3천억원, 5백만 달러, 13억불, 1만5천 유로',
    amounts: [
      ['krw', 1.5e12, '1조 5,000억 원'],
      ['krw', 3e11, '3천억원'],
      ['usd', 5e6, '5백만 달러'],
      ['usd', 1.3e9, '13억불'],
      ['eur', 15_000, '1만5천 유로'],
    ],
  },
  {
    text: 'KRW 1 trillion 500 billion, KRW 5 trln and USD 3 bln',
    amounts: [
      ['krw', 1.5e12, 'KRW 1 trillion 500 billion'],
      ['krw', 5e12, 'KRW 5 trln'],
      ['usd', 3e9, 'USD 3 bln'],
    ],
  },
  {
    text: 'USD 1.5 to 2 billion, 3~5억 달러, from $500 to $2 billion',
    amounts: [
      ['usd', 1.5e9, 'USD 1.5'],
      ['usd', 2e9, '2 billion'],
      ['usd', 3e8, '3'],
      ['usd', 5e8, '5억 달러'],
      ['usd', 500, '$500'],
      ['usd', 2e9, '$2 billion'],
    ],
  },
  { text: 'Korea won 3 medals, 5 million pounds of ore, 5 constructor won, constructor 5', amounts: [] },
  { text: 'USD 99999999999999 trillion, 1,000,000,000,000,000,000 won', amounts: [] },
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
  ['3천억', 3e11],
  ['1조5천억', 1.5e12],
  ['5억1조', null],
  ['1constructor', null],
  ['bn', null],
  ['1xx', null],
  ['99999tn', null],
  ['0.001', null],
  ['-5', null],
])('%s is read as %s', (text, value) => {
  expect(readAmount(text)).toBe(value);
});
