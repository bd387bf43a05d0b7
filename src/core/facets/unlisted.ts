import type { Part } from '../reading.ts';
import type { Token } from '../tokens.ts';
import type { AgencyFound } from './agencies.ts';
import { namedBy } from './body-names.ts';
import type { Found } from './matcher.ts';

/** Who speaks for a body: "VASS President", "Head of BSKJI". */
const ROLES = new Set([
  'president',
  'chairman',
  'chairperson',
  'commissioner',
  'governor',
  'head',
  'director',
  'secretary',
]);
/**
 * Bodies that no vocabulary lists, by their form and context: "Korea Institute of Something (KISOM)", "VASS President
 * ...", an acronym in one list with bodies that are known ("KEIT, KOFST and KIAT"), and acronyms of four letters and
 * more that the vocabulary does not know as something else.
 * @param others capitals that name no body: products, companies, agreements, places
 */
export function findUnlisted(
  part: Part,
  listed: readonly Found[],
  parts: readonly Part[],
  others: ReadonlySet<string>,
): AgencyFound[] {
  if (shouts(part)) return [];
  const taken = new Set(listed.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  const ids = new Set(listed.map(({ term }) => term.id));
  const defined = introduced(parts);
  const open = part.tokens.flatMap((_, at) => {
    const id = acronymAt(part, at);
    return id && !taken.has(at) && part.own[at] !== 1 && !ids.has(id) && !others.has(id) && defined.get(id) !== 'other'
      ? [{ id, at }]
      : [];
  });
  const certain = open.filter(({ id, at }) => defined.get(id) === 'body' || isTelling(part, at) || hasRole(part, at));
  const known = new Set([...taken, ...certain.map(({ at }) => at)]);
  const beside = open.filter(({ at }) => !known.has(at) && stands(part, at, known));
  return [...certain, ...beside].map(({ id, at }) => found(part, id, at));
}

function found(part: Part, acronym: string, at: number): AgencyFound {
  const { start, end } = part.tokens[at] as Token;
  const rest = restOfName(part, at);
  const words = part.text.slice(start, rest?.end ?? end);
  const id = rest ? words.toLowerCase() : acronym;
  return { id, abroad: false, part, from: at, to: rest ? at + 2 : at + 1, start, words };
}

/** The short second part of "KORIL-RDF". */
function restOfName({ text, tokens }: Part, at: number): Token | undefined {
  const [token, rest] = [tokens[at], tokens[at + 1]];
  if (!token || !rest || rest.start !== token.end + 1 || rest.end - rest.start >= TELLING) return undefined;
  return /^-[A-Z]{2,}$/.test(text.slice(token.end, rest.end)) ? rest : undefined;
}

/** The acronym at a token, in lower case; empty where the token is none, or a piece of "S-OIL", "K.A.CARE" and "ARPA-type". */
function acronymAt({ text, tokens }: Part, at: number): string {
  const token = tokens[at];
  if (!token) return '';
  const written = text.slice(token.start, token.end);
  const isPiece = /\b[A-Z][-.]$/.test(text.slice(Math.max(0, token.start - 3), token.start));
  const goesOn = /^[-‐‑][a-z]/.test(text.slice(token.end, token.end + 2));
  return /^[A-Z]{3,8}$/.test(written) && !isPiece && !goesOn ? written.toLowerCase() : '';
}

/** Shorter ones are as often units, products and companies. */
const TELLING = 4;

/** Whether an acronym is long enough to tell a body by itself, and no word of an outcry ("DATE NOT SEEN"). */
function isTelling({ text, tokens }: Part, at: number): boolean {
  const token = tokens[at];
  if (!token || token.end - token.start < TELLING) return false;
  const isCry = (one: Token | undefined, gap: string) =>
    one !== undefined && /^\s+$/.test(gap) && /^[A-Z]{2,}$/.test(text.slice(one.start, one.end));
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return !isCry(before, text.slice(before?.end, token.start)) && !isCry(after, text.slice(token.end, after?.start));
}

/** Whether most words are in capitals, which then tell nothing. */
function shouts({ text, tokens }: Part): boolean {
  const words = tokens.filter(({ start, end }) => end - start >= TELLING);
  const loud = words.filter(({ start, end }) => /^[A-Z]+$/.test(text.slice(start, end)));
  return loud.length > 2 && loud.length * 2 > words.length;
}

function hasRole({ tokens }: Part, at: number): boolean {
  const token = tokens[at];
  if (!token || token.end - token.start < 4) return false;
  const after = tokens[at + 1];
  if (after?.capital && ROLES.has(after.key)) return true;
  return tokens[at - 1]?.key === 'of' && ROLES.has(tokens[at - 2]?.key ?? '');
}

/** Whether an acronym stands in one list with two known bodies, or with one where nothing goes on behind it ("OPP film"). */
function stands(part: Part, at: number, known: ReadonlySet<number>): boolean {
  const beside = knownBeside(part, at, known);
  const { text, tokens } = part;
  const after = tokens[at + 1];
  const goesOn = after?.key !== 'and' && /^[\s-]+$/.test(text.slice(tokens[at]?.end, after?.start));
  return beside > 1 || (beside === 1 && !goesOn);
}

/** How many known bodies stand in one list with the acronym: beside it, or parted from it by other acronyms alone. */
function knownBeside(part: Part, at: number, known: ReadonlySet<number>): number {
  let count = 0;
  for (const step of [-1, 1]) {
    let last = at;
    for (let i = at + step; Math.abs(i - at) <= LONGEST_LIST; i += step) {
      const [one, other] = [part.tokens[Math.min(i, last)], part.tokens[Math.max(i, last)]];
      if (!one || !other) break;
      const gap = part.text.slice(one.end, other.start);
      const joins = one.key === 'and' || other.key === 'and' ? /^,?\s*$/ : /^\s*[,&/·]\s*$/;
      if (!joins.test(gap)) break;
      if (known.has(i)) count++;
      else if (!acronymAt(part, i) && part.tokens[i]?.key !== 'and') break;
      last = i;
    }
  }
  return count;
}

/** No list of bodies is longer. */
const LONGEST_LIST = 8;

/** What the full names say of the acronyms that stand behind them in parentheses. */
function introduced(parts: readonly Part[]) {
  const defined = new Map<string, ReturnType<typeof namedBy>>();
  for (const part of parts)
    for (const [at, token] of part.tokens.entries()) {
      const id = acronymAt(part, at);
      if (!id || part.text[token.start - 1] !== '(' || !/[-),;]/.test(part.text[token.end] ?? '')) continue;
      if (defined.get(id) !== 'body') defined.set(id, namedBy(part, at));
    }
  return defined;
}
