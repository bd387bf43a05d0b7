import { describe, expect, test } from 'vitest';
import { hintsOf, parseQuery, QueryError } from '../../src/core/query.ts';
import { vocabulary } from '../support/language.ts';

const normal = (text: string) => parseQuery(text, vocabulary).normal;

function errorOf(text: string, words = vocabulary): QueryError {
  try {
    parseQuery(text, words);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`"${text}" was understood`);
}

describe('equal queries have one normal form', () => {
  test.each([
    {
      form: 'steel',
      of: ['Steel', ' steel ', '"steel"', '(steel)', 'steel steel', 'ｓｔｅｅｌ', '--steel', 'steel AND steel'],
    },
    {
      form: 'US',
      of: ['US', 'U.S.', 'United States', '"United States"', 'united states', 'USA', 'United States of America'],
    },
    {
      form: '"supply chain"',
      of: ['"supply chain"', '"Supply  Chains"', 'supply-chain', '“supply chain”', 'Supply–Chains'],
    },
    {
      form: 'country:ca steel',
      of: [
        'steel country:ca',
        'country:Canada steel',
        'country:캐나다 STEEL',
        '(steel) (country:"ca")',
        'country：ca steel',
      ],
    },
    {
      form: 'country:(ca OR us)',
      of: ['country:(us OR ca)', 'country:us OR country:ca', '(country:ca OR country:(us OR canada))'],
    },
    { form: 'country:(ca OR us) steel', of: ['steel country:(us OR ca)', '(country:us OR country:ca) steel'] },
    { form: '"supply chain" -AI', of: ['-AI "supply chain"', '–AI "supply chains"', '−AI "supply chain"'] },
    { form: '-(AI OR steel)', of: ['-(steel OR AI)', '-((AI) OR steel OR AI)'] },
    { form: 'EU OR AI steel', of: ['EU OR AI steel', '(steel AI) OR EU', 'EU OR (AI AND steel) OR EU'] },
    { form: 'steel (AI OR EU)', of: ['steel (EU OR AI)', '(EU OR AI) steel', 'steel AND (AI OR EU)'] },
    { form: 'semicon*', of: ['semicon*', 'SEMICON*'] },
    { form: '철강', of: ['철강', '"철강"', '철강*', '"철 강"'] },
    {
      form: 'topic:steel',
      of: ['topic:steel', 'topic:철강', 'TOPIC:Steel', 'topic:aluminum', 'topic:"Steel and aluminium"'],
    },
    {
      form: 'agency:k-sure',
      of: ['agency:K-SURE', 'agency:"Korea Trade Insurance Corporation"', 'agency:한국무역보험공사'],
    },
    { form: 'mentions:ca', of: ['mentions:canada', 'mentions:country:ca'] },
    { form: 'mentions:country:ai', of: ['mentions:Anguilla', 'mentions:country:anguilla'] },
    { form: 'mentions:ai', of: ['mentions:AI', 'mentions:topic:ai'] },
    {
      form: 'amount>=usd:1bn',
      of: ['amount>=usd:1bn', 'amount>=USD:1000m', 'amount>=$:1,000,000,000', 'amount≥usd:1billion'],
    },
    {
      form: 'amount<=krw:1.5tn',
      of: ['amount<=krw:1.5tn', 'amount<=won:1500bn', 'amount<=원:1조5천억', 'amount<=KRW:1.5trillion'],
    },
    { form: 'amount>=cad:300m', of: ['amount>=cad:300mn', 'amount>=CAD:300mln', 'amount>=cad:3억'] },
    { form: 'date>=2025-01-01', of: ['date>=2025-01-01', 'DATE>=2025-01-01'] },
    { form: 'category:"fta/economic cooperation"', of: ['category:"FTA/Economic  Cooperation"'] },
    { form: '"OR"', of: ['"OR"'] },
    { form: 'lang:ko', of: ['lang:ko', 'lang:Korean', 'lang:한국어'] },
    {
      form: 'topic:steel country:ca date>=2025-01-01 quota (AI OR EU) -duty',
      of: ['-duty (EU OR AI) quota date>=2025-01-01 country:ca topic:steel'],
    },
  ])('$form', ({ form, of }) => {
    for (const text of of) expect(normal(text), text).toBe(form);
    expect(normal(form)).toBe(form);
  });
});

