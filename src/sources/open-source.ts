import type { Source, SourceConfig, SourceKind } from '../ports/source.ts';
import { openBoard } from './board.ts';
import { type DocumentReader, openDocumentReader, type ReadingLimits } from './document-reader.ts';
import { openFeed } from './feed.ts';
import { type Fetch, guardedCarrier } from './guarded.ts';
import { type Http, type Limits, openHttp, webUrl } from './http.ts';
import { openListing } from './listing.ts';
import { type RobotsOptions, withRobots } from './robots.ts';
import { openText } from './text-source.ts';
import { boundToRequest } from './validators.ts';

/** What all sources of a process share: the polite clients, and the threads that read what they fetch. */
export interface Readers {
  readonly http: Http;
  /** For what somebody in chat named: it asks public hosts alone, and heeds their robots.txt. */
  readonly guarded: Http;
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
  /** In place of the guarded fetch: tests have no public host to ask. */
  readonly guarded?: Fetch | null;
}

export function openReaders(options: ReadersOptions = {}): Readers {
  const asking = { contact: options.contact ?? null, limits: options.limits ?? {} };
  const http = withRobots(openHttp(asking), options.robots);
  const carrier = guardedCarrier(options.guarded ?? null);
  const guarded = withRobots(openHttp({ ...asking, carrier }), { ...options.robots, heed: true });
  const documents = openDocumentReader(options.reading);
  return {
    http,
    guarded,
    documents,
    async close() {
      await Promise.all([http.close(), guarded.close(), documents.close()]);
    },
  };
}

/** The one switch on kind: opens a source. */
export function openSource(config: SourceConfig, readers: Readers): Source {
  return boundToRequest(KINDS[config.kind](config, within(config.reach, readers, config.url)), config);
}

/**
 * The readers as far as a source may reach: whatever it asks for, it has no other client.
 * @throws where what somebody in chat named would be read from the disk
 */
function within(reach: SourceConfig['reach'], readers: Readers, url: string): Readers {
  if (reach === 'any') return readers;
  if (!webUrl(url)) throw new Error(`${url.slice(0, 80)} is no address of the web`);
  return { ...readers, http: readers.guarded };
}

const KINDS: Readonly<Record<SourceKind, (config: SourceConfig, readers: Readers) => Source>> = {
  board: openBoard,
  listing: openListing,
  feed: openFeed,
  text: openText,
};
