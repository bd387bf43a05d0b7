import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain, match, prepare } from '../../src/core/match.ts';
import { parseQuery } from '../../src/core/query.ts';
import { NO_FACETS, type Release } from '../../src/core/release.ts';
import { releaseOf, splitListing, vocabulary } from '../support/language.ts';
import { randomQuery, randomReleases } from '../support/random-archive.ts';
import { sharedText } from '../support/shared.ts';

const ask = (text: string, release: Release) => match(parseQuery(text, vocabulary), prepare(release, vocabulary));
const holds = (text: string, release: Release) => ask(text, release) !== null;

const steel = releaseOf(
  'Korea and Canada Discuss Steel Quotas',
  'The Ministry of Trade, Industry and Resources (MOTIR, Minister Kim Jung-kwan) held talks with Canada’s officials in ' +
    'Ottawa on December 1. Both sides reviewed supply chains for EVs worth USD 13.7 billion and the U.S. measures, ' +
    'maintaining that AI-driven trade matters to us. The FTA’s rules count.\n\nQuota talks go on.',
  { category: 'FTA/Economic Cooperation', date: '2025-12-01' },
);

describe('people, series and types', () => {
  const forum = releaseOf(
    'KATS Hosts 5th Korea–U.S. Standards Forum',
    'The ministry (MOTIR, Minister Kim Jung-kwan) and KATS held the forum. Thomas Courbe, Director General at ISO, spoke.',
  );

  test.each([
    { query: 'person:"Kim Jung-kwan"', words: 'Kim Jung-kwan' },
    { query: 'person:"JK Kim"', words: 'Kim Jung-kwan' },
    { query: 'person:김정관', words: 'Kim Jung-kwan' },
    { query: 'person:kim', words: 'Kim Jung-kwan' },
    { query: 'person:"Thomas Courbe"', words: 'Thomas Courbe' },
    { query: 'person:courbe', words: 'Thomas Courbe' },
    { query: 'series:korea-us-standards-forum', words: '5th Korea–U.S. Standards Forum' },
    { query: 'series:"Korea-U.S. Standards Forum"', words: '5th Korea–U.S. Standards Forum' },
    { query: 'type:forum', words: 'Forum' },
    { query: 'type:포럼·회의', words: 'Forum' },
  ])('$query', ({ query, words }) => {
    expect(ask(query, forum)?.[0]?.evidence.map(one => one.words)).toContain(words);
  });

  test.each(['person:park', 'person:"Kim Dae-ja"', 'series:forum', 'type:talks'])('%s does not hold', query => {
    expect(holds(query, forum)).toBe(false);
  });

  test('spellings of one person, and values in another language, are one query', () => {
    const normal = (text: string) => parseQuery(text, vocabulary).normal;
    expect(normal('person:"JK Kim"')).toBe('person:kim-jung-kwan');
    expect(normal('person:"Dukgeun Ahn"')).toBe(normal('person:"Ahn Duk-Geun"'));
    expect(normal('type:회담 series:"Policy Forum"')).toBe('series:policy-forum type:talks');
  });

  test('what was recorded before these were looked for holds nothing, and breaks nothing', () => {
    const old = { ...forum, facets: { ...NO_FACETS, topics: forum.topics } };
    expect(holds('person:kim OR series:korea-us-standards-forum OR type:forum', old)).toBe(false);
  });
});

