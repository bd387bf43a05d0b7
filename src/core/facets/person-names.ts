import { isFamily } from '../names.ts';
import type { Part } from '../reading.ts';
import { gapAfter, joined, type Role } from './roles.ts';

/** Tokens from..to of a name. */
export interface NameFound {
  readonly from: number;
  readonly to: number;
}

/** Lower-case parts of names. */
const PARTICLES = new Set(['de', 'van', 'von', 'der', 'bin', 'al', 'da', 'la', 'den', 'ter', 'el', 'ibn', 'dos', 'di']);
/** Capitalised words that are never part of a name. */
const NO_NAMES = new Set(
  (
    'the a an and of in at for on to by with from mr ms mrs dr korea korean republic ministry minister president director ' +
    'general secretary monday tuesday wednesday thursday friday saturday sunday january february march april june july ' +
    'august september october november december photo caption official government agency institute committee forum ' +
    'summit meeting he she it they his her trade industry energy vice deputy senior prime chairman ceo seoul sejong office ' +
    'council association corporation company center centre group bank university department europe american european'
  ).split(' '),
);
/** No name has more tokens; "Thani bin Ahmed Al Zeyoudi" has five. */
const LONGEST = 6;

const hyphened = (part: Part, at: number) => /^[‐‑–-]$/.test(gapAfter(part, at));
const isWord = (part: Part, at: number, taken: ReadonlySet<number>) => {
  const token = part.tokens[at];
  return token?.capital === true && !taken.has(at) && !/\d/.test(token.form) && !NO_NAMES.has(token.form.toLowerCase());
};

/**
 * The name directly behind an office: "Minister Kim Jung-kwan of", "CEO Theodore Colbert III". In a title, where every
 * word may be capitalised, only a Korean name is told from the words behind it: "Minister Ahn Attends" is Ahn.
 */
export function nameBehind(
  part: Part,
  role: Role,
  isTitle: boolean,
  taken: ReadonlySet<number>,
): (NameFound & { readonly roleEnd: number }) | null {
  const direct = isWord(part, role.to, taken) && /^[\s]$/.test(gapAfter(part, role.to - 1));
  if (direct) {
    const to = isTitle ? endOfKorean(part, role.to) : endOfName(part, role.to, taken);
    if (to === role.to + 1 && !isFamily(formOf(part, role.to))) return null;
    return to > role.to ? { from: role.to, to, roleEnd: role.to } : null;
  }
  // "DG for Hydrogen Economy Policy Park Chan-ki": the name ends the run that the office begins.
  for (let at = role.to + 1; at < Math.min(role.end, part.tokens.length); at++) {
    if (!isFamily(formOf(part, at)) || !joined(part, at - 1)) continue;
    const to = endOfKorean(part, at);
    if (to - at >= 2) return { from: at, to, roleEnd: at };
  }
  return null;
}

const formOf = (part: Part, at: number) => part.tokens[at]?.form ?? '';

/** A family name and a given name of one word or of two joined by a hyphen; the family name alone where no such follows. */
function endOfKorean(part: Part, from: number): number {
  if (!isFamily(formOf(part, from))) return hyphened(part, from) ? from + 3 : from + 1;
  const given = from + 1;
  if (/^\s$/.test(gapAfter(part, from)) && part.tokens[given]?.capital && hyphened(part, given)) return given + 2;
  return given;
}

function endOfName(part: Part, from: number, taken: ReadonlySet<number>): number {
  let end = from;
  for (let at = from; at - from < LONGEST; at++) {
    const gap = at === from ? '' : gapAfter(part, at - 1);
    const hyphen = at > from && hyphened(part, at - 1);
    if (at > from && !hyphen && !/^(?:\s|\. |\(| \(|\) )$/.test(gap)) break;
    if (gap.includes('. ') && formOf(part, at - 1).length > 1) break;
    if (gap.includes('(') && !/^[^()]{2,30}\) [A-Z]/.test(part.text.slice(part.tokens[at]?.start))) break;
    if (hyphen || isWord(part, at, taken)) end = at + 1;
    else if (!PARTICLES.has(formOf(part, at))) break;
  }
  return end;
}

/** The name in front of ", Deputy Minister for Trade": at least two words, back to whatever is no name. */
export function nameBefore(part: Part, role: number, taken: ReadonlySet<number>): NameFound | null {
  const { tokens } = part;
  let last = role - 1;
  if (tokens[last]?.key === 'the' || tokens[last]?.key === 'a') last--;
  if (gapAfter(part, last) !== ', ') return null;
  let from = last + 1;
  for (let at = last; at >= 0 && last - at < LONGEST; at--) {
    const hyphen = at < last && hyphened(part, at);
    const before = at > 0 && hyphened(part, at - 1);
    if (at < last && !hyphen && !/^(?:\s|\. )$/.test(gapAfter(part, at))) break;
    if (before || isWord(part, at, taken)) from = at;
    else if (!PARTICLES.has(formOf(part, at))) break;
  }
  // A name does not begin with a particle's left neighbour missing, nor is one word a name.
  while (from <= last && PARTICLES.has(formOf(part, from))) from++;
  const words = last + 1 - from;
  return words >= 2 && !/^[A-Z]{3,}$/.test(part.text.slice(tokens[from]?.start, tokens[from]?.end))
    ? { from, to: last + 1 }
    : null;
}
