import type { Held } from './card.ts';
import type { Prepared } from './prepared.ts';
import type { Clause, Comparison, FieldClause, Query } from './query-clause.ts';
import { printQuery } from './query-normal.ts';
import { categoryKey, mentionedId } from './query-values.ts';

export { type Prepared, prepare } from './prepared.ts';

/** More places than this show nothing more. */
const MOST_EVIDENCE = 20;

/** A clause of a query and whether it holds for a release; for a clause that leaves something out, the words that it found. */
export interface Explained extends Held {
  readonly holds: boolean;
  /** The parts of a bracket, each for itself. */
  readonly of?: readonly Explained[];
}

/**
 * Whether a release is what a query asks for. Linear in the length of the text.
 * @returns the clauses that hold, in the order of the normal form, each with the words that made it hold (none for what
 *   is left out); null where the query does not match
 */
export function match(query: Query, release: Prepared): readonly Held[] | null {
  return held(query.root, release);
}

/**
 * Every clause of a query in the order of its normal form, true or false, with the quoted words. A query that is one
 * of several (`a OR b`) is told alternative by alternative; of any other all clauses have to hold.
 */
export function explain({ root }: Query, release: Prepared): readonly Explained[] {
  return (root.is === 'all' || root.is === 'any' ? root.of : [root]).map(clause => explained(clause, release));
}

/** The clauses that hold; asked of one clause again, the release remembers. */
function held(clause: Clause, release: Prepared): readonly Held[] | null {
  if (clause.is === 'all' || clause.is === 'any') return find(clause, release);
  const known = release.answers.get(clause);
  if (known !== undefined) return known;
  const found = find(clause, release);
  release.answers.set(clause, found);
  return found;
}

const texts = new WeakMap<Clause, string>();

/** A clause in normal form, printed once. */
function textOf(clause: Clause): string {
  const known = texts.get(clause);
  if (known !== undefined) return known;
  const text = printQuery(clause);
  texts.set(clause, text);
  return text;
}

function find(clause: Clause, release: Prepared): readonly Held[] | null {
  switch (clause.is) {
    case 'all': {
      const parts: Held[] = [];
      for (const part of clause.of) {
        const one = held(part, release);
        if (!one) return null;
        parts.push(...one);
      }
      return parts;
    }
    case 'any': {
      const parts = clause.of.map(part => held(part, release)).filter(part => part !== null);
      return parts.length > 0 ? parts.flat() : null;
    }
    case 'not':
      return held(clause.of, release) ? null : [{ clause: textOf(clause), evidence: [] }];
    default: {
      const evidence = evidenceFor(clause, release);
      return evidence && [{ clause: textOf(clause), evidence }];
    }
  }
}

function explained(clause: Clause, release: Prepared): Explained {
  const text = textOf(clause);
  const found = held(clause.is === 'not' ? clause.of : clause, release);
  const evidence = found?.flatMap(one => one.evidence) ?? [];
  if (clause.is === 'not') return { clause: text, holds: found === null, evidence };
  if (clause.is !== 'all' && clause.is !== 'any') return { clause: text, holds: found !== null, evidence };
  return { clause: text, holds: found !== null, evidence, of: clause.of.map(part => explained(part, release)) };
}

type Leaf = Exclude<Clause, { readonly is: 'all' | 'any' | 'not' }>;
type Proof = Held['evidence'];

/** The words that make a clause hold; null where it does not. */
function evidenceFor(clause: Leaf, release: Prepared): Proof | null {
  switch (clause.is) {
    case 'words':
      return some(release.places(clause.keys, clause.prefix, MOST_EVIDENCE));
    case 'date': {
      const { date } = release.release;
      return date !== null && compares(date, clause.op, clause.day) ? fromSource(date) : null;
    }
    case 'amount':
      return some(
        release
          .amounts()
          .filter(({ currency, value }) => currency === clause.currency && compares(value, clause.op, clause.value))
          .slice(0, MOST_EVIDENCE)
          .map(({ where, words }) => ({ where, words })),
      );
    case 'field':
      return fieldEvidence(clause, release);
  }
}

const some = (proof: Proof): Proof | null => (proof.length > 0 ? proof : null);
const fromSource = (words: string): Proof => [{ where: 'source', words }];

function compares<T extends string | number>(a: T, op: Comparison, b: T): boolean {
  return op === '>=' ? a >= b : a <= b;
}

function fieldEvidence(clause: FieldClause, prepared: Prepared): Proof | null {
  const { release } = prepared;
  const { value } = clause;
  switch (clause.field) {
    case 'topic':
      return release.topics.includes(value) ? facetEvidence('topic', value, prepared) : null;
    case 'country':
      return release.countries.includes(value) ? facetEvidence('country', value, prepared) : null;
    case 'agency':
      return release.agencies.includes(value) ? facetEvidence('agency', value, prepared) : null;
    case 'mentions':
      return mentionEvidence(clause, prepared);
    case 'agreement':
      return (
        prepared
          .agreements()
          .get(value)
          ?.map(({ where, words }) => ({ where, words })) ?? null
      );
    case 'person': {
      const keys = release.facets.people.map(({ key }) => key).filter(key => isPerson(key, value));
      return keys.length > 0 ? keys.flatMap(key => facetEvidence('person', key, prepared)) : null;
    }
    case 'series':
      return release.facets.series?.name === value ? facetEvidence('series', value, prepared) : null;
    case 'type':
      return release.facets.type === value ? facetEvidence('type', value, prepared) : null;
    case 'category': {
      const labels = [...(release.category === null ? [] : [release.category]), ...release.categories];
      const label = labels.find(known => categoryKey(known) === value);
      return label === undefined ? null : fromSource(label);
    }
    case 'source':
      return release.source === value ? fromSource(release.source) : null;
    case 'lang':
      return prepared.language() === value ? [] : null;
  }
}

/** A key, or one word of it: `person:park` is anyone of that name. */
const isPerson = (key: string, asked: string) =>
  key === asked || (!asked.includes('-') && key.split('-').includes(asked));

function facetEvidence(facet: string, id: string, { release }: Prepared): Proof {
  return release.facets.evidence
    .filter(one => one.facet === facet && one.id === id)
    .map(({ where, words }) => ({ where, words }));
}

/** What a release is about it mentions, too. */
function mentionEvidence(clause: FieldClause, prepared: Prepared): Proof | null {
  const { release } = prepared;
  const id = mentionedId(clause);
  const { mentions } = release.facets;
  const ids = {
    topic: [...release.topics, ...mentions.topics],
    country: [...release.countries, ...mentions.countries],
    agency: release.agencies,
  };
  const facet = clause.facet ?? 'topic';
  return ids[facet].includes(id) ? facetEvidence(facet, id, prepared) : null;
}
