import { isFormula } from './formulae.ts';
import type { Clause, Comparison, Field, FieldClause, Query, WordsClause } from './query-clause.ts';
import { printQuery } from './query-normal.ts';
import { keyOf } from './token-key.ts';
import { tokenize } from './tokens.ts';
import { findTerm, type Term, type Vocabulary } from './vocabulary.ts';

/**
 * What a person should know about a query that is right but may not find what they mean, one line each: a word in
 * lower case that releases write in capitals, the institution's own name, a query that contradicts itself.
 */
export function hintsOf(query: Query, vocabulary: Vocabulary): string[] {
  const hints = wordsIn(query.root, false).flatMap(({ clause, left }) => wordHints(clause, left, vocabulary));
  return [...new Set([...hints, ...contradictions(query.root)])];
}

function wordsIn(clause: Clause, left: boolean): { readonly clause: WordsClause; readonly left: boolean }[] {
  if (clause.is === 'words') return [{ clause, left }];
  if (clause.is === 'not') return wordsIn(clause.of, !left);
  return clause.is === 'all' || clause.is === 'any' ? clause.of.flatMap(part => wordsIn(part, left)) : [];
}

function wordHints(clause: WordsClause, left: boolean, vocabulary: Vocabulary): string[] {
  const shown = printQuery(clause);
  const [key, ...more] = clause.keys;
  if (clause.prefix !== null || key === undefined) return [];
  if (isFormula(tokenize(shown), vocabulary))
    return [`${shown} is the institution's own name: it stands in every release, so it matches none`];
  if (more.length > 0) return [];
  if (key === 'or' || key === 'and' || key === 'not' || key === 'NOT')
    return [`${key} is looked for as a word; ${OPERATORS[key]}`];
  const upper = key.toUpperCase();
  if (!/^[a-z]{2,4}$/.test(key) || !capitalsOf(vocabulary).has(upper)) return [];
  const country = findTerm(vocabulary.countries, key);
  const agency = findTerm(vocabulary.agencies, key);
  // "ai" is the code of Anguilla, but in capitals no word for it.
  const facets = [
    ...(country && writesAs(country, upper) ? [`country:${country.id}`] : []),
    ...(agency && writesAs(agency, upper) ? [`agency:${agency.id}`] : []),
  ];
  const meant = [...facets, upper].map(text => (left ? `-${text}` : text)).join(' or ');
  return [
    `${key} matches only the word "${key}", and capitals of two to four letters as they are written: did you mean ${meant}?`,
  ];
}

const writesAs = (term: Term, capitals: string) => term.words.some(word => keyOf(word).key === capitals);

const LEAVE_OUT = 'to leave something out write a minus before it, as in -steel';
const OPERATORS = {
  or: 'to join two alternatives write OR',
  and: 'words side by side are all needed, without a word between them',
  not: LEAVE_OUT,
  NOT: LEAVE_OUT,
};

const capitals = new WeakMap<Vocabulary, ReadonlySet<string>>();

/** The words of the vocabulary that are written in capitals: "US", "AI", "KATS". */
function capitalsOf(vocabulary: Vocabulary): ReadonlySet<string> {
  const known = capitals.get(vocabulary);
  if (known) return known;
  const made = new Set<string>();
  for (const term of [...vocabulary.topics, ...vocabulary.countries, ...vocabulary.agencies])
    for (const word of term.words) {
      const [token, ...more] = tokenize(word);
      if (token && more.length === 0 && /^[A-Z]{2,4}$/.test(token.key)) made.add(token.key);
    }
  capitals.set(vocabulary, made);
  return made;
}

/** Why a query can match nothing at all. */
export function contradictions(root: Clause): string[] {
  if (root.is !== 'all') return [];
  const wanted = new Set(root.of.filter(({ is }) => is !== 'not').map(printQuery));
  const both = root.of
    .flatMap(part => (part.is === 'not' ? [printQuery(part.of)] : []))
    .filter(text => wanted.has(text))
    .map(text => `${text} is both asked for and left out, so this matches nothing`);
  return [...both, ...severalOfOne(root.of), ...noDays(root.of)];
}

/** Of these a release has one at most. */
const SINGLE: ReadonlySet<Field> = new Set(['series', 'type', 'source', 'lang']);

function severalOfOne(parts: readonly Clause[]): string[] {
  const fields = parts.filter(part => part.is === 'field' && SINGLE.has(part.field)) as readonly FieldClause[];
  return [...Map.groupBy(fields, ({ field }) => field)]
    .filter(([, asked]) => asked.length > 1)
    .map(([field, asked]) => {
      const values = asked.map(one => printQuery(one).slice(field.length + 1)).join(' OR ');
      return `a release has one ${field} at most, so this matches nothing: did you mean ${field}:(${values})?`;
    });
}

function noDays(parts: readonly Clause[]): string[] {
  const days = (op: Comparison) => parts.flatMap(part => (part.is === 'date' && part.op === op ? [part.day] : []));
  const from = days('>=').sort().at(-1);
  const to = days('<=').sort().at(0);
  return from !== undefined && to !== undefined && from > to
    ? [`no day is both on or after ${from} and on or before ${to}, so this matches nothing`]
    : [];
}
