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

/** Powers of ten of the words behind a number. */
const SCALES: Readonly<Record<string, number>> = {
  k: 3,
  thousand: 3,
  m: 6,
  mn: 6,
  mln: 6,
  mil: 6,
  million: 6,
  b: 9,
  bn: 9,
  bil: 9,
  bln: 9,
  billion: 9,
  t: 12,
  tn: 12,
  trn: 12,
  tln: 12,
  tril: 12,
  trillion: 12,
  만: 4,
  억: 8,
  조: 12,
};

const CURRENCIES: Readonly<Record<string, string>> = {
  usd: 'usd',
  dollar: 'usd',
  달러: 'usd',
  krw: 'krw',
  won: 'krw',
  원: 'krw',
  eur: 'eur',
  euro: 'eur',
  유로: 'eur',
  jpy: 'jpy',
  yen: 'jpy',
  엔: 'jpy',
  cny: 'cny',
  rmb: 'cny',
  yuan: 'cny',
  gbp: 'gbp',
  pound: 'gbp',
};

const SIGNS: Readonly<Record<string, string>> = { $: 'usd', '₩': 'krw', '€': 'eur', '£': 'gbp', '¥': 'jpy' };

/** What a query may write for a currency; null where it is none that texts are searched for. */
export const currencyOf = (name: string): string | null => CURRENCIES[name.toLowerCase()] ?? SIGNS[name] ?? null;

export const CURRENCY_CODES = [...new Set(Object.values(CURRENCIES))];

const NUMBER = /^(\d+(?:\.\d+)?)(\p{L}*)$/u;

/** Reads "1bn", "1.5m" or "200000"; null for anything else. Exact in decimals: the scale shifts the point. */
export function readAmount(text: string): number | null {
  const [, digits = '', scale = ''] = NUMBER.exec(text.replaceAll(',', '').toLowerCase()) ?? [];
  const power = scale === '' ? 0 : SCALES[scale];
  if (digits === '' || power === undefined || digits.length > MOST_DIGITS) return null;
  const value = Number(`${digits}e${power}`);
  return value > Number.MAX_SAFE_INTEGER || (value > 0 && value < LEAST) ? null : value;
}

/** A sum below the smallest coin is no sum. */
const LEAST = 0.01;

/** As many as a double holds exactly. */
const MOST_DIGITS = 15;

/** The sums of money in a text, in order: "USD 13.7 billion", "$644.5 billion", "KRW 100 billion", "5 billion won", "3억 달러". */
export function findAmounts(text: string, tokens: readonly Token[]): Amount[] {
  const amounts: Amount[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const amount = amountAt(text, tokens, i);
    if (amount) amounts.push(amount);
  }
  return amounts;
}

function amountAt(text: string, tokens: readonly Token[], at: number): Amount | null {
  const token = tokens[at];
  const value = token && /^\d/.test(token.form) ? readAmount(token.form) : null;
  if (!token || value === null) return null;
  const scaleToken = tokens[at + 1];
  const glued = /\p{L}$/u.test(token.form);
  const power = glued || !scaleToken || !near(text, token, scaleToken) ? undefined : SCALES[scaleToken.key];
  const last = power === undefined ? token : (scaleToken ?? token);
  const whole = Number(`${value}e${power ?? 0}`);
  const before = tokens[at - 1];
  const sign = signBefore(text, token.start);
  const code = before && near(text, before, token) ? CURRENCIES[before.form.toLowerCase()] : undefined;
  if (sign) return { ...sign, value: whole, end: last.end };
  if (code && before) return { currency: code, value: whole, start: before.start, end: last.end };
  return named(text, tokens, at + (power === undefined ? 1 : 2), { value: whole, start: token.start, end: last.end });
}

/** "$5", "US$ 5" and "₩ 5"; the dollars of others ("A$5") are none that texts are searched for. */
function signBefore(text: string, at: number): Pick<Amount, 'currency' | 'start'> | undefined {
  const [words = '', country = '', sign = ''] =
    /([A-Z.]{0,4})([$₩€£¥])[ \u00a0]?$/.exec(text.slice(Math.max(0, at - LONGEST_SIGN), at)) ?? [];
  const currency = country === '' || /^U\.?S\.?$/.test(country) ? SIGNS[sign] : undefined;
  return currency === undefined ? undefined : { currency, start: at - words.length };
}

const LONGEST_SIGN = 6;

/** The currency behind the number: "5 billion won", "달러" being two tokens. */
function named(text: string, tokens: readonly Token[], at: number, sum: Omit<Amount, 'currency'>): Amount | null {
  const [next, after] = [tokens[at], tokens[at + 1]];
  const last = tokens[at - 1];
  if (!next || !last || !near(text, last, next)) return null;
  const one = CURRENCIES[next.key];
  if (one) return { ...sum, currency: one, end: next.end };
  const two = after && near(text, next, after) ? CURRENCIES[`${next.key}${after.key}`] : undefined;
  return two && after ? { ...sum, currency: two, end: after.end } : null;
}

const near = (text: string, a: Token, b: Token) => /^[\s\u00a0-]?$/.test(text.slice(a.end, b.start));
