import { nearestWords } from './nearness.ts';

/** What a person typed that is no command: one sentence, which says what to type instead. */
export interface Misread {
  readonly error: string;
}

/** Characters of a query typed in chat: longer ones are a paste by mistake, and every release would be held against them. */
export const QUERY_LIMIT = 1000;

/** Keyboards make curly quotes; the query language and the search for options know the straight ones. */
export const straighten = (text: string): string =>
  text.replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"').replace(/[\u2018\u2019]/g, "'");

/** Words at white space; what stands in quotes, or is a link of the chat (`<@U1|ana b>`), is not divided. */
export function splitWords(text: string): string[] | Misread {
  const words: string[] = [];
  const token = /\s+|<[@#!][^>]*>|"[^"]*"|(")|[^\s"]+/gy;
  let word: string | null = null;
  for (const found of text.matchAll(token)) {
    const [all, open] = found;
    if (open !== undefined) return { error: `A quotation mark is not closed: ${shorten(text.slice(found.index))}` };
    if (/^\s/.test(all)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = `${word ?? ''}${all}`;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

export const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text);

/** ` Did you mean "follow"?` where a known word is near, else nothing. */
export function suggest(word: string, known: readonly string[], prefix = ''): string {
  const [best] = nearestWords(known, word.slice(0, 40), 1);
  return best === undefined ? '' : ` Did you mean "${prefix}${best}"?`;
}

/**
 * An option as it is typed: "--style", "--style=full", or with the dash that a keyboard made out of "--".
 * @returns its name in small letters and what stands after "="; null for a word that is none
 */
export function readOption(word: string): { readonly name: string; readonly value: string | undefined } | null {
  const [found, name = '', value] = /^(?:--|[—–])([A-Za-z]+(?:-[A-Za-z]+)*)(?:=(.*))?$/s.exec(word) ?? [];
  return found === undefined ? null : { name: name.toLowerCase(), value };
}

/** The text of a query, "" for none; "--" before it ends the options. */
export function readQuery(words: readonly string[]): string | Misread {
  const query = (words[0] === '--' ? words.slice(1) : words).join(' ');
  return query.length > QUERY_LIMIT
    ? { error: `The query has ${query.length} characters; at most ${QUERY_LIMIT} are read` }
    : query;
}

/** The number of a subscription, as in "12" or "#12"; null for anything else. */
export function readNumber(word: string | undefined): number | null {
  const digits = /^#?([1-9]\d{0,14})$/.exec(word ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
