import { markFormulae } from './formulae.ts';
import { factsOf, type Searched } from './search-facts.ts';
import { tokenize } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Raised with every change of what `lineOf` makes of the same release: stored lines of an older version are made again. */
export const LINE_VERSION = 2;

export type { Searched };

/** Stands where no phrase reaches across: between paragraphs, and in place of the institution's own formulae. */
const GAP = '_';

/**
 * The words of a release, and its facts behind them, as one line for a full-text index: token keys as ASCII words with a
 * space before and behind each. The same words side by side in a query are the same text in the line, and nothing else is.
 */
export function lineOf(release: Searched, vocabulary: Pick<Vocabulary, 'formulae'>): string {
  const words: string[] = [];
  for (const text of [release.title, release.text]) {
    const tokens = tokenize(text);
    const own = markFormulae(text, tokens, vocabulary);
    for (const [at, { key, opens }] of tokens.entries()) {
      const gap = own[at] === 1 || opens;
      if (gap && words.at(-1) !== GAP) words.push(GAP);
      if (own[at] !== 1) words.push(wordOf(key));
    }
  }
  return ` ${[...words, ...factsOf(release).flatMap(fact => [GAP, wordOf(fact)])].join(' ')} `;
}

/** A token key or a fact as a word of ASCII letters, digits and "_"; another one for each. */
export function wordOf(key: string): string {
  return key.replace(/[^a-z0-9]/g, unit => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether words stand side by side in a line. */
export function hasWords(line: string, keys: readonly string[]): boolean {
  return line.includes(` ${keys.map(wordOf).join(' ')} `);
}
