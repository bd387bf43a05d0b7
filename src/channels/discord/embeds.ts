import { buttonsOf } from '../../core/button.ts';
import { type Card, figuresLine, type Held, lateNote, type Replay, replayOf, type Why } from '../../core/card.ts';
import type { Attachment } from '../../core/item.ts';
import { oneLine } from '../../core/text.ts';
import { COLOURS, type MessageBody, mentionsOf, rowOf, webAddress } from './body.ts';
import { LIMITS } from './limits.ts';
import { fitText } from './markdown.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A card as the body of a message: title linked to the official page, a line of context, the lead (the whole text
 * in style `full`), why it came, a button that opens the page and those that ask. Source text cannot mention anyone or
 * style anything.
 * @param key the message key, which the buttons carry
 */
export function renderCard(card: Card, key: string): MessageBody {
  const url = webAddress(card.url);
  const { content, allowed } = mentionsOf(card.mention);
  const said = [correctionOf(card), content].filter(Boolean).join('\n');
  const description = descriptionOf(card);
  return {
    ...(said && { content: said }),
    allowed_mentions: allowed,
    embeds: [
      {
        title: fitText(oneLine(card.title) || card.release, LIMITS.title),
        ...(url !== null && url.length <= LIMITS.embedUrl && { url }),
        ...(description && { description }),
        color: COLOURS[card.kind],
      },
    ],
    components: rowOf(card.style === 'compact' ? null : url, buttonsOf(card), key),
  };
}

/** Above the embed, so that it is the first line of the message; what it says is allowed to mention nobody. */
function correctionOf({ correction }: Card): string {
  return correction === undefined ? '' : fitText(oneLine(correction), LIMITS.correction).replaceAll('@', '@\u200b');
}

function descriptionOf(card: Card): string {
  const context = [contextOf(card), lateNote(card) ?? ''].filter(Boolean).join('\n');
  if (card.style === 'compact') return context;
  const figures = fitText(figuresLine(card), LIMITS.figures);
  const whys = whysOf(card);
  const room = [context, figures, whys].reduce<number>((left, block) => left - block.length - 2, LIMITS.description);
  if (card.style !== 'full') return blocks(context, fitText(card.lead, room), figures, whys);
  const files = attachmentsOf(card.attachments, room - Math.min(card.text.length, LIMITS.text) - 2);
  return blocks(context, fitText(card.text, room - files.length - 2), figures, files, whys);
}

const blocks = (...parts: readonly string[]): string => parts.filter(Boolean).join('\n\n');

function contextOf(card: Card): string {
  return fitText((card.kind === 'test' ? ['Test', ...factsOf(card)] : factsOf(card)).join(' · '), LIMITS.context);
}

/** Source, day and labels, each on one line. */
export function factsOf({ source, date, labels }: Pick<Card, 'source' | 'date' | 'labels'>): readonly string[] {
  return [source, date === null ? '' : writtenDay(date), ...labels].map(oneLine).filter(Boolean);
}

/** "2025-12-01" as "1 Dec 2025": a civil day as published, so no time stamp that each reader's zone would shift. */
function writtenDay(day: string): string {
  const [year, month, date] = day.split('-');
  const name = MONTHS[Number(month) - 1];
  return name === undefined || date === undefined ? day : `${Number(date)} ${name} ${year}`;
}

function whysOf({ why: whys, replay }: Card): string {
  const replayed = replay ? whyLine(replay, replayOf(replay)) : '';
  const lines: string[] = [];
  let room: number = LIMITS.whys - replayed.length;
  for (const why of whys) {
    const line = whyOf(why);
    if (line.length > room) break;
    lines.push(line);
    room -= line.length + 1;
  }
  const left = whys.length - lines.length;
  return [...lines, left > 0 ? `Why: ${left} more of this channel's subscriptions` : '', replayed]
    .filter(Boolean)
    .join('\n');
}

const whyOf = (why: Why): string => `${whyLine(why, `#${why.subscription}`)}${followedBy(why.createdBy)}`;

function whyLine({ clauses, query }: Replay, asker: string): string {
  const said = fitText(` · ${asker}`, LIMITS.why / 2);
  return `${fitText(`Why: ${clauses.map(clauseOf).join(' · ') || oneLine(query)}`, LIMITS.why - said.length)}${said}`;
}

/** `"steel" ×4 (title, body)` */
function clauseOf(held: Held): string {
  const places = [...new Set(held.evidence.map(piece => piece.where))].join(', ');
  const times = held.evidence.length > 1 ? ` ×${held.evidence.length}` : '';
  return `${oneLine(held.clause)}${times}${places && ` (${places})`}`;
}

/** A member's name is shown by Discord itself; embeds never notify. */
function followedBy(createdBy: string): string {
  const member = /^discord:(\d+)$/.exec(createdBy)?.[1];
  return member === undefined ? '' : ` followed by <@${member}>`;
}

/** As many as there is room for, and how many more there are. */
function attachmentsOf(attachments: readonly Attachment[], room: number): string {
  const all = attachments.slice(0, LIMITS.attachments).map(fileOf);
  for (let shown = all.length; shown > 0; shown--) {
    const left = attachments.length - shown;
    const said = [...all.slice(0, shown), left > 0 ? `and ${left} more` : ''].filter(Boolean).join('\n');
    if (said.length <= room) return said;
  }
  return '';
}

function fileOf(attachment: Attachment): string {
  const url = webAddress(attachment.url);
  const name = fitText(oneLine(attachment.name) || 'attachment', 80);
  const facts = [attachment.type, attachment.bytes === null ? null : writtenSize(attachment.bytes)].filter(Boolean);
  const link = url !== null && url.length <= 200 ? `[${name}](${url})` : name;
  return facts.length > 0 ? `${link} (${fitText(oneLine(facts.join(', ')), 60)})` : link;
}

function writtenSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