describe('refusals say where, what and what instead', () => {
  test.each([
    { text: '', at: 0, length: 0, says: 'the query is empty', try: 'topic:steel' },
    { text: '   ', at: 0, length: 3, says: 'the query is empty', try: 'topic:steel' },
    {
      text: 'steel country:canda',
      at: 6,
      length: 13,
      says: 'country:canda: did you mean country:ca (Canada)?',
      try: 'country:ca',
    },
    { text: 'cuntry:ca', at: 0, length: 9, says: 'did you mean country:?', try: 'country:' },
    { text: 'colour:red', at: 0, length: 10, says: 'the fields are topic, mentions, country, agency, person' },
    { text: 'type:talk-show', at: 0, length: 14, says: 'there is no such type; try type:talks' },
    { text: 'topic:canada', at: 0, length: 12, says: 'did you mean country:ca (Canada)?', try: 'country:ca' },
    { text: 'topic:steeel', at: 0, length: 12, says: 'did you mean topic:steel', try: 'topic:steel' },
    { text: 'agency:kat', at: 0, length: 10, says: 'did you mean agency:kats', try: 'agency:kats' },
    { text: 'topic:철간', at: 0, length: 8, says: 'did you mean topic:steel', try: 'topic:steel' },
    { text: 'country:캐니다', at: 0, length: 11, says: 'did you mean country:ca (Canada)?', try: 'country:ca' },
    { text: 'country:-ca', at: 0, length: 11, says: 'put the minus before the field', try: '-country:ca' },
    { text: 'steel agency:ka*', at: 6, length: 10, says: '* ends words only', try: 'agency:ka' },
    { text: 'topic=steel', at: 0, length: 11, says: 'joined by a colon', try: 'topic:steel' },
    { text: 'date:2025-01-01', at: 0, length: 15, says: 'is compared', try: 'date>=2025-01-01' },
    { text: 'date >= 2025-01-01', at: 5, length: 2, says: 'without spaces' },
    { text: 'amount>=$2bn', at: 0, length: 12, says: 'a currency and a sum', try: 'amount>=usd:2bn' },
    { text: 'amount>=5조', at: 0, length: 10, says: 'a currency and a sum', try: 'amount>=usd:5조' },
    { text: 'topic:zzzz', at: 0, length: 10, says: 'there is no such topic; try topic:steel' },
    { text: 'agency:katz', at: 0, length: 11, says: 'did you mean agency:kats', try: 'agency:kats' },
    { text: 'country:ca,us', at: 0, length: 13, says: 'did you mean country:(ca OR us)?', try: 'country:(ca OR us)' },
    {
      text: 'country:United Kingdom',
      at: 0,
      length: 22,
      says: 'needs quotation marks',
      try: 'country:"United Kingdom"',
    },
    { text: 'country:', at: 0, length: 8, says: 'needs a value directly behind it' },
    { text: 'country: ca', at: 0, length: 8, says: 'needs a value directly behind it' },
    { text: 'country:()', at: 9, length: 1, says: 'needs values parted by OR' },
    { text: 'country:(ca us)', at: 12, length: 2, says: 'write OR between the values' },
    { text: 'country:(ca OR us', at: 8, length: 1, says: 'not closed' },
    { text: 'steel OR', at: 8, length: 0, says: 'OR needs something on both sides' },
    { text: 'OR steel', at: 0, length: 2, says: 'OR needs something on both sides' },
    { text: 'steel AND', at: 9, length: 0, says: 'AND needs something on both sides' },
    { text: '(steel', at: 0, length: 1, says: 'not closed' },
    { text: 'steel)', at: 5, length: 1, says: 'closes nothing' },
    { text: '()', at: 1, length: 1, says: 'nothing between the brackets' },
    { text: 'a "steel', at: 2, length: 1, says: 'the quotation mark is not closed' },
    { text: '- steel', at: 0, length: 1, says: 'a minus leaves out what stands directly behind it' },
    { text: 'steel -', at: 6, length: 1, says: 'a minus leaves out' },
    { text: '+++', at: 0, length: 3, says: '"+++" holds no word' },
    { text: '""', at: 0, length: 2, says: 'hold no word' },
    { text: 'st*el', at: 0, length: 5, says: '* stands only at the end', try: 'st*' },
    { text: 's*', at: 0, length: 2, says: 'at least two letters' },
    { text: 'date>=2025-02-30', at: 0, length: 16, says: 'a day that exists' },
    { text: 'date>2025-01-01', at: 0, length: 15, says: 'compare with >= or <=' },
    { text: 'amount>=usd', at: 0, length: 11, says: 'write a currency and a sum', try: 'amount>=usd:1bn' },
    { text: 'amount>=xyz:1bn', at: 0, length: 15, says: '"xyz" is no currency' },
    { text: 'size>=3', at: 0, length: 7, says: 'only date and amount are compared' },
    { text: 'lang:xx', at: 0, length: 7, says: 'there are en and ko' },
    { text: 'https://example.org', at: 0, length: 19, says: 'put it in quotation marks' },
  ])('$text', ({ text, at, length, says, try: instead }) => {
    const error = errorOf(text);
    expect(error.message).toContain(says);
    expect({ at: error.at, length: error.length }).toEqual({ at, length });
    if (instead !== undefined) expect(error.suggestions[0]).toBe(instead);
  });

  test('more than 1,000 characters, typed or written out', () => {
    expect(normal('a'.repeat(1000))).toHaveLength(1000);
    expect(errorOf('a'.repeat(1001)).message).toContain('1001 characters, the most is 1000');
    expect(
      errorOf(
        Array.from({ length: 60 }, (_, i) => `agency:한수원 OR -(topic:철강 w${i})`)
          .join(' OR ')
          .slice(0, 1000),
      ).at,
    ).toBeGreaterThanOrEqual(0);
    // Each "a-b" is a quoted phrase in normal form, two characters longer.
    const long = Array.from({ length: 200 }, (_, i) => `x-${i}`)
      .join(' ')
      .slice(0, 999);
    expect(errorOf(long).message).toContain('in normal form');
  });

  test.each(['constructor', '__proto__', 'toString', 'valueOf'])('%s is a word like any other', word => {
    expect(errorOf(`amount>=${word}:1bn`).message).toContain('is no currency');
    expect(errorOf(`amount>=usd:1${word}`).message).toContain('a currency and a sum');
    expect(errorOf(`topic:${word}`).message).toContain('there is no such topic');
    expect(normal(word)).toBe(word.replaceAll('_', '').toLowerCase());
  });

  test('a source that is not among those known', () => {
    const known = { ...vocabulary, sources: ['motir', 'wto'] };
    expect(parseQuery('source:MOTIR', known).normal).toBe('source:motir');
    expect(errorOf('source:motri', known).suggestions).toEqual(['source:motir']);
  });
});

