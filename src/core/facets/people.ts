import { type Name, personKey, readName, sameName } from '../names.ts';
import { compilePhrases, findPhrases, type PhraseBook } from '../phrases.ts';
import type { Part, Reading } from '../reading.ts';
import type { Person } from '../release.ts';
import type { Official, Vocabulary } from '../vocabulary.ts';
import type { AgencyFound } from './agencies.ts';
import { type Bodies, bodyBefore, bodyBehind, indexBodies, roleAndBody } from './person-body.ts';
import { type NameFound, nameBefore, nameBehind } from './person-names.ts';
import { findRoles, type Role } from './roles.ts';

/** A person and a place where the release names them. */
export interface PersonFound extends Person {
  readonly part: Part;
  readonly start: number;
  readonly words: string;
}

interface Mention {
  readonly part: Part;
  readonly start: number;
  readonly words: string;
  readonly role: string | null;
  readonly body: string | null;
  /** Whether only the family name is printed: "Deputy Minister Park". */
  readonly short: boolean;
}

const books = new WeakMap<readonly Official[], PhraseBook<Official>>();

/**
 * The people of a release, known by the office beside the name ("Park Jung-sung, Deputy Minister for Trade at ...",
 * "KATS President Kim Dae-ja") or by the vocabulary. A family name alone is whoever is named in full elsewhere in the
 * release, or who held the office on that day.
 * @param date YYYY-MM-DD, of the release
 * @returns every mention; those of one person share key, name, role and body
 */
export function findPeople(
  reading: Reading,
  agencies: readonly AgencyFound[],
  taken: ReadonlyMap<Part, ReadonlySet<number>>,
  vocabulary: Vocabulary,
  date: string | null,
): PersonFound[] {
  const own = ownAcronym(reading, vocabulary);
  const bodies = indexBodies(agencies);
  const mentions = [reading.title, reading.body].flatMap(part => {
    const beside = besideRoles(part, part === reading.title, bodies, taken.get(part) ?? new Set(), own);
    const covered = new Set(beside.map(({ start }) => start));
    return [...beside, ...byName(part, vocabulary.people).filter(({ start }) => !covered.has(start))].sort(
      (a, b) => a.start - b.start,
    );
  });
  return resolve(mentions, vocabulary.people, date);
}

function besideRoles(
  part: Part,
  isTitle: boolean,
  bodies: Bodies,
  taken: ReadonlySet<number>,
  own: string | null,
): Mention[] {
  const mentions: Mention[] = [];
  for (const role of findRoles(part)) {
    const behind = nameBehind(part, role, isTitle, taken);
    if (behind) {
      const body =
        bodyBefore(part, role.from, bodies) ?? bodyBehind(part, behind.to, bodies) ?? ownBody(part, role, own);
      mentions.push(mention(part, behind, wordsOf(part, role.from, behind.roleEnd), body));
      continue;
    }
    const before = nameBefore(part, role.from, taken);
    if (!before) continue;
    const said = roleAndBody(part, role, bodies, taken);
    mentions.push(mention(part, before, said.role, said.body ?? ownBody(part, role, own)));
  }
  return mentions;
}

const mention = (part: Part, name: NameFound, role: string, body: string | null): Mention => ({
  part,
  start: part.tokens[name.from]?.start ?? 0,
  words: wordsOf(part, name.from, name.to),
  role,
  body,
  short: name.to - name.from === 1,
});

const wordsOf = ({ text, tokens }: Part, from: number, to: number) =>
  text.slice(tokens[from]?.start, tokens[to - 1]?.end);

/** "Deputy Minister for Trade" is the institution's own official, so is the "Trade, Industry and Energy Minister". */
const ownBody = (part: Part, { from, to, end }: Role, own: string | null) =>
  part.own.slice(Math.max(0, from - 1), Math.max(to, end)).includes(1) ? own : null;

/** How the release calls the institution: "MOTIR". */
function ownAcronym({ title, body }: Reading, { formulae }: Vocabulary): string | null {
  const acronyms = new Set(formulae.filter(formula => /^[A-Z]{3,7}$/.test(formula)));
  for (const { text, tokens } of [body, title])
    for (const { start, end } of tokens) if (acronyms.has(text.slice(start, end))) return text.slice(start, end);
  return null;
}

