import Parser from 'rss-parser';
import type { FeedDocument } from './feed-document.ts';
import type { Entry, FeedFile, RawFeed, Words } from './feed-entry.ts';
import { resolveBase } from './feed-entry.ts';

/** An element as xml2js keeps it with its children in order; text is an element named __text__. */
interface Node {
  readonly '#name': string;
  readonly $?: Readonly<Record<string, string>>;
  readonly _?: string;
  readonly $$?: readonly Node[];
}
interface Kept {
  readonly nodes?: readonly Node[];
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What rss-parser needs to see to know the format and find the items. */
const STRUCTURE = new Set(['rss', 'channel', 'item', 'feed', 'entry']);

/**
 * Reads RSS 0.9x to 2.0, RDF and Atom with rss-parser: it knows the formats and finds the items, and hands over each
 * item's elements whole. Everything it would convert is renamed out of its sight ("~pubdate"), because its conversions
 * lose more than they give: one bad Atom date ends the whole feed, dates without a zone are read in the machine's,
 * its snippets take quadratic time, and the type of a text construct is dropped.
 * @throws where the document is not well-formed or no feed
 */
export async function readTree(document: FeedDocument): Promise<RawFeed> {
  const keep: [string, string, { keepArray: boolean }][] = [
    ['$$', 'nodes', { keepArray: true }],
    ['$', 'attributes', { keepArray: true }],
  ];
  const parser = new Parser<Kept, Kept>({
    customFields: { item: keep as never, feed: keep as never },
    defaultRSS: 2,
    xml2js: {
      explicitChildren: true,
      preserveChildrenOrder: true,
      charsAsChildren: true,
      includeWhiteChars: true,
      tagNameProcessors: [(name: string) => processed(name, document)],
    },
  });
  const feed = await parser.parseString(document.xml);
  const isAtom = document.format === 'atom';
  const top = feed.nodes ?? [];
  const base = resolveBase(resolveBase(null, document.base), feed.attributes?.['xml:base'] ?? null);
  const authors = isAtom ? authorsOf(top) : [];
  return {
    title: words(one(top, 'title') ?? one(top, 'dc:title'), isAtom),
    entries: feed.items.map(item => readEntry(item, isAtom, base, authors)),
  };
}

function processed(printed: string, { prefixes, format }: FeedDocument): string {
  const [prefix, local] = printed.includes(':') ? printed.split(':', 2) : ['', printed];
  const canonical = prefixes.get(prefix ?? '') ?? prefix?.toLowerCase();
  const own = canonical === 'atom' && format === 'atom' ? '' : canonical;
  const name = `${own ? `${own}:` : ''}${(local ?? '').toLowerCase()}`;
  if (name === 'rdf:rdf') return 'rdf:RDF';
  return STRUCTURE.has(name) ? name : `~${name}`;
}

function readEntry(item: Kept, isAtom: boolean, feedBase: string | null, feedAuthors: readonly string[]): Entry {
  const nodes = item.nodes ?? [];
  const base = resolveBase(feedBase, item.attributes?.['xml:base'] ?? null);
  const guid = one(nodes, 'guid');
  const about = item.attributes?.['rdf:about'] ?? null;
  const authors = authorsOf(nodes);
  const permalink = guid && guid.$?.ispermalink !== 'false' && guid.$?.isPermaLink !== 'false' ? text(guid) : '';
  const plain = isAtom ? [] : all(nodes, 'link').map(text);
  return {
    id: text(one(nodes, 'id') ?? guid) || (guid ? null : about),
    links: [...plain, ...alternates(nodes), /^\s*https?:/i.test(permalink) ? permalink : '', about ?? ''].filter(
      link => link.trim() !== '',
    ),
    title: words(one(nodes, 'title') ?? one(nodes, 'dc:title') ?? one(nodes, 'media:title'), isAtom),
    bodies: bodiesOf(nodes, isAtom),
    published: textsOf(nodes, isAtom ? ATOM_PUBLISHED : RSS_PUBLISHED),
    updated: textsOf(nodes, ['updated', 'modified', 'atom:updated', 'dcterms:modified']),
    authors: authors.length > 0 ? authors : feedAuthors,
    categories: categoriesOf(nodes),
    files: filesOf(nodes),
    base,
  };
}

const ATOM_PUBLISHED = ['published', 'issued', 'created', 'dc:date', 'pubdate'];
const RSS_PUBLISHED = [
  'pubdate',
  'dc:date',
  'dcterms:issued',
  'dcterms:created',
  'published',
  'atom:published',
  'date',
];
const BODIES = [
  'content',
  'content:encoded',
  'atom:content',
  'body',
  'fullitem',
  'description',
  'summary',
  'atom:summary',
  'dc:description',
  'itunes:summary',
  'media:description',
];

function bodiesOf(nodes: readonly Node[], isAtom: boolean): Words[] {
  return BODIES.flatMap(name => all(nodes, name))
    .map(node => words(node, isAtom || node['#name'].startsWith('~atom:')))
    .filter(body => body !== null);
}

function authorsOf(nodes: readonly Node[]): string[] {
  const persons = ['author', 'atom:author']
    .flatMap(name => all(nodes, name))
    .map(person => {
      const children = person.$$ ?? [];
      return (
        text(one(children, 'name') ?? one(children, 'atom:name')) || text(one(children, 'email')) || direct(person)
      );
    });
  const named = persons.filter(person => person.trim() !== '');
  if (named.length > 0) return named;
  for (const name of ['dc:creator', 'dc:author', 'itunes:author']) {
    const found = texts(nodes, name);
    if (found.length > 0) return found;
  }
  return [];
}

function categoriesOf(nodes: readonly Node[]): string[] {
  const labels = ['category', 'atom:category']
    .flatMap(name => all(nodes, name))
    .map(node => {
      return node.$?.label?.trim() || node.$?.term?.trim() || text(node);
    });
  const keywords = texts(nodes, 'itunes:keywords').flatMap(list => list.split(','));
  return [...labels, ...texts(nodes, 'dc:subject'), ...keywords];
}

/** Links that lead to the item itself, those to a web page first (RFC 4287 section 4.2.7.2). */
function alternates(nodes: readonly Node[]): string[] {
  return ['link', 'atom:link']
    .flatMap(name => all(nodes, name))
    .filter(
      ({ $ }) => $?.href !== undefined && /^(?:|alternate|http:\/\/www\.iana\.org\/.*alternate)$/.test($.rel ?? ''),
    )
    .toSorted((a, b) => Number(isPage(b)) - Number(isPage(a)))
    .map(node => node.$?.href ?? '');
}

function isPage(node: Node): boolean {
  return /html/.test(node.$?.type ?? 'text/html');
}

function filesOf(nodes: readonly Node[]): FeedFile[] {
  const groups = all(nodes, 'media:group').flatMap(group => group.$$ ?? []);
  const enclosures = all(nodes, 'enclosure').map(({ $ }) => $);
  const media = all([...nodes, ...groups], 'media:content').map(({ $ }) => $);
  const links = ['link', 'atom:link'].flatMap(name => all(nodes, name)).map(({ $ }) => $);
  const linked = links.filter($ => /^(?:enclosure|http:\/\/www\.iana\.org\/.*enclosure)$/.test($?.rel ?? ''));
  return [...enclosures, ...linked, ...media].flatMap($ => {
    const url = $?.url ?? $?.href;
    if (!url) return [];
    return [{ url, type: $?.type ?? null, bytes: $?.length ?? $?.fileSize ?? null, title: $?.title ?? null }];
  });
}

// Text constructs ------------------------------------------------------------------------------------------------

/** A text construct: Atom says what it is (RFC 4287 section 3.1, and `mode` in Atom 0.3), RSS does not. */
function words(node: Node | undefined, isAtom: boolean): Words | null {
  if (!node) return null;
  const base = node.$?.['xml:base'] ?? null;
  const type = (node.$?.type ?? '').toLowerCase();
  if (node.$?.mode === 'base64')
    return { value: Buffer.from(text(node), 'base64').toString('utf8'), form: 'either', base };
  const elements = (node.$$ ?? []).filter(child => child['#name'] !== '__text__');
  if (elements.length > 0) return { value: markup(node), form: 'html', base };
  // Bytes of some other medium are no words.
  if (type.includes('/') && !/^text\/|html|xml/.test(type)) return null;
  const isHtml = /html/.test(type) || (node.$?.mode === 'escaped' && type === '');
  const form = isHtml && node.$?.mode !== 'xml' ? 'html' : isAtom ? 'text' : 'either';
  return { value: text(node), form: form === 'text' && node.$?.mode === 'escaped' ? 'either' : form, base };
}

function all(nodes: readonly Node[], name: string): Node[] {
  return nodes.filter(node => node['#name'] === `~${name}`);
}

function one(nodes: readonly Node[], name: string): Node | undefined {
  const found = all(nodes, name);
  return found.find(node => node.$$ !== undefined || node._ !== undefined) ?? found[0];
}

function texts(nodes: readonly Node[], name: string): string[] {
  return all(nodes, name)
    .map(text)
    .filter(found => found.trim() !== '');
}

function textsOf(nodes: readonly Node[], names: readonly string[]): string[] {
  return names.flatMap(name => texts(nodes, name));
}

/** All text within a node. */
function text(node: Node | undefined): string {
  if (!node) return '';
  const out: string[] = [];
  const todo: Node[] = [node];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next['#name'] === '__text__') out.push(next._ ?? '');
    else for (const child of (next.$$ ?? []).toReversed()) todo.push(child);
  }
  return out.join('');
}

/** The text directly in a node, not that of its elements. */
function direct(node: Node): string {
  return (node.$$ ?? [])
    .filter(child => child['#name'] === '__text__')
    .map(child => child._ ?? '')
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (value: string) => value.replace(/[&<>"]/g, sign => ESCAPES[sign] ?? sign);
const VOID = /^(?:area|br|col|embed|hr|img|input|source|track|wbr)$/;

/** What is within a node, as HTML: XHTML content, or elements that somebody forgot to escape. */
function markup(node: Node): string {
  const out: string[] = [];
  const todo: (Node | string)[] = (node.$$ ?? []).toReversed();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === 'string') out.push(next);
    else if (next['#name'] === '__text__') out.push(escaped(next._ ?? ''));
    else {
      const name = next['#name'].replace(/^~?(?:.*:)?/, '');
      const attributes = Object.entries(next.$ ?? {}).map(([key, value]) => ` ${key}="${escaped(value)}"`);
      out.push(`<${name}${attributes.join('')}>`);
      if (VOID.test(name)) continue;
      todo.push(`</${name}>`, ...(next.$$ ?? []).toReversed());
    }
  }
  return out.join('');
}
