import { type AtomFeed, parseFeed, type RssFeed } from 'feedsmith';
import type { Entry, FeedFile, RawFeed, Words } from './feed-entry.ts';

/**
 * The second reader, for feeds that are not well-formed: feedsmith takes what is readable of them, in linear time.
 * @throws where it finds no feed
 */
export function readLenient(xml: string): RawFeed {
  const { format, feed } = parseFeed(xml);
  if (format === 'atom') {
    const site = feed.links?.find(link => (link.rel ?? 'alternate') === 'alternate')?.href ?? null;
    return { title: atomWords(feed.title), site, entries: (feed.entries ?? []).map(atomEntry) };
  }
  if (format === 'json') return { title: null, site: null, entries: [] };
  return { title: rssWords(feed.title), site: feed.link ?? null, entries: (feed.items ?? []).map(rssEntry) };
}

type AtomEntry = NonNullable<AtomFeed.Feed<string>['entries']>[number];
type RssItem = NonNullable<RssFeed.Feed<string>['items']>[number] & { rdf?: { about?: string } };

function atomEntry(entry: AtomEntry): Entry {
  const links = entry.links ?? [];
  return {
    id: entry.id ?? null,
    links: present(links.filter(link => (link.rel ?? 'alternate') === 'alternate').map(link => link.href)),
    title: atomWords(entry.title),
    bodies: present([atomWords(entry.content), atomWords(entry.summary)]),
    published: present([entry.published, entry.dc?.dates?.[0]]),
    updated: present([entry.updated]),
    authors: present([
      ...(entry.authors ?? []).map(author => author.name ?? author.email),
      ...(entry.dc?.creators ?? []),
    ]),
    categories: present((entry.categories ?? []).map(category => category.label ?? category.term)),
    files: [
      ...links
        .filter(link => link.rel === 'enclosure')
        .map(link => file(link.href, link.type, link.length, link.title)),
      ...mediaOf(entry),
    ].flat(),
    bases: [entry.xml?.base ?? null],
  };
}

function rssEntry(item: RssItem): Entry {
  const guid = item.guid?.value ?? null;
  const permalink = guid && item.guid?.isPermaLink !== false && /^https?:/i.test(guid) ? guid : null;
  const about = item.rdf?.about ?? null;
  const atom = item.atom;
  return {
    id: guid ?? about,
    links: present([item.link, ...(atom?.links ?? []).map(link => link.href), permalink, about]),
    title: rssWords(item.title ?? item.dc?.titles?.[0]),
    bodies: present([
      rssWords(item.content?.encoded),
      atomWords(atom?.content),
      rssWords(item.description),
      rssWords(item.dc?.descriptions?.[0]),
    ]),
    published: present([
      item.pubDate,
      item.dc?.dates?.[0],
      item.dcterms?.issued?.[0],
      item.dcterms?.created?.[0],
      atom?.published,
    ]),
    updated: present([atom?.updated, item.dcterms?.modified?.[0]]),
    authors: present([
      ...(item.authors ?? []).map(author => author.name ?? author.email),
      ...(item.dc?.creators ?? []),
    ]),
    categories: present([...(item.categories ?? []).map(category => category.name), ...(item.dc?.subjects ?? [])]),
    files: [
      ...(item.enclosures ?? []).map(({ url, type, length }) => file(url, type, length, undefined)),
      ...mediaOf(item),
    ].flat(),
    bases: [item.xml?.base ?? null],
  };
}

function mediaOf(entry: Pick<RssItem, 'media'>): FeedFile[][] {
  const contents = [
    ...(entry.media?.contents ?? []),
    ...(entry.media?.groups ?? []).flatMap(group => group.contents ?? []),
  ];
  return contents.map(({ url, type, fileSize }) => file(url, type, fileSize, undefined));
}

function file(url?: string, type?: string, bytes?: number, title?: string): FeedFile[] {
  return url ? [{ url, type: type ?? null, bytes: bytes ?? null, title: title ?? null }] : [];
}

function atomWords(text: { value?: string; type?: string; xml?: { base?: string } } | undefined): Words | null {
  if (text?.value === undefined) return null;
  return { value: text.value, form: /html/.test(text.type ?? '') ? 'html' : 'text', base: text.xml?.base ?? null };
}

function rssWords(value: string | undefined): Words | null {
  return value === undefined ? null : { value, form: 'either' };
}

function present<T>(values: readonly (T | null | undefined)[]): T[] {
  return values.filter(value => value !== null && value !== undefined && value !== '') as T[];
}
