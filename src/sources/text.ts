import { parseDate } from '../core/dates.ts';
import type { Item } from '../core/item.ts';
import { oneLine, paragraphs } from '../core/text.ts';
import type { Rejected } from '../ports/source.ts';
import { type Unhealthy, unhealthy } from './fault.ts';

/** The ministry's own labels, in its spelling: on topic lists one of them stands in the line before the title. */
export const OFFICIAL_CATEGORIES: readonly string[] = [
  'Industry',
  'Trade/Investment',
  'Energy',
  'FTA/Economic Cooperation',
];

export interface Parsed {
  readonly title: string | null;
  /** In the order of the source, newest first. */
  readonly items: readonly Item[];
  readonly rejected: readonly Rejected[];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** A line of its own that begins an entry: what is left of the list's bullet. */
const BULLET = /^\s*[-\u2013\u2022]\s*$/;

/** The label and the day, glued to the last word. Anywhere else "date" is an ordinary word. */
const DATE_AT_END = /date(\d[\d.\-/]{3,11})\s*$/;

/** A text that stops without one of these was cut. */
const SENTENCE_END = /[.!?\u2026\u3002][)\]"'\u2019\u201d]*$/;

/** Reads a listing as plain text, as `parseText` does; a web page is none. */
export function readText(
  text: string,
  { what, zone }: { readonly what: string; readonly zone: string },
): Parsed | Unhealthy {
  if (/^\s*<(?:!doctype|html)/i.test(text)) return unhealthy('layout', `${what} is a web page, not a listing`);
  return parseText(text, { zone });
}

/**
 * Reads a listing as plain text: a line "-", a title line, body lines, "dateYYYY-MM-DD" at the very end.
 * Lines may end in CR LF, blank lines may stand anywhere, a category line may stand before the title.
 * An impossible or missing day leaves the item without one; an entry that is no item is rejected with the number
 * of its first line, as is the last entry where the text ends in the middle of it.
 * @param options.zone IANA zone of the days
 */
export function parseText(text: string, options: { readonly zone: string }): Parsed {
  const items: Item[] = [];
  const rejected: Rejected[] = [];
  const entries = split(text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/));
  for (const [at, entry] of entries.entries()) {
    const read = parseEntry(entry, at === entries.length - 1, options.zone);
    if ('reason' in read) rejected.push(read);
    else items.push(read);
  }
  return { title: null, items, rejected };
}

/** The lines of each entry, its bullet left out; an entry of blank lines before the first bullet is none. */
function split(lines: readonly string[]): Line[][] {
  const entries: Line[][] = [];
  let entry: Line[] = [];
  let begun = false;
  const end = () => {
    if (begun || entry.some(line => line.text.trim() !== '')) entries.push(entry);
  };
  for (const [at, text] of lines.entries()) {
    if (BULLET.test(text)) {
      end();
      begun = true;
      entry = [{ number: at + 1, text: '' }];
    } else {
      entry.push({ number: at + 1, text });
    }
  }
  end();
  return entries;
}

function parseEntry(entry: readonly Line[], last: boolean, zone: string): Item | Rejected {
  const written = entry.filter(line => line.text.trim() !== '');
  const first = written[0];
  const at = `line ${first?.number ?? entry[0]?.number ?? 1}`;
  if (!first) return { at, reason: 'an entry without a title' };
  const labelled = written.length > 2 && OFFICIAL_CATEGORIES.includes(oneLine(first.text));
  const head = labelled ? (written[1] ?? first) : first;
  const body = entry.slice(entry.indexOf(head) + 1).map(line => line.text);
  const whole = body.join('\n').trimEnd();
  const printed = DATE_AT_END.exec(whole);
  if (!printed && whole.trim() === '') return { at, reason: 'a title without a body and a date' };
  if (!printed && last && !SENTENCE_END.test(whole)) {
    return { at, reason: 'the listing ends in the middle of this entry' };
  }
  return {
    key: null,
    url: null,
    title: oneLine(head.text),
    text: paragraphs(printed ? whole.slice(0, printed.index) : whole),
    html: null,
    date: printed ? parseDate(printed[1] ?? '', zone) : null,
    updated: null,
    author: null,
    categories: labelled ? [oneLine(first.text)] : [],
    attachments: [],
  };
}
