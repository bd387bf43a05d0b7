import type { Answer } from '../core/absence.ts';
import type { Item } from '../core/item.ts';

/** Validators of the last good answer, byte for byte as the server sent them. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** sha256 (hex) of the decoded body: ends a poll whose bytes did not change. */
  readonly hash: string | null;
  /**
   * Version of the reader that understood the body, and a mark of what was asked: a newer reader, or one with another
   * address, asks without validators once.
   */
  readonly reader: string;
}

/** What a server says beside the document: when it wants to be asked again, and where. */
export interface Advice {
  /** Seconds for which its answer stays fresh (RFC 9111: max-age less Age); absent where it does not say. */
  readonly maxAge?: number;
  /** Where permanent redirects (301, 308) within the allowed hosts led; absent where there were none. */
  readonly moved?: string;
}

/** What a poll of a source found. Never thrown: a source in trouble is a result. */
export type Reading =
  | ({
      readonly is: 'items';
      readonly title: string | null;
      readonly items: readonly Item[];
      readonly validators: Validators;
      readonly rejected: readonly Rejected[];
    } & Advice)
  | ({ readonly is: 'unchanged'; readonly validators: Validators } & Advice)
  | {
      readonly is: 'unhealthy';
      readonly fault: Fault;
      readonly reason: string;
      /** Seconds the server asked us to stay away, between a minute and a day; null where it did not. */
      readonly retryAfter: number | null;
    };

/** A page of a listing that goes on. */
export type Page =
  | {
      readonly is: 'items';
      readonly items: readonly Item[];
      readonly rejected: readonly Rejected[];
      /** The latest civil date on the page (YYYY-MM-DD), null where none could be read. */
      readonly newest: string | null;
    }
  | Extract<Reading, { is: 'unhealthy' }>;

/** Which of these keys of the source are recorded already. */
export type Known = (keys: readonly string[]) => Promise<ReadonlySet<string>>;

/** What a reading of several pages keeps of each, so that one that was cut short goes on where it was. */
export interface Track {
  /** What was kept by readings of this mark and is not recorded yet: by page, of one page the latest first. */
  kept(mark: string): Promise<readonly KeptPage[]>;
  keep(mark: string, page: KeptPage): Promise<void>;
}

export interface KeptPage {
  readonly page: number;
  /** JSON, whatever the source needs to go on. */
  readonly content: unknown;
}

/** A named thing that was listed and could not be read as an item. */
export interface Rejected {
  readonly at: string;
  readonly reason: string;
}

export type Fault =
  | 'network'
  | 'timeout'
  | 'tls'
  | 'status'
  | 'redirect'
  | 'size'
  | 'charset'
  | 'layout'
  | 'empty'
  | 'stale'
  | 'parse'
  | 'file'
  /** We do not ask: the address is not a public one, or robots.txt forbids it, and nobody but a person in chat named it. */
  | 'refused';

export type SourceKind = 'board' | 'listing' | 'feed' | 'text';

/**
 * Where the parts of an item stand on a page of any kind (kind listing). Each is a CSS selector within the item; with
 * "@name" at its end the attribute of that name is meant (`time@datetime`), without one the text.
 */
export interface Select {
  /** One match per item, within the page. */
  readonly item: string;
  readonly title: string;
  readonly date: string;
  /** The attribute is `href` where none is named; null takes the first link of the item. */
  readonly link: string | null;
  /** Null leaves the items without a text. */
  readonly body: string | null;
}

/** What it takes to open a source. */
export interface SourceConfig {
  /** Slug, part of every release id. */
  readonly id: string;
  /** Short name shown on cards: "MOTIR". */
  readonly name: string;
  readonly kind: SourceKind;
  /** http or https URL; a path or file: URL is read from the disk. */
  readonly url: string;
  /** IANA zone in which the source's dates are meant. */
  readonly zone: string;
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** URLs of lists that carry the official category of the same items (kind board). */
  readonly categories: readonly string[];
  /** Exact hosts that may answer beside the URL's own. */
  readonly hosts: readonly string[];
  /** Name of the shape of the pages (kind board); null lets the page decide. */
  readonly profile: string | null;
  /** Needed by kind listing. */
  readonly select: Select | null;
  /**
   * Whom it may lead us to. `any`: whoever the operator named, this machine too. `public`: somebody in chat named it, so
   * that only public hosts are asked, by https alone, and only as far as their robots.txt allows.
   */
  readonly reach: 'any' | 'public';
}

export interface Source {
  readonly id: string;
  /** IANA zone in which the source's dates are meant. */
  readonly zone: string;
  /**
   * Reads the source once, newest item first.
   * @param last validators of the last good reading, null to ask unconditionally
   * @param signal aborts the reading; it then answers `unhealthy(timeout)`
   * @param known lets a source of several pages read on until it meets what is recorded; without it, and on sources
   *   of one page, only the first page is read
   * @param track where a source of several pages keeps what it has read on the way, and finds it again
   */
  read(last: Validators | null, signal?: AbortSignal, known?: Known, track?: Track): Promise<Reading>;
  /**
   * All that it lists, page by page, newest first, to the end. A page in trouble is given as such; whoever goes on asks
   * for it again. Absent on sources of one page.
   * @param known items that are recorded already are left out where they would cost a request of their own
   */
  pages?(known: Known, signal?: AbortSignal): AsyncGenerator<Page>;
  /** What the page of an article says of it; absent on sources whose keys name no page. */
  look?(key: string, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}
