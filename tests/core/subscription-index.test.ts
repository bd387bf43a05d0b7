import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { match, prepare } from '../../src/core/match.ts';
import { parseQuery } from '../../src/core/query.ts';
import { shareClauses } from '../../src/core/query-share.ts';
import type { Release } from '../../src/core/release.ts';
import { buildIndex } from '../../src/core/subscription-index.ts';
import { releaseOf, vocabulary } from '../support/language.ts';
import { randomQuery, randomReleases } from '../support/random-archive.ts';

const steel = releaseOf(
  'Korea and Canada Discuss Steel Quotas',
  'Both sides met in Ottawa on December 1. They spoke of batteries and of supply\n\nChain stores were not named.',
);

/** The queries that are found for a release. */
function found(queries: readonly string[], release: Release): readonly string[] {
  const index = buildIndex(queries.map(text => ({ id: text, query: parseQuery(text, vocabulary) })));
  return index.candidates(prepare(release, vocabulary));
}

describe('candidates', () => {
  test('are found by what they need: words, phrases, facts, beginnings, one of several', () => {
    const queries = [
      'steel',
      '"steel quota"',
      'topic:steel country:ca',
      'batter*',
      'brazil OR canada',
      '(chile OR topic:steel) quota',
      'mentions:batteries',
      'source:motir',
      'steel -"supply chain"',
    ];
    expect(found(queries, steel)).toEqual(queries);
  });

  test.each([
    'brazil',
    '"quota steel"',
    '"supply chain"',
    'topic:steel country:jp',
    'steel -canada',
    'brazil*',
    'brazil OR chile',
    'topic:steel -country:ca',
    'category:Industry',
  ])('%s is not looked at', query => {
    expect(found([query], steel)).toEqual([]);
  });

  test('are held against every release where nothing is needed', () => {
    expect(found(['-brazil', '-brazil -chile', '-(brazil chile)', 'lang:en', '-brazil OR steel'], steel)).toHaveLength(
      5,
    );
  });

  test('come in the order in which they were given, each once, and again for the next release', () => {
    const queries = ['quota OR canada', 'steel', 'canada steel'];
    const index = buildIndex(queries.map(text => ({ id: text, query: parseQuery(text, vocabulary) })));
    for (let round = 0; round < 3; round++) {
      expect(index.candidates(prepare(steel, vocabulary))).toEqual(queries);
      expect(index.candidates(prepare(releaseOf('A title', 'Steel.'), vocabulary))).toEqual(['steel']);
    }
  });

  test('of no queries are none', () => {
    expect(found([], steel)).toEqual([]);
  });
});

test('matching by the index is matching one by one, for any queries and releases', () => {
  fc.assert(
    fc.property(fc.array(randomQuery, { minLength: 1, maxLength: 12 }), randomReleases(3), (queries, releases) => {
      const share = shareClauses();
      const index = buildIndex(queries.map((query, id) => ({ id, query: share(query) })));
      const shared = queries.map(share);
      for (const release of releases) {
        const alone = queries.map(query => match(query, prepare(release, vocabulary)));
        const together = prepare(release, vocabulary);
        const candidates = new Set(index.candidates(together));
        const indexed = shared.map((query, id) => (candidates.has(id) ? match(query, together) : null));
        expect(indexed).toEqual(alone);
      }
    }),
    { numRuns: 250 },
  );
});

test('a query that is shared is the same query', () => {
  fc.assert(
    fc.property(randomQuery, randomQuery, (one, two) => {
      const share = shareClauses();
      expect([share(one), share(two), share(one)]).toEqual([one, two, one]);
      expect(share(one).root).toBe(share(one).root);
    }),
  );
});