describe('words', () => {
  test.each([
    'steel',
    'STEEL',
    'quota',
    '"steel quota"',
    '"Steel Quotas"',
    'steel-quota',
    'AI',
    'EV',
    'EVs',
    'US',
    'U.S.',
    'United States',
    'trade',
    '"supply chain"',
    'suppl*',
    'maint*',
    'canada',
    "Canada's",
    'us',
    'FTA',
    '"FTA rule"',
    '-brazil',
    'brazil OR steel',
    'steel -(brazil OR chile)',
    '"canada official"',
  ])('%s is found', query => {
    expect(holds(query, steel)).toBe(true);
  });

  test.each([
    { query: 'ai', why: 'capitals match as capitals only' },
    { query: 'AIA', why: 'whole tokens only' },
    { query: 'tain', why: 'whole tokens only' },
    { query: 'ev', why: 'capitals match as capitals only' },
    { query: 'us*', why: 'a prefix in lower case begins no capitals', not: releaseOf('US talks', 'None.') },
    { query: 'industry', why: "the ministry's own name" },
    { query: 'resources', why: "the ministry's own name" },
    { query: 'motir', why: "the ministry's own name" },
    { query: '"Kim Jung-kwan"', why: "the ministry's formula" },
    { query: '"quota steel"', why: 'a phrase keeps its order' },
    { query: '"count quota"', why: 'a phrase does not cross a paragraph' },
    { query: 'steel -canada', why: 'what is left out is there' },
    { query: 'steel brazil', why: 'all words are needed' },
  ])('$query is not found: $why', ({ query, not }) => {
    expect(holds(query, not ?? steel)).toBe(false);
  });

  test("officials' formulae match no bare word", () => {
    const talks = releaseOf('Trade Minister visits Cairo', 'Deputy Minister for Trade Park met officials.');
    expect(holds('trade', talks)).toBe(false);
    expect(holds('cairo', talks)).toBe(true);
  });

  test('Korean words are found within longer ones', () => {
    const korean = releaseOf(
      '산업통상부, 철강업계 간담회',
      '정부는 12월 3일 미국 관세에 대응해 철강수출을 지원한다고 밝혔다. 규모는 3억 달러다.',
    );
    for (const query of [
      '철강',
      '관세',
      '"철강 수출"',
      'lang:ko',
      '철강 -반도체',
      'topic:steel',
      'mentions:관세',
      'amount>=usd:300m',
    ])
      expect(holds(query, korean), query).toBe(true);
    for (const query of ['반도체', '산업통상부', 'lang:en', '강철']) expect(holds(query, korean), query).toBe(false);
  });
});

describe('facts', () => {
  test.each([
    'topic:steel',
    'country:ca',
    'country:(ca OR jp)',
    'mentions:us',
    'mentions:steel',
    'mentions:ca',
    'agreement:fta',
    'amount>=usd:13bn',
    'amount<=usd:13.7bn',
    'date>=2025-12-01',
    'date<=2025-12-01',
    'category:"fta/economic cooperation"',
    'source:motir',
    'lang:en',
    '-country:us',
  ])('%s holds', query => {
    expect(holds(query, steel)).toBe(true);
  });

  test.each([
    'topic:batteries',
    'country:us',
    'mentions:jp',
    'agreement:cepa',
    'amount>=usd:14bn',
    'amount>=krw:1bn',
    'date>=2025-12-02',
    'date<=2025-11-30',
    'category:energy',
    'source:wto',
    'lang:ko',
  ])('%s does not', query => {
    expect(holds(query, steel)).toBe(false);
  });

  test('a release without a date holds no comparison of dates', () => {
    const undated = { ...steel, date: null };
    expect(holds('date>=2020-01-01', undated)).toBe(false);
    expect(holds('date<=2030-01-01', undated)).toBe(false);
    expect(holds('-date>=2020-01-01', undated)).toBe(true);
  });
});

