/** What a query may name with "field:value", in the order in which a normal form lists them. */
export const FIELDS = [
  'topic',
  'mentions',
  'country',
  'agency',
  'person',
  'agreement',
  'series',
  'type',
  'category',
  'source',
  'lang',
] as const;
export type Field = (typeof FIELDS)[number];

/** A query as a tree. In a parsed query it is in normal form: flat, sorted, without repetitions. */
export type Clause =
  | { readonly is: 'all'; readonly of: readonly Clause[] }
  | { readonly is: 'any'; readonly of: readonly Clause[] }
  | { readonly is: 'not'; readonly of: Clause }
  | WordsClause
  | FieldClause
  | DateClause
  | AmountClause;

/** Words that stand side by side: token keys, and what the next token begins with where the query ends in "*". */
export interface WordsClause {
  readonly is: 'words';
  readonly keys: readonly string[];
  readonly prefix: string | null;
}

export interface FieldClause {
  readonly is: 'field';
  readonly field: Field;
  /** An id of the vocabulary; of a category the folded text, of a person the key, of a series the slug. */
  readonly value: string;
  /** The facet of the value where `field` is `mentions`. */
  readonly facet: 'topic' | 'country' | 'agency' | null;
}

interface DateClause {
  readonly is: 'date';
  readonly op: Comparison;
  /** YYYY-MM-DD. */
  readonly day: string;
}

interface AmountClause {
  readonly is: 'amount';
  readonly op: Comparison;
  /** ISO 4217 in lower case. */
  readonly currency: string;
  readonly value: number;
}

export type Comparison = '>=' | '<=';

/** A query as people see it: the tree, and the text that is the same for all equal queries. */
export interface Query {
  readonly root: Clause;
  readonly normal: string;
}

/** A query that cannot be understood. Never anything else is thrown for a text that a person typed. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** Where in the text, UTF-16 offset from 0. */
  readonly at: number;
  /** Of the part that is wrong; 0 at the end of the text. */
  readonly length: number;
  /** Queries or parts to write instead, the likeliest first. */
  readonly suggestions: readonly string[];

  constructor(message: string, at: number, length: number, suggestions: readonly string[] = []) {
    super(message);
    this.at = at;
    this.length = length;
    this.suggestions = suggestions;
  }
}
