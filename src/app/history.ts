import type { Release } from '../core/release.ts';
import { type Change, classifyRevision, diffWords, type Piece } from '../core/revision.ts';
import type { Store } from '../ports/store.ts';

/** A later version of a release, and how it differs from the one before it. */
export interface Amendment {
  readonly revision: number;
  /** RFC 3339 UTC. */
  readonly recordedAt: string;
  readonly changed: readonly Change[];
  /** The words of title and text that went and came, each with what stayed around it left out. */
  readonly words: readonly Piece[];
}

/** How a release came to read as it does: its later versions, the second one first. */
export async function readAmendments(release: Pick<Release, 'id'>, store: Store): Promise<readonly Amendment[]> {
  const versions = await store.revisions(release.id);
  return versions.slice(1).flatMap((after, at) => {
    const before = versions[at];
    if (!before) return [];
    const pieces = [...diffWords(before.title, after.title), ...diffWords(before.text, after.text)];
    return {
      revision: after.revision,
      recordedAt: after.recordedAt,
      changed: classifyRevision(before, after),
      words: pieces.filter(piece => piece.is !== 'same'),
    };
  });
}
