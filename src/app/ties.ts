import type { Release } from '../core/release.ts';
import { type Related, relatedBy, tiesOf } from '../core/ties.ts';
import type { Store } from '../ports/store.ts';
import type { House } from './house.ts';

/** The releases that have to do with one, and why each does. */
export async function related(
  release: Release,
  { store, labelOf }: Pick<House, 'labelOf'> & { readonly store: Store },
): Promise<readonly Related[]> {
  const found = [];
  for (const tie of tiesOf(release, labelOf, await store.count())) {
    const candidates = await store.candidates(tie.superset, { limit: tie.most });
    found.push([tie, await store.releasesOf(candidates.map(({ id }) => id))] as const);
  }
  return relatedBy(release, found);
}
