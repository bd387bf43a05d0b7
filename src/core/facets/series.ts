import type { Part, Reading } from '../reading.ts';
import type { Series } from '../release.ts';
import { tokenize } from '../tokens.ts';
import { gapAfter } from './roles.ts';

export interface SeriesFound extends Series {
  readonly part: Part;
  readonly start: number;
  readonly words: string;
}

const WRITTEN = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth'.split(
  ' ',
);
/** What is held again and again; the last of them in a capitalised name ends it. */
const KINDS = new Set(
  (
    'forum committee meeting dialogue dialog summit conference round council fair expo exhibition seminar workshop ' +
    'symposium festival awards award assembly negotiation consultation talk congress conversation roundtable week day ' +
    'ceremony festa session commission ministerial show competition group'
  ).split(' '),
);
/** Left out of the name: "first official round", "5th annual meeting". */
const FILLERS = new Set('official annual regular formal round of inaugural'.split(' '));
/** Words that a name does not go beyond, in titles where every word is capitalised. */
const ENDS = new Set(
  'hold holds held open opens opened attend attends visit visits launch launches begin begins start starts take takes kick kicks vice'.split(
    ' ',
  ),
);
/** Round, session and their like say nothing of what is held. */
const BARE = new Set('round session meeting talks'.split(' '));
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
/** No name of a series has more tokens. */
const LONGEST = 14;
export interface Context {
  readonly pair: string | null;
  readonly agreement: string | null;
}
const NOTHING: Context = { pair: null, agreement: null };

/** Figures that come out each month, told by what their titles speak of; the first that fits. */
const MONTHLY: readonly (readonly [RegExp, string])[] = [
  [/\bICT\b/, 'monthly-ict-exports'],
  [/\b(?:auto|automobile|car|vehicle)s?\b/i, 'monthly-automobile-exports'],
  [/\bretail/i, 'monthly-retail-sales'],
  [/\b(?:FDI|foreign direct investment)\b/i, 'foreign-direct-investment'],
  [/\b(?:export|import|trade|shipment)/i, 'monthly-exports'],
];

/**
 * The series that a release belongs to: "20th Korea-France Industrial Cooperation Committee" is
 * korea-france-industrial-cooperation-committee, 20; "Exports Rise in July" of 2025 is monthly-exports, 202507.
 * @param statistics whether it is a release of figures
 * @param context the countries ("korea-serbia") and the agreement of a series that names none ("first official round")
 * @param date YYYY-MM-DD of the release
 */
export function findSeries(
  reading: Reading,
  statistics: boolean,
  context: Context,
  date: string | null,
): SeriesFound | null {
  const monthly = statistics ? monthlyOf(reading.title, date) : null;
  return monthly ?? ordinalIn(reading.title, context) ?? ordinalIn(reading.body, context) ?? editionIn(reading);
}

function monthlyOf(title: Part, date: string | null): SeriesFound | null {
  const at = title.tokens.findIndex(({ form, capital }) => capital && monthOf(form) > 0);
  const token = title.tokens[at];
  const name = MONTHLY.find(([word]) => word.test(title.text))?.[1];
  if (!token || !name) return null;
  const printed = title.tokens.find(({ form }) => /^20\d\d$/.test(form))?.form;
  const month = monthOf(token.form);
  // Figures of December come out in January.
  const year = printed
    ? Number(printed)
    : date === null
      ? null
      : Number(date.slice(0, 4)) - (month > Number(date.slice(5, 7)) ? 1 : 0);
  const ordinal = year === null ? null : year * 100 + month;
  return { name, ordinal, part: title, start: token.start, words: title.text.slice(token.start, token.end) };
}

const monthOf = (form: string) =>
  MONTHS.findIndex(name => name === form || (form.length === 3 && name.startsWith(form))) + 1;

