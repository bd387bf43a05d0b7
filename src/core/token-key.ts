/** Capitals that name something ("AI", "EU", "TRQ"), alone or with a plural s ("EVs"): case is part of what they are. */
const CAPITALS = /^([A-Z]{2,4})s?$/;
const PLAIN = /^[a-z]{4,}$/;
/** Written with an s in the singular, or meaning something else without it. */
const SINGULAR = new Set(['news', 'always', 'perhaps', 'overseas', 'whereas', 'texas', 'series', 'species', 'besides']);
/** Plurals whose singular keeps the e that the rule for -uses, -ches and -oes takes off. */
const KEEPS_E = new Set(['uses', 'reuses', 'excuses', 'abuses', 'fuses', 'refuses', 'caches', 'niches', 'shoes']);
/** Plurals whose singular ends in -ie. */
const ENDS_IE = new Set(['movies', 'ties', 'dies', 'lies', 'pies', 'calories', 'cookies', 'selfies']);
/** Beside the rules. */
const IRREGULAR = new Map([
  ['gases', 'gas'],
  ['lenses', 'lens'],
  ['axes', 'axis'],
]);

/**
 * How a word is compared.
 * @param word one word, NFKC
 * @returns `form`, folded in case and accents; `key`, the same in the singular. A key is its own key.
 */
export function keyOf(word: string): { form: string; key: string } {
  const capitals = CAPITALS.exec(word)?.[1];
  if (capitals) {
    const key = capitals === 'USA' ? 'US' : capitals;
    return { form: key, key };
  }
  const form = plainForm(word);
  return { form, key: PLAIN.test(form) ? singular(form) : form };
}

function plainForm(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z]*$/.test(lower)) return lower;
  const bare = lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
  return /\d/.test(bare) ? bare.replaceAll(',', '') : bare;
}

function singular(word: string): string {
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word) || SINGULAR.has(word)) return word;
  const irregular = IRREGULAR.get(word);
  if (irregular) return irregular;
  if (KEEPS_E.has(word) || ENDS_IE.has(word)) return word.slice(0, -1);
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:s|ch|sh|x|zz|o)es$/.test(word) && !/[^su]ses$/.test(word) && !/[ao]uses$/.test(word))
    return word.slice(0, -2);
  if (/(?:yses|ises|heses)$/.test(word) && /(?:lyses|risis|crises|heses)$/.test(word)) return `${word.slice(0, -2)}is`;
  return word.slice(0, -1);
}
