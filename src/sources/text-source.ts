import type { Source, SourceConfig } from '../ports/source.ts';
import { listingTrouble } from './contract.ts';
import { type Http, shown, webUrl } from './http.ts';
import { load, since, unchanged, unhealthy } from './load.ts';
import { parseText } from './text.ts';

/** Grows when the reader learns to read more out of the same text. */
const READER = 'text/1';

/** A plain-text listing: a file, or a URL that serves one. */
export function openText(config: SourceConfig, http: Http): Source {
  const url = webUrl(config.url);
  const what = url ? shown(url) : config.url;
  return {
    id: config.id,
    zone: config.zone,
    async read(last, signal) {
      const { method, headers, body } = config.request;
      const ask = { url: config.url, method, headers, body, hosts: config.hosts, signal };
      const loaded = await load(http, ask, since(last, READER));
      if (loaded.is === 'unchanged') return unchanged(loaded, READER);
      if (loaded.is !== 'text') return loaded;
      if (/^\s*<(?:!doctype|html)/i.test(loaded.text))
        return unhealthy('layout', `${what} is a web page, not a listing`);
      const { title, items, rejected } = parseText(loaded.text, { zone: config.zone });
      const trouble = listingTrouble(items, rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader: READER };
      return { is: 'items', title, items, rejected, validators, ...loaded.advice };
    },
    close: () => Promise.resolve(),
  };
}
