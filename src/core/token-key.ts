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

/** How a word is compared. */
interface Keys {
  /** Folded in case and accents. */
  readonly form: string;
  /** The same in the singular. A key is its own key. */
  readonly key: string;
}

const known = new Map<string, Keys>();
/** The words of some hundred releases; a hostile text may hold any number: forget rather than grow. */
const MOST_KNOWN = 16_384;
/** Longer ones are hardly met twice. */
const LONGEST_KNOWN = 40;

/**
 * How a word is compared; remembered, since texts repeat their words, and equal keys are then one string.
 * @param word one word, NFKC
 */
export function keyOf(word: string): Keys {
  const remembered = known.get(word);
  if (remembered) return remembered;
  const made = keysOf(word);
  if (word.length > LONGEST_KNOWN) return made;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(word, made);
  return made;
}

function keysOf(word: string): Keys {
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
