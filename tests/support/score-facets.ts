/** What readers agreed on for one release, and where they did not. */
export interface Gold {
  readonly topics: readonly string[];
  readonly topics_unsure: readonly string[];
  readonly countries: readonly string[];
  readonly countries_unsure: readonly string[];
  readonly agencies: readonly string[];
  readonly agencies_unsure: readonly string[];
}

export const SCORED = ['topics', 'countries', 'agencies'] as const;
export type Scored = (typeof SCORED)[number];

export interface Score {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

/** Micro-F1 of what was found against the gold: counted over all releases together, ids that readers were unsure of left out. */
export function scoreFacets(
  pairs: readonly { readonly found: Readonly<Record<Scored, readonly string[]>>; readonly gold: Gold }[],
  facet: Scored,
): Score {
  let right = 0;
  let extra = 0;
  let missed = 0;
  for (const { found, gold } of pairs) {
    const { extra: more, missed: less } = difference(found[facet], gold, facet);
    extra += more.length;
    missed += less.length;
    right += gold[facet].length - less.length;
  }
  return {
    precision: right / (right + extra),
    recall: right / (right + missed),
    f1: (2 * right) / (2 * right + extra + missed),
  };
}

/** What was found beyond the gold and what of it was missed, unsure ids left out. */
export function difference(found: readonly string[], gold: Gold, facet: Scored) {
  const unsure = gold[`${facet}_unsure`];
  return {
    extra: found.filter(id => !gold[facet].includes(id) && !unsure.includes(id)),
    missed: gold[facet].filter(id => !found.includes(id)),
  };
}
