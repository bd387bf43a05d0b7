import { compilePhrases, findPhrases, type PhraseBook } from '../phrases.ts';
import type { Part } from '../reading.ts';
import type { Term } from '../vocabulary.ts';

/** A word of a term found in a part of a release. */
export interface Found {
  readonly term: Term;
  /** Whether it is too common to earn the value alone, where it stands. */
  readonly weak: boolean;
  /** Token numbers. */
  readonly from: number;
  readonly to: number;
  /** Offsets in the part's text, and what stands there. */
  readonly start: number;
  readonly words: string;
}

interface Entry {
  readonly term: Term;
  readonly kind: 'word' | 'inTitle' | 'weak' | 'except';
}

const books = new WeakMap<readonly Term[], PhraseBook<Entry>>();
const spoilers = new WeakMap<readonly Term[], PhraseBook<Term>>();

function bookOf(terms: readonly Term[]): PhraseBook<Entry> {
  const known = books.get(terms);
  if (known) return known;
  const made = compilePhrases(terms.flatMap(entriesOf));
  books.set(terms, made);
  return made;
}

function entriesOf(term: Term): (readonly [string, Entry])[] {
  const entries = (words: readonly string[], kind: Entry['kind']) => words.map(word => [word, { term, kind }] as const);
  return [
    ...entries(term.words, 'word'),
    ...entries(term.inTitle ?? [], 'inTitle'),
    ...entries(term.weak ?? [], 'weak'),
    ...entries(term.except, 'except'),
  ];
}

/**
 * The words of terms in a part of a release. A word inside a longer one (of any term of the facet) does not count:
 * "energy" in "renewable energy"; nor does one inside an excepted phrase, or in a masked place.
 * @param masked 1 for tokens that must earn nothing
 * @param isTitle whether words that count in titles only count here
 */
export function findTerms(terms: readonly Term[], part: Part, masked: Uint8Array, isTitle = false): Found[] {
  const hits = findPhrases(bookOf(terms), part.tokens).sort(
    (a, b) => a.from - b.from || b.to - a.to || rank(a.value) - rank(b.value),
  );
  const found: Found[] = [];
  const excepted = new Map<Term, number>();
  let reach = 0;
  let last = { from: -1, to: -1 };
  for (const { value, from, to } of hits) {
    if (value.kind === 'except') {
      excepted.set(value.term, Math.max(to, excepted.get(value.term) ?? 0));
      continue;
    }
    if (last.from !== from || last.to !== to) reach = Math.max(reach, last.to);
    last = { from, to };
    // A word that counts beside others ("export" with "rise") is no part of a longer name ("auto export").
    const inside = to <= reach && !value.term.with;
    if (inside || to <= (excepted.get(value.term) ?? 0) || isMasked(masked, from, to)) continue;
    // "export control" and "exports control" in one vocabulary are the same phrase.
    if (isRepeat(found, value.term, from, to)) continue;
    const start = part.tokens[from]?.start ?? 0;
    const words = part.text.slice(start, part.tokens[to - 1]?.end);
    const weak = value.kind === 'weak' || (value.kind === 'inTitle' && !isTitle);
    found.push({ term: value.term, weak, from, to, start, words });
  }
  return found;
}

/** Whether the last ones found, those at the same place, hold this term already. */
function isRepeat(found: readonly Found[], term: Term, from: number, to: number): boolean {
  for (let i = found.length - 1; found[i]?.from === from; i--)
    if (found[i]?.to === to && found[i]?.term === term) return true;
  return false;
}

/** Of phrases at one place the exception is seen first. */
const rank = ({ kind }: Entry) => (kind === 'except' ? 0 : 1);

function isMasked(masked: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (masked[i] === 1) return true;
  return false;
}

/** The terms of which the release holds a word that shows theirs to mean something else. */
export function spoiledTerms(terms: readonly Term[], parts: readonly Part[]): ReadonlySet<Term> {
  const book =
    spoilers.get(terms) ??
    compilePhrases(terms.flatMap(term => (term.unless ?? []).map(word => [word, term] as const)));
  spoilers.set(terms, book);
  return new Set(parts.flatMap(part => findPhrases(book, part.tokens).map(({ value }) => value)));
}

/** No more evidence of one value is kept: enough to show why, little to store. */
const MOST_EVIDENCE = 3;

/** The first few places of a value, each wording once. */
export function evidenceOf<F extends { readonly words: string }>(found: readonly F[]): readonly F[] {
  const seen = new Map<string, F>();
  for (const one of found) if (!seen.has(one.words)) seen.set(one.words, one);
  return [...seen.values()].slice(0, MOST_EVIDENCE);
}
