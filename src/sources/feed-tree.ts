import Parser from 'rss-parser';
import type { FeedDocument } from './feed-document.ts';
import type { Entry, FeedFile, RawFeed, Words } from './feed-entry.ts';
import { type Attributes, all, attribute, direct, type Node, one, text, texts } from './feed-nodes.ts';
import { words } from './feed-words.ts';

interface Kept {
  readonly nodes?: readonly Node[];
  readonly attributes?: Attributes;
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
  const bases = [document.base, isAtom ? null : attribute(feed.attributes, 'xml:base')];
  const authors = isAtom ? authorsOf(top) : [];
  return {
    title: titleOf(top, isAtom),
    site: linksOf(top, isAtom)[0] ?? null,
    entries: feed.items.map(item => readEntry(item, isAtom, bases, authors)),
  };
}

function processed(printed: string, { prefixes, format }: FeedDocument): string {
  const [prefix, local] = printed.includes(':') ? printed.split(':', 2) : ['', printed];
  const canonical = prefixes.get(prefix ?? '') ?? prefix?.toLowerCase();
  const own = canonical === 'atom' && format === 'atom' ? '' : canonical;
  const name = `${own ? `${own}:` : ''}${(local ?? '').toLowerCase()}`;
  if (name === 'rdf:rdf') return 'rdf:RDF';
  // Some feeds take their items' name from the other format.
  if (name === 'item' && format === 'atom') return 'entry';
  if (name === 'entry' && format === 'rss') return 'item';
  return STRUCTURE.has(name) ? name : `~${name}`;
}

function readEntry(
  item: Kept,
  isAtom: boolean,
  bases: readonly (string | null)[],
  feedAuthors: readonly string[],
): Entry {
  const nodes = item.nodes ?? [];
  const said = [...nodes, ...mediaWithin(nodes)];
  const guid = one(nodes, 'guid');
  const about = attribute(item.attributes, 'rdf:about');
  const authors = authorsOf(nodes);
  return {
    id: texts(nodes, 'guid', 'id', 'atom:id')[0] ?? about ?? texts(nodes, 'dc:identifier')[0] ?? null,
    links: present([
      ...linksOf(nodes, isAtom),
      permalink(guid),
      about,
      attribute(item.attributes, 'href'),
      ...texts(nodes, 'feedburner:origlink'),
    ]),
    title: titleOf(said, isAtom),
    bodies: wordsOf(said, BODIES, isAtom),
    published: texts(nodes, ...(isAtom ? ATOM_PUBLISHED : RSS_PUBLISHED)),
    updated: present([...texts(nodes, ...UPDATED), attribute(item.attributes, 'lastmod')]),
    authors: authors.length > 0 ? authors : feedAuthors,
    categories: categoriesOf(nodes),
    files: filesOf(nodes),
    bases: [...bases, attribute(item.attributes, 'xml:base')],
  };
}

const TITLES = ['title', 'dc:title', 'atom:title', 'itunes:title', 'media:title'];
const ATOM_PUBLISHED = ['published', 'issued', 'created', 'dc:date', 'dcterms:issued', 'dcterms:created', 'pubdate'];
const RSS_PUBLISHED = [
  'pubdate',
  'dc:date',
  'dcterms:issued',
  'dcterms:created',
  'dcterms:date',
  'published',
  'atom:published',
  'atom:issued',
  'atom:created',
  'issued',
  'created',
  'date',
];
const UPDATED = ['updated', 'modified', 'atom:updated', 'atom:modified', 'dcterms:modified', 'lastmod'];
const BODIES = [
  'content',
  'content:encoded',
  'encoded',
  'atom:content',
  'body',
  'fullitem',
  'description',
  'summary',
  'atom:summary',
  'abstract',
  'dc:description',
  'dcterms:abstract',
  'itunes:summary',
  'media:description',
  'itunes:subtitle',
];

/** The first title that says anything. */
function titleOf(nodes: readonly Node[], isAtom: boolean): Words | null {
  return wordsOf(nodes, TITLES, isAtom).find(title => title.value.trim() !== '') ?? null;
}

