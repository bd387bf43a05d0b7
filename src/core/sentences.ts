/** A stretch of a text, in UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** After these a full stop ends nothing. Compared in lower case, without the stop. */
const ABBREVIATIONS = new Set(
  (
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun no nos vol art sec fig ' +
    'mr mrs ms dr prof gen col amb hon st rev sr jr vs viz cf approx est ave dept div gov sen rep messrs ph'
  ).split(' '),
);
/** They end a sentence only where a usual first word follows: "Samsung Electronics Co. The plant" but "Co. Ltd". */
const AMBIGUOUS = new Set(['co', 'corp', 'inc', 'ltd', 'etc', 'al', 'am', 'pm', 'bros', 'univ']);
/** Words with which the sentence after an abbreviation usually begins. */
const STARTERS = new Set(
  (
    'the a an he she it they we this these that those in on at for to as by with from during following under through ' +
    'both after before since while when although however meanwhile also moreover additionally according participants ' +
    'experts officials minister vice deputy president korea if its their his her our there prior building among amid'
  ).split(' '),
);
const CLOSERS = /["'”’»)\]]/;
const OPENERS = /["'“‘«([<➊-➓①-⑳]/;

/**
 * The sentences of a text, in order, as offsets; together they cover all that is not white space. Linear in the text.
 * A paragraph break ends a sentence; a full stop does unless it belongs to an abbreviation, an initial or a number.
 */
export function sentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = skipSpace(text, 0);
  let at = start;
  while (at < text.length) {
    const end = endsAt(text, at, start);
    if (end === 0) {
      at++;
      continue;
    }
    spans.push({ start, end });
    start = skipSpace(text, end);
    at = start;
  }
  const end = text.trimEnd().length;
  if (end > start) spans.push({ start, end });
  return spans;
}

/** Where the sentence ends, if the mark at `at` ends one; else 0. */
function endsAt(text: string, at: number, start: number): number {
  const mark = text[at] ?? '';
  if (mark === '\n') return at > start && /^\n\s*\n/.test(text.slice(at, at + WIDEST_BREAK)) ? endOfText(text, at) : 0;
  if (mark === '。') return at + 1;
  if (mark !== '.' && mark !== '!' && mark !== '?' && mark !== '…') return 0;
  let end = at + 1;
  while (CLOSERS.test(text[end] ?? '')) end++;
  if (end < text.length && !/\s/.test(text[end] ?? '')) return 0;
  const next = skipSpace(text, end);
  if (next >= text.length) return end;
  if (!opensSentence(text, next)) return 0;
  return mark === '.' && end === at + 1 && !stopEnds(text, at, next) ? 0 : end;
}

/** A newline, the spaces of an empty line, a newline. */
const WIDEST_BREAK = 8;

function endOfText(text: string, at: number): number {
  let end = at;
  while (/\s/.test(text[end - 1] ?? '')) end--;
  return end;
}

function opensSentence(text: string, at: number): boolean {
  const char = text[at] ?? '';
  return OPENERS.test(char) || char.toLowerCase() !== char || /[\d\p{Lo}]/u.test(char);
}

/** Whether a full stop directly after a word ends the sentence, given what stands before and after it. */
function stopEnds(text: string, at: number, next: number): boolean {
  const word = wordBefore(text, at);
  const lower = word.toLowerCase();
  if (ABBREVIATIONS.has(lower)) return false;
  // An initial ("Jose W. Fernandez") or the end of "U.S.": both ways are met.
  const dotted = /^(?:[A-Za-z]\.)*[A-Za-z]$/.test(word) && !(word === 'I' || word === 'a');
  if (!dotted && !AMBIGUOUS.has(lower)) return true;
  if (dotted && word.length === 1 && /[A-Z]/.test(word)) return false;
  return STARTERS.has(wordAfter(text, next).toLowerCase());
}

/** No abbreviation is longer. */
const LONGEST_ABBREVIATION = 24;

function wordBefore(text: string, at: number): string {
  let from = at;
  while (from > 0 && at - from < LONGEST_ABBREVIATION && /[\p{L}\p{N}.]/u.test(text[from - 1] ?? '')) from--;
  return text.slice(from, at);
}

function wordAfter(text: string, at: number): string {
  let from = at;
  while (OPENERS.test(text[from] ?? '')) from++;
  let to = from;
  while (to - from < LONGEST_ABBREVIATION && /\p{L}/u.test(text[to] ?? '')) to++;
  return text.slice(from, to);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at++;
  return at;
}
