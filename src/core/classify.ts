import { findAgencies } from './facets/agencies.ts';
import { countriesAbout, findCountries } from './facets/countries.ts';
import { evidenceOf, type Found } from './facets/matcher.ts';
import { findTopics } from './facets/topics.ts';
import { type Part, type Reading, readRelease } from './reading.ts';
import type { Evidence, FacetName, Facets } from './release.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The version of the rules in this room: part of every vocabulary's version, raised with every change of what
 * `classify` finds.
 */
export const RULES_VERSION = 2;

/**
 * What a release is about and what it mentions. Pure: the same release and vocabulary give the same facets.
 * @param release cleaned title and text
 * @returns sorted ids, each with the exact words that earned it and the place where they stand
 */
export function classify(release: { readonly title: string; readonly text: string }, vocabulary: Vocabulary): Facets {
  const reading = readRelease(release, vocabulary);
  const agencies = findAgencies(vocabulary.agencies, reading);
  const countries = findCountries(vocabulary.countries, reading);
  const topics = findTopics(vocabulary.topics, reading, {
    countriesInTitle: countries.inTitle.length > 0,
    bodiesInTitle: agencies.some(({ international, part }) => international && part === reading.title),
  });
  const figures = vocabulary.topics.some(({ id, with: beside }) => isFigures(beside) && topics.about.includes(id));
  const about = countriesAbout(countries, reading, figures);
  const named = placesOf(countries.inTitle, countries.inBody, reading);
  // A common word is evidence of a topic that others earned, but no mention by itself.
  const counts = ({ term, weak }: Found) => !weak || topics.about.includes(term.id);
  const subjects = placesOf(topics.inTitle.filter(counts), topics.inBody.filter(counts), reading);
  return {
    topics: topics.about,
    countries: about,
    agencies: idsOf(agencies),
    mentions: {
      topics: idsOf(subjects).filter(id => !topics.about.includes(id)),
      countries: idsOf(named).filter(id => !about.includes(id)),
    },
    evidence: [
      ...evidence('topic', subjects, reading),
      ...evidence('country', named, reading),
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

function placesOf(inTitle: readonly Found[], inBody: readonly Found[], { title, body }: Reading): Place[] {
  const place = ({ term, start, words }: Found, part: Part) => ({ id: term.id, part, start, words });
  return [...inTitle.map(found => place(found, title)), ...inBody.map(found => place(found, body))];
}

function evidence(facet: FacetName, places: readonly Place[], reading: Reading): Evidence[] {
  return [...Map.groupBy(places, ({ id }) => id)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, found]) =>
      evidenceOf(found).map(({ part, start, words }) => ({ facet, id, where: reading.where(part, start), words })),
    );
}
