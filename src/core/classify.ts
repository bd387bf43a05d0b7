import { findAgencies } from './facets/agencies.ts';
import { agreementsOf, findAgreements, type PartyFound } from './facets/agreements.ts';
import { type CountriesFound, countriesAbout, findCountries } from './facets/countries.ts';
import { findEvents } from './facets/events.ts';
import { findFigures } from './facets/figures.ts';
import { languageOf } from './facets/language.ts';
import { evidenceOf, type Found } from './facets/matcher.ts';
import { findPeople, peopleOf } from './facets/people.ts';
import { findType } from './facets/release-type.ts';
import { findSeries } from './facets/series.ts';
import { findTopics } from './facets/topics.ts';
import { type Part, type Reading, readRelease } from './reading.ts';
import type { Evidence, Facets } from './release.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The version of the rules in this room: part of every vocabulary's version, raised with every change of what
 * `classify` finds.
 */
export const RULES_VERSION = 4;

/** The institution's own country, which earns nothing but is a party of agreements. */
const HOME = { id: 'kr', name: 'korea' } as const;

/** What is classified. The day tells which minister "Minister Lee" was and in which year "Thursday, December 4" lies. */
export interface Classified {
  readonly title: string;
  readonly text: string;
  /** YYYY-MM-DD */
  readonly date?: string | null;
}

/**
 * What a release is about and what it mentions. Pure: the same release and vocabulary give the same facets. Time and
 * memory are linear in the length of the text.
 * @param release cleaned title and text
 * @returns sorted ids, each with the exact words that earned it and the place where they stand
 */
export function classify(release: Classified, vocabulary: Vocabulary): Facets {
  const date = release.date ?? null;
  const reading = readRelease(release, vocabulary);
  const agencies = findAgencies(vocabulary, reading);
  const countries = findCountries(vocabulary.countries, reading);
  const topics = findTopics(vocabulary.topics, reading, {
    countriesInTitle: countries.inTitle.length > 0,
    bodiesInTitle: agencies.some(({ abroad, part }) => abroad && part === reading.title),
  });
  const figures = vocabulary.topics.some(({ id, with: beside }) => isFigures(beside) && topics.about.includes(id));
  const about = countriesAbout(countries, reading, figures);
  const named = placesOf(countries.inTitle, countries.inBody, reading);
  // A common word is evidence of a topic that others earned, but no mention by itself.
  const counts = ({ term, weak }: Found) => !weak || topics.about.includes(term.id);
  const subjects = placesOf(topics.inTitle.filter(counts), topics.inBody.filter(counts), reading);
  const people = findPeople(reading, agencies, tokensOf(countries, agencies, reading), vocabulary, date);
  const agreements = findAgreements(reading);
  const type = findType(vocabulary.types, reading, figures || isPeriodical(reading.title));
  const series = findSeries(
    reading,
    type !== null && type.id === vocabulary.types[0]?.id,
    { pair: pairOf(about, vocabulary), agreement: agreements.find(({ part }) => part === reading.title)?.id ?? null },
    date,
  );
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
      ...evidence(
        'person',
        people.map(one => ({ ...one, id: one.key })),
        reading,
      ),
      ...evidence('agreement', agreements, reading),
      ...(series ? evidence('series', [{ ...series, id: series.name }], reading) : []),
      ...(type?.place ? evidence('type', [{ ...type.place, id: type.id }], reading) : []),
    ],
    lead: reading.lead,
    people: peopleOf(people),
    agreements: agreementsOf(agreements, partiesOf(countries, reading), bodiesOf(agencies, reading), HOME.id),
    figures: findFigures(reading),
    series: series && { name: series.name, ordinal: series.ordinal },
    type: type?.id ?? null,
    lang: languageOf(release),
    events: findEvents(reading, date),
    version: vocabulary.version,
  };
}

/** "Retail Sales Grow 9.1% in July", "FDI Amounts to $4.7 Billion in Q1": a figure and the period that it is of. */
function isPeriodical({ text }: Part): boolean {
  return (
    /\d ?(?:%|percent|per cent)|[$₩€]\s?\d|\b(?:USD|KRW|EUR) ?\d|\d (?:b|m|tr)illion/i.test(text) &&
    /\bin (?:January|February|March|April|May|June|July|August|September|October|November|December|[HQ][1-4]|(?:the )?(?:first|second|third|fourth) (?:half|quarter))\b/i.test(
      text,
    )
  );
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

function evidence(facet: Evidence['facet'], places: readonly Place[], reading: Reading): Evidence[] {
  return [...Map.groupBy(places, ({ id }) => id)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, found]) =>
      evidenceOf(found).map(({ part, start, words }) => ({ facet, id, where: reading.where(part, start), words })),
    );
}

/** The token numbers at which countries and bodies stand, which are no names of people. */
function tokensOf(
  countries: CountriesFound,
  agencies: readonly { readonly part: Part; readonly from: number; readonly to: number }[],
  { title, body }: Reading,
): ReadonlyMap<Part, ReadonlySet<number>> {
  const taken = new Map([title, body].map(part => [part, new Set<number>()]));
  const take = (part: Part, { from, to }: { readonly from: number; readonly to: number }) => {
    for (let i = from; i < to; i++) taken.get(part)?.add(i);
  };
  for (const found of countries.inTitle) take(title, found);
  for (const found of countries.inBody) take(body, found);
  for (const found of agencies) take(found.part, found);
  return taken;
}

function partiesOf({ inTitle, inBody }: CountriesFound, { title, body }: Reading): PartyFound[] {
  const party = (part: Part) => (found: Found) => ({ id: found.term.id, part, from: found.from });
  return [...inTitle.map(party(title)), ...inBody.map(party(body))];
}

/** Bodies that may sign a memorandum, the institution itself among them. */
function bodiesOf(agencies: readonly PartyFound[], { title, body }: Reading): PartyFound[] {
  const own = [title, body].flatMap(part =>
    part.tokens.flatMap(({ start, end }, from) => {
      const written = part.text.slice(start, end);
      return part.own[from] === 1 && /^[A-Z]{3,7}$/.test(written) ? [{ id: written.toLowerCase(), part, from }] : [];
    }),
  );
  return [...agencies, ...own];
}

/** "korea-serbia", where the release is about one country; null else. */
function pairOf(about: readonly string[], { countries }: Vocabulary): string | null {
  const only = about.length === 1 ? countries.find(({ id }) => id === about[0]) : undefined;
  const name = only?.label.en
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '');
  return name ? `${HOME.name}-${name}` : null;
}
