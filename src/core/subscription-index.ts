import type { Prepared } from './prepared.ts';
import type { Clause, Query, WordsClause } from './query-clause.ts';
import { factsFor, factsOf } from './search-facts.ts';

/** Many queries compiled together, so that a release is held against those alone that it may meet. */
export interface SubscriptionIndex<Id> {
  /**
   * The queries that the release may match, each once, in the order in which they were given: all that do match are
   * among them, and hardly one that does not.
   */
  candidates(release: Prepared): readonly Id[];
}

/**
 * Rough shares of releases that have one such thing. Only their order counts: of several things that a query needs the
 * rarest is what it is found by.
 */
const SHARE = { agency: 0.02, word: 0.03, country: 0.03, topic: 0.1, mentions: 0.2, category: 0.25, syllable: 0.3 };
/** A second and a third word beside the first make it rarer. */
const RARER = 0.2;
const EVERY_RELEASE = 1;

/** What a query is found by: a release that has none of these things does not match it. */
interface Anchors {
  readonly things: readonly number[];
  readonly beginnings: readonly string[];
  readonly share: number;
}

/** Compiles queries. One that needs nothing that can be looked up ("-steel") is held against every release. */
export function buildIndex<Id>(entries: Iterable<{ readonly id: Id; readonly query: Query }>): SubscriptionIndex<Id> {
  const ids: Id[] = [];
  const things = openThings();
  const wanted: (readonly number[])[] = [];
  const barred: (readonly number[])[] = [];
  const byThing: Filed[] = [];
  const byBeginning = new Map<string, number[]>();
  const always: number[] = [];

  for (const { id, query } of entries) {
    const number = ids.push(id) - 1;
    const { all, none } = needsOf(query.root, things);
    wanted.push(all);
    barred.push(none);
    const anchors = anchorsOf(query.root, things);
    if (anchors === null) always.push(number);
    for (const thing of anchors?.things ?? []) {
      const second = all.find(other => other !== thing) ?? ALONE;
      byThing[thing] ??= new Map();
      const same = byThing[thing].get(second);
      if (same) same.push(number);
      else byThing[thing].set(second, [number]);
    }
    for (const beginning of anchors?.beginnings ?? [])
      byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), number]);
  }

  const lengths = [...new Set([...byBeginning.keys()].map(beginning => beginning.length))].sort((a, b) => a - b);
  const postings = pack(Array.from({ length: things.count() }, (_, thing) => runsOf(byThing[thing])));
  const all = pack(wanted);
  const none = pack(barred);
  const seen = new Uint32Array(ids.length);
  const had = new Uint32Array(things.count());
  let round = 0;

  const hasAll = (number: number) => {
    const end = all.starts[number + 1] ?? 0;
    for (let at = all.starts[number] ?? 0; at < end; at++) if (had[all.values[at] ?? 0] !== round) return false;
    return true;
  };
  const hasNone = (number: number) => {
    const end = none.starts[number + 1] ?? 0;
    for (let at = none.starts[number] ?? 0; at < end; at++) if (had[none.values[at] ?? 0] === round) return false;
    return true;
  };
  return {
    candidates(release) {
      round += 1;
      const found: number[] = [];
      const take = (number: number) => {
        if (seen[number] === round) return;
        seen[number] = round;
        if (hasAll(number) && hasNone(number)) found.push(number);
      };
      const has = things.of(release, had, round);
      for (const number of always) take(number);
      const { starts, values } = postings;
      for (const thing of has) {
        const end = starts[thing + 1] ?? 0;
        for (let at = starts[thing] ?? 0; at < end; ) {
          const second = values[at] ?? ALONE;
          const next = at + RUN_HEAD + (values[at + 1] ?? 0);
          if (second === ALONE || had[second] === round)
            for (let one = at + RUN_HEAD; one < next; one++) take(values[one] ?? 0);
          at = next;
        }
      }
      if (lengths.length > 0)
        for (const beginning of beginningsOf(release, lengths)) byBeginning.get(beginning)?.forEach(take);
      return [...Uint32Array.from(found).sort()].map(number => ids[number] as Id);
    },
  };
}

/** Queries that are found by one thing, by the second thing that they need beside it. */
type Filed = Map<number, number[]>;

/** In place of a second thing: the first is all that is needed, or there are several of which one is. */
const ALONE = 0xffff_ffff;
/** Of each run the second thing and how many queries follow. */
const RUN_HEAD = 2;

/** What is filed under one thing as one list, so that nothing of a query is looked at whose second thing is missing. */
const runsOf = (filed: Filed | undefined): readonly number[] =>
  [...(filed ?? [])].flatMap(([second, numbers]) => [second, numbers.length, ...numbers]);

/** Many short lists in one piece of memory: the values of list n are those from `starts[n]` to before `starts[n + 1]`. */
function pack(lists: readonly (readonly number[])[]): { readonly starts: Uint32Array; readonly values: Uint32Array } {
  const starts = new Uint32Array(lists.length + 1);
  for (const [number, list] of lists.entries()) starts[number + 1] = (starts[number] ?? 0) + list.length;
  const values = new Uint32Array(starts.at(-1) ?? 0);
  for (const [number, list] of lists.entries()) values.set(list, starts[number]);
  return { starts, values };
}

