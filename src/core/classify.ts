import { findAgencies } from './facets/agencies.ts';
import { findCountries } from './facets/countries.ts';
import { evidenceOf, type Found } from './facets/matcher.ts';
import { findTopics } from './facets/topics.ts';
import { type Part, type Reading, readRelease } from './reading.ts';
import type { Evidence, FacetName, Facets } from './release.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The version of the rules in this room: part of every vocabulary's version, raised with every change of what
 * `classify` finds.
 */
export const RULES_VERSION = 1;

/**
 * What a release is about and what it mentions. Pure: the same release and vocabulary give the same facets.
 * @param release cleaned title and text
 * @returns sorted ids, each with the exact words that earned it and the place where they stand
 */
export function classify(release: { readonly title: string; readonly text: string }, vocabulary: Vocabulary): Facets {
  return classifyReading(readRelease(release, vocabulary), vocabulary);
}

/** As `classify`, of a release that has been read already. */
export function classifyReading(reading: Reading, vocabulary: Vocabulary): Facets {
  const agencies = findAgencies(vocabulary.agencies, reading);
  const bodies = new Set(vocabulary.agencies.filter(({ international }) => international).map(({ id }) => id));
  const titled = findCountries(vocabulary.countries, reading, true);
  const topics = findTopics(vocabulary.topics, reading, {
    countriesInTitle: titled.about.length > 0,
    bodiesInTitle: agencies.some(({ id, part }) => part === reading.title && bodies.has(id)),
  });
  const figures = vocabulary.topics.some(({ id, with: beside }) => isFigures(beside) && topics.about.includes(id));
  const countries = findCountries(vocabulary.countries, reading, figures);
  return {
    topics: topics.about,
    countries: countries.about,
    agencies: idsOf(agencies),
    mentions: {
      topics: idsOf(topics.found.map(({ term }) => term)).filter(id => !topics.about.includes(id)),
      countries: idsOf(countries.found.map(({ term }) => term)).filter(id => !countries.about.includes(id)),
    },
    evidence: [
      ...evidence('topic', topics.found.map(byTerm), reading),
      ...evidence('country', countries.found.map(byTerm), reading),
      ...evidence('agency', agencies, reading),
    ],
    lead: reading.lead,
  };
}

/** A topic whose words count beside words of change is one of figures ("exports rise"). */
const isFigures = (beside: readonly string[] | undefined) =>
  beside !== undefined && beside.length > 0 && !beside.some(word => word.startsWith('{'));

const idsOf = (found: readonly { readonly id: string }[]) => [...new Set(found.map(({ id }) => id))].sort();

interface Place {
  readonly id: string;
  readonly part: Part;
  readonly start: number;
  readonly words: string;
}

const byTerm = ({ term, part, start, words }: Found & { readonly part: Part }): Place => ({
  id: term.id,
  part,
  start,
  words,
});

function evidence(facet: FacetName, places: readonly Place[], reading: Reading): Evidence[] {
  return [...Map.groupBy(places, ({ id }) => id)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, found]) =>
      evidenceOf(found).map(({ part, start, words }) => ({ facet, id, where: reading.where(part, start), words })),
    );
}
