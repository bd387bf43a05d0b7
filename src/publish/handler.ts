import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { atomId } from '../core/identity.ts';
import type { Release } from '../core/release.ts';
import { secure, sendJson, sendRefusal, sendResource } from './answer.ts';
import { createCache, Refused } from './cache.ts';
import { baseOf, rootOf } from './links.ts';
import { guardBody, mountOf } from './mounts.ts';
import { ICON } from './pages/icon.ts';
import { renderLatest } from './pages/latest.ts';
import { type Frame, renderMessage } from './pages/layout.ts';
import { renderRelease } from './pages/release.ts';
import { POLICY } from './pages/style.ts';
import { makeResource, type Resource } from './resource.ts';
import { type Site, sourceOf } from './site.ts';
import { modifiedOf, renderAtom } from './syndication.ts';

const ATOM = 'application/atom+xml; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const SVG = 'image/svg+xml; charset=utf-8';

/** More entries than any reader shows; the archive is for the rest. */
const MOST_ENTRIES = 500;
/** A query longer than this is no query (the same limit as in chat). */
const LONGEST_QUERY = 1_000;
/** What is served reads no body; whoever sends more than this is not a reader. */
const READER_BODY = 100_000;
/** Mounted listeners take platform events, the largest of which stay well below. */
const MOUNT_BODY = 1_000_000;

/** What a path leads to. */
interface Route {
  readonly headers: Readonly<Record<string, string>>;
  /** What the answer is cached by. */
  readonly key: string;
  readonly render: () => Promise<Resource | null>;
}

const PAGE_HEADERS = { 'Content-Security-Policy': POLICY };
const FEED_HEADERS = { 'Access-Control-Allow-Origin': '*' };
const ICON_RESOURCE = makeResource(ICON, SVG, null);

/**
 * The web side as one listener: feed, pages, health, mounts. Whatever fails is logged and answered with 503 and a
 * sentence, or with the last good rendering; nothing of an error reaches the reader.
 */
export function createHandler(site: Site): RequestListener {
  const failed = (error: unknown) => site.log.error({ err: error }, 'a page or feed could not be made');
  const cache = createCache(() => site.store.version(), failed);
  const frame = (): Frame => ({ root: rootOf(site.baseUrl()), sources: site.sources, version: site.version });

  function routeOf(path: string, query: URLSearchParams): Route | null {
    const base = baseOf(site.baseUrl());
    switch (path) {
      case '/':
        return { headers: PAGE_HEADERS, key: `/ ${base}`, render: () => renderFront(site, frame()) };
      case '/feed.atom': {
        const asked = readFeedQuery(query);
        const key = `/feed.atom ${asked.limit} ${asked.query} ${base}`;
        return { headers: FEED_HEADERS, key, render: () => renderFeed(site, asked) };
      }
      case '/icon.svg':
        return { headers: PAGE_HEADERS, key: path, render: async () => ICON_RESOURCE };
      default: {
        const id = releaseIdOf(path);
        if (id === null) return null;
        return { headers: PAGE_HEADERS, key: `/releases/ ${id} ${base}`, render: () => renderOne(site, frame(), id) };
      }
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, title: string, text: string) =>
      sendRefusal(request, response, { status, title, text, page: () => renderMessage(frame(), title, text) });
    const target = readTarget(request.url ?? '', rootOf(site.baseUrl()));
    if (target === null) return refuse(400, 'Bad request', 'This address cannot be read.');
    const mount = mountOf(site.mounts, target.path);
    if (guardBody(request, mount ? MOUNT_BODY : READER_BODY) === 'too large')
      return refuse(413, 'Too large', 'This request carries more than is read here.');
    if (mount) {
      secure(response);
      return void (await mount(request, response));
    }

    const health = target.path === '/healthz' || target.path === '/readyz';
    try {
      const route = health ? null : routeOf(target.path, target.query);
      if (!health && route === null) return refuse(404, 'Not found', 'There is nothing at this address.');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        return refuse(405, 'Method not allowed', 'This address can only be read.');
      }
      if (route === null) return await sendHealth(site, target.path, response);
      const resource = await cache.get(route.key, route.render);
      if (resource === null) return refuse(404, 'Not found', 'No release is recorded under this address.');
      await sendResource(request, response, resource, route.headers);
    } catch (error) {
      if (error instanceof Refused) return refuse(400, 'Bad request', error.message);
      failed(error);
      if (response.headersSent) return void response.destroy();
      response.setHeader('Retry-After', '30');
      refuse(503, 'Not available', 'This cannot be answered at the moment. Try again in half a minute.');
    }
  }

  return (request, response) => {
    answer(request, response).catch(error => {
      // Only a mounted listener, or the refusal itself, can fail beyond the catch above.
      failed(error);
      if (response.headersSent) response.destroy();
      else sendRefusal(request, response, { status: 500, title: 'Error', text: 'Something went wrong.', page: null });
    });
  };
}