function wordsOf(nodes: readonly Node[], names: readonly string[], isAtom: boolean): Words[] {
  return names
    .flatMap(name => all(nodes, name))
    .map(node => words(node, isAtom || node['#name'].startsWith('~atom:')))
    .filter(found => found !== null);
}

/** Elements of a person; what else stands in one is markup of a name. */
const PERSON = ['name', 'email', 'uri', 'url', 'homepage'].flatMap(name => [name, `atom:${name}`]);

function authorsOf(nodes: readonly Node[]): string[] {
  const persons = ['author', 'atom:author']
    .flatMap(name => all(nodes, name))
    .map(person => {
      const children = person.$$ ?? [];
      const isMarked = !PERSON.some(part => one(children, part));
      return isMarked
        ? text(person)
        : (texts(children, 'name', 'atom:name', 'email', 'atom:email')[0] ?? direct(person));
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
  const podcasts = all(nodes, 'itunes:category').map(node => node.$?.text?.trim() ?? '');
  const keywords = texts(nodes, 'itunes:keywords').flatMap(list => list.split(','));
  return [...labels, ...texts(nodes, 'dc:subject', 'media:category'), ...podcasts, ...keywords];
}

/** The links of an item or a feed, from the best to the last choice. */
function linksOf(nodes: readonly Node[], isAtom: boolean): string[] {
  const printed = texts(nodes, 'link');
  return isAtom ? [...alternates(nodes), ...printed] : [...printed, ...alternates(nodes)];
}

/** A guid is a link unless it says otherwise (RSS 2.0); a relative one has to say so itself. */
function permalink(guid: Node | undefined): string | null {
  const printed = text(guid).trim();
  const says = attribute(guid?.$, 'ispermalink')?.trim().toLowerCase();
  return says === 'true' || (says !== 'false' && /^https?:/i.test(printed)) ? printed : null;
}

/** Links that lead to the item itself, those to a web page first (RFC 4287 section 4.2.7.2). */
function alternates(nodes: readonly Node[]): string[] {
  return ['link', 'atom:link']
    .flatMap(name => all(nodes, name))
    .filter(
      ({ $ }) =>
        $?.href !== undefined && /^(?:|alternate|http:\/\/www\.iana\.org\/.*alternate)$/i.test(($.rel ?? '').trim()),
    )
    .toSorted((a, b) => Number(isPage(b)) - Number(isPage(a)))
    .map(node => node.$?.href ?? '');
}

function isPage(node: Node): boolean {
  return /html/.test(node.$?.type ?? 'text/html');
}

function filesOf(nodes: readonly Node[]): FeedFile[] {
  const grouped = all(nodes, 'media:group').flatMap(group => group.$$ ?? []);
  const enclosures = all(nodes, 'enclosure').map(({ $ }) => $);
  const media = all([...nodes, ...grouped], 'media:content').map(({ $ }) => $);
  const links = ['link', 'atom:link'].flatMap(name => all(nodes, name)).map(({ $ }) => $);
  const linked = links.filter($ => /^(?:enclosure|http:\/\/www\.iana\.org\/.*enclosure)$/.test($?.rel ?? ''));
  return [...enclosures, ...linked, ...media].flatMap($ => {
    const url = $?.url ?? $?.href;
    if (!url) return [];
    return [{ url, type: $?.type ?? null, bytes: $?.length ?? $?.fileSize ?? null, title: $?.title ?? null }];
  });
}

/** What is said of an item's media, in its groups and its files. */
function mediaWithin(nodes: readonly Node[]): Node[] {
  const grouped = all(nodes, 'media:group').flatMap(group => group.$$ ?? []);
  const contents = all([...nodes, ...grouped], 'media:content').flatMap(content => content.$$ ?? []);
  return [...grouped, ...contents].filter(node => node['#name'].startsWith('~media:'));
}

function present(values: readonly (string | null)[]): string[] {
  return values.filter((value): value is string => value !== null && value.trim() !== '');
}
