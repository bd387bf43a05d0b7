import {
  type Card,
  type Content,
  figuresLine,
  type Held,
  lateNote,
  type Note,
  type Replay,
  type Roundup,
  replayOf,
  type Why,
} from '../../core/card.ts';
import { excerptOf } from '../../core/excerpt.ts';
import { truncate } from '../../core/text.ts';
import { columnsOf, printable, wrap } from './columns.ts';

/** How wide a terminal is and whether it shows colours (false where NO_COLOR is set or nobody looks). */
export interface Look {
  readonly columns: number;
  readonly color: boolean;
}

/** Lines longer than this are hard to read, however wide the window is. */
const WIDEST = 100;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Whatever is to be shown as people read it in a terminal; with a newline at the end. */
export function printContent(content: Content, look: Look): string {
  switch (content.kind) {
    case 'note':
      return printNote(content, look);
    case 'digest':
    case 'group':
      return printRoundup(content, look);
    default:
      return printCard(content, look);
  }
}

/** A title, then a heading a section and a release a line, with its link below. Nothing is left out: a terminal scrolls. */
function printRoundup(roundup: Roundup, look: Look): string {
  const columns = Math.min(look.columns, WIDEST);
  const bold = painter(look, 1, 22);
  const dim = painter(look, 2, 22);
  const lines = roundup.sections.flatMap(({ heading, lines }) => [
    ...(heading === null ? [] : wrap(truncate(oneLine(heading), LISTED), columns).map(bold)),
    ...lines.flatMap(line => {
      const facts = [line.correction ?? '', contextOf(line), line.why === '' ? '' : `Why: ${line.why}`];
      const told = facts.map(fact => truncate(oneLine(fact), LISTED)).filter(fact => fact !== '');
      return [
        ...indent('- ', truncate(oneLine(line.title), LISTED), columns),
        ...told.flatMap(fact => indent('  ', fact, columns)).map(dim),
        ...(line.url === null ? [] : [`  ${oneLine(line.url)}`]),
      ];
    }),
  ]);
  const mentions = roundup.mention.length === 0 ? [] : [`For: ${oneLine(roundup.mention.join(', '))}`];
  const link = roundup.url === null ? [] : [oneLine(roundup.url)];
  return join([...wrap(oneLine(roundup.title), columns).map(bold), ...lines, ...mentions, ...link]);
}

/** Of a release in a roundup its title, its context and why it came, each; of a note a changed stretch. */
const LISTED = 600;

const MARKS = { same: ['', ''], gone: ['[-', '-]'], new: ['{+', '+}'] } as const;

/** A title, then the words that went as [-words-] and those that came as {+words+}. */
function printNote(note: Note, look: Look): string {
  const columns = Math.min(look.columns, WIDEST);
  const said = excerptOf(note.pieces).map(({ is, words }) => MARKS[is].join(truncate(oneLine(words), LISTED)));
  const text = said.filter(part => part !== '').join(' ');
  return join([...wrap(oneLine(note.title), columns).map(painter(look, 1, 22)), ...wrap(text, columns)]);
}

/** A card as people read it in a terminal: title, facets, lead, why, link; with a newline at the end. */
function printCard(card: Card, look: Look): string {
  const columns = Math.min(look.columns, WIDEST);
  const bold = painter(look, 1, 22);
  const dim = painter(look, 2, 22);
  const heading = wrap(oneLine(card.kind === 'test' ? `Test: ${card.title}` : card.title), columns).map(bold);
  const late = lateNote(card);
  const context = [...wrap(contextOf(card), columns), ...(late === null ? [] : wrap(late, columns))].map(dim);
  const link = card.url === null ? [] : [oneLine(card.url)];
  const mentions = card.mention.length === 0 ? [] : [`For: ${oneLine(card.mention.join(', '))}`];
  const correction = card.correction === undefined ? [] : wrap(oneLine(card.correction), columns).map(bold);
  const title = [...correction, ...heading];
  if (card.style === 'compact') return join([...title, ...context, ...link]);
  const body = wrap(printable(card.style === 'full' ? card.text || card.lead : card.lead), columns);
  const figures = figuresLine(card) === '' ? [] : wrap(oneLine(figuresLine(card)), columns);
  const files = card.style === 'full' ? card.attachments.flatMap(file => wrap(oneLine(nameOf(file)), columns)) : [];
  const replayed = card.replay ? [printReplay(card.replay)] : [];
  const reasons = [...card.why.map(printWhy), ...replayed];
  const why = reasons.flatMap(reason => indent('Why: ', oneLine(reason), columns));
  return join([...title, ...context, ...body, ...figures, ...files, ...why, ...mentions, ...link]);
}

/** "country:ca (title) · "steel" x4 · #12 of the config". */
function printWhy(why: Why): string {
  return [...why.clauses.map(printHeld), `#${why.subscription} ${madeBy(why.createdBy)}`].join(' · ');
}

/** "country:ca (title) · replay of country:ca". */
function printReplay(replay: Replay): string {
  return [...replay.clauses.map(printHeld), replayOf(replay)].join(' · ');
}

/** "steel" x4, or with the place where there is one. */
export function printHeld({ clause, evidence }: Held): string {
  if (evidence.length > 1) return `${clause} x${evidence.length}`;
  const place = evidence[0]?.where;
  return place === undefined ? clause : `${clause} (${place})`;
}

function madeBy(who: string): string {
  if (who === 'config') return 'from the config';
  if (who === 'cli') return 'from the command line';
  return `followed by ${who}`;
}

function contextOf(card: Pick<Card, 'source' | 'date' | 'labels'>): string {
  return [card.source, printDay(card.date), ...card.labels]
    .filter(part => part !== null && part !== '')
    .map(part => oneLine(String(part)))
    .join(' · ');
}

/** "2025-12-01" as "1 Dec 2025"; anything else as it is. */
function printDay(date: string | null): string | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? '') ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? date : `${Number(day)} ${name} ${year}`;
}

function nameOf(file: Card['attachments'][number]): string {
  const kilobytes = file.bytes === null ? null : `${Math.ceil(file.bytes / 1024)} KB`;
  const facts = [file.type, kilobytes].filter(fact => fact !== null).join(', ');
  return `File: ${file.name}${facts === '' ? '' : ` (${facts})`} ${file.url}`;
}

const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();

/** Lines after the first stand under the text, not under the label. */
function indent(label: string, text: string, columns: number): string[] {
  const width = columnsOf(label);
  return wrap(text, columns - width).map((line, at) => `${at === 0 ? label : ' '.repeat(width)}${line}`);
}

/** SGR codes (ECMA-48 section 8.3.117) around a line, or the line alone. */
const painter = (look: Look, on: number, off: number) => (line: string) =>
  look.color && line !== '' ? `\u001b[${on}m${line}\u001b[${off}m` : line;

const join = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
