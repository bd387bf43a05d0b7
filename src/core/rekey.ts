import { isMost } from './flood.ts';
import type { Adopted, Changes, Completed, Fresh, Known } from './reconcile.ts';
import { sameWords } from './text.ts';

/** Fewer are chance: two releases that share title and day are two, because the article number decides. */
const LEAST = 3;

/**
 * Recognizes a source that gave its releases new keys (another site, other ids in its feed), and lets the known
 * releases keep their ids under the new keys instead of recording all of them a second time.
 *
 * An item counts as a known one if title and day are those of one release with a key of its own that is listed no
 * longer; where several share title and day, the text has to be the same too. Undated items never count, since a
 * recurring title ("Weekly notice") says nothing. It is believed of all of them or of none.
 * @param known as `reconcile` was given them
 * @returns the changes with the known ones moved from `fresh` to `adopted`, how many those are, and how many of what
 *   stays new has title and day of a known release all the same
 */
export function rekey(
  changes: Changes,
  known: readonly Known[],
): { readonly changes: Changes; readonly rekeyed: number; readonly doubled: number } {
  const listed = new Set(changes.listed.map(one => one.key));
  const gone = known.filter(one => !one.provisional && !one.keys.some(key => listed.has(key)));
  const telling = changes.fresh.filter(one => !one.provisional && one.release.date !== null);
  const moves = pair(telling, gone);
  const rekeyed = moves.size >= LEAST && isMost(moves.size, changes.fresh.length) ? moves.size : 0;
  const rest = telling.filter(one => rekeyed === 0 || !moves.has(one));
  const doubled = countDoubles(rest, known, gone);
  if (rekeyed === 0) return { changes, rekeyed, doubled };
  const adopted = [...moves].map(
    ([
      {
        release: { key },
      },
      { release },
    ]): Adopted => ({ release: release.id, key, from: release.key }),
  );
  const completed = [...moves].map(
    ([
      {
        release: { url, category },
      },
      { release },
    ]): Completed => {
      return { after: { ...release, url: url ?? release.url, category: category ?? release.category } };
    },
  );
  const newIds = new Map(adopted.map(one => [one.key, one.release]));
  return {
    changes: {
      ...changes,
      fresh: changes.fresh.filter(one => !moves.has(one)),
      adopted: [...changes.adopted, ...adopted],
      completed: [...changes.completed, ...completed],
      listed: changes.listed.map(one => ({ ...one, release: newIds.get(one.key) ?? one.release })),
    },
    rekeyed,
    doubled,
  };
}

/**
 * How many have title and day of a known release under another key. One whose old key is still listed counts only
 * among several: side by side, the article number decides that they are two.
 */
function countDoubles(fresh: readonly Fresh[], known: readonly Known[], gone: readonly Known[]): number {
  const matching = (of: readonly Known[]) => {
    const fingerprints = new Set(of.filter(one => !one.provisional).map(one => one.fingerprint));
    return fresh.filter(one => fingerprints.has(one.fingerprint)).length;
  };
  const all = matching(known);
  return all >= LEAST ? all : matching(gone);
}

/** The known release that each item is, one to one. */
function pair(fresh: readonly Fresh[], gone: readonly Known[]): Map<Fresh, Known> {
  const items = Map.groupBy(fresh, one => one.fingerprint);
  const candidates = Map.groupBy(gone, one => one.fingerprint);
  const pairs = new Map<Fresh, Known>();
  for (const [fingerprint, twins] of items) {
    const open = [...(candidates.get(fingerprint) ?? [])];
    const alone = twins.length === 1 && open.length === 1;
    for (const item of twins) {
      const at = open.findIndex(one => alone || sameWords(one.release.text, item.release.text));
      const [before] = at < 0 ? [] : open.splice(at, 1);
      if (before) pairs.set(item, before);
    }
  }
  return pairs;
}
