import type { Part, Reading } from '../reading.ts';
import type { Term } from '../vocabulary.ts';
import { type Companions, companions, isPlaceholder } from './companions.ts';
import { type Found, findTerms, spoiledTerms } from './matcher.ts';
import { markOffices } from './offices.ts';

/**
 * When a text alone, without the title, makes a release about a topic. A word in a list of three and more subjects
 * counts nothing, in a pair half: "including defense, AI, automobiles and batteries" is about none of them.
 */
const RULES = {
  /** Tokens up to which a text is a note or a caption, where one mention already says what it is about. */
  shortText: 120,
  /** Needed where the title names no subject: in a short text, in a long one. */
  alone: { short: 1, long: 2 },
  /** Mentions, be they in lists, that bear out a common word of the title. */
  support: { short: 1, long: 2 },
  /** Needed beside a subject of the title. */
  beside: { short: 2, long: 4 },
  /** The strongest topics that a text adds. */
  most: 2,
  /** What a mention in the first sentence of a long text counts: enough alone, where the title names no subject. */
  lead: 2,
} as const;

type Length = 'short' | 'long';

export interface TopicsFound {
  readonly about: readonly string[];
  readonly inTitle: readonly Found[];
  readonly inBody: readonly Found[];
}

/** The topics of a release: what the title says, or the text says by itself, not in passing. */
export function findTopics(terms: readonly Term[], reading: Reading, others: Companions): TopicsFound {
  const spoiled = spoiledTerms(terms, [reading.title, reading.body]);
  const locate = (part: Part) =>
    findTerms(terms, part, markOffices(part), part === reading.title).filter(({ term }) => !spoiled.has(term));
  const allowed = companions(terms, reading, others);
  const title = locate(reading.title).filter(found => allowed.inTitle(found));
  const body = locate(reading.body).filter(found => allowed.inBody(found));
  const about = new Set<Term>();
  for (const { term, weak } of title) if (!weak) about.add(term);
  for (const { term, weak, start } of body)
    if (!weak && allowed.byTitle(term) && reading.where(reading.body, start) === 'lead') about.add(term);
  const length: Length = reading.body.tokens.length <= RULES.shortText ? 'short' : 'long';
  const weights = weigh(body, reading);
  // A common word in the title is made plain by the text.
  for (const { term, weak } of title) if (weak && supports(term, body, weights, length)) about.add(term);
  for (const term of addedByText(weights, about, length)) about.add(term);
  return {
    about: [...about].map(({ id }) => id).sort(),
    inTitle: title,
    inBody: body,
  };
}

/** A common word of the title is borne out by one clear mention, or within lists by one of a short text, two of a long one. */
function supports(term: Term, body: readonly Found[], weights: ReadonlyMap<Term, number>, length: Length): boolean {
  const inLists = body.filter(found => found.term === term && !found.weak).length;
  return (weights.get(term) ?? 0) >= 1 || inLists >= RULES.support[length];
}

function addedByText(weights: ReadonlyMap<Term, number>, about: ReadonlySet<Term>, length: Length): Term[] {
  const subjects = [...about].filter(term => !term.with && !term.act);
  // Monthly figures name every industry and market: the title alone says of which they are.
  if ([...about].some(term => term.with && !term.with.some(isPlaceholder))) return [];
  const needed = (subjects.length > 0 ? RULES.beside : RULES.alone)[length];
  return [...weights]
    .filter(([term, weight]) => weight >= needed && !about.has(term) && !term.with)
    .sort(([, a], [, b]) => b - a)
    .slice(0, RULES.most)
    .map(([term]) => term);
}

function weigh(body: readonly Found[], reading: Reading): Map<Term, number> {
  const weights = new Map<Term, number>();
  const long = reading.body.tokens.length > RULES.shortText;
  // Common words of a field are members of a list, though they weigh nothing.
  const subjects = body.filter(({ term, weak }) => !term.with && !(weak && term.act));
  for (const chain of chainsOf(subjects, reading.body)) {
    const listed = membersOf(chain, reading.body);
    const share = listed >= 3 ? 0 : listed === 2 ? 0.5 : 1;
    for (const { term, weak, start } of chain) {
      if (weak) continue;
      const place = long && reading.where(reading.body, start) === 'lead' ? RULES.lead : 1;
      weights.set(term, (weights.get(term) ?? 0) + share * place);
    }
  }
  return weights;
}

/** How many different subjects a list parts; words side by side ("lithium supply chain") are one member of it. */
function membersOf(chain: readonly Found[], { text }: Part): number {
  const members = new Set<Term>();
  let end = -1;
  for (const { term, start, words } of chain) {
    if (end < 0 || (start > end && /\S/.test(text.slice(end, start)))) members.add(term);
    end = Math.max(end, start + words.length);
  }
  return members.size;
}

/** At most so many tokens lie between two members of one list. */
const WIDEST_GAP = 4;

/** Found words grouped where they follow each other as in a list: parted by commas, slashes, "and" or "or". */
function chainsOf(found: readonly Found[], part: Part): Found[][] {
  const chains: Found[][] = [];
  let last: Found | undefined;
  for (const one of found) {
    if (last && follows(last, one, part)) chains.at(-1)?.push(one);
    else chains.push([one]);
    last = one;
  }
  return chains;
}

function follows(a: Found, b: Found, part: Part): boolean {
  if (part.clause[a.from] !== part.clause[b.from] || b.from - a.to > WIDEST_GAP) return false;
  const between = part.text.slice(a.start + a.words.length, b.start);
  // "tariffs on cars and steel" is no list of three.
  if (/^\s*(?:on|for|of|in|over|against|from|to|by)\b/.test(between)) return false;
  return /[,/·•、]|\b(?:and|or)\b|&/.test(between) || b.from <= a.to;
}
