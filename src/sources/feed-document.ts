import { parseDocument } from 'htmlparser2';

/** An XML feed made ready for a parser. */
export interface FeedDocument {
  readonly format: 'rss' | 'rdf' | 'atom';
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

const FORMATS: Readonly<Record<string, FeedDocument['format']>> = { rss: 'rss', rdf: 'rdf', feed: 'atom' };

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
  const start = rootAt(body);
  const name = start === -1 ? '' : (/^<([\w.:-]+)/.exec(body.slice(start, start + 80))?.[1] ?? '');
  const local = name.replace(/^.*:/, '').toLowerCase();
  const format = FORMATS[local];
  if (!format) {
    const what =
      local === 'html' || /<html|<!doctype html/i.test(body.slice(0, 2000)) ? 'a web page' : 'something else';
    return { is: 'trouble', fault: 'layout', reason: `this is ${what}, not a feed` };
  }
  const end = endOf(body, name);
  if (end === -1) return { is: 'trouble', fault: 'parse', reason: `the feed is cut: its ${name} element has no end` };
  const root = body.slice(start, end);
  const tag = root.slice(0, root.indexOf('>'));
  const base = /\sxml:base\s*=\s*["']([^"']*)/i.exec(tag)?.[1] ?? null;
  return { is: 'feed', document: { format, xml: mend(root), prefixes: prefixesOf(root), base } };
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

/** Behind the root's last end tag; -1 where there is none. */
function endOf(body: string, name: string): number {
  const at = Math.max(body.lastIndexOf(`</${name}`), body.lastIndexOf(`</${name.toLowerCase()}`));
  return at === -1 ? -1 : after(body, '>', at);
}

function prefixesOf(root: string): Map<string, string> {
  const prefixes = new Map<string, string>();
  for (const [, prefix, uri] of root.matchAll(/\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']/g)) {
    const name = NAMESPACES.find(([pattern]) => pattern.test(uri ?? ''))?.[1];
    if (prefix && name !== undefined) prefixes.set(prefix, name);
  }
  return prefixes;
}

/** Entities XML itself knows. */
const OWN = /^&(?:amp|lt|gt|quot|apos);$/;

/**
 * Mends what well-formedness fails on most: a bare "&", entities of HTML, characters XML does not have. CDATA stays
 * as it is. Entities the document declares itself are not expanded: they stay as they are written, as text.
 */
function mend(xml: string): string {
  const named = new Map<string, string>();
  return xml
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|&(?:#\d{1,7};|#x[0-9a-f]{1,6};|[a-z][a-z0-9]{1,31};)?/gi, found => {
      if (found.startsWith('<') || OWN.test(found)) return found;
      if (found.startsWith('&#')) return isCharacter(found) ? found : '';
      if (found === '&') return '&amp;';
      const known = named.get(found) ?? foreign(found);
      named.set(found, known);
      return known;
    });
}

/** XML 1.0 section 2.2. */
function isCharacter(reference: string): boolean {
  const code = /x/i.test(reference) ? Number.parseInt(reference.slice(3), 16) : Number.parseInt(reference.slice(2), 10);
  return (
    code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
  );
}

/** "&nbsp;" as its character; what HTML does not know either is text. */
function foreign(entity: string): string {
  const [node] = parseDocument(entity).children;
  const decoded = node?.type === 'text' ? node.data : entity;
  if (decoded === entity) return `&amp;${entity.slice(1)}`;
  return [...decoded].map(character => `&#${character.codePointAt(0)};`).join('');
}
