import type { Part, Reading } from '../reading.ts';
import type { Agreement, Evidence } from '../release.ts';
import type { Term } from '../vocabulary.ts';
import { evidenceOf, findTerms } from './matcher.ts';
import { markOffices } from './offices.ts';

/** Kinds of agreements between governments; the names are fixed by treaty, so they are part of the program. */
export const AGREEMENTS: readonly Term[] = [
  agreement('fta', 'Free trade agreement', '자유무역협정', ['FTA', 'KORUS']),
  agreement('cepa', 'Comprehensive economic partnership agreement', '포괄적경제동반자협정', ['CEPA']),
  agreement('epa', 'Economic partnership agreement', '경제동반자협정', ['EPA'], ['Environmental Protection Agency']),
  agreement('rcep', 'Regional comprehensive economic partnership', '역내포괄적경제동반자협정', ['RCEP']),
  agreement(
    'cptpp',
    'Comprehensive and progressive agreement for trans-pacific partnership',
    '포괄적·점진적 환태평양경제동반자협정',
    ['CPTPP'],
  ),
  agreement('ipef', 'Indo-Pacific economic framework', '인도태평양경제프레임워크', ['IPEF']),
  agreement('tipf', 'Trade and investment promotion framework', '무역투자촉진프레임워크', ['TIPF']),
  agreement('dpa', 'Digital partnership agreement', '디지털동반자협정', ['DPA', 'DEPA', 'digital trade agreement']),
  agreement('mou', 'Memorandum of understanding', '양해각서', ['MOU', 'MoU', 'memoranda of understanding']),
  agreement('trq', 'Tariff rate quota', '관세할당', ['TRQ', 'tariff-rate quota', '저율관세할당']),
];

function agreement(id: string, en: string, ko: string, words: readonly string[], except: readonly string[] = []): Term {
  // The written-out name stands in texts with and without capitals.
  return { id, label: { en, ko }, names: words, words: [en.toLowerCase(), ko, ...words], except };
}

export interface AgreementFound {
  readonly id: string;
  readonly part: Part;
  /** Token number. */
  readonly from: number;
  readonly start: number;
  readonly words: string;
}

/** Every place where a release names an agreement. */
export function findAgreements({ title, body }: Reading): AgreementFound[] {
  return [title, body].flatMap(part =>
    findTerms(AGREEMENTS, part, markOffices(part)).map(({ term, from, start, words }) => ({
      id: term.id,
      part,
      from,
      start,
      words,
    })),
  );
}

/** Agreements of many, whose members are no parties of the release. */
const OF_MANY = new Set(['rcep', 'cptpp', 'ipef']);
/** A clause with more is a list of members. */
const MOST_PARTIES = 2;
/** Names of the institution's own country, which is a party where it stands in the clause. */
const HOME = new Set(['korea', 'korean', 'seoul']);
const MOST_AGREEMENTS = 30;
const MOST_SIGNERS = 12;

/** What may be a party: its id and where it stands. */
export interface PartyFound {
  readonly id: string;
  readonly part: Part;
  readonly from: number;
}

/**
 * The agreements of a release with the parties that the same clause names: one or two counterparts and the
 * institution's own country, or the bodies of a memorandum.
 * @param home id of the institution's own country
 */
export function agreementsOf(
  found: readonly AgreementFound[],
  countries: readonly PartyFound[],
  bodies: readonly PartyFound[],
  home: string,
): Agreement[] {
  const parties = partiesByClause(countries, bodies, home);
  const agreements = new Map<string, Agreement>();
  for (const { id, part, from } of found) {
    const sorted = parties(id, part, part.clause[from] ?? -1);
    const key = `${id} ${sorted.join(' ')}`;
    if (!agreements.has(key) && agreements.size < MOST_AGREEMENTS) agreements.set(key, { type: id, parties: sorted });
  }
  return withoutVague([...agreements.values()]);
}

/** Who the parties of an agreement in a clause are; each clause is looked at once for each kind. */
function partiesByClause(countries: readonly PartyFound[], bodies: readonly PartyFound[], home: string) {
  const states = byClause(countries);
  const signers = byClause(bodies);
  const homes = new Map<Part, ReadonlySet<number>>();
  const known = new Map<Part, Map<string, readonly string[]>>();
  const find = (id: string, part: Part, clause: number): readonly string[] => {
    if (OF_MANY.has(id)) return [];
    const own = homes.get(part) ?? clausesWithHome(part);
    homes.set(part, own);
    const partners = partnersOf(states.get(part)?.get(clause) ?? []);
    if (partners.size > 0 && partners.size <= MOST_PARTIES)
      return [...partners, ...(own.has(clause) ? [home] : [])].sort();
    const signed =
      id === 'mou' ? new Set((signers.get(part)?.get(clause) ?? []).map(one => one.id)) : new Set<string>();
    return signed.size > 1 ? [...signed].sort().slice(0, MOST_SIGNERS) : [];
  };
  return (id: string, part: Part, clause: number): readonly string[] => {
    const here = known.get(part) ?? new Map<string, readonly string[]>();
    known.set(part, here);
    const key = `${clause} ${id}`;
    const parties = here.get(key) ?? find(id, part, clause);
    here.set(key, parties);
    return parties;
  };
}

/** "Korea-EU" says who the other party is, whoever else the clause names. */
function partnersOf(found: readonly PartyFound[]): ReadonlySet<string> {
  const paired = found.filter(
    ({ part: { text, tokens }, from }) =>
      HOME.has(tokens[from - 1]?.key ?? '') &&
      /^[\s\u2010-\u2015-]+$/.test(text.slice(tokens[from - 1]?.end, tokens[from]?.start)),
  );
  return new Set((paired.length > 0 ? paired : found).map(({ id }) => id));
}

/** One that names no party, or fewer than another of its kind, is that other one. */
function withoutVague(agreements: readonly Agreement[]): Agreement[] {
  return agreements.filter(
    one =>
      !agreements.some(
        other =>
          other !== one &&
          other.type === one.type &&
          other.parties.length > one.parties.length &&
          one.parties.every(party => other.parties.includes(party)),
      ),
  );
}

function byClause(found: readonly PartyFound[]): ReadonlyMap<Part, ReadonlyMap<number, readonly PartyFound[]>> {
  return new Map(
    [...Map.groupBy(found, ({ part }) => part)].map(([part, here]) => [
      part,
      Map.groupBy(here, ({ from }) => part.clause[from] ?? -1),
    ]),
  );
}

function clausesWithHome({ tokens, clause }: Part): ReadonlySet<number> {
  return new Set(tokens.flatMap(({ key }, i) => (HOME.has(key) ? [clause[i] ?? -1] : [])));
}

/** The agreements that a release names, each with the words and where they stand. */
export function agreementWords(reading: Reading): ReadonlyMap<string, readonly Omit<Evidence, 'facet'>[]> {
  const places = findAgreements(reading).map(({ id, part, start, words }) => ({
    id,
    where: reading.where(part, start),
    words,
  }));
  return new Map([...Map.groupBy(places, ({ id }) => id)].map(([id, found]) => [id, evidenceOf(found)]));
}
