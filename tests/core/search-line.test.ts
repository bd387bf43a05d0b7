import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineHolds } from '../../src/core/line-match.ts';
import { match, prepare } from '../../src/core/match.ts';
import { parseQuery } from '../../src/core/query.ts';
import { hasWords, lineOf, wordOf } from '../../src/core/search-line.ts';
import { tokenize } from '../../src/core/tokens.ts';
import { releaseOf, vocabulary } from '../support/language.ts';
import { randomQuery, randomReleases } from '../support/random-archive.ts';

const lined = (title: string, text: string) => lineOf(releaseOf(title, text), vocabulary);
const has = (line: string, words: string) =>
  hasWords(
    line,
    tokenize(words).map(({ key }) => key),
  );

describe('the line of a release', () => {
  const line = lined(
    'Korea and EU Discuss Steel Quotas',
    'The Ministry of Trade, Industry and Resources (MOTIR, Minister Kim Jung-kwan) spoke of AI\n\nTrade goes on: 철강협회.',
  );

  test('is ASCII words parted by spaces', () => {
    expect(line).toMatch(/^ (?:[a-z0-9_]+ )+$/);
  });

  test.each(['steel', 'quota', '"steel quotas"', 'EU', 'AI', 'trade', '철강', '강협', 'korea and EU'])(
    'has %s',
    words => {
      expect(has(line, words)).toBe(true);
    },
  );

  test.each([
    ['eu', 'capitals are another word'],
    ['industry', "the institution's own name is left out"],
    ['AI trade', 'no phrase reaches across paragraphs'],
    ['quota the', 'nor from the title into the text'],
    ['steel korea', 'a phrase keeps its order'],
    ['stee', 'words are whole'],
    ['철협', 'syllables stand side by side'],
  ])('has no %s: %s', words => {
    expect(has(line, words)).toBe(false);
  });

  test('ends in its facts', () => {
    expect(line).toContain(` ${wordOf('topic:steel')} `);
    expect(line).toContain(` ${wordOf('country:eu')} `);
    expect(line).toContain(` ${wordOf('source:motir')} `);
  });
});

test('different keys are different words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 }), (a, b) => {
      expect(wordOf(a) === wordOf(b)).toBe(a === b);
      expect(wordOf(a)).toMatch(/^[a-z0-9_]*$/);
    }),
  );
});

test('the line tells of words and facts, and not of the rest', () => {
  const release = releaseOf('Steel Talks', 'USD 3 billion for Canada.', { date: '2025-12-01' });
  const told = (text: string) => lineHolds(parseQuery(text, vocabulary), lineOf(release, vocabulary));
  for (const text of ['steel', '-zinc', 'mentions:ca', 'steel OR lang:ko', 'source:motir'])
    expect(told(text), text).toBe(true);
  for (const text of ['zinc', '-steel', 'steel -canada', 'zinc lang:ko', 'topic:ai'])
    expect(told(text), text).toBe(false);
  for (const text of ['stee*', 'lang:ko', 'date>=2025-01-01', 'amount>=usd:1m', 'zinc OR lang:ko', '-lang:ko'])
    expect(told(text), text).toBe(null);
});

test('what the line tells is what the release says', () => {
  fc.assert(
    fc.property(randomQuery, randomReleases(3), (query, releases) => {
      for (const release of releases) {
        const shown = match(query, prepare(release, vocabulary)) !== null;
        expect(lineHolds(query, lineOf(release, vocabulary)) ?? shown).toBe(shown);
      }
    }),
    { numRuns: 300 },
  );
});