describe('evidence', () => {
  test('names each clause that held, with exact words and their places', () => {
    expect(ask('quotas country:ca -brazil date>=2025-01-01', steel)).toEqual([
      {
        clause: 'country:ca',
        evidence: [
          { where: 'title', words: 'Canada' },
          { where: 'lead', words: 'Ottawa' },
        ],
      },
      { clause: 'date>=2025-01-01', evidence: [{ where: 'source', words: '2025-12-01' }] },
      {
        clause: 'quota',
        evidence: [
          { where: 'title', words: 'Quotas' },
          { where: 'body', words: 'Quota' },
        ],
      },
      { clause: '-brazil', evidence: [] },
    ]);
  });

  test('of alternatives only those that held', () => {
    expect(ask('brazil OR US', steel)).toEqual([{ clause: 'US', evidence: [{ where: 'body', words: 'U.S.' }] }]);
  });

  test('explain gives every clause, true or false, and the words that spoil what is left out', () => {
    const clauses = explain(parseQuery('country:jp "supply chain" -AI', vocabulary), prepare(steel, vocabulary));
    expect(clauses).toEqual([
      { clause: 'country:jp', holds: false, evidence: [] },
      { clause: '"supply chain"', holds: true, evidence: [{ where: 'body', words: 'supply chains' }] },
      { clause: '-AI', holds: false, evidence: [{ where: 'body', words: 'AI' }] },
    ]);
  });

  test('explain tells a bracket as one clause with its parts, and alternatives one by one', () => {
    const told = (text: string) => explain(parseQuery(text, vocabulary), prepare(steel, vocabulary));
    const title = { where: 'title', words: 'Canada' };
    const evidence = [title, { where: 'lead', words: 'Ottawa' }];
    expect(told('-brazil country:(ca OR jp)')).toEqual([
      {
        clause: 'country:(ca OR jp)',
        holds: true,
        evidence,
        of: [
          { clause: 'country:ca', holds: true, evidence },
          { clause: 'country:jp', holds: false, evidence: [] },
        ],
      },
      { clause: '-brazil', holds: true, evidence: [] },
    ]);
    expect(told('brazil canada OR country:ca').map(({ clause, holds }) => [clause, holds])).toEqual([
      ['country:ca', true],
      ['brazil canada', false],
    ]);
  });

  test('all clauses hold, or one of several, exactly where the query matches', () => {
    fc.assert(
      fc.property(randomQuery, randomReleases(1), (query, [release]) => {
        const ready = prepare(release ?? steel, vocabulary);
        const clauses = explain(query, ready).map(({ holds }) => holds);
        const holds = query.root.is === 'any' ? clauses.includes(true) : !clauses.includes(false);
        expect(holds).toBe(match(query, ready) !== null);
      }),
      { numRuns: 1000 },
    );
  });

  test('is an exact substring of the title or the text, for any text', () => {
    const query = parseQuery('ab* OR AI OR US OR "b c" OR 철 OR amount>=usd:1', vocabulary);
    const word = fc.constantFrom(
      'ab',
      'AI',
      'U.S.',
      'United States',
      'b',
      'c',
      '철강',
      '$5',
      '–',
      '.',
      '\n\n',
      '\u00ad',
      'é',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), fc.array(word, { maxLength: 20 }), (title, text) => {
        const release = { ...steel, title: title.join(' '), text: text.join(' ') };
        for (const { evidence } of match(query, prepare(release, vocabulary)) ?? [])
          for (const { where, words } of evidence)
            expect(where === 'title' ? release.title : release.text).toContain(words);
      }),
    );
  });
});

describe('a text of a megabyte is read in one go, whatever it consists of', () => {
  const asked = ['"a a a a a b"', '"supply chain"', 'semicon*', 'amount>=usd:1bn', 'agreement:fta', 'lang:ko', '-steel']
    .map(text => `-(${text} cobalt)`)
    .join(' ');

  // Work that grows with the square of the length would not end today.
  test.each(['a ', 'U.S.', '(MOTIR, Minister ', '$1 to ', '철강', '\u0301'])(
    '%j',
    unit => {
      const text = `${unit.repeat(Math.ceil(1e6 / unit.length))}\n\nZinc.`;
      const release = { ...steel, title: '', text, facets: NO_FACETS };
      const zinc = ask(`zinc ${asked}`, release)?.find(({ clause }) => clause === 'zinc');
      expect(zinc?.evidence.map(({ words }) => words)).toEqual(['Zinc']);
    },
    120_000,
  );
});

const listing = sharedText('data/motir-listing.txt');
describe.skipIf(listing === null)('the sample listing (skipped where SHARED_DIR holds no motir-listing.txt)', () => {
  const releases = splitListing(listing ?? '');

  test.each([
    { query: 'AI', matches: 5 },
    { query: 'EU', matches: 2 },
    { query: 'steel', matches: 2 },
    { query: 'steel country:ca', matches: 1 },
    { query: 'agency:kats', matches: 2 },
    { query: '"supply chain" -AI', matches: 3 },
    { query: 'US', matches: 1 },
    { query: 'U.S.', matches: 1 },
    { query: '"United States"', matches: 1 },
    { query: 'us', matches: 0 },
    { query: 'trade', matches: 6 },
    { query: 'agreement:cepa', matches: 1 },
    { query: 'topic:standards', matches: 2 },
    { query: 'amount>=usd:1bn', matches: 1 },
    { query: 'date>=2025-12-03', matches: 4 },
  ])('$query matches $matches of 8', ({ query, matches }) => {
    expect(releases).toHaveLength(8);
    expect(releases.filter(release => holds(query, release))).toHaveLength(matches);
  });
});
