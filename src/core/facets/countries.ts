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
  readonly inTitle: readonly Found[];
  readonly inBody: readonly Found[];
}

/** The countries and blocs that a release names. */
export function findCountries(terms: readonly Term[], { title, body }: Reading): CountriesFound {
  const spoiled = spoiledTerms(terms, [title, body]);
  const locate = (part: Part) =>
    findTerms(terms, part, part.own, part === title).filter(
      ({ term, start, words }) => !spoiled.has(term) && !isDollar(part.text, start + words.length),
    );
  return { inTitle: locate(title), inBody: locate(body) };
}

/** "US$ 5 billion" is a sum. */
const isDollar = (text: string, end: number) => text[end] === '$';

/**
 * Those that it is about: the ones of the title; where that names none, the one or two that the text begins with or
 * comes back to, unless the release is one of figures, which name every market.
 * @returns sorted ids
 */
export function countriesAbout({ inTitle, inBody }: CountriesFound, reading: Reading, figures: boolean): string[] {
  const plain = (found: readonly Found[]) => found.filter(({ weak }) => !weak);
  const named = [...new Set(plain(inTitle).map(({ term }) => term.id))];
  return (named.length > 0 || figures ? named : fromText(plain(inBody), reading)).sort();
}

function fromText(found: readonly Found[], reading: Reading): string[] {
  const times = new Map<string, number>();
  const early = new Set<string>();
  const listed = listedClauses(found, reading.body);
  for (const one of found) {
    if (listed.has(reading.body.clause[one.from] ?? -1)) continue;
    const { id } = one.term;
    times.set(id, (times.get(id) ?? 0) + 1);
    if (one.from < RULES.beginning || reading.where(reading.body, one.start) === 'lead') early.add(id);
  }
  const about = [...times].filter(([id, count]) => early.has(id) || count >= RULES.often).map(([id]) => id);
  return about.length <= RULES.most ? about : [];
}

/** Three and more countries in one clause are a list of markets or members. */
function listedClauses(found: readonly Found[], { clause }: Part): ReadonlySet<number> {
  const named = new Map<number, Set<Term>>();
  for (const { from, term } of found) {
    const number = clause[from] ?? -1;
    named.set(number, (named.get(number) ?? new Set()).add(term));
  }
  return new Set([...named].filter(([, terms]) => terms.size > RULES.most).map(([number]) => number));
}
