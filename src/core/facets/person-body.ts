import type { Part } from '../reading.ts';
import type { AgencyFound } from './agencies.ts';
import { gapAfter, type Role } from './roles.ts';

/** Words of which a body's name holds one. */
const KINDS =
  /\b(?:Ministry|Department|Agency|Institute|Organi[sz]ation|Association|Commission|Council|Committee|Cent(?:er|re)|Corporation|Company|Foundation|Authority|Bank|Chamber|Bureau|Administration|Office|Board|Embassy|University|Secretariat|Federation|Union|Group|Center|Delegation|Parliament|Academy|Forum|Society)\b/;

/** "of the Republic of Korea" is no part of an office. */
const POLITIES = new Set(['republic', 'kingdom', 'federation', 'commonwealth', 'sultanate', 'state', 'union']);

/** Where bodies are named. */
export interface Bodies {
  /** The body that begins at a token, and the token behind it. */
  starting(part: Part, at: number): AgencyFound | undefined;
  /** The one that ends in front of a token. */
  endingAt(part: Part, at: number): AgencyFound | undefined;
}

export function indexBodies(agencies: readonly AgencyFound[]): Bodies {
  const starts = new Map<Part, Map<number, AgencyFound>>();
  const ends = new Map<Part, Map<number, AgencyFound>>();
  for (const one of agencies) {
    const first = starts.get(one.part) ?? new Map<number, AgencyFound>();
    starts.set(one.part, first.set(one.from, one));
    const last = ends.get(one.part) ?? new Map<number, AgencyFound>();
    ends.set(one.part, last.set(one.to, one));
  }
  return {
    starting: (part, at) => starts.get(part)?.get(at),
    endingAt: (part, at) => ends.get(part)?.get(at),
  };
}

/** The body in front of an office: "KATS President", "METI's Director", "Bank of Korea Governor", "(MOTIR, Minister". */
export function bodyBefore(part: Part, role: number, bodies: Bodies): string | null {
  const { text, tokens } = part;
  const before = tokens[role - 1];
  if (!before) return null;
  const written = text.slice(before.start, before.end);
  const gap = gapAfter(part, role - 1);
  const opens = text[before.start - 1] === '(' && gap === ', ';
  if (!opens && !/^(?:['’]s)?\s$/.test(gap)) return null;
  const found = bodies.endingAt(part, role);
  if (found && !opens) return found.words;
  // Of the institution's names only the acronym is short enough to stand for it.
  const isOwn = part.own[role - 1] === 1 && /^[A-Z]{3,7}$/.test(written);
  return (opens || isOwn) && /^[A-Z][A-Za-z&-]{1,9}$/.test(written) ? written : null;
}

/** The body behind a name: "Minister Kim Jung-kwan of MOTIR". */
export function bodyBehind(part: Part, to: number, bodies: Bodies): string | null {
  const { tokens } = part;
  // "Minister Lee at KATS" is where he was.
  if (!/^(?:of|from)$/.test(tokens[to]?.key ?? '') || !/^\s$/.test(gapAfter(part, to - 1))) return null;
  const at = tokens[to + 1]?.key === 'the' ? to + 2 : to + 1;
  return bodyAt(part, at, bodies);
}

/** A body that begins at a token: its acronym where the text gives one, else its name. */
function bodyAt(part: Part, at: number, bodies: Bodies): string | null {
  const { text, tokens } = part;
  const token = tokens[at];
  if (!token) return null;
  const found = bodies.starting(part, at);
  if (found) return acronymBehind(text, found.start + found.words.length) ?? found.words;
  if (part.own[at] !== 1) return null;
  let to = at;
  while (
    part.own[to] === 1 &&
    tokens[to]?.capital !== undefined &&
    (to === at || !gapAfter(part, to - 1).includes('('))
  )
    to++;
  const end = tokens[to - 1]?.end ?? token.end;
  return acronymBehind(text, end) ?? text.slice(token.start, end);
}

/** "(WTO)" or "(MOTIR, Minister ...)" directly behind a name. */
const acronymBehind = (text: string, end: number) =>
  /^ \(([A-Z][A-Za-z&-]{1,9})[,)]/.exec(text.slice(end, end + 16))?.[1] ?? null;

/**
 * "Senior Researcher at the Korea Institute of ... (KIXX)" taken apart: what stands before the body, and the body.
 * @param taken tokens that name countries or bodies
 */
export function roleAndBody(
  part: Part,
  role: Role,
  bodies: Bodies,
  taken: ReadonlySet<number>,
): { readonly role: string; readonly body: string | null } {
  const { text, tokens } = part;
  const words = (from: number, to: number) => text.slice(tokens[from]?.start, tokens[to - 1]?.end);
  const plain = (from: number, to: number) => words(from, to).replace(/ \([A-Z&-]+\)?$/, '');
  const end = Math.max(role.to, role.end);
  for (let at = role.to; at < end; at++) {
    const link = tokens[at]?.key;
    if (link !== 'at' && link !== 'of' && link !== 'from') continue;
    const next = tokens[at + 1]?.key === 'the' ? at + 2 : at + 1;
    const body = bodyAt(part, next, bodies);
    if (body) return { role: plain(role.from, at), body };
    const rest = plain(next, end);
    const named =
      KINDS.test(rest) && (link === 'at' || tokens[at + 1]?.key === 'the' || KINDS.test(words(next, next + 1)));
    if (next < end && named)
      return { role: plain(role.from, at), body: acronymBehind(text, tokens[end - 1]?.end ?? 0) ?? rest };
    // "Minister of Industry and Trade of the Czech Republic": the country is no part of the office.
    const isCountry = taken.has(next) || (tokens[at + 1]?.key === 'the' && POLITIES.has(tokens[next]?.key ?? ''));
    if (isCountry) return { role: plain(role.from, at), body: null };
  }
  return { role: plain(role.from, end), body: null };
}
