import { createHash } from 'node:crypto';
import type { Select, Source, SourceConfig } from '../ports/source.ts';
import { listingTrouble } from './contract.ts';
import { documentTrouble } from './html-page.ts';
import { type Http, shown, webUrl } from './http.ts';
import { parseListing } from './listing-parse.ts';
import { load, since, type Unhealthy, unchanged, unhealthy } from './load.ts';
import type { Parsed } from './text.ts';

/** Grows when the reader learns to read more out of the same page. */
const READER = 'listing/1';

/** Any page that lists releases, read by selectors; the pages of the items are not read. */
export function openListing(config: SourceConfig, http: Http): Source {
  const { id, zone, select } = config;
  if (select === null) throw new TypeError(`source ${id} is a listing without selectors`);
  // Other selectors find other items on the same page: they are another reader.
  const reader = `${READER}:${createHash('sha256').update(JSON.stringify(select)).digest('hex').slice(0, 12)}`;
  const url = webUrl(config.url);
  const what = url ? shown(url) : config.url;
  return {
    id,
    zone,
    async read(last, signal) {
      const { method, headers, body } = config.request;
      const ask = { url: config.url, method, headers, body, hosts: config.hosts, signal };
      const loaded = await load(http, ask, since(last, reader));
      if (loaded.is === 'unchanged') return unchanged(loaded, reader);
      if (loaded.is !== 'text') return loaded;
      const parsed = readListing(loaded.text, { url: loaded.url, zone, select, what });
      if ('is' in parsed) return parsed;
      const { title, items, rejected } = parsed;
      const trouble = listingTrouble(items, rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader };
      return { is: 'items', title, items, rejected, validators, ...loaded.advice };
    },
    close: () => Promise.resolve(),
  };
}

/** Reads a page by selectors; what is no such page is trouble, whatever its length or depth. Never throws. */
export function readListing(
  html: string,
  { what, ...at }: { url: string | null; zone: string; select: Select; what: string },
): Parsed | Unhealthy {
  const trouble = documentTrouble(html, what);
  if (trouble) return trouble;
  try {
    const parsed = parseListing(html, at);
    if (parsed.items.length > 0 || parsed.rejected.length > 0) return parsed;
    const page = parsed.title ? ` ("${parsed.title}")` : '';
    return unhealthy('layout', `nothing on ${what}${page} matches item "${at.select.item}"`);
  } catch (error) {
    return unhealthy('parse', `${what} cannot be read (${error instanceof Error ? error.message : error})`);
  }
}
