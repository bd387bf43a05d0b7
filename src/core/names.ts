/** Family names of Korea in the spellings that officials use; each is compared by `sound`. */
const FAMILIES = new Set(
  (
    'kim lee yi rhee park pak bak choi choe jung jeong chung cheong kang gang cho jo joh yoon yun jang chang lim im rim ' +
    'han oh seo suh shin sin kwon gwon hwang ahn an song ryu yoo yu hong jeon jun chun cheon ko go koh goh moon mun son ' +
    'sohn yang bae baek paik paek heo hur huh nam no noh roh ha kwak joo ju woo koo ku na ra min jin ji eom um cha chae ' +
    'won bang pang gong kong hyun ham byun byeon yeom yeo seok suk seol maeng pyo myung wang geum sung seong yeon tak ' +
    'namgung hwangbo sunwoo bahk rho lyu chyung kil gil in do so wi mo ok yuk ban'
  ).split(' '),
);

/** Spellings of one family name that no rule of sound brings together. */
const SAME_FAMILY: Readonly<Record<string, string>> = {
  yi: 'lee',
  rhee: 'lee',
  ri: 'lee',
  pak: 'park',
  bak: 'park',
  bahk: 'park',
  an: 'ahn',
  im: 'lim',
  rim: 'lim',
  gang: 'kang',
  seong: 'sung',
  yu: 'yoo',
  ryu: 'yoo',
  lyu: 'yoo',
  yun: 'yoon',
  ju: 'joo',
  no: 'roh',
  noh: 'roh',
  rho: 'roh',
  baek: 'paik',
  paek: 'paik',
  mun: 'moon',
  choe: 'choi',
  jo: 'cho',
  joh: 'cho',
  seo: 'suh',
  sin: 'shin',
  go: 'ko',
  goh: 'ko',
  koh: 'ko',
  ku: 'koo',
  heo: 'huh',
  hur: 'huh',
  gwon: 'kwon',
  pang: 'bang',
  jeong: 'cheong',
};

/** Letters that no decomposition makes plain. */
const PLAIN: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ı: 'i', Ø: 'O', Ł: 'L', Đ: 'D' };

export const isFamily = (word: string) => FAMILIES.has(word.toLowerCase());

/** A name taken apart: "Kim Jung-kwan", "Jung-Kwan Kim" and "JK Kim" have one family and initials. */
export interface Name {
  /** In lower case; of other names than Korean ones the last word. */
  readonly family: string;
  /** As it sounds, without hyphens; null where only initials are given. */
  readonly given: string | null;
  /** First letters of the parts of the given name. */
  readonly initials: string;
}

/** @param words of a name, parted by spaces: "Kim Jung-kwan", "Dukgeun Ahn", "JK Kim", "Thomas Courbe" */
export function readName(words: string): Name {
  const parts = plain(words).split(/\s+/).filter(Boolean);
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const korean = isFamily(first) || isFamily(last);
  // The family stands first unless only the last word is one; what is hyphenated is a given name.
  const leads = isFamily(first) && !first.includes('-') && (!isFamily(last) || parts.length > 1);
  const family = korean ? (leads ? first : last) : last;
  const given = korean && leads ? parts.slice(1) : parts.slice(0, -1);
  const letters = given.find(part => /^[A-Z]{2,3}$/.test(part));
  const syllables = given.filter(part => part !== letters).flatMap(part => part.split('-'));
  const sounded = korean ? sound(syllables.join('')) : syllables.join('-').toLowerCase();
  return {
    family: korean ? familyKey(family) : family.toLowerCase(),
    given: sounded === '' ? null : sounded,
    initials: (letters ?? syllables.map(part => part[0] ?? '').join('')).toLowerCase(),
  };
}

/** Without accents, with hyphens as ASCII, and nothing but letters, digits and hyphens parted by spaces. */
function plain(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[øłđıØŁĐ]/g, letter => PLAIN[letter] ?? letter)
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[^\p{L}\p{N}-]+/gu, ' ')
    .replace(/(?<= |^)-+|-+(?= |$)/g, '');
}

function familyKey(word: string): string {
  const lower = word.toLowerCase();
  return SAME_FAMILY[lower] ?? lower;
}

/** What spellings of one Korean name have in common: "Il-jun" and "Il-Joon", "Sung-wook" and "Seong-uk". */
function sound(given: string): string {
  return given
    .toLowerCase()
    .replace(/oo|ou|eo|eu|wu/g, 'u')
    .replace(/uu+/g, 'u')
    .replace(/ee|yi|ui/g, 'i')
    .replace(/ae/g, 'e')
    .replace(/wu/g, 'u')
    .replace(/^k(?=[aeiou])/, 'g');
}

/** Whether two names may be one person: the same family and given name, or initials where one of them has no more. */
export function sameName(a: Name, b: Name): boolean {
  if (a.family !== b.family) return false;
  if (a.given !== null && b.given !== null) return a.given === b.given;
  return a.initials !== '' && a.initials === b.initials;
}

/** "ahn-dukgun", "thomas-courbe": how a person is found by any spelling of the name. A key is its own key. */
export function personKey(words: string): string {
  const { family, given, initials } = readName(words);
  const rest = given ?? initials;
  return FAMILIES.has(family) || isKeyOfFamily(family) ? join(family, rest) : join(rest, family);
}

const isKeyOfFamily = (family: string) => Object.values(SAME_FAMILY).includes(family);
const join = (...parts: readonly string[]) => plain(parts.filter(Boolean).join('-').toLowerCase()).replaceAll(' ', '-');
