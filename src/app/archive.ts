import { setImmediate as turn } from 'node:timers/promises';
import { lineHolds } from '../core/line-match.ts';
import type { Query } from '../core/query.ts';
import type { Release } from '../core/release.ts';
import { supersetOf } from '../core/superset.ts';
import type { Candidate, Store } from '../ports/store.ts';
import type { Language } from './language.ts';

export interface ArchiveTools {
  readonly store: Store;
  readonly language: Language;
}

/** Candidates read at once: enough to keep the database busy, few enough to keep memory flat. */
const PAGE = 200;
/** The first page is as large as the answer, but not smaller than this: a few candidates do not match. */
const FIRST_PAGE = 24;

/** How long others wait while the archive is looked through, milliseconds: nothing in it waits for anything by itself. */
const SLICE = 15;

/** A release that was found, not read yet. */
export type Found = Pick<Candidate, 'id' | 'day'>;

/** Where to begin and where to end. */
export interface Stretch {
  /** The id of the last release already had. */
  readonly after?: string;
  /** The oldest civil day (YYYY-MM-DD). */
  readonly from?: string;
  /** How many are wanted, where that is known: no more than it takes is read. */
  readonly limit?: number;
}

/**
 * What of the archive a query matches, newest first. The store's index gives candidates, and the query itself decides,
 * so that every engine finds the same. A release is read only where its line of words and facts does not tell.
 */
export async function* matchesOf(
  query: Query,
  { after, from, limit = PAGE }: Stretch,
  { store, language }: ArchiveTools,
): AsyncGenerator<Found> {
  const superset = supersetOf(query);
  const since =
    [superset.from, from ?? null]
      .filter(day => day !== null)
      .sort()
      .at(-1) ?? null;
  let size = Math.min(PAGE, Math.max(FIRST_PAGE, limit));
  let last = after;
  let began = performance.now();
  while (true) {
    const page = await store.candidates(
      { ...superset, from: since },
      { limit: size, ...(last === undefined ? {} : { after: last }) },
    );
    const told = page.map(one => ({ ...one, holds: lineHolds(query, one.line) }));
    const unsure = told.filter(({ holds }) => holds === null).map(({ id }) => id);
    const read = new Set<string>();
    for (const release of await store.releasesOf(unsure)) {
      if (language.match(query, release)) read.add(release.id);
      if (performance.now() - began < SLICE) continue;
      await turn();
      began = performance.now();
    }
    for (const { id, day, holds } of told) if (holds ?? read.has(id)) yield { id, day };
    if (page.length < size) return;
    last = page.at(-1)?.id;
    size = PAGE;
    await turn();
    began = performance.now();
  }
}

/** The newest releases that a query matches, at most `limit`, after the one already had; all of them where the query is null. */
export async function find(
  query: Query | null,
  { limit, after }: Stretch & { readonly limit: number },
  tools: ArchiveTools,
): Promise<Release[]> {
  const stretch = { limit, ...(after === undefined ? {} : { after }) };
  if (query === null) return [...(await tools.store.releases(stretch))];
  const ids: string[] = [];
  if (limit < 1) return [];
  for await (const { id } of matchesOf(query, stretch, tools)) {
    ids.push(id);
    if (ids.length >= limit) break;
  }
  return [...(await tools.store.releasesOf(ids))];
}

/** What a subscription to a query would have brought. */
export interface Survey {
  /** Matches in the archive. */
  readonly count: number;
  /** Releases in the archive. */
  readonly of: number;
  /** The civil date of the oldest release, null where none has one. */
  readonly since: string | null;
  /** The newest matches, newest first. */
  readonly latest: readonly Release[];
}

/** Matches a query against the whole archive. */
export async function survey(query: Query, most: number, tools: ArchiveTools): Promise<Survey> {
  const { store } = tools;
  const ids: string[] = [];
  for await (const { id } of matchesOf(query, {}, tools)) ids.push(id);
  const latest = await store.releasesOf(ids.slice(0, most));
  return { count: ids.length, of: await store.count(), since: await store.since(), latest };
}
