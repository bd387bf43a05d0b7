import type { Source, SourceConfig, SourceKind } from '../ports/source.ts';
import { openBoard } from './board.ts';
import { openFeed } from './feed.ts';
import { type FeedReader, openFeedReader } from './feed-reader.ts';
import { type Http, type Limits, openHttp } from './http.ts';
import { openListing } from './listing.ts';
import { type RobotsOptions, withRobots } from './robots.ts';
import { openText } from './text-source.ts';
import { boundToRequest } from './validators.ts';

/** What all sources of a process share: the polite client and the thread that parses feeds. */
export interface Readers {
  readonly http: Http;
  readonly feeds: FeedReader;
  close(): Promise<void>;
}

export interface ReadersOptions {
  /** URL that tells a site's administrator who asks. */
  readonly contact?: string | null;
  /** Of one fetch; tests lower them. */
  readonly limits?: Partial<Limits>;
  /** Milliseconds a feed may take to parse. */
  readonly feedDeadline?: number;
  /** How robots.txt is heeded, and who is told where it is not. */
  readonly robots?: RobotsOptions;
}

export function openReaders(options: ReadersOptions = {}): Readers {
  const http = withRobots(openHttp({ contact: options.contact ?? null, limits: options.limits ?? {} }), options.robots);
  const feeds = openFeedReader(options.feedDeadline === undefined ? {} : { deadline: options.feedDeadline });
  return {
    http,
    feeds,
    async close() {
      await Promise.all([http.close(), feeds.close()]);
    },
  };
}

/** The one switch on kind: opens a source. */
export function openSource(config: SourceConfig, readers: Readers): Source {
  return boundToRequest(KINDS[config.kind](config, readers), config);
}

const KINDS: Readonly<Record<SourceKind, (config: SourceConfig, readers: Readers) => Source>> = {
  board: (config, { http }) => openBoard(config, http),
  listing: (config, { http }) => openListing(config, http),
  feed: (config, { http, feeds }) => openFeed(config, http, feeds),
  text: (config, { http }) => openText(config, http),
};
