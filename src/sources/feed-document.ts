import { declaredEntities, mend } from './feed-mend.ts';
import { type FeedFormat, formatOf, shape } from './feed-shape.ts';

/** An XML feed made ready for a parser. */
export interface FeedDocument {
  readonly format: FeedFormat;
  /** From the root's start tag to its end tag, with bare ampersands and foreign entities mended. */
  readonly xml: string;
  /** Canonical prefix of each prefix the document declares. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** xml:base of the root. */
  readonly base: string | null;
}

export type Opened =
  | { readonly is: 'feed'; readonly document: FeedDocument }
  | { readonly is: 'json' }
  | { readonly is: 'trouble'; readonly fault: 'layout' | 'parse' | 'empty'; readonly reason: string };

/** Namespaces by what the rest of the reader calls them; the ends differ from version to version. */
const NAMESPACES: readonly (readonly [RegExp, string])[] = [
  [/^https?:\/\/www\.w3\.org\/2005\/atom|^https?:\/\/purl\.org\/atom\//i, 'atom'],
  [/^https?:\/\/purl\.org\/rss\/1\.0\/modules\/content/i, 'content'],
  [/^https?:\/\/purl\.org\/dc\/terms/i, 'dcterms'],
  [/^https?:\/\/purl\.org\/dc\/elements/i, 'dc'],
  [/^https?:\/\/search\.yahoo\.com\/mrss/i, 'media'],
  [/^https?:\/\/www\.itunes\.com\//i, 'itunes'],
  [/^https?:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns/i, 'rdf'],
  [/^https?:\/\/www\.w3\.org\/1999\/xhtml/i, ''],
  [
    /^https?:\/\/purl\.org\/rss\/1\.0\/?$|^https?:\/\/(?:my|channel)\.netscape\.com\/rdf\/simple|^https?:\/\/backend\.userland\.com\//i,
    '',
  ],
];

/**
 * Finds out what a document is, before any parser sees it. What stands before the root (declarations, comments, a
 * document type with its entities) and behind it is left out; a root that is never closed is a cut feed, although
 * some parsers would take it.
 */
export function openDocument(text: string): Opened {
  const body = text.replace(/^[\s\ufeff\0]+/, '');
  if (body === '') return { is: 'trouble', fault: 'empty', reason: 'the feed is empty' };
  if (/^[{[]/.test(body)) return { is: 'json' };
  const isPage = /<html[\s>]|<!doctype html/i.test(body.slice(0, 2000));
  const first = rootAt(body);
  const start = formatOf(localAt(body, first)) ? first : (FEED_WITHIN.exec(body.slice(0, JUNK))?.index ?? first);
  const name = nameAt(body, start);
  const local = localAt(body, start);
  const format = formatOf(local);
  if (!format) {
    const what = isPage || local === 'html' ? 'a web page' : 'something else';
    return { is: 'trouble', fault: 'layout', reason: `this is ${what}, not a feed` };
  }
  const root = rootOf(body, start, name);
  if (root === null)
    return { is: 'trouble', fault: 'parse', reason: `the feed is cut: its ${name} element has no end` };
  const tag = root.slice(0, root.indexOf('>'));
  const base = /\sxml:base\s*=\s*["']([^"']*)/i.exec(tag)?.[1] ?? null;
  const xml = mend(shape(root, local), declaredEntities(body.slice(0, Math.min(start, JUNK))));
  return { is: 'feed', document: { format, xml, prefixes: prefixesOf(root), base } };
}

/** How far into a document its feed may begin: warnings of a program and licences stand before some. */
const JUNK = 100_000;

/** A feed that something else stands before: it says its version or its namespace, as no page does of itself. */
const FEED_WITHIN = /<(?:[\w.-]{1,40}:)?(?:rss\s[^<>]{0,2000}version|(?:rdf|feed)\s[^<>]{0,2000}xmlns)/i;

/** The name of the element that begins there, empty where none does. */
function nameAt(body: string, at: number): string {
  return at === -1 ? '' : (/^<([\w.:-]+)/.exec(body.slice(at, at + 80))?.[1] ?? '');
}

function localAt(body: string, at: number): string {
  return nameAt(body, at).replace(/^.*:/, '').toLowerCase();
}

/** Where the root element begins: behind declarations, comments and the document type. */
function rootAt(body: string): number {
  let at = body.indexOf('<');
  while (at !== -1) {
    const end = body.startsWith('<!--', at)
      ? after(body, '-->', at)
      : body.startsWith('<?', at)
        ? after(body, '?>', at)
        : body.startsWith('<!', at)
          ? afterDoctype(body, at)
          : 0;
    if (end === 0) return at;
    if (end === -1) return -1;
    at = body.indexOf('<', end);
  }
  return -1;
}

function after(body: string, mark: string, from: number): number {
  const at = body.indexOf(mark, from);
  return at === -1 ? -1 : at + mark.length;
}

function afterDoctype(body: string, from: number): number {
  const close = body.indexOf('>', from);
  const subset = body.indexOf('[', from);
  if (subset === -1 || subset > close) return close === -1 ? -1 : close + 1;
  return after(body, '>', Math.max(body.indexOf(']', subset), subset));
}

/** From the root's start tag to its last end tag, null where it has none. The end tag may lack its last character. */
function rootOf(body: string, start: number, name: string): string | null {
  const at = Math.max(body.lastIndexOf(`</${name}`), body.lastIndexOf(`</${name.toLowerCase()}`));
  if (at < start) return null;
  const end = after(body, '>', at);
  if (end !== -1) return body.slice(start, end);
  const rest = body.slice(at).trimEnd();
  return rest.length === name.length + 2 ? `${body.slice(start, at)}${rest}>` : null;
}

function prefixesOf(root: string): Map<string, string> {
  const prefixes = new Map<string, string>();
  for (const [, prefix, uri] of root.matchAll(/\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']/g)) {
    const name = NAMESPACES.find(([pattern]) => pattern.test(uri ?? ''))?.[1];
    if (prefix && name !== undefined) prefixes.set(prefix, name);
  }
  return prefixes;
}
