import type { Part, Reading } from '../reading.ts';
import type { Term } from '../vocabulary.ts';
import { type Found, findTerms, spoiledTerms } from './matcher.ts';
import { findUnlisted } from './unlisted.ts';

export interface AgencyFound {
  readonly id: string;
  /** Of more than one country. */
  readonly international: boolean;
  readonly part: Part;
  /** Token numbers. */
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly words: string;
}

/** Every public body, international organization and association that a release names, listed in the vocabulary or known by form. */
export function findAgencies(terms: readonly Term[], reading: Reading): readonly AgencyFound[] {
  const parts = [reading.title, reading.body];
  const spoiled = spoiledTerms(terms, parts);
  return parts.flatMap(part => {
    const listed = findTerms(terms, part, part.own).filter(({ term }) => !spoiled.has(term));
    return [...listed.map(found => fromListed(found, part)), ...findUnlisted(part, listed, parts)].sort(
      (a, b) => a.start - b.start,
    );
  });
}

const fromListed = ({ term, from, to, start, words }: Found, part: Part) => ({
  id: term.id,
  international: term.international ?? false,
  part,
  from,
  to,
  start,
  words,
});
