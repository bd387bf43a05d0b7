/** The words and signs that texts and queries have for money, as data. */

/** Powers of ten of what stands behind a number. */
const SCALES: ReadonlyMap<string, number> = new Map([
  ...scale(3, 'k thousand'),
  ...scale(6, 'm mn mln mil million 백만'),
  ...scale(9, 'b bn bln bil billion'),
  ...scale(12, 't tn trn trln tln tril trillion'),
]);

/** Korean counts in steps of ten thousand, with smaller powers before each: "3천억" is three thousand times 10^8. */
const KOREAN = /^([십백천]*)([만억조]?)$/;
const KOREAN_POWERS: ReadonlyMap<string, number> = new Map([
  ['십', 1],
  ['백', 2],
  ['천', 3],
  ['만', 4],
  ['억', 8],
  ['조', 12],
]);

function scale(power: number, words: string): [string, number][] {
  return words.split(' ').map(word => [word, power]);
}

/** The power of ten of a word: "bn" 9, "조" 12, "천억" 11; undefined for any other. @param word in lower case */
export function powerOf(word: string): number | undefined {
  const known = SCALES.get(word);
  if (known !== undefined || !KOREAN.test(word) || word === '') return known;
  return [...word].reduce((power, syllable) => power + (KOREAN_POWERS.get(syllable) ?? 0), 0);
}

/** ISO 4217 in lower case: the currencies of which releases speak. */
export const CURRENCY_CODES: readonly string[] =
  'usd krw eur jpy cny gbp cad aud nzd sgd hkd twd chf inr idr vnd thb myr php aed sar rub czk pln'.split(' ');
const CODES: ReadonlySet<string> = new Set(CURRENCY_CODES);

/** Names of currencies; in a text they stand behind the sum ("Korea won 3 medals" names none). */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['dollar', 'usd'],
  ['달러', 'usd'],
  ['불', 'usd'],
  ['won', 'krw'],
  ['원', 'krw'],
  ['euro', 'eur'],
  ['유로', 'eur'],
  ['yen', 'jpy'],
  ['엔', 'jpy'],
  ['yuan', 'cny'],
  ['renminbi', 'cny'],
  ['위안', 'cny'],
]);
/** Other codes than those of ISO 4217. */
const OTHER_CODES: ReadonlyMap<string, string> = new Map([['rmb', 'cny']]);
/** A weight, too: in a text it is money only as "pounds sterling" or "British pounds". */
const POUND = 'pound';

/** Whose dollars they are; of any other nation they are none that is known here. */
const DOLLARS: ReadonlyMap<string, string> = new Map([
  ['US', 'usd'],
  ['american', 'usd'],
  ['canadian', 'cad'],
  ['australian', 'aud'],
  ['zealand', 'nzd'],
  ['singapore', 'sgd'],
  ['kong', 'hkd'],
  ['taiwan', 'twd'],
]);
/** May stand between a sum and its currency: "5 billion South Korean won", "2 million Hong Kong dollars". */
export const isNation = (key: string): boolean => NATIONS.has(key) || DOLLARS.has(key);
const NATIONS: ReadonlySet<string> = new Set('south korean japanese chinese british hong new'.split(' '));

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['₩', 'krw'],
  ['€', 'eur'],
  ['£', 'gbp'],
  ['¥', 'jpy'],
]);
/** Letters before the sign of the dollar. */
const DOLLAR_SIGNS: ReadonlyMap<string, string> = new Map([
  ['', 'usd'],
  ['US', 'usd'],
  ['C', 'cad'],
  ['CA', 'cad'],
  ['A', 'aud'],
  ['AU', 'aud'],
  ['NZ', 'nzd'],
  ['S', 'sgd'],
  ['SG', 'sgd'],
  ['HK', 'hkd'],
  ['NT', 'twd'],
]);

/** What a query may write for a currency; null where it is none that texts are searched for. */
export function currencyOf(name: string): string | null {
  const lower = name.toLowerCase();
  return codeOf(lower) ?? NAMES.get(lower) ?? (lower === POUND ? 'gbp' : null) ?? currencyOfSign('', name) ?? null;
}

/** @param word in lower case */
export const codeOf = (word: string): string | undefined => (CODES.has(word) ? word : OTHER_CODES.get(word));

/** The currency of a sign with the letters before it: "$", "C$", "€"; undefined where the two mean none that is known. */
export function currencyOfSign(letters: string, sign: string): string | undefined {
  const plain = sign.normalize('NFKC');
  if (plain === '$') return DOLLAR_SIGNS.get(letters);
  return letters === '' ? SIGNS.get(plain) : undefined;
}

/**
 * The currency of a name behind a sum.
 * @param key one token or the two of "달러"
 * @param nation the word before it where that is a nation, else null
 * @param after the word behind it
 */
export function currencyOfName(key: string, nation: string | null, after: string | undefined): string | undefined {
  if (key === POUND) return nation === 'british' || after === 'sterling' ? 'gbp' : undefined;
  return key === 'dollar' && nation !== null ? DOLLARS.get(nation) : NAMES.get(key);
}
