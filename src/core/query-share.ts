import type { Clause, Query } from './query-clause.ts';
import { printQuery } from './query-normal.ts';

/**
 * Makes equal clauses of many queries one object, so that what a release answered to one of them is known for all.
 * @returns the same query, made of shared clauses
 */
export function shareClauses(): (query: Query) => Query {
  const known = new Map<string, Clause>();
  const share = (clause: Clause): Clause => {
    const text = printQuery(clause);
    const same = known.get(text);
    if (same) return same;
    const shared: Clause =
      clause.is === 'all' || clause.is === 'any'
        ? { ...clause, of: clause.of.map(share) }
        : clause.is === 'not'
          ? { ...clause, of: share(clause.of) }
          : clause;
    known.set(text, shared);
    return shared;
  };
  return ({ root, normal }) => ({ root: share(root), normal });
}
