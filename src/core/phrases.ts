import type { Token } from './tokens.ts';
import { tokenize } from './tokens.ts';

/** Many phrases compiled into one trie, so that a text is read once however many there are. */
export interface PhraseBook<T> {
  readonly root: Node<T>;
}

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  readonly ends: End<T>[];
}

interface End<T> {
  readonly value: T;
  /** Written with a capital first in the vocabulary: it counts only where the text has one too. */
  readonly capital: boolean;
}

/** A phrase found in a text: the tokens from `from` up to but not including `to`. */
export interface Hit<T> {
  readonly value: T;
  readonly from: number;
  readonly to: number;
}

const node = <T>(): Node<T> => ({ next: new Map(), ends: [] });

/** Compiles pairs of a phrase and what it stands for. A phrase without a word is left out. */
export function compilePhrases<T>(phrases: Iterable<readonly [phrase: string, value: T]>): PhraseBook<T> {
  const root = node<T>();
  for (const [phrase, value] of phrases) {
    const tokens = tokenize(phrase);
    const first = tokens[0];
    if (!first) continue;
    let at = root;
    for (const { key } of tokens) {
      const next = at.next.get(key) ?? node<T>();
      at.next.set(key, next);
      at = next;
    }
    at.ends.push({ value, capital: first.capital });
  }
  return { root };
}

/**
 * Every phrase of the book in a tokenized text, overlapping ones too, in the order in which they begin.
 * The time is linear in the text (times the longest phrase).
 */
export function findPhrases<T>(book: PhraseBook<T>, tokens: readonly Token[]): Hit<T>[] {
  const hits: Hit<T>[] = [];
  for (let from = 0; from < tokens.length; from++) {
    const first = tokens[from];
    let at = first && book.root.next.get(first.key);
    for (let to = from + 1; at && first; to++) {
      for (const end of at.ends) if (!end.capital || first.capital) hits.push({ value: end.value, from, to });
      const token = tokens[to];
      at = token && !token.opens ? at.next.get(token.key) : undefined;
    }
  }
  return hits;
}
