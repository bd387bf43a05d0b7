import type { FieldClause } from './query-clause.ts';
import { categoryKey, mentionedId } from './query-values.ts';
import type { Release } from './release.ts';

/** The parts of a release that searching looks at. */
export type Searched = Pick<
  Release,
  'source' | 'title' | 'text' | 'topics' | 'countries' | 'agencies' | 'facets' | 'category' | 'categories'
>;

/**
 * What a release is looked up by beside its words: one text a fact ("topic:steel", "mentions:country:ca",
 * "category:industry", "source:motir"), each once.
 */
export function factsOf(release: Omit<Searched, 'title' | 'text'>): readonly string[] {
  const { mentions, people, type, series } = release.facets;
  const labels = [...(release.category === null ? [] : [release.category]), ...release.categories];
  return [
    ...new Set([
      ...release.topics.map(id => `topic:${id}`),
      ...release.countries.map(id => `country:${id}`),
      ...release.agencies.map(id => `agency:${id}`),
      ...mentions.topics.map(id => `mentions:topic:${id}`),
      ...mentions.countries.map(id => `mentions:country:${id}`),
      ...labels.map(label => `category:${categoryKey(label)}`),
      `source:${release.source}`,
      ...people.flatMap(({ key }) => [key, ...key.split('-')]).map(name => `person:${name}`),
      ...(series ? [`series:${series.name}`] : []),
      ...(type ? [`type:${type}`] : []),
    ]),
  ];
}

/**
 * The facts of which a release that a clause holds for has one at least.
 * @returns null where no fact tells: such a clause is asked of every release
 */
export function factsFor(clause: FieldClause): readonly string[] | null {
  if (clause.field !== 'mentions') return NAMED.has(clause.field) ? [`${clause.field}:${clause.value}`] : null;
  const facet = clause.facet ?? 'topic';
  const id = mentionedId(clause);
  // What a release is about it mentions, too; an agency counts wherever it stands.
  return facet === 'agency' ? [`agency:${id}`] : [`${facet}:${id}`, `mentions:${facet}:${id}`];
}

/** Fields of which the fact itself is in the line. */
const NAMED: ReadonlySet<string> = new Set([
  'topic',
  'country',
  'agency',
  'person',
  'series',
  'type',
  'category',
  'source',
]);
