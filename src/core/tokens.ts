import { keyOf } from './token-key.ts';

/** A word of a text as it is compared with queries and vocabularies, and where it stands. */
export interface Token {
  /** What is compared: lower case and singular; capitals of two to four letters stay as they are ("AI", "US"). */
  readonly key: string;
  /** As the key, before the plural is taken off: what `word*` begins. */
  readonly form: string;
  /** UTF-16 offsets into the text as it was handed in, so that evidence is an exact substring. */
  readonly start: number;
  readonly end: number;
  /** Whether it is written with a capital first: "Polish" the nation, not "polish" the verb. */
  readonly capital: boolean;
  /** First of a paragraph: no phrase reaches across it. */
  readonly opens: boolean;
}

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
/** Scripts written without spaces, or with endings glued to the word: each character is a token of its own. */
const SYLLABLE = 3;
/** An accent that follows its letter: part of a word, but none begins with it. */
const MARK = 4;
type Kind = typeof OTHER | typeof LETTER | typeof DIGIT | typeof SYLLABLE | typeof MARK;

const DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/;
const APOSTROPHES = /[\u2018\u2019\u201a\u201b\u2032\u02bc]/;
/** Soft hyphens, zero-width characters and direction marks: invisible, so they neither split nor lengthen a word. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u2060\ufeff]/;
const UNSPACED = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Pieces of syllables: kept texts are NFC, where they stand alone only by mistake, and side by side they would compose. */
const JAMO = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/;

/** Parts of "R&D" and of "M.AX": longer ones are words of their own. */
const LONGEST_PART = 3;

function kindOf(char: string): Kind {
  if (char.length === 1 && char < '\u0080') {
    if ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z')) return LETTER;
    return char >= '0' && char <= '9' ? DIGIT : OTHER;
  }
  if (JAMO.test(char)) return OTHER;
  if (UNSPACED.test(char) && /\p{L}/u.test(char)) return SYLLABLE;
  if (/\p{M}/u.test(char)) return MARK;
  if (/\p{L}/u.test(char)) return LETTER;
  return /\p{N}/u.test(char) ? DIGIT : OTHER;
}

interface Folded {
  readonly chars: readonly string[];
  readonly kinds: readonly Kind[];
  /** Whether a word that holds it is compared as something else than is written. */
  readonly changes: boolean;
}
const foldings = new Map<string, Folded>();
/** Every character of a long hostile text may be another one: forget rather than grow. */
const MOST_FOLDINGS = 4096;

/** NFKC of one character with dashes and apostrophes as ASCII; remembered, since texts repeat theirs. */
function foldChar(char: string): Folded {
  const known = foldings.get(char);
  if (known) return known;
  const chars = [...char.normalize('NFKC')]
    .filter(one => !INVISIBLE.test(one))
    .map(one => (DASHES.test(one) ? '-' : APOSTROPHES.test(one) ? "'" : one));
  const kinds = chars.map(kindOf);
  const inWord = chars.length === 0 || kinds.some(kind => kind !== OTHER);
  const changes = inWord && chars.join('') !== char;
  const made = { chars, kinds, changes };
  if (foldings.size >= MOST_FOLDINGS) foldings.clear();
  foldings.set(char, made);
  return made;
}

/** Most of most texts, looked up without hashing. */
const ASCII: readonly Folded[] = Array.from({ length: 0x80 }, (_, code) => foldChar(String.fromCharCode(code)));

/** The text character by character, folded, with the offsets each one came from. */
interface Units {
  readonly chars: string[];
  readonly kinds: Kind[];
  readonly from: number[];
  readonly to: number[];
  readonly text: string;
  /** Whether any word of it is compared as something else than is written. */
  changed: boolean;
}

function unitsOf(text: string): Units {
  const units: Units = { chars: [], kinds: [], from: [], to: [], text, changed: false };
  let at = 0;
  for (const char of text) {
    const end = at + char.length;
    const folded = ASCII[char.charCodeAt(0)] ?? foldChar(char);
    units.changed ||= folded.changes;
    for (let i = 0; i < folded.chars.length; i++) {
      units.chars.push(folded.chars[i] ?? '');
      units.kinds.push(folded.kinds[i] ?? OTHER);
      units.from.push(at);
      units.to.push(end);
    }
    at = end;
  }
  return units;
}

/**
 * Splits a text into tokens, in time linear in its length. A Latin word or a number is a token ("U.S." is "US",
 * "M.AX" and "R&D" are one each, "Korea–U.S." is two, a possessive 's is dropped), each Hangul syllable is one;
 * "United States", "United States of America" and "USA" are the token "US".
 */