/** "20th Korea-France ... Committee", "first official round of negotiations". */
function ordinalIn(part: Part, context: Context): SeriesFound | null {
  for (let at = 0; at < part.tokens.length; at++) {
    const ordinal = ordinalAt(part, at);
    if (ordinal === null) continue;
    const found = nameFrom(part, at + 1, context);
    if (found)
      return { ...found, ordinal, part, start: part.tokens[at]?.start ?? 0, words: wordsOf(part, at, found.to) };
  }
  return null;
}

function ordinalAt({ tokens }: Part, at: number): number | null {
  const form = tokens[at]?.form ?? '';
  const digits = /^(\d{1,4})(?:st|nd|rd|th)$/.exec(form)?.[1];
  if (digits !== undefined) return Number(digits);
  if (form === 'inaugural') return 1;
  const written = WRITTEN.indexOf(form) + 1;
  return written > 0 ? written : null;
}

/** "2025 International AI Standards Summit": a yearly one without a number. */
function editionIn({ title, body }: Reading): SeriesFound | null {
  for (const part of [title, body])
    for (let at = 0; at < part.tokens.length; at++) {
      if (!/^20\d\d$/.test(part.tokens[at]?.form ?? '')) continue;
      const found = nameFrom(part, at + 1, NOTHING);
      if (found && found.to - at > 2)
        return {
          name: found.name,
          ordinal: null,
          part,
          start: part.tokens[at]?.start ?? 0,
          words: wordsOf(part, at, found.to),
        };
    }
  return null;
}

const wordsOf = ({ text, tokens }: Part, from: number, to: number) =>
  text.slice(tokens[from]?.start, tokens[to - 1]?.end);

/** The capitalised words up to the last that names something held again and again. */
function nameFrom(part: Part, from: number, context: Context): { readonly name: string; readonly to: number } | null {
  const { tokens } = part;
  // "the inaugural 2025 Forum"
  const first = /^20\d\d$/.test(tokens[from]?.form ?? '') ? from + 1 : from;
  let to = 0;
  for (let at = first; at < tokens.length && at - first < LONGEST; at++) {
    const token = tokens[at];
    if (!token || ENDS.has(token.form) || (at > first && !/^[\s‐‑–&-]+$/.test(gapAfter(part, at - 1)))) break;
    const held = KINDS.has(token.key);
    if (held && (token.capital || FILLERS.has(tokens[at - 1]?.form ?? ''))) to = at + 1;
    if (!token.capital && (held || !BINDERS.has(token.form))) break;
  }
  if (to === 0) return null;
  const slug = tokens.slice(first, to).flatMap(({ form }) => (FILLERS.has(form) ? [] : [slugPart(form)]));
  const subject = slug.filter(word => !BARE.has(word) && !BINDERS.has(word));
  const special = subject.filter(word => !AGREEMENTS.has(word) && !KINDS.has(word.replace(/s$/, '')));
  // Negotiations of an agreement are with someone, said or not.
  const named = !subject.some(word => AGREEMENTS.has(word)) || slug.includes('korea') || context.pair === null;
  if (special.length > 0) return { name: (named ? slug : [context.pair, ...slug]).join('-'), to };
  const agreement = subject.some(word => AGREEMENTS.has(word)) ? null : context.agreement;
  // Without its countries "first official CEPA negotiations" is no name.
  if (context.pair === null || (agreement === null && subject.length === 0)) return null;
  const rest = subject.some(word => KINDS.has(word.replace(/s$/, ''))) ? subject : [...subject, 'negotiations'];
  return { name: [context.pair, ...(agreement === null ? [] : [agreement]), ...rest].join('-'), to };
}

const BINDERS = new Set([...FILLERS, 'and', 'on', 'for', 'the']);
const AGREEMENTS = new Set('fta cepa epa tipf dpa seca rcep cptpp ipef'.split(' '));
const slugPart = (form: string) => form.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** "Korea-U.S. Standards Forum" as the name of a series: korea-us-standards-forum. A slug is its own slug. */
export const slugOf = (words: string) =>
  tokenize(words)
    .map(({ form }) => slugPart(form))
    .filter(Boolean)
    .join('-');