/** The words and facts that queries ask for, numbered, and found in a release in one go over its text. */
interface Things {
  /** The numbers of the things of which one makes a clause hold, and nothing else does; null where that cannot be told by things. */
  readonly numbers: (clause: Clause) => readonly number[] | null;
  readonly count: () => number;
  /** Writes `round` to the place of each thing that the release has; gives their numbers, each once. */
  readonly of: (release: Prepared, had: Uint32Array, round: number) => readonly number[];
}

interface Node {
  readonly next: Map<string, Node>;
  /** The number of the words on the way here, -1 where nobody asks for just these. */
  thing: number;
}

const node = (): Node => ({ next: new Map(), thing: -1 });

function openThings(): Things {
  const root = node();
  const facts = new Map<string, number>();
  let count = 0;
  const wordsThing = (keys: readonly string[]) => {
    let at = root;
    for (const key of keys) {
      const next = at.next.get(key) ?? node();
      at.next.set(key, next);
      at = next;
    }
    if (at.thing < 0) at.thing = count++;
    return at.thing;
  };
  const factThing = (fact: string) => {
    const number = facts.get(fact) ?? count++;
    facts.set(fact, number);
    return number;
  };
  return {
    count: () => count,
    numbers(clause) {
      if (clause.is === 'words') return clause.prefix === null ? [wordsThing(clause.keys)] : null;
      return clause.is === 'field' ? (factsFor(clause)?.map(factThing) ?? null) : null;
    },
    of(release, had, round) {
      const found: number[] = [];
      const take = (thing: number) => {
        if (thing < 0 || had[thing] === round) return;
        had[thing] = round;
        found.push(thing);
      };
      for (const fact of factsOf(release.release)) take(facts.get(fact) ?? -1);
      for (const part of release.parts) walk(part, root, take);
      return found;
    },
  };
}

/** Follows the words of a text through the trie, from each of them, as far as a phrase may reach. */
function walk({ tokens, own }: Prepared['parts'][number], root: Node, take: (thing: number) => void): void {
  for (let from = 0; from < tokens.length; from++) {
    let at: Node | undefined = root;
    for (let to = from; at; to++) {
      const token = tokens[to];
      if (!token || own[to] === 1 || (to > from && token.opens)) break;
      at = at.next.get(token.key);
      if (at) take(at.thing);
    }
  }
}

/** What the words of a release begin with, in these lengths. */
function beginningsOf(release: Prepared, lengths: readonly number[]): ReadonlySet<string> {
  const beginnings = new Set<string>();
  for (const { tokens } of release.parts)
    for (const { form } of tokens)
      for (const length of lengths) {
        if (length > form.length) break;
        beginnings.add(form.slice(0, length).toLowerCase());
      }
  return beginnings;
}

/** Numbers of things that a release has to have to match, and of things that it must not have; of alternatives nothing is said. */
function needsOf(root: Clause, things: Things): { readonly all: readonly number[]; readonly none: readonly number[] } {
  const all: number[] = [];
  const none: number[] = [];
  for (const clause of root.is === 'all' ? root.of : [root]) {
    const left = clause.is === 'not';
    const numbers = things.numbers(left ? clause.of : clause);
    if (left && numbers) none.push(...numbers);
    else if (numbers?.length === 1) all.push(...numbers);
  }
  return { all, none };
}

/** What a clause cannot hold without; null where it may hold without anything that can be looked up. */
function anchorsOf(clause: Clause, things: Things): Anchors | null {
  switch (clause.is) {
    case 'words': {
      const { keys, prefix } = clause;
      const share = shareOf(clause);
      if (keys.length === 0) return { things: [], beginnings: [prefix?.toLowerCase() ?? ''], share };
      return { things: things.numbers({ ...clause, prefix: null }) ?? [], beginnings: [], share };
    }
    case 'field': {
      const numbers = things.numbers(clause);
      const share = clause.field in SHARE ? SHARE[clause.field as keyof typeof SHARE] : EVERY_RELEASE;
      return numbers && { things: numbers, beginnings: [], share };
    }
    case 'all':
      return clause.of.map(part => anchorsOf(part, things)).reduce(rarer, null);
    case 'any': {
      const parts = clause.of.map(part => anchorsOf(part, things)).filter(part => part !== null);
      if (parts.length < clause.of.length) return null;
      return {
        things: parts.flatMap(part => part.things),
        beginnings: parts.flatMap(part => part.beginnings),
        share: parts.reduce((sum, part) => sum + part.share, 0),
      };
    }
    default:
      return null;
  }
}

const rarer = (a: Anchors | null, b: Anchors | null) => (a && (!b || a.share <= b.share) ? a : b);

function shareOf({ keys: [first, ...rest] }: WordsClause): number {
  if (first === undefined) return SHARE.word;
  return (/^\p{Lo}$/u.test(first) ? SHARE.syllable : SHARE.word) * RARER ** rest.length;
}
