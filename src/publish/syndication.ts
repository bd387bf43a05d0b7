import { Feed } from 'feed';
import { atomId } from '../core/identity.ts';
import type { FacetName, Release } from '../core/release.ts';
import { cleanText, oneLine, truncate } from '../core/text.ts';
import type { Installation } from '../ports/store.ts';
import { decorateAtom, type EntryAdditions, element } from './atom-xml.ts';
import { baseOf, releasePath, webUrl } from './links.ts';
import { namesOf, type Site, shownOf, siteTitle, sourceOf } from './site.ts';

/** What one feed document is made from, whatever its format. */
export interface FeedDocument {
  readonly installation: Pick<Installation, 'authority' | 'year'>;
  readonly baseUrl: string;
  /** Path and query under which this document is served ("/feed.atom?limit=5"). */
  readonly path: string;
  /** Normal form of the query the feed answers, null for the feed of everything. */
  readonly query: string | null;
  /** Newest first. */
  readonly releases: readonly Release[];
  readonly sources: Site['sources'];
  readonly label: Site['label'];
  /** Version of gwanbo. */
  readonly version: string;
}

/** Longer than any title that means something; what is cut ends in an ellipsis. */
const TITLE_LENGTH = 1_000;
/** A body beyond this is read at the official page: fifty of a million characters each would be no feed any more. */
const CONTENT_LENGTH = 200_000;

/**
 * Renders an Atom document (RFC 4287). The bytes follow from the records and the base URL alone: no clock, no zone of
 * the machine, no order of a map that changes.
 */
export function renderAtom(document: FeedDocument): string {
  const { installation, releases, sources } = document;
  const base = baseOf(document.baseUrl);
  const all = siteTitle(sources);
  const single = sources.size === 1 ? [...sources.values()][0] : undefined;
  const via = single ? webUrl(single.url) : null;
  const feed = new Feed({
    id: atomId(
      installation,
      document.query === null ? 'feed' : `feed?q=${encodeURIComponent(cleanText(document.query))}`,
    ),
    title: plain(document.query === null ? all : `${document.query} · ${all}`),
    description: plain(`Each release of ${single?.title ?? namesOf(sources)}, with what it is about.`),
    updated: new Date(updatedOf(releases, installation.year)),
    author: { name: plain(single?.title ?? 'gwanbo'), ...(via === null ? {} : { link: via }) },
    link: `${base}/`,
    feedLinks: { atom: `${base}${document.path}` },
    favicon: `${base}/icon.svg`,
    copyright: OWNERS,
    generator: false,
  });
  for (const release of releases) feed.addItem(entryOf(document, release));
  const language = single ? sourceOf(sources, [...sources.keys()][0] ?? '').language : 'en';
  return decorateAtom(feed.atom1(), {
    language,
    elements: [
      element('generator', { version: document.version }, 'gwanbo'),
      ...(via === null ? [] : [element('link', { rel: 'via', href: via })]),
    ],
    entries: releases.map(release => additionsTo(document, release, language)),
  });
}

/**
 * Renders an RSS 2.0 document (rssboard.org). The guids are the ids of the Atom entries; of several attachments a reader
 * is given the first whose size is known, since an item has one enclosure.
 */
export function renderRss(document: FeedDocument): string {
  const { installation, releases, sources } = document;
  const base = baseOf(document.baseUrl);
  const { all, title, single } = namesIn(document);
  const feed = new Feed({
    id: atomId(installation, 'feed'),
    title: plain(title),
    description: plain(`Each release of ${all}, with what it is about.`),
    updated: new Date(updatedOf(releases, installation.year)),
    link: `${base}/`,
    feedLinks: { rss: `${base}${document.path}` },
    language: single ? sourceOf(sources, [...sources.keys()][0] ?? '').language : 'en',
    copyright: OWNERS,
    docs: 'https://www.rssboard.org/rss-specification',
    generator: `gwanbo ${document.version}`,
    ttl: MINUTES,
  });
  for (const release of releases) feed.addItem(itemOf(document, release));
  // The package declares Dublin Core only where an item has a content.
  return feed
    .rss2()
    .replace('<rss version="2.0"', root => `${root} xmlns:dc="${DUBLIN_CORE}"`)
    .replace(TWICE, '$1');
}

