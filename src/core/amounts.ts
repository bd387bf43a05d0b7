import { codeOf, currencyOfName, currencyOfSign, isNation, powerOf } from './money.ts';
import type { Token } from './tokens.ts';

/** A sum of money as a text prints it. */
export interface Amount {
  /** ISO 4217 in lower case. */
  readonly currency: string;
  readonly value: number;
  /** UTF-16 offsets of the words in the text. */
  readonly start: number;
  readonly end: number;
}

/** A sum below the smallest coin is no sum. */
const LEAST = 0.01;

/** As many as a double holds exactly. */
const MOST_DIGITS = 15;

/**
 * Reads "1bn", "1.5m", "200,000" or "1조5천억"; null for anything else. Exact in decimals: the scale shifts the point.
 */
export function readAmount(text: string): number | null {
  const plain = text.replaceAll(',', '').toLowerCase();
  if (!/^(?:\d+(?:\.\d+)?\p{L}*)+$/u.test(plain)) return null;
  let sum = 0;
  let before = Number.POSITIVE_INFINITY;
  for (const [, digits = '', word = ''] of plain.matchAll(/(\d+(?:\.\d+)?)(\p{L}*)/gu)) {
    const power = word === '' ? 0 : powerOf(word);
    if (power === undefined || power >= before || digits.length > MOST_DIGITS) return null;
    before = power;
    sum += shifted(digits, power);
  }
  return sum > Number.MAX_SAFE_INTEGER || (sum > 0 && sum < LEAST) ? null : sum;
}

const shifted = (digits: string, power: number) => Number(`${digits}e${power}`);

/**
 * The sums of money in a text, in order: "USD 13.7 billion", "C$5bn", "KRW 100 billion", "5 billion won", "3억 달러",
 * "1조 5,000억 원". Both ends of a range are sums of its scale ("USD 1.5 to 2 billion").
 */
export function findAmounts(text: string, tokens: readonly Token[]): Amount[] {
  const amounts: Amount[] = [];
  for (let i = 0; i < tokens.length; ) {
    const number = numberAt(text, tokens, i);
    const second = number?.range ? numberAt(text, tokens, number.range) : null;
    const ends = [number, second].filter(end => end !== null);
    const found = ends.map(end => currencyAround(text, tokens, end));
    const currency = found.find(one => one !== null)?.currency;
    if (currency !== undefined)
      for (const [at, { value, from, to }] of ends.entries()) {
        const bare = { currency, start: tokens[from]?.start ?? 0, end: tokens[to - 1]?.end ?? 0 };
        amounts.push({ value, ...(found[at] ?? bare) });
      }
    i = ends.at(-1)?.to ?? i + 1;
  }
  return amounts;
}

interface Num {
  readonly value: number;
  /** Token numbers; `to` is the one behind its last. */
  readonly from: number;
  readonly to: number;
  /** Of a code written without a space before the number: "USD13.7bn". */
  readonly code: string | undefined;
  /** Where the other end of a range begins; 0 where it is none. */
  readonly range: number;
}

/** "13.7bn", "usd13.7": letters, digits, letters. */
const GLUED = /^([a-z]{3})?(\d+(?:\.\d+)*)(\p{L}*)$/u;
/** "1조 5,000억 3,000만 원" is as long as a sum gets. */
const MOST_STEPS = 4;

/** A number with its scale, one written in steps with the sum of them. */
function numberAt(text: string, tokens: readonly Token[], from: number): Num | null {
  const first = stepAt(text, tokens, from);
  if (first === null) return null;
  let { value, to, power } = first;
  if (power === 0) {
    const range = rangeBehind(text, tokens, first);
    return { value: shifted(String(value), range?.power ?? 0), from, to, code: first.code, range: range?.at ?? 0 };
  }
  for (let steps = 1; steps < MOST_STEPS; steps++) {
    const next = isNear(text, tokens, to) ? stepAt(text, tokens, to) : null;
    if (next === null || next.code !== undefined || next.power >= power || !isStep(text, tokens, next, to)) break;
    value += next.value;
    ({ to, power } = next);
  }
  return { value, from, to, code: first.code, range: 0 };
}

interface Step {
  readonly value: number;
  readonly power: number;
  readonly to: number;
  readonly code: string | undefined;
}

function stepAt(text: string, tokens: readonly Token[], at: number): Step | null {
  const token = tokens[at];
  const [, letters = '', digits = '', word = ''] = GLUED.exec(token?.form ?? '') ?? [];
  if (digits === '' || !/^\d+(?:\.\d+)?$/.test(digits) || digits.length > MOST_DIGITS) return null;
  const code = letters === '' ? undefined : codeOf(letters);
  const glued = word === '' ? 0 : powerOf(word);
  if (glued === undefined || (letters !== '' && code === undefined)) return null;
  const behind = word === '' ? scaleBehind(text, tokens, at + 1) : { power: glued, to: at + 1 };
  const value = shifted(digits, behind.power);
  return value > Number.MAX_SAFE_INTEGER ? null : { value, code, ...behind };
}

