import type { Part } from '../reading.ts';
import type { Token } from '../tokens.ts';
import type { AgencyFound } from './agencies.ts';
import type { Found } from './matcher.ts';

/** What a public body calls itself: a name in front of "(ACRO)" holds one of these. */
const KINDS = new Set(
  (
    'agency institute organization organisation association commission council committee center centre corporation ' +
    'federation foundation authority bank fund chamber ministry department bureau administration service board ' +
    'society office laboratory union academy confederation secretariat body inspectorate institution alliance network'
  ).split(' '),
);
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
/** Capitals that name a trade deal, an index, a reactor or a company rather than a body. */
const NO_BODIES = new Set(
  (
    'korus kintex kospi kosdaq korea kstar kotc krw cepa cptpp rcep ipef masga phev fcev ebitda esg nafta usmca lpddr posco basf ' +
    'asml nvidia tsmc catl smic byd amd ibm edf bmw dsme kia covid sars mers nand dram oled icbm cbam ccus'
  ).split(' '),
);
/** Words of a name that are looked at before its acronym. */
const LONGEST_NAME = 10;

/**
 * Bodies that no vocabulary lists, by their form and context: "Korea Institute of Something (KISOM)", "VASS President
 * ...", an acronym in one list with bodies that are known ("KEIT, KOFST and KIAT"), and acronyms of four letters and
 * more that begin with a K, as Korean public bodies' do.
 */
export function findUnlisted(part: Part, listed: readonly Found[], parts: readonly Part[]): AgencyFound[] {
  const taken = new Set(listed.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  const ids = new Set(listed.map(({ term }) => term.id));
  const defined = new Set(parts.flatMap(definedIn));
  const found: AgencyFound[] = [];
  for (let i = 0; i < part.tokens.length; i++) {
    const id = acronymAt(part, i);
    if (!id || taken.has(i) || part.own[i] === 1 || ids.has(id) || NO_BODIES.has(id)) continue;
    if (!defined.has(id) && !isKorean(id) && !hasRole(part, i) && knownBeside(part, i, taken) < 2) continue;
    const { start, end } = part.tokens[i] as Token;
    found.push({ id, international: false, part, from: i, to: i + 1, start, words: part.text.slice(start, end) });
  }
  return found;
}

/** The acronym at a token, in lower case; empty where the token is none. */
function acronymAt({ text, tokens }: Part, at: number): string {
  const token = tokens[at];
  const written = token ? text.slice(token.start, token.end) : '';
  return /^[A-Z]{3,8}$/.test(written) ? written.toLowerCase() : '';
}

const isKorean = (id: string) => id.length >= 4 && id.startsWith('k');

function hasRole({ tokens }: Part, at: number): boolean {
  const token = tokens[at];
  if (!token || token.end - token.start < 4) return false;
  const after = tokens[at + 1];
  if (after?.capital && ROLES.has(after.key)) return true;
  return tokens[at - 1]?.key === 'of' && ROLES.has(tokens[at - 2]?.key ?? '');
}

/** No list of bodies is longer. */
const LONGEST_LIST = 8;

/** How many known bodies stand in one list with the acronym: parted from it by commas, "and" and other acronyms alone. */
function knownBeside(part: Part, at: number, taken: ReadonlySet<number>): number {
  let known = 0;
  for (const step of [-1, 1]) {
    let last = at;
    for (let i = at + step; Math.abs(i - at) <= LONGEST_LIST; i += step) {
      const [one, other] = [part.tokens[Math.min(i, last)], part.tokens[Math.max(i, last)]];
      if (!one || !other) break;
      const gap = part.text.slice(one.end, other.start);
      const joins = one.key === 'and' || other.key === 'and' ? /^,?\s*$/ : /^\s*[,&/·]\s*$/;
      if (!joins.test(gap)) break;
      if (taken.has(i)) known++;
      else if (!acronymAt(part, i) && part.tokens[i]?.key !== 'and') break;
      last = i;
    }
  }
  return known;
}

/** Acronyms that a part introduces in parentheses after a body's full name. */
function definedIn(part: Part): string[] {
  const { text, tokens } = part;
  const defined: string[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const id = acronymAt(part, i);
    const token = tokens[i];
    if (!id || !token || text[token.start - 1] !== '(' || !/[),;]/.test(text[token.end] ?? '')) continue;
    if (namesBody(part, i)) defined.push(id);
  }
  return defined;
}

/** Whether the capitalised words directly before a parenthesis name a kind of body. */
function namesBody({ text, tokens }: Part, at: number): boolean {
  for (let i = at - 1; i >= 0 && at - i <= LONGEST_NAME; i--) {
    const token = tokens[i];
    const next = tokens[i + 1];
    if (!token || !next) return false;
    const gap = text.slice(token.end, next.start);
    if (i < at - 1 && /[.;:()]/.test(gap)) return false;
    if (!token.capital && !/^(?:and|of|for|the|on|in|to)$/.test(token.key)) return false;
    if (token.capital && KINDS.has(token.key)) return true;
  }
  return false;
}
