import { distanceWithin } from './nearness.ts';
import { fold } from './text.ts';

/** One value of a facet: what it is called, and the words in a release that earn it. Loaded from config/, handed to core as data. */
export interface Term {
  /** "steel", "ca", "kats": what queries and feeds carry. */
  readonly id: string;
  readonly label: { readonly en: string; readonly ko: string };
  /** What a person may type for it in a query, English or Korean, beside id and labels ("Canada", "캐나다"). */
  readonly names: readonly string[];
  /** Words and phrases that earn it. Capitals of two to four letters match as capitals only; singular and plural both match. */
  readonly words: readonly string[];
  /** Phrases within which a word does not count ("Hyundai Steel" for "steel"). */
  readonly except: readonly string[];
  /** Words that earn it in a title only: in a text they are too common, and support what other words say. */
  readonly inTitle?: readonly string[];
  /** Words too common to earn it alone anywhere: they support what other words say. */
  readonly weak?: readonly string[];
  /**
   * Words of which one has to stand beside a word of this term, in the same title or sentence. "{country}" and
   * "{body}" stand for any country or any body of another country or of several.
   */
  readonly with?: readonly string[];
  /** Words anywhere in the release that show the term's words to mean something else (Georgia, the U.S. state). */
  readonly unless?: readonly string[];
  /** A topic that says what is done rather than in which field ("investment"): a text may well add the field. */
  readonly act?: boolean;
  /** An agency of another country or of several ("meti", "wto"). */
  readonly abroad?: boolean;
}

/** A person who is known under one name, and the offices that "Minister Lee" may mean. */
export interface Official extends Term {
  readonly offices: readonly {
    readonly role: string;
    /** YYYY-MM-DD, both days included; null for who holds it now. */
    readonly from: string;
    readonly until: string | null;
  }[];
}

export interface Vocabulary {
  readonly topics: readonly Term[];
  readonly countries: readonly Term[];
  readonly agencies: readonly Term[];
  /** Capitals that stand for no body: companies, venues, products ("POSCO", "COEX"). */
  readonly noBodies: readonly string[];
  /** Kinds of releases, the one that decides first. */
  readonly types: readonly Term[];
  readonly people: readonly Official[];
  /** Names and formulae of the institution itself, which earn nothing and match no bare word. */
  readonly formulae: readonly string[];
  /** The source ids there are, where that is known: a query then names no other. */
  readonly sources?: readonly string[];
  /** Grows when rules or tables change: stored releases of an older version are classified again, and nothing is alerted. */
  readonly version: string;
}

/** Names are compared by their letters and digits alone: "U.S.", "us" and "U S" are one, so are "South-Africa" and "south africa". */
export function nameKey(name: string): string {
  return fold(name)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]|[^\p{L}\p{N}\p{M}]/gu, '')
    .normalize('NFC');
}

type Names = ReadonlyMap<string, Term>;
const indexes = new WeakMap<readonly Term[], Names>();

function indexOf(terms: readonly Term[]): Names {
  const known = indexes.get(terms);
  if (known) return known;
  const made = new Map<string, Term>();
  const add = (name: string, term: Term) => {
    const key = nameKey(name);
    if (key && !made.has(key)) made.set(key, term);
  };
  // An id is never taken by another term's name.
  for (const term of terms) add(term.id, term);
  for (const term of terms) for (const name of [term.label.en, term.label.ko, ...term.names]) add(name, term);
  indexes.set(terms, made);
  return made;
}

/** The term that a person means by an id, a label, a name or an alias, in English or Korean; null where there is none. */
export function findTerm(terms: readonly Term[], name: string): Term | null {
  return indexOf(terms).get(nameKey(name)) ?? null;
}

/** Words longer than this are compared by their beginning: a suggestion needs no more, and the work stays bounded. */
const LONGEST_COMPARED = 40;
const MOST_EDITS = 3;

/** What can be mistyped: of a syllable of Hangul each of its letters. */
const lettersOf = (name: string) => name.slice(0, LONGEST_COMPARED).normalize('NFD').slice(0, LONGEST_COMPARED);

/**
 * The terms whose names are nearest to what was typed, the nearest first: within one edit for short words, up to three
 * for long ones; then those whose name begins with it.
 * @param most how many at most
 */
export function nearestTerms(terms: readonly Term[], typed: string, most = 3): readonly Term[] {
  const key = lettersOf(nameKey(typed));
  if (!key) return [];
  const allowed = Math.min(MOST_EDITS, Math.max(1, Math.floor(key.length / 3)));
  const best = new Map<Term, number>();
  for (const [full, term] of indexOf(terms)) {
    const name = lettersOf(full);
    // A short id ("ca") is one edit away from half the others: only a name of some length can be mistyped.
    const near = name.length > 2 ? distanceWithin(key, name, allowed) : allowed + 1;
    const begins = key.length >= 3 && name.startsWith(key);
    // One that was not typed to its end is nearer than one with as much wrong in it.
    const distance = near <= allowed ? near - (begins ? 0.5 : 0) : begins ? allowed + 0.5 : Number.POSITIVE_INFINITY;
    if (distance < (best.get(term) ?? Number.POSITIVE_INFINITY)) best.set(term, distance);
  }
  return [...best]
    .sort(([a, x], [b, y]) => x - y || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map(([term]) => term);
}
