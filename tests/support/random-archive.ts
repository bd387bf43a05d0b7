import fc from 'fast-check';
import { parseQuery, type Query, QueryError } from '../../src/core/query.ts';
import type { Release } from '../../src/core/release.ts';
import { releaseOf, vocabulary } from './language.ts';

/** Few words, so that queries and releases often meet: cases, plurals, Korean, own formulae, what ends a phrase. */
const PIECES = [
  'steel',
  'Steel',
  'AI',
  'ai',
  'EU',
  'EVs',
  'U.S.',
  'United States',
  'us',
  'supply',
  'supplies',
  'chain',
  'batteries',
  'battery',
  'analyses',
  'gases',
  'quota',
  'Canada',
  'Korea-Canada',
  'KATS',
  'R&D',
  '13.7',
  'USD 2 billion',
  'FTA',
  'C$5 million',
  '3천억 원',
  'Thomas Courbe, Director General',
  '5th Korea–Canada Steel Forum',
  'held talks with',
  'trade',
  'Trade Minister',
  'Ministry of Trade, Industry and Resources',
  '(MOTIR, Minister Kim Jung-kwan)',
  '철강',
  '철강협회',
  '협회',
  '캐나다',
  'café',
  '.',
  ';',
  '\n\n',
] as const;

const text = (maxLength: number) =>
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength }).map(pieces => pieces.join(' '));

const DAYS = ['2025-11-30', '2025-12-01', '2025-12-02', null] as const;

const random: fc.Arbitrary<Release> = fc
  .record({
    title: text(5),
    text: text(14),
    date: fc.constantFrom(...DAYS),
    source: fc.constantFrom('motir', 'harbour'),
    category: fc.constantFrom(null, 'FTA/Economic Cooperation', '산업'),
  })
  .map(({ title, text, ...more }) => releaseOf(title, text, { ...more, firstSeen: '2025-12-01T15:00:00Z' }));

/** Releases with ids and keys of their own, in the order in which they were recorded. */
export const randomReleases = (most: number): fc.Arbitrary<readonly Release[]> =>
  fc
    .array(random, { minLength: 1, maxLength: most })
    .map(releases => releases.map((one, at) => ({ ...one, id: `${one.source}/${at}`, key: `${at}` })));

const TERMS = [
  'topic:steel',
  'topic:batteries',
  'country:ca',
  'country:us',
  'agency:kats',
  'mentions:steel',
  'mentions:ca',
  'mentions:kats',
  'agreement:fta',
  'category:"FTA/Economic Cooperation"',
  'category:산업',
  'source:motir',
  'lang:ko',
  'lang:en',
  'date>=2025-12-01',
  'date<=2025-12-01',
  'amount>=usd:1bn',
  'batter*',
  'batterie*',
  'batteries*',
  'analyse*',
  'gas*',
  'EV*',
  'us*',
  'supply-chai*',
  'US*',
  '철*',
  'unit*',
  'person:kim',
  'person:"Kim Jung-kwan"',
  'person:courbe',
  'series:korea-canada-steel-forum',
  'type:talks',
  'type:(forum OR visit)',
  'mentions:country:us',
  'mentions:(ca OR steel OR kats)',
  'amount<=krw:5조',
  'amount>=cad:1m',
  'topic:(steel OR batteries)',
] as const;

const term = fc.oneof(
  fc.constantFrom(...TERMS),
  fc.constantFrom(...PIECES),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }).map(words => `"${words.join(' ')}"`),
);

const { query: written } = fc.letrec<{ query: string; clause: string }>(tie => ({
  clause: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: term, weight: 4 },
    { arbitrary: tie('clause').map(clause => `-${clause}`), weight: 1 },
    { arbitrary: tie('query').map(query => `(${query})`), weight: 1 },
  ),
  query: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: tie('clause'), weight: 2 },
    { arbitrary: fc.tuple(tie('clause'), tie('clause')).map(of => of.join(' ')), weight: 2 },
    { arbitrary: fc.tuple(tie('query'), tie('query')).map(of => of.join(' OR ')), weight: 1 },
  ),
}));

/** Queries of every kind, only negations among them. */
export const randomQuery: fc.Arbitrary<Query> = written
  .map(text => {
    try {
      return parseQuery(text, vocabulary);
    } catch (error) {
      if (error instanceof QueryError) return null;
      throw error;
    }
  })
  .filter(query => query !== null);
