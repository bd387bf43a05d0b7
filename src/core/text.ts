/** No single text of a source is kept beyond this: a hundred pages and more are a fault of the source. */
const LONGEST = 250_000;

/**
 * Makes a text of a source safe to keep: well-formed, without control characters (tab and newline stay),
 * non-characters and invisible direction overrides, NFC, at most a quarter of a million UTF-16 units. Cleaning twice changes nothing.
 */
export function cleanText(text: string): string {
  const clean = cut(text, LONGEST)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .normalize('NFC');
  // NFC lengthens a few characters, so the cap has to hold after it too.
  return cut(clean, LONGEST);
}

/** The first `most` UTF-16 units, one less where that would split a surrogate pair. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

/** A text as one line: cleaned, every run of white space one space, no space at the ends. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** A text as paragraphs: cleaned, spaces folded within lines, at most one blank line between paragraphs. */
export function paragraphs(text: string): string {
  return cleanText(text)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * The form in which texts are compared: NFKC, dashes, quotes and apostrophes folded to ASCII, white space folded.
 * Case is kept, since capitals carry meaning ("AI", "US").
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, '-')
    .replace(/[\u2018\u2019\u201a\u201b\u2032\u02bc]/g, "'")
    .replace(/[\u201c-\u201f\u2033]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether two texts say the same, whatever their spaces, dashes and quotes look like. */
export function sameWords(one: string, other: string): boolean {
  return one === other || fold(one) === fold(other);
}

/** How a list shows that it shows a beginning only. */
const ELLIPSIS = /(?:\s*(?:\u2026|\.\.\.|\[\u2026\]|\[\.\.\.\]))+$/;
/** A text that ends so was ended by whoever wrote it. */
const SENTENCE_END = /[.!?\u3002][)\]"'\u2019\u201d]*$/;

/**
 * Whether a text is the beginning of another one that was cut in the middle of a sentence, as lists do. An edit that
 * shortens a text ends where a sentence ends.
 */
export function isCutOf(text: string, whole: string): boolean {
  const folded = fold(text);
  const beginning = folded.replace(ELLIPSIS, '');
  const marked = beginning.length < folded.length;
  if (beginning === '' || (!marked && SENTENCE_END.test(beginning))) return false;
  const all = fold(whole);
  return all.length > beginning.length && all.startsWith(beginning);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Cuts a text to at most `most` UTF-16 units, never inside a grapheme cluster, with an ellipsis where it was cut
 * (the ellipsis counts). Texts that fit come back as they are.
 */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most < 1) return '';
  let end = 0;
  // A little more than fits is enough to find the last whole cluster.
  for (const { index, segment } of graphemes.segment(text.slice(0, most + 64))) {
    if (index + segment.length > most - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}
