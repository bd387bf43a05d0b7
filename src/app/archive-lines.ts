import { columnsOf, printable } from '../channels/console/columns.ts';
import { printHeld } from '../channels/console/console-text.ts';
import type { Held } from '../core/card.ts';
import { cardLead } from '../core/lead.ts';
import type { Explained } from '../core/match.ts';
import type { Release } from '../core/release.ts';
import { oneLine, truncate } from '../core/text.ts';
import type { Related } from '../core/ties.ts';
import { rateInWords } from '../core/volume.ts';
import type { Preview } from './preview.ts';
import type { Because } from './why.ts';

/** What the archive's answers say, the same on a command line and in a chat. Plain lines: whoever shows them styles them. */

/** The widest bar; a month has seldom more releases of one query. */
const BAR = 40;
const SPARKS = '▁▂▃▄▅▆▇█';
/** Quotations of one clause that are shown, and how much of each. */
const QUOTES = { most: 4, longest: 60 } as const;

/** "2025-12-04  motir/2-2441  Title" */
export function archiveLine({ date, id, title }: Pick<Release, 'date' | 'id' | 'title'>): string {
  return `${date ?? 'undated   '}  ${id}  ${oneLine(printable(title))}`;
}

/** "country:ca (title) · steel x4" */
export const heldLine = (clauses: readonly Held[]): string => clauses.map(printHeld).join(' · ');

/** How much a query would have brought, and its loudest week. */
export function volumeLines({ normal, count, aMonth, from, loudest }: Preview): readonly string[] {
  const rate = aMonth === null || count === 0 ? '' : `, ${rateInWords(aMonth)}`;
  const week = loudest && loudest.count > 1 ? [`The loudest week began on ${loudest.week}: ${loudest.count}.`] : [];
  const times = count === 1 ? 'once' : `${count} times`;
  return [
    count === 0
      ? `${normal} would have alerted nothing since ${from}.`
      : `${normal} would have alerted ${times} since ${from}${rate}.`,
    ...week,
  ];
}

/** A bar a month. */
export function barLines({ months }: Pick<Preview, 'months'>): readonly string[] {
  const most = Math.max(1, ...months.map(({ count }) => count));
  const unit = Math.max(1, most / BAR);
  return months.map(
    ({ month, count }) => `${month}  ${'█'.repeat(Math.ceil(count / unit))}${count > 0 ? ' ' : ''}${count}`,
  );
}

/** All months in one line: "2024-01 ▁▁▃█▂ 2024-05". */
export function sparkLine({ months }: Pick<Preview, 'months'>): string {
  const most = Math.max(1, ...months.map(({ count }) => count));
  const spark = (count: number) => (count === 0 ? '·' : (SPARKS[Math.ceil((count / most) * SPARKS.length) - 1] ?? ''));
  return `${months[0]?.month ?? ''} ${months.map(({ count }) => spark(count)).join('')} ${months.at(-1)?.month ?? ''}`;
}

/** A line, and where what does not fit it goes on. */
interface Row {
  readonly head: string;
  readonly tail: string;
}

/** A truth table with the quoted words, and what became of the alert. */
export function becauseRows({ subscription, query, match, clauses, outcome }: Because): readonly Row[] {
  const rows = clauses.flatMap(one => clauseRows(one, 0));
  const quoted = rows.filter(({ quotes }) => quotes !== '').map(({ clause }) => columnsOf(clause));
  const widest = Math.max(0, ...quoted.filter(width => width <= WIDEST));
  return [
    {
      head: subscription === null ? '' : `#${subscription} `,
      tail: `${query}: ${match ? 'it matches' : 'it does not match'}`,
    },
    ...rows.map(({ holds, clause, quotes }) => ({
      head: `  ${holds ? 'true ' : 'false'}  ${padded(clause, quotes === '' ? 0 : widest)}`,
      tail: quotes,
    })),
    ...(outcome === null || (!match && outcome === NO_MATCH) ? [] : [{ head: '  ', tail: outcome }]),
  ];
}

/** The same as plain lines. */
export const becauseLines = (because: Because): readonly string[] =>
  becauseRows(because).map(({ head, tail }) => `${head}${tail}`.trimEnd());

/** A clause wider than this does not push the words of the others aside. */
const WIDEST = 32;

const padded = (clause: string, columns: number) =>
  `${clause}${' '.repeat(Math.max(0, columns - columnsOf(clause)))}${columns === 0 ? '' : '  '}`;

/** A clause, and below a bracket its parts, further in; those have the words. */
function clauseRows(one: Explained, depth: number): readonly { holds: boolean; clause: string; quotes: string }[] {
  const row = { holds: one.holds, clause: `${'  '.repeat(depth)}${one.clause}` };
  if (!one.of) return [{ ...row, quotes: quotesOf(one) }];
  return [{ ...row, quotes: '' }, ...one.of.flatMap(part => clauseRows(part, depth + 1))];
}

/** Said by the first line already. */
const NO_MATCH = 'it does not match';

function quotesOf({ evidence }: Explained): string {
  const byWords = Map.groupBy(evidence, ({ where, words }) => `${where} "${truncate(oneLine(words), QUOTES.longest)}"`);
  const quotes = [...byWords].map(([quote, times]) => (times.length > 1 ? `${quote} x${times.length}` : quote));
  const more = quotes.length - QUOTES.most;
  return [...quotes.slice(0, QUOTES.most), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

export function relatedLines(related: readonly Related[]): readonly string[] {
  return related.map(({ release, because }) => `${release.id}  ${oneLine(printable(release.title))} (${because})`);
}

const LEAD = 600;

/** A release as a chat shows it: what it is, where it is, how it begins, what it has to do with others. */
export function releaseLines(
  release: Release,
  labels: readonly string[],
  related: readonly Related[],
): readonly string[] {
  const revised = release.revision > 1 ? [`revision ${release.revision}`] : [];
  return [
    oneLine(release.title),
    [release.date ?? 'undated', release.id, ...revised, ...labels].join(' · '),
    ...(release.url === null ? [] : [release.url]),
    cardLead(release.facets.lead, LEAD),
    ...(related.length > 0 ? ['Related:', ...relatedLines(related)] : []),
  ].filter(line => line !== '');
}
