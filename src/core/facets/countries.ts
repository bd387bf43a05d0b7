import type { Part, Reading } from '../reading.ts';
import type { Term } from '../vocabulary.ts';
import { type Found, findTerms, spoiledTerms } from './matcher.ts';

/** When a text makes a release about a country that its title does not name. */
const RULES = {
  /** Tokens of the text that count as its beginning, beside the lead. */
  beginning: 60,
  /** So many mentions outside lists count like one in the beginning. */
  often: 3,
  /** A release is about a pair of counterparts; three and more are a list. */
  most: 2,
} as const;

export interface CountriesFound {
  readonly about: readonly string[];
  readonly found: readonly (Found & { readonly part: Part })[];
}

/**
 * The countries and blocs of a release: those of the title; where it names none, the one or two that the text
 * begins with or comes back to, unless the release is one of figures, which name every market.
 */
export function findCountries(terms: readonly Term[], reading: Reading, figures: boolean): CountriesFound {
  const { title, body } = reading;
  const spoiled = spoiledTerms(terms, [title, body]);
  const locate = (part: Part) => findTerms(terms, part, part.own).filter(({ term }) => !spoiled.has(term));
  const inTitle = locate(title);
  const inBody = locate(body);
  const named = new Set(inTitle.filter(({ weak }) => !weak).map(({ term }) => term.id));
  const about = named.size > 0 || figures ? [...named] : fromText(inBody, reading);
  return {
    about: about.sort(),
    found: [...inTitle.map(found => ({ ...found, part: title })), ...inBody.map(found => ({ ...found, part: body }))],
  };
}

function fromText(found: readonly Found[], reading: Reading): string[] {
  const times = new Map<string, number>();
  const early = new Set<string>();
  for (const one of found) {
    if (one.weak || isListed(one, found, reading.body)) continue;
    const { id } = one.term;
    times.set(id, (times.get(id) ?? 0) + 1);
    if (one.from < RULES.beginning || reading.where(reading.body, one.start) === 'lead') early.add(id);
  }
  const about = [...times].filter(([id, count]) => early.has(id) || count >= RULES.often).map(([id]) => id);
  return about.length <= RULES.most ? about : [];
}

/** Three and more countries in one clause are a list of markets or members. */
function isListed(one: Found, found: readonly Found[], { clause }: Part): boolean {
  const number = clause[one.from];
  return new Set(found.filter(({ from }) => clause[from] === number).map(({ term }) => term)).size > RULES.most;
}
