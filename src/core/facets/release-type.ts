import type { Part, Reading } from '../reading.ts';
import type { Term } from '../vocabulary.ts';
import { type Found, findTerms } from './matcher.ts';

export interface TypeFound {
  readonly id: string;
  /** What decided it; null where nothing did and the last kind stands. */
  readonly place: { readonly part: Part; readonly start: number; readonly words: string } | null;
}

/**
 * What kind of release it is: of the kinds that the title names the one that the vocabulary lists first, else of those
 * that the lead names, else of those of which the title holds a weak word, else the last one listed.
 * @param figures whether it is a release of figures, whose kind the vocabulary lists first
 * @returns null where the vocabulary has no kinds
 */
export function findType(types: readonly Term[], reading: Reading, figures: boolean): TypeFound | null {
  const last = types.at(-1);
  if (!last) return null;
  const { title, body } = reading;
  const named = findTerms(types, title, title.own, true);
  const said = named.filter(({ weak }) => !weak);
  if (figures && types[0]) return { id: types[0].id, place: placeOf(types[0], said, title) };
  const lead = findTerms(types, body, body.own).filter(
    found => !found.weak && reading.where(body, found.start) === 'lead',
  );
  return (
    first(types, said, title) ?? first(types, lead, body) ?? first(types, named, title) ?? { id: last.id, place: null }
  );
}

function first(types: readonly Term[], found: readonly Found[], part: Part): TypeFound | null {
  const named = new Set(found.map(({ term }) => term));
  const type = types.find(term => named.has(term));
  return type ? { id: type.id, place: placeOf(type, found, part) } : null;
}

function placeOf(type: Term, found: readonly Found[], part: Part): TypeFound['place'] {
  const one = found.find(({ term }) => term === type);
  return one ? { part, start: one.start, words: one.words } : null;
}
