import { setImmediate as turn } from 'node:timers/promises';
import type { Query } from '../core/query.ts';
import type { Release } from '../core/release.ts';
import type { Store } from '../ports/store.ts';
import type { Language } from './language.ts';

/** Releases read at once: enough to keep the database busy, few enough to keep memory flat. */
const PAGE = 200;

/** How long others wait while the archive is looked through, milliseconds: nothing in it waits for anything by itself. */
const SLICE = 15;

/** The whole archive, newest first; between two releases others get their turn. */
async function* walk(store: Store, source?: string): AsyncGenerator<Release> {
  let after: string | undefined;
  let began = performance.now();
  while (true) {
    const page = await store.releases({
      limit: PAGE,
      ...(source === undefined ? {} : { source }),
      ...(after === undefined ? {} : { after }),
    });
    for (const release of page) {
      yield release;
      if (performance.now() - began < SLICE) continue;
      await turn();
      began = performance.now();
    }
    after = page.at(-1)?.id;
    if (after === undefined || page.length < PAGE) return;
  }
}

/** The newest releases that a query matches, at most `limit`; all of them where the query is null. */
export async function find(
  query: Query | null,
  limit: number,
  tools: { readonly store: Store; readonly language: Language },
): Promise<Release[]> {
  if (query === null) return [...(await tools.store.releases({ limit }))];
  const found: Release[] = [];
  for await (const release of walk(tools.store)) {
    if (found.length >= limit) break;
    if (tools.language.match(query, release)) found.push(release);
  }
  return found;
}

/** What a subscription to a query would have brought. */
export interface Survey {
  /** Matches in the archive. */
  readonly count: number;
  /** Releases looked at. */
  readonly of: number;
  /** The civil date of the oldest release looked at, null where none has one. */
  readonly since: string | null;
  /** The newest matches, newest first. */
  readonly latest: readonly Release[];
}

/** Matches a query against the whole archive. */
export async function survey(
  query: Query,
  most: number,
  tools: { readonly store: Store; readonly language: Language },
): Promise<Survey> {
  let [count, of] = [0, 0];
  let since: string | null = null;
  const latest: Release[] = [];
  for await (const release of walk(tools.store)) {
    of++;
    since = release.date ?? since;
    if (!tools.language.match(query, release)) continue;
    count++;
    if (latest.length < most) latest.push(release);
  }
  return { count, of, since, latest };
}
