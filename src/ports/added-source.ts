import type { SourceKind } from './source.ts';

/** A source that somebody has added in chat. Times are RFC 3339 in UTC. */
export interface AddedSource {
  /** Slug, part of every release id. */
  readonly id: string;
  /** The ready source that it is; null for a feed at an address. */
  readonly preset: string | null;
  readonly kind: SourceKind;
  readonly url: string;
  /** What it called itself when it was added; null where it has no title. */
  readonly title: string | null;
  /** "slack:U012" or "discord:123". */
  readonly createdBy: string;
  readonly createdAt: string;
  /** Null while it is watched. */
  readonly removedAt: string | null;
}

export type NewSource = Omit<AddedSource, 'createdAt' | 'removedAt'>;

/** How much may be added in chat. */
export interface AddingLimits {
  /** Sources that are watched at a time. */
  readonly most: number;
  /** What one person may add within an hour. */
  readonly perHour: number;
}

/** What became of an addition. */
export type Adding =
  | { readonly is: 'added' | 'known'; readonly source: AddedSource }
  /** Another one that is watched has that id. */
  | { readonly is: 'taken' }
  /** As many are watched as may be. */
  | { readonly is: 'full' }
  /** The person has added enough for now. */
  | { readonly is: 'often'; readonly until: string };

export interface AddedSourceStore {
  /** All that were ever added, the first one first. */
  addedSources(): Promise<readonly AddedSource[]>;
  /**
   * Adds one in one transaction with the row of its state: it is due at once, and its first reading is a silent one,
   * also where it was watched before. `known` gives the one that is watched at that address already.
   */
  addSource(asked: NewSource, limits: AddingLimits, now: string): Promise<Adding>;
  /** From then on it is due no more; its releases stay. Null where none of that id is watched. */
  removeSource(id: string, by: string, now: string): Promise<AddedSource | null>;
}