const OWNERS = 'The releases belong to those who published them. The official pages are authoritative.';
/** How long a reader may keep what it has: as long as caches may. */
const MINUTES = 5;
const DUBLIN_CORE = 'http://purl.org/dc/elements/1.1/';
/** The second declaration in the root of one prefix. */
const TWICE = /^([\s\S]{0,300}<rss [^>]*xmlns:dc="[^"]*"[^>]*?) xmlns:dc="[^"]*"/;

function itemOf(document: FeedDocument, release: Release) {
  const source = sourceOf(document.sources, release.source);
  const shown = shownOf(release, source.republish);
  const content = contentOf(shown);
  const published = publishedOf(release, source.zone);
  const file = release.attachments.find(({ url, bytes }) => webUrl(url) !== null && bytes !== null && bytes >= 0);
  return {
    id: atomId(document.installation, release.id),
    title: cleanText(titleOf(release)).replaceAll(']]>', ']] >'),
    link: linkOf(document, release),
    date: new Date(published ?? release.firstSeen),
    description: htmlText(oneLine(shown.lead)),
    ...(content === '' ? {} : { content }),
    category: tagsOf(document, release).map(name => ({ name: plain(name) })),
    extensions: [{ name: 'dc:creator', objects: { _text: plain(release.author ?? source.title) } }],
    ...(file
      ? { enclosure: { url: file.url, type: file.type ?? 'application/octet-stream', length: file.bytes ?? 0 } }
      : {}),
  };
}

/** Labels of what a release is about, then its official category. */
export function tagsOf({ label }: Pick<FeedDocument, 'label'>, release: Release): string[] {
  const facet = (name: FacetName, ids: readonly string[]) => ids.map(id => label(name, id));
  const category = release.category === null ? [] : [release.category];
  const all = [
    ...facet('topic', release.topics),
    ...facet('country', release.countries),
    ...facet('agency', release.agencies),
    ...category,
  ].map(oneLine);
  return [...new Set(all.filter(tag => tag !== ''))];
}

/** What a feed is called and whose releases it has; `single` where that is one source. */
export function namesIn({ sources, query }: Pick<FeedDocument, 'sources' | 'query'>) {
  const single = sources.size === 1 ? [...sources.values()][0] : undefined;
  const site = siteTitle(sources);
  return { single, all: single?.title ?? namesOf(sources), title: query === null ? site : `${query} · ${site}` };
}

/** When the last of these releases changed, in milliseconds of the epoch; of none, the year the ids were minted in. */
function updatedOf(releases: readonly Release[], year: number): number {
  const none = Date.parse(`${String(year).padStart(4, '0')}-01-01T00:00:00Z`);
  return releases.reduce(
    (latest, release) => Math.max(latest, Date.parse(release.updated)),
    releases.length ? 0 : none,
  );
}

function entryOf(document: FeedDocument, release: Release) {
  const source = sourceOf(document.sources, release.source);
  const shown = shownOf(release, source.republish);
  const content = contentOf(shown);
  const sourceUrl = webUrl(source.url);
  const name = oneLine(release.author ?? '');
  return {
    id: atomId(document.installation, release.id),
    title: htmlText(titleOf(release)),
    link: linkOf(document, release),
    date: new Date(release.updated),
    author: [
      name === '' ? { name: plain(source.title), ...(sourceUrl && { link: sourceUrl }) } : { name: plain(name) },
    ],
    ...(shown.lead.trim() === '' ? {} : { description: htmlText(oneLine(shown.lead)) }),
    ...(content === '' ? {} : { content }),
    copyright: plain(`Published by ${source.title}. The official page is authoritative.`),
  };
}

function additionsTo(document: FeedDocument, release: Release, language: string): EntryAdditions {
  const source = sourceOf(document.sources, release.source);
  const published = publishedOf(release, source.zone);
  const via = webUrl(source.url);
  return {
    language: source.language === language ? null : source.language,
    elements: [
      ...(published === null ? [] : [element('published', {}, published)]),
      ...categoriesOf(document, release),
      ...enclosuresOf(release),
      ...(via === null ? [] : [element('link', { rel: 'via', href: via, title: source.title })]),
    ],
  };
}

/** Title of a release as one line of plain text; a release without one is named by its id. */
export function titleOf(release: Release): string {
  return truncate(oneLine(release.title), TITLE_LENGTH) || release.id;
}

export function linkOf(document: FeedDocument, release: Release): string {
  return webUrl(release.url) ?? `${baseOf(document.baseUrl)}${releasePath(release.id)}`;
}

/**
 * When a release was published: the instant its source gave, or else the beginning of the printed day where the
 * source is, with that zone's offset. Null where there is no day or no such zone.
 */
export function publishedOf(release: Pick<Release, 'published' | 'date'>, zone: string): string | null {
  if (release.published !== null) return release.published;
  if (release.date === null) return null;
  try {
    return Temporal.PlainDate.from(release.date).toZonedDateTime(zone).toString({ timeZoneName: 'never' });
  } catch {
    return null;
  }
}

/** Categories by scheme: ours for each facet, the source's own for its official category and for its other labels. */
function categoriesOf({ installation, label }: FeedDocument, release: Release): string[] {
  const scheme = (name: string) => atomId(installation, name);
  const facet = (name: FacetName, ids: readonly string[], plural: string) =>
    ids.map(id => ({ scheme: scheme(plural), term: id, label: label(name, id) }));
  const own = release.categories.filter(name => name !== release.category);
  const all = [
    ...facet('topic', release.topics, 'topics'),
    ...facet('country', release.countries, 'countries'),
    ...facet('agency', release.agencies, 'agencies'),
    ...(release.category === null ? [] : [release.category]).map(term => ({
      scheme: scheme(`category/${release.source}`),
      term,
      label: term,
    })),
    ...own.map(term => ({ scheme: scheme(`label/${release.source}`), term, label: term })),
  ].map(category => ({ ...category, term: oneLine(category.term) }));
  // RFC 4287 wants a term; a label that is only white space or controls has none left.
  const written = all.filter(category => category.term !== '').map(category => element('category', category));
  return [...new Set(written)];
}

/** "type" is media types only in RFC 4287's grammar. */
const MEDIA_TYPE = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/;

function enclosuresOf(release: Release): string[] {
  return release.attachments.flatMap(({ url, name, type, bytes }) => {
    const href = webUrl(url);
    if (href === null) return [];
    const length = bytes !== null && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
    const media = type !== null && MEDIA_TYPE.test(type) ? type : null;
    return [element('link', { rel: 'enclosure', href, type: media, length, title: oneLine(name) || null })];
  });
}

export function contentOf(shown: { readonly html: string | null; readonly text: string | null }): string {
  if (shown.html !== null) return cdata(cleanText(shown.html.slice(0, CONTENT_LENGTH)));
  return htmlParagraphs((shown.text ?? '').slice(0, CONTENT_LENGTH));
}

function htmlParagraphs(text: string): string {
  return textParagraphs(text)
    .map(lines => `<p>${lines.map(htmlText).join('<br>')}</p>`)
    .join('\n');
}

/** The paragraphs of a plain text, each with its lines. */
export function textParagraphs(text: string): string[][] {
  return cleanText(text)
    .split(/\n\s*\n/)
    .map(paragraph => paragraph.split('\n').map(oneLine).filter(Boolean))
    .filter(lines => lines.length > 0);
}

/**
 * Plain text within HTML. Quotes stay as they are: a reader that takes the title for plain text shows them right,
 * and so it shows all but the rarest titles.
 */
function htmlText(text: string): string {
  return cleanText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** HTML for a CDATA section: feed closes and reopens a section at the first "]]>" only, so none may be left. */
function cdata(html: string): string {
  return html.replaceAll(']]>', ']]&gt;');
}

/** Text of an element written by feed's serializer, which undoes one "&amp;" before it escapes. */
function plain(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;');
}

/** The Last-Modified of a document: when the last of these releases was recorded or changed (ms), null of none. */
export function modifiedOf(releases: readonly Release[]): number | null {
  const times = releases.flatMap(release => [Date.parse(release.updated), Date.parse(release.firstSeen)]);
  return times.length === 0 ? null : Math.max(...times);
}
