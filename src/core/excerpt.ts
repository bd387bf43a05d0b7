import type { Piece } from './revision.ts';

/** Unchanged words kept on each side of a change: enough to find the place. */
const BESIDE = 6;

/** A word diff as people read it: unchanged stretches are shortened to the words beside the changes, with an ellipsis. */
export function excerptOf(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece, at) => {
    if (piece.is !== 'same') return piece;
    const words = piece.words.split(' ');
    const head = at === 0 ? [] : words.slice(0, BESIDE);
    const tail = at === pieces.length - 1 ? [] : words.slice(-BESIDE);
    // One word more is shorter than the mark that it was left out.
    if (words.length <= head.length + tail.length + 1) return piece;
    return { is: 'same', words: [...head, '…', ...tail].join(' ') };
  });
}
