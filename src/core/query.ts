import { type Query, QueryError } from './query-clause.ts';
import { normalClause, printQuery } from './query-normal.ts';
import { parsePieces } from './query-parse.ts';
import { scanQuery } from './query-scan.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Longer than any query that a person writes, short enough to match and to show. */
const LONGEST_QUERY = 1000;

/**
 * Reads a query as people write it, in chat, on the command line, in config and in URLs.
 * @param text at most 1,000 characters, in itself and in normal form
 * @returns the tree, and the normal form: equal queries have one, and it parses to the same query
 * @throws {QueryError} with place, message and suggestions; nothing else for any text
 */
export function parseQuery(text: string, vocabulary: Vocabulary): Query {
  if (text.length > LONGEST_QUERY) throw tooLong(text.length, 'the query');
  const pieces = scanQuery(text);
  if (pieces.length === 0)
    throw new QueryError(
      'the query is empty: write a word, "a phrase" or a facet such as topic:steel',
      0,
      text.length,
      ['topic:steel', 'country:ca steel'],
    );
  const root = normalClause(parsePieces(pieces, text.length, vocabulary));
  const normal = printQuery(root);
  if (normal.length > LONGEST_QUERY) throw tooLong(normal.length, 'the query written out in normal form');
  return { root, normal };
}

function tooLong(length: number, what: string): QueryError {
  return new QueryError(
    `${what} has ${length} characters, the most is ${LONGEST_QUERY}: make it two subscriptions`,
    0,
    Math.min(length, LONGEST_QUERY),
  );
}

export { hintsOf } from './query-hints.ts';
export { printQuery, type Query, QueryError };
