import { createHash } from 'node:crypto';
import type { Source, SourceConfig } from '../ports/source.ts';
import { listingTrouble } from './contract.ts';
import { shown, webUrl } from './http.ts';
import { load, since, unchanged } from './load.ts';
import type { Readers } from './open-source.ts';

/** Grows when the reader learns to read more out of the same page. */
const READER = 'listing/2';

/** Any page that lists releases, read by selectors; the pages of the items are not read. */
export function openListing(config: SourceConfig, { http, documents }: Readers): Source {
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
      if (loaded.is !== 'loaded') return loaded;
      const parsed = await documents.read(loaded, 'listing', { what, url: loaded.url, zone, select }, signal);
      if ('is' in parsed) return parsed;
      const trouble = listingTrouble(parsed.items, parsed.rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader };
      return { is: 'items', ...parsed, validators, ...loaded.advice };
    },
    close: () => Promise.resolve(),
  };
}