interface FeedQuery {
  /** Null: as many as the site's page size. */
  readonly limit: number | null;
  readonly query: string | null;
}

/** @throws {Refused} with what is wrong with it */
function readFeedQuery(parameters: URLSearchParams): FeedQuery {
  const limit = parameters.get('limit');
  if (limit !== null && !/^[1-9]\d{0,8}$/.test(limit))
    throw new Refused(`limit has to be a whole number from 1 to ${MOST_ENTRIES}, for example /feed.atom?limit=20.`);
  const query = parameters.get('q')?.trim() || null;
  if (query !== null && query.length > LONGEST_QUERY)
    throw new Refused(`A query has at most ${LONGEST_QUERY} characters.`);
  return { limit: limit === null ? null : Math.min(Number(limit), MOST_ENTRIES), query };
}

async function renderFeed(site: Site, asked: FeedQuery): Promise<Resource> {
  const limit = asked.limit ?? site.pageSize;
  const found = asked.query === null ? null : await searchFor(site, asked.query, limit);
  const releases = found?.releases ?? (await site.store.releases({ limit }));
  const parameters = new URLSearchParams();
  if (found) parameters.set('q', found.normal);
  if (asked.limit !== null) parameters.set('limit', String(asked.limit));
  const xml = renderAtom({
    installation: await site.store.installation(),
    baseUrl: site.baseUrl(),
    path: parameters.size === 0 ? '/feed.atom' : `/feed.atom?${parameters}`,
    query: found?.normal ?? null,
    releases,
    sources: site.sources,
    label: site.label,
    version: site.version,
  });
  return makeResource(xml, ATOM, modifiedOf(releases));
}

async function searchFor(site: Site, query: string, limit: number) {
  if (!site.search) throw new Refused('This feed answers no queries: leave out q and read /feed.atom.');
  const found = await site.search(query, limit);
  if (found.is === 'refused') throw new Refused(found.reason);
  return found;
}

async function renderFront(site: Site, frame: Frame): Promise<Resource> {
  const releases = await site.store.releases({ limit: site.pageSize });
  return makeResource(renderLatest(frame, site.labels, baseOf(site.baseUrl()), releases), HTML, modifiedOf(releases));
}

async function renderOne(site: Site, frame: Frame, id: string): Promise<Resource | null> {
  const release: Release | null = await site.store.release(id);
  if (release === null) return null;
  const atom = atomId(await site.store.installation(), release.id);
  const related = (await site.related?.(release)) ?? [];
  const { republish } = sourceOf(site.sources, release.source);
  const amendments =
    release.revision > 1
      ? ((await site.amendments?.(release, republish === 'full' ? ['title', 'text'] : ['title'])) ?? [])
      : [];
  const shelf = { release, related, amendments, atom };
  const page = renderRelease(frame, site.label, baseOf(site.baseUrl()), shelf);
  return makeResource(page, HTML, modifiedOf([release]));
}

/** Alive as a process, or ready to serve: the store answers and whoever knows names no reason against it. */
async function sendHealth(site: Site, path: string, response: ServerResponse): Promise<void> {
  if (path === '/healthz') return sendJson(response, 200, { ok: true, version: site.version });
  const reasons = await Promise.all([
    site.store.version().then(
      () => [],
      () => ['the store does not answer'],
    ),
    site.ready().catch(() => ['readiness cannot be told']),
  ]);
  const all = reasons.flat();
  sendJson(response, all.length === 0 ? 200 : 503, { ok: all.length === 0, reasons: all });
}

/** Source and key, each one plain word: what no release can have is not asked of the store. */
const RELEASE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\/[A-Za-z0-9][A-Za-z0-9._~-]{0,79}$/;

function releaseIdOf(path: string): string | null {
  if (!path.startsWith('/releases/')) return null;
  const id = path.slice('/releases/'.length);
  return RELEASE_ID.test(id) ? id : null;
}

/**
 * Path and query of a request, decoded. The path is taken as it was sent: nothing resolves "..", so that it can
 * only ever name what is not there.
 * @param root stripped where a proxy left it on
 */
function readTarget(url: string, root: string): { readonly path: string; readonly query: URLSearchParams } | null {
  const local = url.replace(/^https?:\/\/[^/?#]*/i, '');
  if (!local.startsWith('/')) return null;
  const [raw = '', ...rest] = local.split('?');
  try {
    const path = decodeURIComponent(raw);
    const below = root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
    return { path: below, query: new URLSearchParams(rest.join('?')) };
  } catch {
    return null;
  }
}
