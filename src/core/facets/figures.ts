import { findAmounts, readAmount } from '../amounts.ts';
import type { Part, Reading } from '../reading.ts';
import type { Figure } from '../release.ts';
import type { Token } from '../tokens.ts';

/** Physical units in which trade and energy are counted. */
const UNITS: Readonly<Record<string, string>> = {
  ton: 'ton',
  tonne: 'ton',
  kilogram: 'kg',
  barrel: 'barrel',
  gw: 'gw',
  GW: 'gw',
  gigawatt: 'gw',
  mw: 'mw',
  MW: 'mw',
  megawatt: 'mw',
  kilowatt: 'kw',
  kw: 'kw',
  hectare: 'hectare',
  kilometer: 'km',
  kilometre: 'km',
  km: 'km',
};
const SCALES: Readonly<Record<string, number>> = { hundred: 2, thousand: 3, million: 6, billion: 9, trillion: 12 };
/** What is counted in them is a time, no figure of the release. */
const TIMES = new Set('day week month year hour minute second decade century time thing way'.split(' '));
/** Words behind a number that begin no counted thing. */
const NO_THINGS = new Set(
  'percent per of in to and or the a an at on for by from with p.m a.m am pm is was are were as than'.split(' '),
);
const MONTHS = new Set(
  (
    'january february march april may june july august september october november december ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec'
  ).split(' '),
);
/** Adjectives between a number and what is counted: "46 key tasks", "300 C-suite executives". */
const MOST_ADJECTIVES = 3;
/** Tokens within which a year behind a figure, or before it, belongs to it. */
const YEAR_NEAR = { behind: 8, before: 4 } as const;
/** What a percentage is of, where the word follows directly. */
const OF_PERCENT = new Set('tariff duty quota stake cut share tax reduction discount surcharge'.split(' '));
/** A release that prints more is a table. */
const MOST_FIGURES = 60;

interface Span {
  readonly value: number;
  readonly unit: string;
  readonly start: number;
  readonly end: number;
  /** Token numbers. */
  readonly from: number;
  readonly to: number;
}

/**
 * The figures of a release as printed: sums of money, percentages and counts, each with the year that stands near it
 * in the same sentence. "from 100 percent to 75 percent" is one figure.
 */
export function findFigures({ title, body }: Reading): Figure[] {
  const seen = new Set<string>();
  const figures: Figure[] = [];
  for (const part of [title, body])
    for (const { value, unit, start, end, from, to } of mergeRanges(spansOf(part), part)) {
      const words = part.text.slice(start, end);
      // A sum in the title comes again in the text, in another spelling.
      const sum = /^[a-z]{3}$/.test(unit) && unit !== 'ton' ? `${value} ${unit}` : words;
      if (figures.length >= MOST_FIGURES || seen.has(sum)) continue;
      seen.add(sum);
      figures.push({ words, value, unit, year: yearNear(part, from, to) });
    }
  return figures;
}

function spansOf(part: Part): Span[] {
  const { text, tokens } = part;
  const sums = new Map(findAmounts(text, tokens).map(sum => [sum.start, sum]));
  const spans: Span[] = [];
  let reach = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.start < reach) continue;
    // The sign of a sum is no token.
    const sum = sums.get(token.start) ?? sums.get(token.start - 1) ?? sums.get(token.start - 2);
    const span = sum
      ? {
          value: sum.value,
          unit: sum.currency,
          start: sum.start,
          end: sum.end,
          from: i,
          to: tokenAt(tokens, i, sum.end),
        }
      : (percentAt(part, i) ?? countAt(part, i));
    if (!span) continue;
    spans.push(span);
    reach = span.end;
  }
  return spans;
}

function tokenAt(tokens: readonly Token[], from: number, end: number): number {
  let to = from;
  while ((tokens[to]?.start ?? Number.POSITIVE_INFINITY) < end) to++;
  return to;
}

const gap = ({ text, tokens }: Part, at: number) => text.slice(tokens[at]?.end, tokens[at + 1]?.start);
const numberAt = ({ tokens }: Part, at: number) => {
  const form = tokens[at]?.form ?? '';
  return /^\d[\d,.]*$/.test(form) ? readAmount(form) : null;
};