export function tokenize(text: string): Token[] {
  const units = unitsOf(text);
  const tokens: Token[] = [];
  let lines = 2;
  let at = 0;
  while (at < units.chars.length) {
    const kind = units.kinds[at];
    if (kind === OTHER || kind === MARK) {
      if (units.chars[at] === '\n') lines++;
      at++;
      continue;
    }
    const end = kind === SYLLABLE ? at + 1 : endOfWord(units, at);
    push(tokens, units, at, end, lines > 1);
    lines = 0;
    at = skipPossessive(units, end);
  }
  return tokens;
}

/** Unaccented: the letters that abbreviations are made of. */
const isLatin = (units: Units, at: number) => /^[A-Za-z]$/.test(units.chars[at] ?? '');
const isWord = ({ kinds }: Units, at: number) => kinds[at] === LETTER || kinds[at] === DIGIT || kinds[at] === MARK;

function endOfRun(units: Units, at: number): number {
  let end = at;
  while (isWord(units, end)) end++;
  return end;
}

function endOfWord(units: Units, at: number): number {
  let end = endOfRun(units, at);
  if (end - at === 1 && isLatin(units, at) && units.chars[end] === '.') return endOfDotted(units, at, end);
  while (units.kinds[end - 1] === DIGIT && units.kinds[end + 1] === DIGIT && joinsDigits(units, end))
    end = endOfRun(units, end + 1);
  if (units.chars[end] === '&' && end - at <= LONGEST_PART && lettersOnly(units, at, end)) {
    const after = endOfRun(units, end + 1);
    if (after > end + 1 && after - end - 1 <= LONGEST_PART && lettersOnly(units, end + 1, after)) return after;
  }
  return end;
}

/** "13.7", "2025.12.04" and "100,000" are one number; "1,2" is two. */
function joinsDigits(units: Units, at: number): boolean {
  if (units.chars[at] === '.') return true;
  if (units.chars[at] !== ',') return false;
  const end = endOfRun(units, at + 1);
  return end - at - 1 === 3;
}

/** "U.S", "D.C", "J.W" letter by letter, or one letter before a short word as in "M.AX"; else the one letter alone. */
function endOfDotted(units: Units, at: number, dot: number): number {
  let end = dot;
  while (units.chars[end] === '.' && isLatin(units, end + 1) && !isWord(units, end + 2)) end += 2;
  if (end > dot) return end;
  const after = endOfRun(units, dot + 1);
  const short = after - dot - 1 <= LONGEST_PART && units.kinds.slice(dot + 1, after).filter(isBase).length > 1;
  return short && lettersOnly(units, dot + 1, after) ? after : at + 1;
}

const isBase = (kind: Kind) => kind !== MARK;

function lettersOnly({ kinds }: Units, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (kinds[i] !== LETTER && (kinds[i] !== MARK || i === from)) return false;
  return to > from;
}

function skipPossessive(units: Units, at: number): number {
  const owned = units.chars[at] === "'" && /^[sS]$/.test(units.chars[at + 1] ?? '') && !isWord(units, at + 2);
  return owned ? at + 2 : at;
}

function wordOf({ chars, from: starts, to: ends, text, changed }: Units, from: number, to: number): string {
  // A slice of the text is cheaper to compare than a string put together.
  if (!changed) return text.slice(starts[from], ends[to - 1]);
  let word = '';
  for (let i = from; i < to; i++) word += chars[i];
  return word;
}

function push(tokens: Token[], units: Units, from: number, to: number, opens: boolean): void {
  const word = wordOf(units, from, to);
  const dotted = word[1] === '.' && word[3] === '.' ? true : /^[A-Za-z]\.[A-Za-z]$/.test(word);
  const { form, key } = keyOf(dotted ? word.replaceAll('.', '').toUpperCase() : word);
  // Accents without a letter leave nothing to compare.
  if (key === '') return;
  // The last full stop of "U.S." belongs to it.
  const last = dotted && units.chars[to] === '.' ? to : to - 1;
  const first = units.chars[from] ?? '';
  const token = {
    key,
    form,
    start: units.from[from] ?? 0,
    end: units.to[last] ?? 0,
    capital: first !== first.toLowerCase(),
    opens,
  };
  const before = tokens.at(-1);
  if (before && !opens && key === 'state' && before.key === 'united')
    tokens[tokens.length - 1] = { ...before, key: 'US', form: 'US', end: token.end };
  else if (key === 'america' && isOf(before) && spellsOut(tokens.at(-2)) && !opens) {
    const whole = tokens[tokens.length - 2];
    if (whole) tokens.splice(-2, 2, { ...whole, end: token.end });
  } else tokens.push(token);
}

const isOf = (token: Token | undefined) => token?.key === 'of' && !token.opens;
/** Written out, "United States" is longer than any of its short forms. */
const spellsOut = (token: Token | undefined) => token?.key === 'US' && token.end - token.start >= 'UnitedStates'.length;