function byName(part: Part, officials: readonly Official[]): Mention[] {
  const book =
    books.get(officials) ??
    compilePhrases(
      officials.flatMap(one => [one.label.en, one.label.ko, ...one.names].map(name => [name, one] as const)),
    );
  books.set(officials, book);
  return findPhrases(book, part.tokens).map(({ from, to }) => ({
    part,
    start: part.tokens[from]?.start ?? 0,
    words: wordsOf(part, from, to),
    role: null,
    body: null,
    short: false,
  }));
}

interface Known {
  readonly name: Name;
  readonly official: Official | undefined;
  readonly shown: string;
  role: string | null;
  body: string | null;
}

/** A release that names more people is a list of names. */
const MOST = 200;

function resolve(mentions: readonly Mention[], officials: readonly Official[], date: string | null): PersonFound[] {
  const known: Known[] = [];
  const owners = new Map<Mention, Known>();
  const shorts = new Map<string, Known | undefined>();
  for (const one of mentions) {
    if (one.short) continue;
    const name = readName(one.words);
    const official = officialOf(officials, name, one.words);
    const same = (other: Known) => (official ? other.official === official : sameName(other.name, name));
    const person = known.find(same) ?? add({ name, official, shown: official?.label.en ?? one.words, ...said(one) });
    if (!person) continue;
    person.role ??= one.role;
    person.body ??= one.body;
    owners.set(one, person);
  }
  for (const one of mentions) {
    if (!one.short) continue;
    // The same few words mean the same person throughout.
    const key = `${one.role} ${one.words}`;
    if (!shorts.has(key)) shorts.set(key, namesake(one, known) ?? holder(one));
    const person = shorts.get(key);
    if (person) owners.set(one, person);
  }
  return mentions.flatMap(one => {
    const person = owners.get(one);
    if (!person) return [];
    const { shown, role, body, official } = person;
    const { part, start, words } = one;
    return [{ name: shown, role, body, key: official?.id ?? personKey(shown), part, start, words }];
  });

  function add(person: Known): Known | undefined {
    if (known.length >= MOST) return undefined;
    known.push(person);
    return person;
  }

  function holder(one: Mention): Known | undefined {
    const official = officeHolder(officials, familyOf(one), one.role, date);
    return official && add({ name: readName(official.label.en), official, shown: official.label.en, ...said(one) });
  }
}

const said = ({ role, body }: Mention) => ({ role, body });
const familyOf = ({ words }: Mention) => readName(words).family;

/** Who "Deputy Minister Park" is among those named in full: the only one of that family, or the one of that office. */
function namesake(one: Mention, known: readonly Known[]): Known | undefined {
  const family = familyOf(one);
  const namesakes = known.filter(({ name }) => name.family === family);
  const byRole = namesakes.find(({ role }) => role !== null && shares(role, one.role));
  if (byRole) return byRole;
  const [only, another] = namesakes;
  return another === undefined && (only?.role === null || one.role === null) ? only : undefined;
}

const spellings = new WeakMap<Official, readonly Name[]>();

function officialOf(officials: readonly Official[], name: Name, words: string): Official | undefined {
  return officials.find(one => {
    const names = spellings.get(one) ?? [one.label.en, ...one.names].map(readName);
    spellings.set(one, names);
    return one.label.ko === words || names.some(spelling => sameName(spelling, name));
  });
}

/** "Deputy Minister" is short for "Deputy Minister for Trade", "Minister" is not short for "Vice Minister". */
const shares = (role: string, short: string | null) => short !== null && role.startsWith(short);

function officeHolder(officials: readonly Official[], family: string, role: string | null, date: string | null) {
  if (date === null || role === null) return undefined;
  const office = /^(?:Industry )?Minister$/.test(role) ? 'Minister' : role;
  return officials.find(
    ({ label, offices }) =>
      readName(label.en).family === family &&
      offices.some(one => one.role === office && one.from <= date && (one.until === null || date <= one.until)),
  );
}

/** Each person once, in the order of first mention. */
export function peopleOf(found: readonly PersonFound[]): Person[] {
  const people = new Map<string, Person>();
  for (const { name, role, body, key } of found) if (!people.has(key)) people.set(key, { name, role, body, key });
  return [...people.values()];
}
