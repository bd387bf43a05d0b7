import type { Source, SourceConfig } from '../ports/source.ts';
import { feedTrouble } from './contract.ts';
import { distinct } from './feed-entry.ts';
import type { FeedReader } from './feed-reader.ts';
import { type Http, shown, webUrl } from './http.ts';
import { load, since, unchanged, unhealthy } from './load.ts';
import type { Parsed } from './text.ts';

/** Grows when the reader learns to read more out of the same feed. */
const READER = 'feed/2';

/** A feed: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed. */
export function openFeed(config: SourceConfig, http: Http, feeds: FeedReader): Source {
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
      const parsed = await feeds.parse(loaded.text, { url: loaded.url, zone: config.zone }, signal);
      if (parsed.is === 'trouble') return unhealthy(parsed.fault, `${what}: ${parsed.reason}`);
      const { title } = parsed;
      const { items, rejected } = identified(parsed);
      const trouble = feedTrouble(items, rejected, what);
      if (trouble) return trouble;
      const validators = { ...loaded.validators, reader: READER };
      return { is: 'items', title, items, rejected, validators, ...loaded.advice };
    },
    // The thread is shared with the other feeds and ends with the readers.
    close: () => Promise.resolve(),
  };
}

/** Items under keys of their own. What has neither id nor link nor title can be told from nothing: no release is made of it. */
export function identified({ items, rejected }: Parsed): Pick<Parsed, 'items' | 'rejected'> {
  const named = items.filter(item => item.key !== null || item.url !== null || item.title !== '');
  const nameless = items.flatMap((item, at) =>
    named.includes(item) ? [] : [{ at: `item ${at + 1}`, reason: 'it has neither id nor link nor title' }],
  );
  const keyed = distinct(named);
  return { items: keyed.items, rejected: [...rejected, ...nameless, ...keyed.rejected] };
}
