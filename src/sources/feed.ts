import type { Source, SourceConfig } from '../ports/source.ts';
import { feedTrouble } from './contract.ts';
import { shown, webUrl } from './http.ts';
import { load, since, unchanged } from './load.ts';
import type { Readers } from './open-source.ts';

/** Grows when the reader learns to read more out of the same feed. */
const READER = 'feed/3';

/** A feed: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed. */
export function openFeed(config: SourceConfig, { http, documents }: Readers): Source {
  const { id, zone } = config;
  const url = webUrl(config.url);
  const what = url ? shown(url) : config.url;
  return {
    id,
    zone,
    async read(last, signal) {
      const { method, headers, body } = config.request;
      const ask = { url: config.url, method, headers, body, hosts: config.hosts, signal };
      const loaded = await load(http, ask, since(last, READER));
      if (loaded.is === 'unchanged') return unchanged(loaded, READER);
      if (loaded.is !== 'loaded') return loaded;
      const parsed = await documents.read(loaded, 'feed', { what, url: loaded.url, zone, distinct: true }, signal);
      if ('is' in parsed) return parsed;
      const trouble = feedTrouble(parsed.items, parsed.rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader: READER };
      return { is: 'items', ...parsed, validators, ...loaded.advice };
    },
    // The threads are shared with the other sources and end with the readers.
    close: () => Promise.resolve(),
  };
}
