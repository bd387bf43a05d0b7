import type { Source, SourceConfig } from '../ports/source.ts';
import { listingTrouble } from './contract.ts';
import { shown, webUrl } from './http.ts';
import { load, since, unchanged } from './load.ts';
import type { Readers } from './open-source.ts';

/** Grows when the reader learns to read more out of the same text. */
const READER = 'text/1';

/** A plain-text listing: a file, or a URL that serves one. */
export function openText(config: SourceConfig, { http, documents }: Readers): Source {
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
      const parsed = await documents.read(loaded, 'text', { what, zone }, signal);
      if ('is' in parsed) return parsed;
      const trouble = listingTrouble(parsed.items, parsed.rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader: READER };
      return { is: 'items', ...parsed, validators, ...loaded.advice };
    },
    close: () => Promise.resolve(),
  };
}