function percentAt(part: Part, at: number): Span | null {
  const { text, tokens } = part;
  const value = numberAt(part, at);
  const token = tokens[at];
  if (value === null || !token) return null;
  const next = tokens[at + 1];
  const sign = /^\s?[%％]/.exec(text.slice(token.end, token.end + 2))?.[0];
  if (sign !== undefined)
    return { value, unit: 'percent', start: token.start, end: token.end + sign.length, from: at, to: at + 1 };
  if (!next || !/^[\s-]$/.test(gap(part, at))) return null;
  const two = next.key === 'per' && tokens[at + 2]?.key === 'cent';
  const points = next.key === 'percentage' && tokens[at + 2]?.key === 'point';
  if (next.key !== 'percent' && !two && !points) return null;
  const last = two ? at + 2 : at + 1;
  const more = tokens[last + 1]?.key ?? '';
  const point = /^\s$/.test(gap(part, last)) && (more === 'point' || OF_PERCENT.has(more)) ? last + 1 : last;
  return { value, unit: 'percent', start: token.start, end: tokens[point]?.end ?? next.end, from: at, to: point + 1 };
}

function countAt(part: Part, at: number): Span | null {
  const { tokens } = part;
  const number = numberAt(part, at);
  const token = tokens[at];
  if (number === null || !token || isCalendar(part, at)) return null;
  const scaled = SCALES[tokens[at + 1]?.key ?? ''];
  const value = scaled === undefined ? number : Number(`${number}e${scaled}`);
  const first = scaled === undefined ? at + 1 : at + 2;
  for (let i = first; i <= first + MOST_ADJECTIVES; i++) {
    const thing = tokens[i];
    if (!thing || !/^[\s-]$/.test(gap(part, i - 1)) || NO_THINGS.has(thing.form) || TIMES.has(thing.key)) return null;
    const unit = i === first ? (UNITS[thing.key] ?? UNITS[part.text.slice(thing.start, thing.end)]) : undefined;
    if (unit) return { value, unit, start: token.start, end: thing.end, from: at, to: i + 1 };
    // A plural in lower case: what is counted.
    if (thing.key !== thing.form && !thing.capital)
      return { value, unit: 'count', start: token.start, end: thing.end, from: at, to: i + 1 };
    if (/\d/.test(thing.form)) return null;
  }
  return null;
}

/** A year, a day of a month, or the number of a section or an article. */
function isCalendar(part: Part, at: number): boolean {
  const { text, tokens } = part;
  const token = tokens[at];
  const before = tokens[at - 1];
  if (!token) return true;
  if (/^(?:19|20)\d\d$/.test(token.form)) return true;
  if (before && (MONTHS.has(before.form) || /^(?:section|article|no|chapter|covid|version|phase)$/.test(before.form)))
    return true;
  return /[\p{L}–-]/u.test(text[token.start - 1] ?? '') || text[token.end] === '/';
}

/** "from 100 percent to 75 percent", "100 to 75 percent": one change, its value where it ends. */
function mergeRanges(spans: readonly Span[], part: Part): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (
      last &&
      last.unit === span.unit &&
      span.unit !== 'count' &&
      /^ to $/.test(part.text.slice(last.end, span.start))
    ) {
      const opens = part.tokens[last.from - 1];
      const from = opens?.key === 'from' ? last.from - 1 : last.from;
      merged[merged.length - 1] = { ...span, start: part.tokens[from]?.start ?? last.start, from };
      if (opens?.key !== 'from') merged[merged.length - 1] = { ...span, start: last.start, from };
    } else merged.push(span);
  }
  return merged;
}

/** The year behind a figure in its sentence, else before it, no other figure's year in between. */
function yearNear(part: Part, from: number, to: number): number | null {
  const clause = part.clause[from];
  for (let i = to; i < to + YEAR_NEAR.behind && part.clause[i] === clause; i++) {
    const year = yearAt(part, i);
    if (year !== null) return year;
  }
  for (let i = from - 1; i >= from - YEAR_NEAR.before && i >= 0 && part.clause[i] === clause; i--) {
    const year = yearAt(part, i);
    if (year !== null) return year;
  }
  return null;
}

const yearAt = ({ tokens }: Part, at: number) =>
  /^(?:19|20)\d\d$/.test(tokens[at]?.form ?? '') ? Number(tokens[at]?.form) : null;
