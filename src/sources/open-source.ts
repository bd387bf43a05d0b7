import type { Source, SourceConfig, SourceKind } from '../ports/source.ts';
import { openBoard } from './board.ts';
import { type DocumentReader, openDocumentReader, type ReadingLimits } from './document-reader.ts';
import { openFeed } from './feed.ts';
import { type Http, type Limits, openHttp } from './http.ts';
import { openListing } from './listing.ts';
import { type RobotsOptions, withRobots } from './robots.ts';
import { openText } from './text-source.ts';
import { boundToRequest } from './validators.ts';

/** What all sources of a process share: the polite client, and the threads that read what it fetches. */
export interface Readers {
  readonly http: Http;
  readonly documents: DocumentReader;
  close(): Promise<void>;
}

export interface ReadersOptions {
  /** URL that tells a site's administrator who asks. */
  readonly contact?: string | null;
  /** Of one fetch; tests lower them. */
  readonly limits?: Partial<Limits>;
  /** Of reading one document; tests lower them. */
  readonly reading?: Partial<ReadingLimits>;
  /** How robots.txt is heeded, and who is told where it is not. */
  readonly robots?: RobotsOptions;
}

export function openReaders(options: ReadersOptions = {}): Readers {
  const http = withRobots(openHttp({ contact: options.contact ?? null, limits: options.limits ?? {} }), options.robots);
  const documents = openDocumentReader(options.reading);
  return {
    http,
    documents,
    async close() {
      await Promise.all([http.close(), documents.close()]);
    },
  };
}

/** The one switch on kind: opens a source. */
export function openSource(config: SourceConfig, readers: Readers): Source {
  return boundToRequest(KINDS[config.kind](config, readers), config);
}

const KINDS: Readonly<Record<SourceKind, (config: SourceConfig, readers: Readers) => Source>> = {
  board: openBoard,
  listing: openListing,
  feed: openFeed,
  text: openText,
};
