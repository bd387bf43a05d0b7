import { atomId } from '../core/identity.ts';
import type { FacetName, Release } from '../core/release.ts';
import { Refused } from './cache.ts';
import { renderJsonFeed } from './json-feed.ts';
import { baseOf, type Format, feedPath, rootOf } from './links.ts';
import { ICON } from './pages/icon.ts';
import { renderLatest } from './pages/latest.ts';
import type { Frame } from './pages/layout.ts';
import { renderRelease } from './pages/release.ts';
import { renderRefused, renderSearch } from './pages/search.ts';
import { POLICY } from './pages/style.ts';
import { renderTopic, renderTopics } from './pages/topics.ts';
import { makeResource, type Resource } from './resource.ts';
import { type Site, shownOf, sourceOf } from './site.ts';
import { modifiedOf, renderAtom, renderRss } from './syndication.ts';

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const SVG = 'image/svg+xml; charset=utf-8';

/** How each format is made and called. */
const FEEDS = {
  atom: { render: renderAtom, type: 'application/atom+xml; charset=utf-8' },
  rss: { render: renderRss, type: 'application/rss+xml; charset=utf-8' },
  json: { render: renderJsonFeed, type: 'application/feed+json; charset=utf-8' },
} as const;

/** More entries than any reader shows; the archive is for the rest. */
const MOST_ENTRIES = 500;
/** A query longer than this is no query (the same limit as in chat). */
const LONGEST_QUERY = 1_000;

/** What a path leads to. */
export interface Route {
  readonly headers: Readonly<Record<string, string>>;
  /** What the answer is cached by. */
  readonly key: string;
  readonly render: () => Promise<Resource | null>;
}

const PAGE_HEADERS = { 'Content-Security-Policy': POLICY };
const OPEN_HEADERS = { 'Access-Control-Allow-Origin': '*' };
const ICON_RESOURCE = makeResource(ICON, SVG, null);

export const frameOf = (site: Site): Frame => ({
  root: rootOf(site.baseUrl()),
  sources: site.sources,
  version: site.version,
});

/** What a path leads to, null where it leads nowhere. @throws {Refused} where its parameters are wrong */
export function routeOf(site: Site, path: string, query: URLSearchParams): Route | null {
  const base = baseOf(site.baseUrl());
  const page = (key: string, render: Route['render']): Route => ({
    headers: PAGE_HEADERS,
    key: `${key} ${base}`,
    render,
  });
  const open = (key: string, render: Route['render']): Route => ({
    headers: OPEN_HEADERS,
    key: `${key} ${base}`,
    render,
  });
  const feed = FEED.exec(path);
  if (feed) {
    const format = feed[1] as Format;
    const asked = readAsked(query, path);
    return open(`${path} ${asked.limit} ${asked.query}`, () => renderFeed(site, format, asked));
  }
  const value = VALUE_FEED.exec(path);
  if (value) {
    const [, plural = '', id = '', format] = value;
    const asked = { ...readAsked(query, path), query: `${plural === 'topics' ? 'topic' : 'country'}:${id}` };
    return open(`${path} ${asked.limit}`, () => renderValueFeed(site, format as Format, asked));
  }
  const [, topic] = TOPIC.exec(path) ?? [];
  if (topic !== undefined) return page(path, () => renderOneTopic(site, topic));
  const [, api = null, id = null] = ONE.exec(path) ?? [];
  if (id !== null && api === null) return page(`/releases/ ${id}`, () => renderOne(site, id));
  if (id !== null && site.shape) return open(`/api/ ${id}`, () => renderRecord(site, id));
  switch (path) {
    case '/':
      return page('/', () => renderFront(site));
    case '/icon.svg':
      return { headers: PAGE_HEADERS, key: path, render: async () => ICON_RESOURCE };
    case '/topics':
      return site.values ? page(path, () => renderAllTopics(site)) : null;
    case '/search': {
      const asked = readAsked(query, path);
      return page(`${path} ${asked.limit} ${asked.cursor} ${asked.query}`, () => renderFound(site, asked));
    }
    case '/api/releases': {
      const asked = readAsked(query, path);
      const key = `${path} ${asked.limit} ${asked.cursor} ${asked.query}`;
      return site.shape ? open(key, () => renderRecords(site, asked)) : null;
    }
    default:
      return null;
  }
}

const FEED = /^\/feed\.(atom|rss|json)$/;
const VALUE_FEED = /^\/(topics|countries)\/([a-z0-9][a-z0-9-]{0,63})\.(atom|rss|json)$/;
const TOPIC = /^\/topics\/([a-z0-9][a-z0-9-]{0,63})$/;
/** Source and key, each one plain word: what no release can have is not asked of the store. */
const ONE = /^(\/api)?\/releases\/([A-Za-z0-9][A-Za-z0-9._-]{0,79}\/[A-Za-z0-9][A-Za-z0-9._~-]{0,79})$/;

interface Asked {
  /** Null: as many as the site's page size. */
  readonly limit: number | null;
  /** As it was typed. */
  readonly query: string | null;
  /** The id of the last release already had. */
  readonly cursor: string | null;
}

/** @throws {Refused} with what is wrong with it */
function readAsked(parameters: URLSearchParams, path: string): Asked {
  const limit = parameters.get('limit');
  if (limit !== null && !/^[1-9]\d{0,8}$/.test(limit))
    throw new Refused(`limit has to be a whole number from 1 to ${MOST_ENTRIES}, for example ${path}?limit=20.`);
  const query = parameters.get('q')?.trim() || null;
  if (query !== null && query.length > LONGEST_QUERY)
    throw new Refused(`A query has at most ${LONGEST_QUERY} characters.`);
  const cursor = parameters.get('cursor');
  if (cursor !== null && !ONE.test(`/releases/${cursor}`))
    throw new Refused('cursor has to be the id of the last release of the page before.');
  return { limit: limit === null ? null : Math.min(Number(limit), MOST_ENTRIES), query, cursor };
}

