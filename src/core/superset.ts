import type { Clause, Query, WordsClause } from './query-clause.ts';
import { factsFor } from './search-facts.ts';
import { wordOf } from './search-line.ts';
import { keyOf } from './token-key.ts';

/** What the lines of all releases that match a query have in common; those of others may have it, too. */
export interface Superset {
  /** null: nothing that can be looked up. */
  readonly words: Words | null;
  /** The first and the last civil day (YYYY-MM-DD) they may have, null where that is open. */
  readonly from: string | null;
  readonly to: string | null;
}

export type Words =
  | { readonly is: 'all' | 'any'; readonly of: readonly Words[] }
  /** Words of a line (`lineOf`) that stand side by side; of the last one only the beginning where `open`. */
  | { readonly is: 'words'; readonly words: readonly string[]; readonly open: boolean };

/** Every release. */
export const EVERYTHING: Superset = { words: null, from: null, to: null };

/** Brackets within brackets beyond this are not looked into: no index follows them for ever. */
const DEEPEST = 12;

/** What can be looked up of a query, so that only what it finds has to be held against the query itself. */
export function supersetOf({ root }: Query): Superset {
  const needed = root.is === 'all' ? root.of : [root];
  const days = needed.flatMap(part => (part.is === 'date' ? [part] : []));
  const from = days.filter(({ op }) => op === '>=').map(({ day }) => day);
  const to = days.filter(({ op }) => op === '<=').map(({ day }) => day);
  return { words: wordsFor(root, 0), from: from.sort().at(-1) ?? null, to: to.sort().at(0) ?? null };
}

function wordsFor(clause: Clause, depth: number): Words | null {
  switch (clause.is) {
    case 'words':
      return joined('all', [...sideBySide(clause.keys), ...begins(clause)]);
    case 'field':
      return joined('any', factsFor(clause)?.map(fact => word(wordOf(fact))) ?? []);
    case 'all':
    case 'any': {
      if (depth === DEEPEST) return null;
      const parts = clause.of.map(part => wordsFor(part, depth + 1));
      const known = parts.filter(part => part !== null);
      return clause.is === 'any' && known.length < parts.length ? null : joined(clause.is, known);
    }
    default:
      return null;
  }
}

const word = (text: string, open = false): Words => ({ is: 'words', words: [text], open });

function joined(is: 'all' | 'any', of: readonly Words[]): Words | null {
  return of.length > 1 ? { is, of } : (of[0] ?? null);
}

function sideBySide(keys: readonly string[]): Words[] {
  return keys.length === 0 ? [] : [{ is: 'words', words: keys.map(wordOf), open: false }];
}

/**
 * Words that may begin so. Lines have words in the singular: beside the words that begin with it in that form, the
 * ones of which it is nearly the whole plural ("batterie*" is in "batteries", the line has "battery").
 */
function begins({ prefix }: WordsClause): Words[] {
  if (prefix === null) return [];
  const lower = prefix.toLowerCase();
  const singulars = ['', 's', 'es'].map(ending => keyOf(lower + ending).key);
  const whole = [...new Set(singulars)].filter(key => !key.startsWith(lower));
  // Capitals of two to four letters are another word in a line than the same letters in lower case.
  const beginnings = [...new Set([prefix, lower])].map(text => word(wordOf(text), true));
  const any = joined('any', [...beginnings, ...whole.map(key => word(wordOf(key)))]);
  return any ? [any] : [];
}
