import { parseDate } from '../core/dates.ts';
import type { Attachment, Item } from '../core/item.ts';
import { cleanText, oneLine, paragraphs } from '../core/text.ts';
import type { Rejected } from '../ports/source.ts';
import { canonicalLink } from './link-key.ts';
import { htmlToText, isMarkup } from './markup.ts';
import { mediaType } from './media-type.ts';
import { absolute, sanitize } from './sanitize.ts';

/** Words of a feed and how they are meant; `either` is RSS, which does not say. */
export interface Words {
  readonly value: string;
  readonly form: 'text' | 'html' | 'either';
  /** xml:base where the words have one of their own. */
  readonly base?: string | null;
}

/** An entry of any feed format, as printed: what each reader of a format gives. Lists go from the best to the last choice. */
export interface Entry {
  readonly id: string | null;
  readonly links: readonly string[];
  readonly title: Words | null;
  readonly bodies: readonly Words[];
  readonly published: readonly string[];
  readonly updated: readonly string[];
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  readonly files: readonly FeedFile[];
  /** What relative links are meant against, as printed, each within the one before it. */
  readonly bases: readonly (string | null)[];
}

export interface FeedFile {
  readonly url: string;
  readonly type: string | null;
  readonly bytes: string | number | null;
  readonly title: string | null;
}

export interface RawFeed {
  readonly title: Words | null;
  /** The page the feed belongs to, as printed. */
  readonly site: string | null;
  readonly entries: readonly Entry[];
}

export interface FeedPlace {
  /** Where the feed was found, null where nobody says. */
  readonly url: string | null;
  readonly zone: string;
}

/**
 * One entry as an item. What is odd about it (a bad date, a missing id) stays with it. Its key is the id as printed,
 * else its link, else none.
 */
export function toItem(entry: Entry, { url: feedUrl, zone }: FeedPlace): Item {
  const base = entry.bases.reduce(resolveBase, feedUrl);
  const published = firstDate(entry.published, zone);
  const updated = firstDate(entry.updated, zone);
  const words = entry.bodies.find(({ value }) => value.trim() !== '');
  const isHtml = words !== undefined && asHtml(words);
  const html = isHtml ? sanitize(cleanText(words.value), resolveBase(base, words.base ?? null)) : '';
  const url = entry.links.map(link => pageUrl(link, base)).find(link => link !== null) ?? null;
  return {
    key: identifier(entry.id) ?? url,
    url,
    title: entry.title ? plainWords(entry.title) : '',
    text: isHtml ? htmlToText(html) : paragraphs(words?.value ?? ''),
    html: html === '' ? null : html,
    date: published ?? updated,
    updated,
    author: unique(entry.authors.map(personName)).join(', ') || null,
    categories: unique(entry.categories.map(oneLine)),
    attachments: attachments(entry.files, base),
  };
}

/** Words as one line of plain text. */
export function plainWords(words: Words): string {
  return oneLine(asHtml(words) ? htmlToText(words.value) : words.value);
}

/**
 * Makes the keys of a feed's items distinct. An id that several different items carry says nothing, so those are known
 * by their links, and where these are equal too by no key at all (title and date then make one). A link that is the
 * key is one without sessions and campaigns, which change from reading to reading. An item listed twice is listed once.
 */
export function distinct(items: readonly Item[]): { items: Item[]; rejected: Rejected[] } {
  const rejected: Rejected[] = [];
  const seen = new Set<string>();
  const once = items.filter((item, at) => {
    const same = JSON.stringify([item.key, item.url, item.title, item.date, item.text]);
    if (seen.has(same)) rejected.push({ at: `item ${at + 1}`, reason: 'the same item is listed above' });
    const fresh = !seen.has(same);
    seen.add(same);
    return fresh;
  });
  const known = once.map(item => ({ ...item, key: item.key === item.url ? lasting(item.url) : item.key }));
  const ids = counted(known.map(item => item.key));
  const links = counted(known.map(item => item.url));
  const keyed = known.map(item => {
    if (item.key !== null && ids.get(item.key) === 1) return item;
    const byLink = item.url !== null && links.get(item.url) === 1 ? item.url : null;
    return { ...item, key: byLink };
  });
  return { items: keyed, rejected };
}

/** A link without what changes in it; one that has nothing of that stays as it is printed. */
function lasting(link: string | null): string | null {
  if (link === null || !URL.canParse(link)) return link;
  const canonical = canonicalLink(link);
  return canonical === new URL(link).href ? link : canonical;
}

function counted(values: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function asHtml({ form, value }: Words): boolean {
  return form === 'html' || (form === 'either' && isMarkup(value));
}

/** An id is compared, never shown: white space around it is the file's, anything else is its own. */
function identifier(id: string | null): string | null {
  return cleanText(id ?? '').trim() || null;
}

/** The first of the printed dates that can be read: one bad date costs that date only. */
function firstDate(printed: readonly string[], zone: string): string | null {
  for (const one of printed) {
    const date = parseDate(one, zone);
    if (date !== null) return date;
  }
  return null;
}

/** Longer than any browser takes; what is longer was never closed. */
const LONGEST_LINK = 8_000;

/** A link of an item; some feeds print a whole anchor element where the address belongs. */
function pageUrl(link: string, base: string | null): string | null {
  if (link.length > LONGEST_LINK) return null;
  const anchor = /<a\s[^>]*href\s*=\s*["']?([^"'\s>]+)/i.exec(link)?.[1];
  const url = absolute(anchor ?? link, base);
  return url?.startsWith('mailto:') ? null : url;
}

/** Longer than a name with its address; what is longer is prose. */
const LONGEST_PERSON = 300;

/** The name in "Name", "mail@example.org (Name)", "Name <mail@example.org>"; the address where that is all there is. */
function personName(printed: string): string {
  const person = oneLine(isMarkup(printed) ? htmlToText(printed) : printed);
  if (person.length > LONGEST_PERSON) return person;
  const inBrackets = /^\S+@\S+\s+\((.+)\)$/.exec(person) ?? /^(.+?)\s*(?:<\S+@\S+>|\(\S+@\S+\))$/.exec(person);
  return inBrackets?.[1]?.trim() ?? person;
}

function attachments(files: readonly FeedFile[], base: string | null): Attachment[] {
  const found = new Map<string, Attachment>();
  for (const file of files) {
    const url = absolute(file.url, base);
    if (!url || url.startsWith('mailto:') || found.has(url)) continue;
    const bytes = typeof file.bytes === 'number' ? file.bytes : Number.parseInt(file.bytes ?? '', 10);
    const name = oneLine(file.title ?? '') || lastSegment(url);
    found.set(url, {
      name,
      url,
      type: file.type?.trim() || mediaType(lastSegment(url)),
      bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null,
    });
  }
  return [...found.values()];
}

function lastSegment(url: string): string {
  const segment =
    URL.parse(url)
      ?.pathname.split('/')
      .findLast(part => part !== '') ?? '';
  try {
    return oneLine(decodeURIComponent(segment));
  } catch {
    return segment;
  }
}

/** A base within a base; one that is no web address changes nothing. */
export function resolveBase(outer: string | null, printed: string | null): string | null {
  return printed === null ? outer : (absolute(printed, outer) ?? outer);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.filter(value => value !== ''))];
}
