import type { FacetName } from '../core/release.ts';
import type { Term } from '../core/vocabulary.ts';
import type { House } from './house.ts';

/** A value that can be asked for, and how many releases are about it. */
export interface Value {
  readonly facet: FacetName;
  readonly id: string;
  readonly label: Term['label'];
  readonly count: number;
  /** The civil day of the newest; null where there is none. */
  readonly last: string | null;
}

/** The lists of values, and what each is called. */
export const VALUES = [
  { facet: 'topic', plural: 'topics' },
  { facet: 'country', plural: 'countries' },
  { facet: 'agency', plural: 'agencies' },
] as const satisfies readonly { readonly facet: FacetName; readonly plural: 'topics' | 'countries' | 'agencies' }[];

/**
 * The values of a facet, those of most releases first. Values that releases have and the vocabulary has not any more,
 * or never had (bodies known by their form alone), are called by their id.
 */
export async function valuesOf(
  facet: FacetName,
  { store, language }: Pick<House, 'store' | 'language'>,
): Promise<readonly Value[]> {
  const counted = new Map((await store.counts(facet)).map(one => [one.id, one]));
  const plural = VALUES.find(one => one.facet === facet)?.plural ?? 'topics';
  const terms = new Map(language.vocabulary[plural].map(term => [term.id, term.label]));
  return [...new Set([...terms.keys(), ...counted.keys()])]
    .map(id => ({
      facet,
      id,
      label: terms.get(id) ?? { en: id, ko: id },
      count: counted.get(id)?.count ?? 0,
      last: counted.get(id)?.last ?? null,
    }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}
