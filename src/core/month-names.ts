/** Months as feeds print them in other languages than English, by the letters they begin with. */
const MONTHS: readonly (readonly [english: string, beginnings: string])[] = [
  ['jan', 'jan gen ene sty ocak tammi ιαν янв'],
  ['feb', 'feb fév fev lut şub helmi φεβ фев'],
  ['mar', 'mar mär maa mrt μαρ мар'],
  ['apr', 'apr avr abr kwi nis huhti απρ апр'],
  ['may', 'mai maj mei mag may touko μαΐ μαι май мая'],
  ['jun', 'jun juin jún giu cze haz kesä ιούν ιουν июн'],
  ['jul', 'jul juil júl lug lip tem heinä ιούλ ιουλ июл'],
  ['aug', 'aug aoû aou ago sie ağu elo αύγ αυγ авг'],
  ['sep', 'sep szep set wrz eyl syys σεπ сен'],
  ['oct', 'oct okt ott out paź eki loka οκτ окт'],
  ['nov', 'nov lis kas marras νοέ νοε ноя'],
  ['dec', 'dec déc des dez dic gru ara joulu δεκ дек'],
];

const BY_BEGINNING = MONTHS.flatMap(([english, beginnings]) =>
  beginnings.split(' ').map(beginning => [folded(beginning), english] as const),
).toSorted(([one], [other]) => other.length - one.length);

/**
 * A date with its month in English where another language names it ("15 de noviembre de 2022", "Κυρ, 11 Ιούλ 2004"),
 * without the weekday before it. What names no month stays as it is.
 */
export function englishMonth(printed: string): string {
  let done = false;
  return printed
    .replace(/\b1er\b/i, '1')
    .replace(/^\p{L}+\.?,? +(?=\d{1,2}[-. ]+\p{L})/u, '')
    .replace(/ de /gi, ' ')
    .replace(/\p{L}{3,}/gu, word => {
      const english = done ? undefined : BY_BEGINNING.find(([beginning]) => folded(word).startsWith(beginning))?.[1];
      done ||= english !== undefined;
      return english ?? word;
    });
}

/** Without accents, in lower case. */
function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
