/**
 * Cuts a list into pieces of at most `most` (a power of two), each a power of two long, so that statements over
 * many rows come in few lengths and stay prepared.
 */
export function* batches<T>(list: readonly T[], most: number): Generator<readonly T[]> {
  let size = most;
  for (let at = 0; at < list.length; at += size) {
    while (size > list.length - at) size /= 2;
    yield list.slice(at, at + size);
  }
}

/** Rows an insert carries at once: more gains nothing, and 25 columns stay far below SQLite's 32,766 variables. */
export const ROWS = 64;
/** Values an `in (...)` carries at once. */
export const VALUES = 512;
