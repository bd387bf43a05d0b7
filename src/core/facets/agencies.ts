import type { Part, Reading } from '../reading.ts';
import type { Term, Vocabulary } from '../vocabulary.ts';
import { type Found, findTerms, spoiledTerms } from './matcher.ts';
import { findUnlisted } from './unlisted.ts';

export interface AgencyFound {
  readonly id: string;
  /** Of another country or of several. */
  readonly abroad: boolean;
  readonly part: Part;
  /** Token numbers. */
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly words: string;
}

/** Every public body, international organization and association that a release names, listed in the vocabulary or known by form. */
export function findAgencies(vocabulary: Vocabulary, reading: Reading): readonly AgencyFound[] {
  const terms = vocabulary.agencies;
  const others = otherCapitals(vocabulary);
  const parts = [reading.title, reading.body];
  const spoiled = spoiledTerms(terms, parts);
  return parts.flatMap(part => {
    const listed = findTerms(terms, part, part.own).filter(({ term }) => !spoiled.has(term));
    return [...listed.map(found => fromListed(found, part)), ...findUnlisted(part, listed, parts, others)].sort(
      (a, b) => a.start - b.start,
    );
  });
}

const capitals = new WeakMap<Vocabulary, ReadonlySet<string>>();

/** What capitals stand for in topics, countries and the list of no bodies, in lower case. */
function otherCapitals(vocabulary: Vocabulary): ReadonlySet<string> {
  const known = capitals.get(vocabulary);
  if (known) return known;
  const bodies = new Set(vocabulary.agencies.map(({ id }) => id));
  const words = [
    ...vocabulary.noBodies,
    ...[...vocabulary.topics, ...vocabulary.countries].flatMap(wordsOf),
    ...vocabulary.formulae,
  ].flatMap(phrase => phrase.match(/\b[A-Z]{3,}\b/g) ?? []);
  const made = new Set(words.map(word => word.toLowerCase()).filter(word => !bodies.has(word)));
  capitals.set(vocabulary, made);
  return made;
}

const wordsOf = ({ words, inTitle = [], weak = [], except }: Term) => [...words, ...inTitle, ...weak, ...except];

const fromListed = ({ term, from, to, start, words }: Found, part: Part) => ({
  id: term.id,
  abroad: term.abroad ?? false,
  part,
  from,
  to,
  start,
  words,
});