/** @throws {Refused} where it is no query, with the suggestion */
async function searchFor(site: Site, query: string, limit: number, cursor: string | null = null) {
  if (!site.search) throw new Refused('This site answers no queries: leave out q.');
  const found = await site.search(query, limit, cursor ?? undefined);
  if (found.is === 'refused') throw new Refused(found.reason);
  return found;
}

async function renderFeed(site: Site, format: Format, asked: Asked): Promise<Resource> {
  const limit = asked.limit ?? site.pageSize;
  const found = asked.query === null ? null : await searchFor(site, asked.query, limit);
  const releases = found?.releases ?? (await site.store.releases({ limit }));
  const text = FEEDS[format].render({
    installation: await site.store.installation(),
    baseUrl: site.baseUrl(),
    path: feedPath(format, found?.normal ?? null, asked.limit),
    query: found?.normal ?? null,
    releases,
    sources: site.sources,
    label: site.label,
    version: site.version,
  });
  return makeResource(text, FEEDS[format].type, modifiedOf(releases));
}

/** The feed of a value is that of the query for it; what is no value, or another name of one, has none. */
async function renderValueFeed(site: Site, format: Format, asked: Asked): Promise<Resource | null> {
  const found = await site.search?.(asked.query ?? '', 1);
  return found?.is === 'found' && found.normal === asked.query ? renderFeed(site, format, asked) : null;
}

async function renderFront(site: Site): Promise<Resource> {
  const releases = await site.store.releases({ limit: site.pageSize });
  const page = renderLatest(frameOf(site), site.labels, baseOf(site.baseUrl()), releases);
  return makeResource(page, HTML, modifiedOf(releases));
}

async function renderOne(site: Site, id: string): Promise<Resource | null> {
  const release: Release | null = await site.store.release(id);
  if (release === null) return null;
  const atom = atomId(await site.store.installation(), release.id);
  const related = (await site.related?.(release)) ?? [];
  const { republish } = sourceOf(site.sources, release.source);
  const parts = republish === 'full' ? (['title', 'text'] as const) : (['title'] as const);
  const amendments = release.revision > 1 ? ((await site.amendments?.(release, parts)) ?? []) : [];
  const shelf = { release, related, amendments, atom };
  const page = renderRelease(frameOf(site), site.label, baseOf(site.baseUrl()), shelf);
  return makeResource(page, HTML, modifiedOf([release]));
}

async function renderAllTopics(site: Site): Promise<Resource> {
  const topics = (await site.values?.('topic')) ?? [];
  return makeResource(renderTopics(frameOf(site), baseOf(site.baseUrl()), topics), HTML, null);
}

const TOPICS: FacetName = 'topic';

async function renderOneTopic(site: Site, id: string): Promise<Resource | null> {
  const topic = (await site.values?.(TOPICS))?.find(one => one.id === id);
  const found = topic && (await site.search?.(`topic:${id}`, site.pageSize));
  if (!topic || found?.is !== 'found') return null;
  const shelf = { topic, releases: found.releases };
  const page = renderTopic(frameOf(site), site.labels, baseOf(site.baseUrl()), shelf);
  return makeResource(page, HTML, modifiedOf(found.releases));
}

async function renderFound(site: Site, { query, limit, cursor }: Asked): Promise<Resource> {
  const most = limit ?? site.pageSize;
  const found = query === null ? null : await searchFor(site, query, most, cursor).catch(refusedPage(site, query));
  const releases = found?.releases ?? [];
  const page = renderSearch(frameOf(site), site.labels, {
    typed: query ?? '',
    normal: found?.normal ?? null,
    releases,
    hints: found?.hints ?? [],
    next: releases.length === most ? (releases.at(-1)?.id ?? null) : null,
    further: cursor !== null,
  });
  return makeResource(page, HTML, null);
}

/** A person who typed a query gets it back in the box, with what to write instead. */
const refusedPage = (site: Site, query: string) => (error: unknown) => {
  throw error instanceof Refused
    ? new Refused(error.message, renderRefused(frameOf(site), query, error.message))
    : error;
};

async function renderRecords(site: Site, { query, limit, cursor }: Asked): Promise<Resource> {
  const most = limit ?? site.pageSize;
  const after = cursor === null ? {} : { after: cursor };
  const found = query === null ? null : await searchFor(site, query, most, cursor);
  const releases = found?.releases ?? (await site.store.releases({ limit: most, ...after }));
  const next = releases.length === most ? (releases.at(-1)?.id ?? null) : null;
  const items = releases.map(release => recordOf(site, release));
  return makeResource(`${JSON.stringify({ items, next })}\n`, JSON_TYPE, modifiedOf(releases));
}

async function renderRecord(site: Site, id: string): Promise<Resource | null> {
  const release = await site.store.release(id);
  if (release === null) return null;
  return makeResource(`${JSON.stringify(recordOf(site, release))}\n`, JSON_TYPE, modifiedOf([release]));
}

/** As the command line gives it, of the text as much as its source allows. */
function recordOf(site: Site, release: Release): object {
  const shown = shownOf(release, sourceOf(site.sources, release.source).republish);
  return { ...site.shape?.(release), text: shown.text ?? shown.lead };
}
