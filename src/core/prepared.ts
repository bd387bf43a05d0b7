import { type Amount, findAmounts } from './amounts.ts';
import type { Held } from './card.ts';
import { agreementWords } from './facets/agreements.ts';
import { languageOf } from './facets/language.ts';
import { once } from './once.ts';
import type { Clause } from './query-clause.ts';
import { type Part, type Reading, readRelease } from './reading.ts';
import type { Evidence, Release } from './release.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The exact words of a release, and where they stand. */
type Words = Omit<Evidence, 'facet' | 'id'>;

/** A release read once, to be asked many queries. What nobody asks for is not read. */
export interface Prepared {
  readonly release: Release;
  /** The title and the text word by word. */
  readonly parts: readonly Part[];
  /** Places where these words stand side by side, the title's first; at most `most`. */
  places(keys: readonly string[], prefix: string | null, most: number): readonly Words[];
  agreements(): ReadonlyMap<string, readonly Words[]>;
  amounts(): readonly (Amount & Words)[];
  language(): 'en' | 'ko';
  /** What clauses were found to say of it: queries share theirs, and each is asked once. */
  readonly answers: Map<Clause, readonly Held[] | null>;
}

/**
 * Prepares a release for matching. What its institution's name and formulae consist of matches no word.
 * The text is read when the first query asks for its words: one of facets alone needs none of it.
 */
export function prepare(release: Release, vocabulary: Vocabulary): Prepared {
  const reading = once(() => readRelease(release, vocabulary));
  const parts = once(() => [indexPart(reading().title), indexPart(reading().body)]);
  return {
    release,
    get parts() {
      const { title, body } = reading();
      return [title, body];
    },
    places: (keys, prefix, most) => {
      const found: Words[] = [];
      for (const part of parts()) findWords(part, keys, prefix, most, reading(), found);
      return found;
    },
    agreements: once(() => agreementWords(reading())),
    amounts: once(() => [reading().title, reading().body].flatMap(part => amountsOf(part, reading()))),
    language: once(() => languageOf(release)),
    answers: new Map(),
  };
}

interface IndexedPart {
  readonly part: Part;
  /** Token numbers by key, own formulae left out. */
  readonly at: ReadonlyMap<string, readonly number[]>;
}

function indexPart(part: Part): IndexedPart {
  const at = new Map<string, number[]>();
  for (const [i, { key }] of part.tokens.entries()) {
    if (part.own[i] === 1) continue;
    const places = at.get(key);
    if (places) places.push(i);
    else at.set(key, [i]);
  }
  return { part, at };
}

function findWords(
  { part, at }: IndexedPart,
  keys: readonly string[],
  prefix: string | null,
  most: number,
  reading: Reading,
  found: Words[],
): void {
  const first = keys[0];
  const starts = first === undefined ? part.tokens.keys() : (at.get(first) ?? []);
  const length = keys.length + (prefix === null ? 0 : 1);
  for (const from of starts) {
    if (found.length >= most) return;
    if (!standsAt(part, from, keys, prefix)) continue;
    const start = part.tokens[from]?.start ?? 0;
    const words = part.text.slice(start, part.tokens[from + length - 1]?.end);
    found.push({ where: reading.where(part, start), words });
  }
}

function standsAt(part: Part, from: number, keys: readonly string[], prefix: string | null): boolean {
  const last = from + keys.length;
  for (let i = from; i < last + (prefix === null ? 0 : 1); i++) {
    const token = part.tokens[i];
    if (!token || part.own[i] === 1 || (i > from && token.opens)) return false;
    if (i < last ? token.key !== keys[i - from] : !begins(part, i, prefix ?? '')) return false;
  }
  return true;
}

/** A prefix in capitals ("EV*") begins capitals only, one in lower case no word that is all capitals ("us*", not "US"). */
function begins({ text, tokens }: Part, at: number, prefix: string): boolean {
  const token = tokens[at];
  if (!token) return false;
  return /^[A-Z]{2,4}$/.test(prefix)
    ? text.slice(token.start, token.end).startsWith(prefix)
    : token.form.startsWith(prefix);
}

function amountsOf(part: Part, reading: Reading): (Amount & Words)[] {
  return findAmounts(part.text, part.tokens).map(amount => ({
    ...amount,
    where: reading.where(part, amount.start),
    words: part.text.slice(amount.start, amount.end),
  }));
}
