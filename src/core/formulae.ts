import { compilePhrases, findPhrases, type PhraseBook } from './phrases.ts';
import type { Token } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A parenthesis longer than this is no formula of a name and a person. */
const LONGEST_FORMULA = 120;

type Formulae = Pick<Vocabulary, 'formulae'>;

const books = new WeakMap<Formulae, PhraseBook<string>>();

function bookOf(vocabulary: Formulae): PhraseBook<string> {
  const known = books.get(vocabulary);
  if (known) return known;
  const made = compilePhrases(vocabulary.formulae.map(formula => [formula, formula] as const));
  books.set(vocabulary, made);
  return made;
}

/**
 * Marks the tokens that belong to the institution's own name or to a formula of its officials ("Ministry of Trade,
 * Industry and Resources", "Trade Minister", "(MOTIR, Minister Kim Jung-kwan)"): they say nothing of the subject.
 * @returns 1 for a marked token, 0 for the others
 */
export function markFormulae(text: string, tokens: readonly Token[], vocabulary: Formulae): Uint8Array {
  const marked = new Uint8Array(tokens.length);
  for (const { value, from, to } of findPhrases(bookOf(vocabulary), tokens)) {
    marked.fill(1, from, isAcronym(value) ? endOfParenthesis(text, tokens, from, to) : to);
  }
  return marked;
}

/** Whether words are the institution's own name or a formula of its officials, however they are written. */
export function isFormula(words: readonly Token[], vocabulary: Formulae): boolean {
  const capitals = words.map(token => ({ ...token, capital: true }));
  return findPhrases(bookOf(vocabulary), capitals).some(({ from, to }) => from === 0 && to === words.length);
}

const isAcronym = (formula: string) => /^[A-Z]{3,7}$/.test(formula);

/** "(MOTIR, Minister ...)": where the acronym opens a parenthesis, all of it is the formula. */
function endOfParenthesis(text: string, tokens: readonly Token[], from: number, to: number): number {
  const first = tokens[from];
  const last = tokens[to - 1];
  if (!first || !last || text[first.start - 1] !== '(' || text[last.end] !== ',') return to;
  const close = text.slice(last.end, last.end + LONGEST_FORMULA).indexOf(')');
  if (close < 0) return to;
  let end = to;
  while ((tokens[end]?.end ?? Number.POSITIVE_INFINITY) <= last.end + close) end++;
  return end;
}
