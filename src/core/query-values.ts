import { AGREEMENTS } from './facets/agreements.ts';
import { slugOf } from './facets/series.ts';
import { personKey } from './names.ts';
import { nearestWords } from './nearness.ts';
import { FIELDS, type Field, type FieldClause, QueryError } from './query-clause.ts';
import { fold } from './text.ts';
import { findTerm, nearestTerms, type Term, type Vocabulary } from './vocabulary.ts';

/** Where in the query text a value stands, for the error. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

const LANGUAGES: readonly Term[] = [
  term('en', 'English', '영어', ['eng']),
  term('ko', 'Korean', '한국어', ['kor', 'kr', 'hangul', '한글', '국문']),
];

function term(id: string, english: string, korean: string, names: readonly string[]): Term {
  return { id, label: { en: english, ko: korean }, names, words: [], except: [] };
}

/** @throws {QueryError} with the nearest fields where there is no such field */
export function readField(name: string, place: Place): Field {
  const field = FIELDS.find(known => known === name);
  if (field) return field;
  const compared = COMPARED.get(name);
  if (compared) throw new QueryError(`${name}: is compared, as in ${compared}`, place.at, place.length, [compared]);
  const near = nearestWords(FIELDS, name, 1).map(known => `${known}:`);
  const meant = near.length > 0 ? `did you mean ${near[0]}? ` : '';
  throw new QueryError(
    `${name}: there is no such field; ${meant}the fields are ${FIELDS.join(', ')}, date>= and amount>=; ` +
      'to look for a text with a colon, put it in quotation marks',
    place.at,
    place.length,
    near,
  );
}

const COMPARED: ReadonlyMap<string, string> = new Map([
  ['date', 'date>=2025-01-01'],
  ['amount', 'amount>=usd:1bn'],
]);

/**
 * Reads the value of a field: an id, a label, a name or an alias, in English or Korean.
 * @throws {QueryError} with the nearest values where there is no such value
 */
export function readValue(field: Field, typed: string, vocabulary: Vocabulary, place: Place): FieldClause {
  const found = clauseFor(field, typed, vocabulary);
  if (found) return found;
  const { suggestions, meant } = suggest(field, typed, vocabulary);
  const what = field === 'mentions' ? 'topic, country or agency' : field === 'lang' ? 'language' : field;
  const help = meant ? `did you mean ${meant}?` : `there is no such ${what}${EXAMPLES[field]}`;
  throw new QueryError(`${field}:${typed}: ${help}`, place.at, place.length, suggestions);
}

const EXAMPLES: Readonly<Record<Field, string>> = {
  topic: '; try topic:steel or topic:supply-chain',
  mentions: '; try mentions:steel or mentions:ca',
  country: '; try a name or an ISO code, as in country:ca',
  agency: '; try an acronym, as in agency:kats',
  agreement: `; there are ${AGREEMENTS.map(({ id }) => id).join(', ')}`,
  person: '; try a name, as in person:"Kim Jung-kwan"',
  series: '; try series:korea-us-standards-forum',
  type: '; try type:talks or type:statistics',
  category: '; try category:"FTA/Economic Cooperation"',
  source: '; try source:motir',
  lang: '; there are en and ko',
};

function clauseFor(field: Field, typed: string, vocabulary: Vocabulary): FieldClause | null {
  const clause = (value: string): FieldClause => ({ is: 'field', field, value, facet: null });
  if (field === 'mentions') return mentionOf(typed, vocabulary);
  if (field === 'category') {
    const value = categoryKey(typed);
    return value === '' ? null : clause(value);
  }
  if (field === 'source') {
    const value = fold(typed).toLowerCase();
    const known = vocabulary.sources ? vocabulary.sources.includes(value) : /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);
    return known ? clause(value) : null;
  }
  const found = findTerm(termsOf(field, vocabulary), typed);
  if (found) return clause(found.id);
  // Whoever holds an office may be met, and whatever is held again and again: no list could say that there is no such.
  const key = field === 'person' ? personKey(typed) : field === 'series' ? slugOf(typed) : '';
  return key === '' ? null : clause(key);
}

/** How categories are compared: folded, lower case; quotation marks have no place in a query's value. */
export function categoryKey(category: string): string {
  return fold(fold(category).toLowerCase().replaceAll('"', ' '));
}

const FACETS = ['topic', 'country', 'agency'] as const;

/** A topic before a country before an agency; "country:ai" where an id alone would mean an earlier one. */
function mentionOf(typed: string, vocabulary: Vocabulary): FieldClause | null {
  const prefixed = FACETS.find(facet => typed.toLowerCase().startsWith(`${facet}:`));
  const name = prefixed ? typed.slice(prefixed.length + 1) : typed;
  for (const facet of prefixed ? [prefixed] : FACETS) {
    const found = findTerm(termsOf(facet, vocabulary), name);
    if (!found) continue;
    const first = FACETS.find(other => findTerm(termsOf(other, vocabulary), found.id));
    const value = first === facet ? found.id : `${facet}:${found.id}`;
    return { is: 'field', field: 'mentions', value, facet };
  }
  return null;
}

/** The id of a `mentions` clause, without the facet that may stand before it. */
export const mentionedId = ({ value }: FieldClause) => value.slice(value.indexOf(':') + 1);

function termsOf(field: Field, vocabulary: Vocabulary): readonly Term[] {
  switch (field) {
    case 'topic':
      return vocabulary.topics;
    case 'country':
      return vocabulary.countries;
    case 'agency':
      return vocabulary.agencies;
    case 'person':
      return vocabulary.people;
    case 'type':
      return vocabulary.types;
    case 'agreement':
      return AGREEMENTS;
    case 'lang':
      return LANGUAGES;
    default:
      return [];
  }
}

function suggest(field: Field, typed: string, vocabulary: Vocabulary) {
  const listed = typed.split(/[,|/]/).filter(part => part.trim() !== '');
  if (listed.length > 1 && listed.every(part => clauseFor(field, part, vocabulary))) {
    const meant = `${field}:(${listed.map(part => clauseFor(field, part, vocabulary)?.value).join(' OR ')})`;
    return { suggestions: [meant], meant };
  }
  if (field === 'source') {
    const near = nearestWords(vocabulary.sources ?? [], fold(typed).toLowerCase()).map(id => `source:${id}`);
    return { suggestions: near, meant: near.join(', ') };
  }
  const sought = field === 'mentions' ? FACETS : [field];
  const near = sought.flatMap(facet => nearestTerms(termsOf(facet, vocabulary), typed)).slice(0, 3);
  const here = near.map(({ id, label }) => ({ text: `${field}:${id}`, label: label.en }));
  const all = [...elsewhere(field, typed, vocabulary), ...here];
  return {
    suggestions: all.map(({ text }) => text),
    meant: all.map(({ text, label }) => `${text} (${label})`).join(', '),
  };
}

/** "topic:canada": a value of another field. */
function elsewhere(field: Field, typed: string, vocabulary: Vocabulary) {
  return FIELDS.filter(other => other !== field && other !== 'mentions')
    .map(other => ({ other, found: findTerm(termsOf(other, vocabulary), typed) }))
    .flatMap(({ other, found }) => (found ? [{ text: `${other}:${found.id}`, label: found.label.en }] : []));
}
