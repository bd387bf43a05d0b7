import { type Amendment, amendmentsOf } from '../core/amendment.ts';
import type { Release } from '../core/release.ts';
import type { Store } from '../ports/store.ts';

/** The later versions of a release, the second one first; see `amendmentsOf`. */
export async function readAmendments(
  release: Pick<Release, 'id'>,
  store: Pick<Store, 'revisions'>,
  parts?: readonly ('title' | 'text')[],
): Promise<readonly Amendment[]> {
  return amendmentsOf(await store.revisions(release.id), parts);
}
