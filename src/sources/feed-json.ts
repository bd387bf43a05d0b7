import type { Entry, FeedFile, RawFeed, Words } from './feed-entry.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). Values of a wrong type are passed over, not believed.
 * @throws {SyntaxError} where it is no JSON
 * @returns null where it is JSON and no feed
 */
export function readJson(text: string): RawFeed | null {
  const feed: unknown = JSON.parse(text);
  if (!isObject(feed) || !Array.isArray(feed.items)) return null;
  const authors = authorsOf(feed);
  return {
    title: words(feed.title, 'text'),
    site: string(feed.home_page_url),
    entries: feed.items.filter(isObject).map(item => readItem(item, authors)),
  };
}

function readItem(item: Json, feedAuthors: readonly string[]): Entry {
  const authors = authorsOf(item);
  return {
    id: string(item.id),
    // An id is the item's address where it can be (version 1.1, "id").
    links: strings([item.url, item.external_url, isAddress(item.id) ? item.id : null]),
    title: words(item.title, 'text'),
    bodies: [words(item.content_html, 'html'), words(item.content_text, 'text'), words(item.summary, 'text')].filter(
      body => body !== null,
    ),
    published: strings([item.date_published]),
    updated: strings([item.date_modified]),
    authors: authors.length > 0 ? authors : feedAuthors,
    categories: Array.isArray(item.tags) ? strings(item.tags) : [],
    files: Array.isArray(item.attachments) ? item.attachments.filter(isObject).flatMap(readFile) : [],
    bases: [],
  };
}

function readFile(file: Json): FeedFile[] {
  const url = string(file.url);
  const bytes = typeof file.size_in_bytes === 'number' ? file.size_in_bytes : null;
  return url === null ? [] : [{ url, type: string(file.mime_type), bytes, title: string(file.title) }];
}

/** `authors` of version 1.1, `author` of version 1. */
function authorsOf(of: Json): string[] {
  const all = Array.isArray(of.authors) ? of.authors : [of.author];
  return strings(all.filter(isObject).map(author => author.name));
}

function words(value: unknown, form: Words['form']): Words | null {
  const text = string(value);
  return text === null ? null : { value: text, form };
}

/** A text; a number where somebody wrote one for an id. */
function string(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//i.test(value);
}

function strings(values: readonly unknown[]): string[] {
  return values.map(string).filter(value => value !== null);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
