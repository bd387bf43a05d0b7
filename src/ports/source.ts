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
  | { readonly is: 'unhealthy'; readonly fault: Fault; readonly reason: string; readonly retryAfter: number | null };

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

export interface Source {
  readonly id: string;
  /** IANA zone in which the source's dates are meant. */
  readonly zone: string;
  /**
   * Reads the source once, newest item first.
   * @param last validators of the last good reading, null to ask unconditionally
   * @param signal aborts the reading; it then answers `unhealthy(timeout)`
   */
  read(last: Validators | null, signal?: AbortSignal): Promise<Reading>;
  close(): Promise<void>;
}
