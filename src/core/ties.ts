import type { FacetName, Release, Series } from './release.ts';
import { wordOf } from './search-line.ts';
import { EVERYTHING, type Superset, type Words } from './superset.ts';
import { sameWords } from './text.ts';
import { tokenize } from './tokens.ts';
import { areTwins, TWIN_DAYS } from './twins.ts';

/** A release that has to do with another, and what. */
export interface Related {
  readonly release: Pick<Release, 'id' | 'title' | 'date'>;
  /** "same series, 4th forum, 2024-12-05" */
  readonly because: string;
}

/** Something that ties a release to others: where they are looked for, and what is said of one that is tied by it. */
export interface Tie {
  readonly superset: Superset;
  /** How many are read at most. */
  readonly most: number;
  /** Found more often than `most`, it says nothing. */
  readonly rare: boolean;
  /** null where it turns out not to be tied. */
  readonly because: (other: Release) => string | null;
}

/** What more releases than this have in common is common; in a small archive, more than a tenth of it. */
const RARE = 8;
const RARE_SHARE = 0.1;
/** Of a series the latest: the ones before those are found through them. */
const MOST_OF_SERIES = 12;
const MOST_NEAR = 100;
/** Of the words of two titles, how many are the same. */
const NEAR_SHARE = 0.6;
/** Fewer words than this are alike by chance. */
const LEAST_WORDS = 3;
/** A release about many countries and topics is about none of them together. */
const MOST_PAIRS = 12;
/** Shown of all that is related. */
const MOST = 6;

/**
 * What ties a release to others, the strongest first: its series, a nearly equal title within days, the same title and
 * text at any time (published again, or by another source), and what few releases have: a body, a country, a topic, or a country and a topic together.
 * @param label the label of a facet value
 * @param size of the archive, in releases
 */
export function tiesOf(
  release: Release,
  label: (facet: FacetName, id: string) => string,
  size: number,
): readonly Tie[] {
  const { series } = release.facets;
  const day = release.date;
  return [
    ...(series ? [seriesTie(series)] : []),
    ...(day === null ? [] : [titleTie(release, day)]),
    ...(release.text === '' ? [] : [againTie(release)]),
    ...rareTies(release, label, Math.min(RARE, Math.ceil(size * RARE_SHARE))),
  ];
}

/**
 * The releases that ties lead to, each once with everything that was said of it, the most strongly tied first.
 * @param found for each tie what was read for it, newest first
 */
export function relatedBy(
  release: Release,
  found: readonly (readonly [Tie, readonly Release[]])[],
): readonly Related[] {
  const related = new Map<string, { readonly release: Release; readonly because: string[]; rare: boolean }>();
  for (const [tie, others] of found) {
    if (tie.rare && others.length >= tie.most) continue;
    for (const other of others) {
      const because = other.id === release.id ? null : tie.because(other);
      if (because === null) continue;
      const known = related.get(other.id);
      // Who shares a country and a topic shares each of them.
      if (known?.rare && tie.rare) continue;
      if (known) known.because.push(because);
      related.set(other.id, { release: other, because: known?.because ?? [because], rare: tie.rare });
    }
  }
  return [...related.values()].slice(0, MOST).map(({ release: { id, title, date }, because }) => ({
    release: { id, title, date },
    because: because.join(' · '),
  }));
}

const fact = (facet: string, id: string): Words => ({ is: 'words', words: [wordOf(`${facet}:${id}`)], open: false });

function seriesTie({ name }: Series): Tie {
  const kind = name.split('-').at(-1) ?? 'one';
  return {
    superset: { ...EVERYTHING, words: fact('series', name) },
    most: MOST_OF_SERIES,
    rare: false,
    because(other) {
      const theirs = other.facets.series;
      if (theirs?.name !== name) return null;
      // Monthly figures are numbered by their month, which the date says better.
      const which = theirs.ordinal !== null && theirs.ordinal < 1000 ? [`${ordinal(theirs.ordinal)} ${kind}`] : [];
      return ['same series', ...which, ...(other.date === null ? [] : [other.date])].join(', ');
    },
  };
}

function titleTie(release: Release, date: string): Tie {
  const day = Temporal.PlainDate.from(date);
  const words = wordsOf(release.title);
  return {
    superset: {
      words: null,
      from: day.subtract({ days: TWIN_DAYS }).toString(),
      to: day.add({ days: TWIN_DAYS }).toString(),
    },
    most: MOST_NEAR,
    rare: false,
    because(other) {
      const theirs = wordsOf(other.title);
      const both = words.intersection(theirs).size;
      const alike = both >= LEAST_WORDS && both / words.union(theirs).size >= NEAR_SHARE;
      return alike || areTwins(release, other) ? `nearly the same title, ${other.date ?? 'undated'}` : null;
    },
  };
}

/** Titles that recur word for word are looked through for the same text among the latest of them. */
const MOST_AGAIN = 20;

function againTie(release: Release): Tie {
  const title = wordsOf(release.title);
  const words = [...title].map((key): Words => ({ is: 'words', words: [wordOf(key)], open: false }));
  return {
    superset: { ...EVERYTHING, words: { is: 'all', of: words } },
    most: MOST_AGAIN,
    rare: false,
    because(other) {
      const again = sameWords(other.title, release.title) && sameWords(other.text, release.text);
      // Within days of one another the nearly equal title has said it.
      return again && !isNear(other.date, release.date) ? `the same once more, ${other.date ?? 'undated'}` : null;
    },
  };
}

const isNear = (one: string | null, other: string | null): boolean =>
  one !== null &&
  other !== null &&
  Math.abs(Temporal.PlainDate.from(one).until(Temporal.PlainDate.from(other)).days) <= TWIN_DAYS;

const wordsOf = (title: string): ReadonlySet<string> => new Set(tokenize(title).map(({ key }) => key));

function rareTies(release: Release, label: (facet: FacetName, id: string) => string, rare: number): Tie[] {
  const tie = (names: readonly string[], words: Words): Tie => ({
    superset: { ...EVERYTHING, words },
    // One more is the release itself, and another one shows that there are too many.
    most: rare + 2,
    rare: true,
    because: () => `also ${names.join(' and ')}`,
  });
  const one = (facet: FacetName) => (id: string) => tie([label(facet, id)], fact(facet, id));
  const pairs = release.countries.flatMap(country =>
    release.topics.map(topic =>
      tie([label('country', country), label('topic', topic)], {
        is: 'all',
        of: [fact('country', country), fact('topic', topic)],
      }),
    ),
  );
  return [
    ...pairs.slice(0, MOST_PAIRS),
    ...release.agencies.map(one('agency')),
    ...release.countries.map(one('country')),
    ...release.topics.map(one('topic')),
  ];
}

/** "1st", "2nd", "11th", "23rd". */
function ordinal(number: number): string {
  const tens = number % 100;
  const ending = tens > 10 && tens < 14 ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[number % 10];
  return `${number}${ending ?? 'th'}`;
}