/** "billion", or the syllables of "천억". */
function scaleBehind(text: string, tokens: readonly Token[], at: number): { power: number; to: number } {
  const token = tokens[at];
  const one = token && isNear(text, tokens, at) ? powerOf(token.key) : undefined;
  if (!token || one === undefined) return { power: 0, to: at };
  let [power, to, word] = [one, at + 1, token.key];
  for (let next = tokens[to]; next && next.start === tokens[to - 1]?.end; next = tokens[to]) {
    const longer = powerOf(word + next.key);
    if (longer === undefined) break;
    [power, to, word] = [longer, to + 1, word + next.key];
  }
  return { power, to };
}

/** Of "1 trillion 500 billion" and "1조 5천": what has a scale of its own, or a Korean rest before the currency. */
function isStep(text: string, tokens: readonly Token[], next: Step, at: number): boolean {
  return next.power > 0 || (/^\p{Lo}$/u.test(tokens[at - 1]?.key ?? '') && nameBehind(text, tokens, next.to) !== null);
}

/** "1.5-2 billion", "1 to 2 billion": where the other end begins, and the power that the smaller number has, too. */
function rangeBehind(
  text: string,
  tokens: readonly Token[],
  { value, to }: Step,
): { power: number; at: number } | null {
  const at = tokens[to]?.key === 'to' ? to + 1 : to;
  const second = stepAt(text, tokens, at);
  const gap = text.slice(tokens[to - 1]?.end, tokens[at]?.start);
  if (!second || second.power === 0 || !(at > to ? RANGE_TO : RANGE_DASH).test(gap)) return null;
  return value < second.value / 10 ** second.power ? { power: second.power, at } : null;
}

const RANGE_TO = /^ to (?:[A-Z]{0,2}\p{Sc})?$/u;
const RANGE_DASH = /^ ?[-\u2010-\u2015~\u223c\uff5e] ?\p{Sc}?$/u;

type Found = Omit<Amount, 'value'>;

/** The currency before a number or behind it, and how far the words reach; null where there is none that is known. */
function currencyAround(text: string, tokens: readonly Token[], { from, to, code }: Num): Found | null {
  const [first, last, before] = [tokens[from], tokens[to - 1], tokens[from - 1]];
  if (!first || !last) return null;
  const { start } = first;
  const { end } = last;
  if (code !== undefined) return { currency: code, start, end };
  const signed = SIGN_BEFORE.exec(text.slice(Math.max(0, start - LONGEST_SIGN), start));
  if (signed) {
    const [all, letters = '', sign = ''] = signed;
    const currency = currencyOfSign(letters, sign);
    return currency === undefined ? null : { currency, start: start - all.length, end };
  }
  const ahead = before && isNear(text, tokens, from) && isCode(text, before) ? codeOf(before.form.toLowerCase()) : null;
  if (before && ahead) return { currency: ahead, start: before.start, end };
  const name = nameBehind(text, tokens, to);
  return name && { currency: name.currency, start, end: name.end };
}

/** "US$", "C$ ", "₩"; letters that belong to a longer word are no part of it. */
const SIGN_BEFORE = /(?:(?<![\p{L}\p{N}])([A-Z]{1,2})|(?<![A-Z]))(\p{Sc})[ \u00a0]?$/u;
const LONGEST_SIGN = 5;

/** Codes are written in capitals, the usual ones also without. */
const isCode = (text: string, { start, end, form }: Token) =>
  /^(?:usd|krw|eur|jpy)$/.test(form) || /^[A-Z]{3}$/.test(text.slice(start, end));

/** "won", "US dollars", "달러" (two tokens), "USD". */
function nameBehind(text: string, tokens: readonly Token[], to: number): { currency: string; end: number } | null {
  let at = to;
  while (at < to + 2 && isNear(text, tokens, at) && isNation(tokens[at]?.key ?? '')) at++;
  const [one, two] = [tokens[at], tokens[at + 1]];
  if (!one || !isNear(text, tokens, at)) return null;
  const nation = at > to ? (tokens[at - 1]?.key ?? null) : null;
  const code = isCode(text, one) ? codeOf(one.form.toLowerCase()) : undefined;
  const named = code ?? currencyOfName(one.key, nation, two?.key);
  if (named !== undefined) return { currency: named, end: one.end };
  const both = two && two.start === one.end ? currencyOfName(`${one.key}${two.key}`, nation, undefined) : undefined;
  return two && both !== undefined ? { currency: both, end: two.end } : null;
}

/** Whether a token stands directly behind the one before it: nothing between them, one space or one hyphen. */
const isNear = (text: string, tokens: readonly Token[], at: number) =>
  /^[\s\u00a0-]?$/.test(text.slice(tokens[at - 1]?.end, tokens[at]?.start));
