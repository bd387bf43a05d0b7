import type { Held } from '../core/card.ts';
import { classify } from '../core/classify.ts';
import { match, type Prepared, prepare } from '../core/match.ts';
import type { Matcher } from '../core/plan.ts';
import { hintsOf, parseQuery, type Query } from '../core/query.ts';
import type { Facets, Release } from '../core/release.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import type { Log } from '../ports/runtime.ts';

/** The vocabulary and the query language as one thing: what a release is about, and who asked for it. */
export interface Language {
  readonly vocabulary: Vocabulary;
  classify(text: { readonly title: string; readonly text: string }): Facets;
  /** @throws {QueryError} with the place in the text and the nearest names */
  parse(query: string): Query;
  /** What a person may have meant otherwise, for a query that is valid ("us" is no country). */
  hints(query: Query): readonly string[];
  match(query: Query, release: Release): readonly Held[] | null;
  /** A matcher for one round of planning: each query is compiled once, each release prepared once. */
  matcher(): Matcher;
}

export function openLanguage(vocabulary: Vocabulary, log: Log): Language {
  const parse = (query: string) => parseQuery(query, vocabulary);
  return {
    vocabulary,
    classify: text => classify(text, vocabulary),
    parse,
    hints: query => hintsOf(query, vocabulary),
    match: (query, release) => match(query, prepare(release, vocabulary)),
    matcher() {
      const queries = new Map<string, Query | null>();
      const prepared = new WeakMap<Release, Prepared>();
      const once = (release: Release) => {
        const ready = prepared.get(release) ?? prepare(release, vocabulary);
        prepared.set(release, ready);
        return ready;
      };
      return (subscription, release) => {
        let query = queries.get(subscription.normal);
        if (query === undefined) {
          query = compile(subscription.normal);
          queries.set(subscription.normal, query);
        }
        return query && match(query, once(release));
      };
    },
  };

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