describe('hints', () => {
  const hints = (text: string) => hintsOf(parseQuery(text, vocabulary), vocabulary);

  test('lower-case us finds no capitals: country:us was meant', () => {
    expect(hints('us')).toEqual([
      'us matches only the word "us", and capitals of two to four letters as they are written: did you mean country:us or US?',
    ]);
    expect(hints('steel -eu')[0]).toContain('did you mean -country:eu or -EU?');
    expect(hints('"ai"')[0]).toContain('did you mean AI?');
  });

  test("the institution's own name matches nothing", () => {
    expect(hints('MOTIR')[0]).toContain("the institution's own name");
    expect(hints('"Ministry of Trade, Industry and Resources"')[0]).toContain("the institution's own name");
  });

  test('operators in lower case, and contradictions', () => {
    expect(hints('steel or aluminium')[0]).toContain('write OR');
    expect(hints('steel NOT aluminium')[0]).toContain('write a minus before it');
    expect(hints('type:talks type:visit')[0]).toContain('did you mean type:(talks OR visit)?');
    expect(hints('date>=2025-02-01 date<=2025-01-31')[0]).toContain('no day is both');
    expect(hints('date>=2025-02-01 date<=2025-02-01 type:(talks OR visit)')).toEqual([]);
    expect(hints('steel -steel')).toEqual(['steel is both asked for and left out, so this matches nothing']);
  });

  test('a sound query has none', () => {
    expect(hints('country:us steel "supply chain" -AI')).toEqual([]);
  });
});
