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
  close(): Promise<void>;
}
