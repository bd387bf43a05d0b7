import { createHash } from 'node:crypto';
import type { Held } from '../core/card.ts';
import { type Classified, classify } from '../core/classify.ts';
import { type Explained, explain, match, prepare } from '../core/match.ts';
import type { Match, Matcher } from '../core/plan.ts';
import { hintsOf, parseQuery, type Query } from '../core/query.ts';
import { shareClauses } from '../core/query-share.ts';
import type { Facets, Release } from '../core/release.ts';
import { LINE_VERSION, lineOf, type Searched } from '../core/search-line.ts';
import type { Subscription } from '../core/subscription.ts';
import { buildIndex } from '../core/subscription-index.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import type { Log } from '../ports/runtime.ts';

/** The vocabulary and the query language as one thing: what a release is about, and who asked for it. */
export interface Language {
  readonly vocabulary: Vocabulary;
  /** What releases are searched by: their words without the formulae of this vocabulary, and their facts. */
  readonly lines: { readonly version: string; readonly of: (release: Searched) => string };
  classify(release: Classified): Facets;
  /** @throws {QueryError} with the place in the text and the nearest names */
  parse(query: string): Query;
  /** What a person may have meant otherwise, for a query that is valid ("us" is no country). */
  hints(query: Query): readonly string[];
  /** A query as it was recorded; null where a word of it has left the vocabulary, which is logged. */
  recorded(normal: string): Query | null;
  match(query: Query, release: Release): readonly Held[] | null;
  /** Every clause of a query, true or false, with the words that show it. */
  explain(query: Query, release: Release): readonly Explained[];
  /** Compiles the queries of subscriptions, to be asked of many releases. Equal queries are held against each once. */
  matcher(subscriptions: readonly Subscription[]): Matcher;
}

export function openLanguage(vocabulary: Vocabulary, log: Log): Language {
  const parse = (query: string) => parseQuery(query, vocabulary);
  let parsed: ReadonlyMap<string, Query | null> = new Map();
  return {
    vocabulary,
    lines: { version: versionOf(vocabulary), of: release => lineOf(release, vocabulary) },
    classify: release => classify(release, vocabulary),
    parse,
    hints: query => hintsOf(query, vocabulary),
    recorded,
    match: (query, release) => match(query, prepare(release, vocabulary)),
    explain: (query, release) => explain(query, prepare(release, vocabulary)),
    matcher(subscriptions) {
      const groups = [...Map.groupBy(subscriptions, one => one.normal)];
      // Of the queries known from the last time only those that are still asked are remembered.
      parsed = new Map(groups.map(([normal]) => [normal, parsed.get(normal) ?? recorded(normal)]));
      const share = shareClauses();
      const entries = groups.flatMap(([normal, asking]) => {
        const query = parsed.get(normal);
        return query ? [{ asking, query: share(query) }] : [];
      });
      const index = buildIndex(entries.map(entry => ({ id: entry, query: entry.query })));
      return release => {
        const ready = prepare(release, vocabulary);
        const found: Match[] = [];
        for (const { asking, query } of index.candidates(ready)) {
          const clauses = match(query, ready);
          if (clauses) for (const subscription of asking) found.push({ subscription, clauses });
        }
        return found;
      };
    },
  };

  /** A recorded query of which a word has left the vocabulary matches nothing; it must not keep the others from theirs. */
  function recorded(normal: string): Query | null {
    try {
      return parse(normal);
    } catch (error) {
      log.error({ query: normal, error }, 'a recorded query is no longer understood');
      return null;
    }
  }
}

/** Changes with the formulae and with the rules that make a line. */
function versionOf({ formulae }: Vocabulary): string {
  return `${LINE_VERSION}-${createHash('sha256').update(JSON.stringify(formulae)).digest('hex').slice(0, 8)}`;
}
