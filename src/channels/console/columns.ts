import { stripVTControlCharacters } from 'node:util';
import { cleanText } from '../../core/text.ts';

/**
 * A text of a source as a terminal may see it: without escape sequences, control characters and direction overrides,
 * so that a title cannot clear the screen, recolour it or forge the lines around it. Newlines stay.
 */
export function printable(text: string): string {
  return cleanText(stripVTControlCharacters(text)).replaceAll('\t', ' ');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters that take two columns: East Asian Wide and Fullwidth (UAX #11), and pictures in colour. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** Characters that take none by themselves: marks without a base, joiners, soft hyphens. */
const EMPTY = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
  // Most words: telling clusters apart costs a hundred times more.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOfCluster(segment);
  return columns;
}

function columnsOfCluster(cluster: string): number {
  if (EMPTY.test(cluster)) return 0;
  return WIDE.test(cluster) ? 2 : 1;
}

/**
 * Breaks a text into lines of at most `columns` columns: at spaces, within a word only where the word alone is wider.
 * Newlines of the text stay; spaces at the ends of lines go.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap(paragraph => wrapLine(paragraph, Math.max(columns, 2)));
}

function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const word of text.split(/ +/).filter(part => part !== '')) {
    const width = columnsOf(word);
    if (line !== '' && taken + 1 + width <= columns) {
      line += ` ${word}`;
      taken += 1 + width;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = width <= columns ? [word] : split(word, columns);
    line = pieces.pop() ?? '';
    taken = columnsOf(line);
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** A word in pieces that fit, never cut inside a character that people see as one. */
function split(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const { segment } of graphemes.segment(word)) {
    const wide = columnsOfCluster(segment);
    if (width + wide > columns) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += segment;
    width += wide;
  }
  return [...pieces, piece];
}
