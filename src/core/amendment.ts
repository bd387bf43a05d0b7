import { type Change, classifyRevision, diffWords, type Piece, type Version } from './revision.ts';

/** A later version of a release, and how it differs from the one before it. */
export interface Amendment {
  readonly revision: number;
  /** RFC 3339 UTC. */
  readonly recordedAt: string;
  readonly changed: readonly Change[];
  /** The words of title and text that went and came, each with what stayed around it left out. */
  readonly words: readonly Piece[];
}

/**
 * How a release came to read as it does: its later versions, the second one first.
 * @param versions all of them, the first one first
 * @param parts whose words may be shown; what changed is told of both all the same
 */
export function amendmentsOf(
  versions: readonly (Version & Pick<Amendment, 'revision' | 'recordedAt'>)[],
  parts: readonly ('title' | 'text')[] = ['title', 'text'],
): readonly Amendment[] {
  return versions.slice(1).flatMap((after, at) => {
    const before = versions[at];
    if (!before) return [];
    const pieces = parts.flatMap(part => diffWords(before[part], after[part]));
    const { revision, recordedAt } = after;
    const words = pieces.filter(piece => piece.is !== 'same');
    return { revision, recordedAt, changed: classifyRevision(before, after), words };
  });
}
