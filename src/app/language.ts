import type { Held } from '../core/card.ts';
import { type Classified, classify } from '../core/classify.ts';
import { match, type Prepared, prepare } from '../core/match.ts';
import type { Matcher } from '../core/plan.ts';
import { hintsOf, parseQuery, type Query } from '../core/query.ts';
import type { Facets, Release } from '../core/release.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import type { Log } from '../ports/runtime.ts';

/** The vocabulary and the query language as one thing: what a release is about, and who asked for it. */
export interface Language {
  readonly vocabulary: Vocabulary;
  classify(release: Classified): Facets;
  /** @throws {QueryError} with the place in the text and the nearest names */
  parse(query: string): Query;
  /** What a person may have meant otherwise, for a query that is valid ("us" is no country). */
  hints(query: Query): readonly string[];
  match(query: Query, release: Release): readonly Held[] | null;
  /** A matcher for one round of planning: each release is prepared once, and asked once what many want to know. */
  matcher(): Matcher;
}

/** A compiled query takes a kilobyte or two: these are more than one installation has, and less than it feels. */
const MOST_COMPILED = 20_000;

/** A release in a round of planning, with the answers to the queries it was asked, by their normal form. */
interface Round {
  readonly prepared: Prepared;
  readonly answers: Map<string, readonly Held[] | null>;
}

export function openLanguage(vocabulary: Vocabulary, log: Log): Language {
  const parse = (query: string) => parseQuery(query, vocabulary);
  const queries = new Map<string, Query | null>();
  return {
    vocabulary,
    classify: release => classify(release, vocabulary),
    parse,
    hints: query => hintsOf(query, vocabulary),
    match: (query, release) => match(query, prepare(release, vocabulary)),
    matcher() {
      const rounds = new WeakMap<Release, Round>();
      return ({ normal }, release) => {
        const round = rounds.get(release) ?? { prepared: prepare(release, vocabulary), answers: new Map() };
        rounds.set(release, round);
        let answer = round.answers.get(normal);
        if (answer === undefined) {
          const query = compiled(normal);
          answer = query && match(query, round.prepared);
          round.answers.set(normal, answer);
        }
        return answer;
      };
    },
  };

  /** The query of a normal form, compiled when it is first met. */
  function compiled(normal: string): Query | null {
    const known = queries.get(normal);
    if (known !== undefined) return known;
    const query = compile(normal);
    if (queries.size >= MOST_COMPILED) queries.clear();
    queries.set(normal, query);
    return query;
  }

  /** A recorded query of which a word has left the vocabulary matches nothing; it must not keep the others from theirs. */
  function compile(normal: string): Query | null {
    try {
      return parse(normal);
    } catch (error) {
      log.error({ query: normal, error }, 'a recorded query is no longer understood');
      return null;
    }
  }
}
