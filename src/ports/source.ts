import type { Answer } from '../core/absence.ts';
import type { Item } from '../core/item.ts';

/** Validators of the last good answer, byte for byte as the server sent them. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** sha256 (hex) of the decoded body: ends a poll whose bytes did not change. */
  readonly hash: string | null;
  /** Version of the reader that understood the body: a newer reader asks without validators once. */
  readonly reader: string;
}

/** What a poll of a source found. Never thrown: a source in trouble is a result. */
export type Reading =
  | {
      readonly is: 'items';
      readonly title: string | null;
      readonly items: readonly Item[];
      readonly validators: Validators;
      readonly rejected: readonly Rejected[];
    }
  | { readonly is: 'unchanged'; readonly validators: Validators }
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
  | 'parse'
  | 'file';

export type SourceKind = 'board' | 'feed' | 'text';

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
   */
  read(last: Validators | null, signal?: AbortSignal, known?: Known): Promise<Reading>;
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
