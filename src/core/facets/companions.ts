import { compilePhrases, findPhrases, type PhraseBook } from '../phrases.ts';
import type { Part, Reading } from '../reading.ts';
import type { Term } from '../vocabulary.ts';
import type { Found } from './matcher.ts';

/** What other facets found, for the words that count only beside them. */
export interface Companions {
  readonly countriesInTitle: boolean;
  readonly bodiesInTitle: boolean;
}

const books = new WeakMap<readonly Term[], PhraseBook<Term>>();

/** The words of `with`: which terms' words may count in the title, and in which clauses of the body. */
export function companions(terms: readonly Term[], reading: Reading, others: Companions) {
  const book = books.get(terms) ?? compilePhrases(terms.flatMap(wordsBeside));
  books.set(terms, book);
  const titled = new Set(findPhrases(book, reading.title.tokens).map(({ value }) => value));
  const inClause = clausesWith(book, reading.body);
  const byTitle = (term: Term) =>
    (others.countriesInTitle && term.with?.includes('{country}')) ||
    (others.bodiesInTitle && term.with?.includes('{body}')) ||
    false;
  return {
    byTitle,
    inTitle: ({ term }: Found) => !term.with || byTitle(term) || titled.has(term),
    inBody: ({ term, from }: Found) =>
      !term.with || byTitle(term) || (inClause.get(term)?.has(reading.body.clause[from] ?? -1) ?? false),
  };
}

/** "{country}" and "{body}" stand for what other facets found. */
export const isPlaceholder = (word: string) => word.startsWith('{');

const wordsBeside = (term: Term) =>
  (term.with ?? []).filter(word => !isPlaceholder(word)).map(word => [word, term] as const);

function clausesWith(book: PhraseBook<Term>, body: Part): ReadonlyMap<Term, ReadonlySet<number>> {
  const clauses = new Map<Term, Set<number>>();
  for (const { value, from } of findPhrases(book, body.tokens)) {
    const numbers = clauses.get(value) ?? new Set<number>();
    clauses.set(value, numbers.add(body.clause[from] ?? -1));
  }
  return clauses;
}
