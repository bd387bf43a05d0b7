import { type Card, figuresLine, type Held, lateNote, type Why } from '../../core/card.ts';
import type { Attachment } from '../../core/item.ts';
import { oneLine } from '../../core/text.ts';
import { webUrl } from '../../core/web-url.ts';
import { LIMITS } from './limits.ts';
import { escapeText, fitText } from './markdown.ts';

/** Body of POST /channels/{id}/messages as we use it: one classic embed, at most one row with one link button. */
export interface MessageBody {
  readonly content?: string;
  readonly allowed_mentions: AllowedMentions;
  readonly embeds?: readonly Embed[];
  readonly components?: readonly Row[];
}

interface AllowedMentions {
  readonly parse: readonly 'everyone'[];
  readonly roles?: readonly string[];
  readonly users?: readonly string[];
}
interface Embed {
  readonly title: string;
  readonly url?: string;
  readonly description?: string;
  readonly color: number;
  readonly footer: { readonly text: string };
}
interface Row {
  readonly type: 1;
  readonly components: readonly { readonly type: 2; readonly style: 5; readonly label: string; readonly url: string }[];
}

/** The stripe at the embed's side: one colour for what is real, grey for what is a test, amber for our own trouble. */
const COLOURS = { alert: 0x1f5fa8, test: 0x8a8f98, notice: 0xc77700 } as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A card as the body of a message: title linked to the official page, a line of context, the lead (the whole text
 * in style `full`), why it came, a button that opens the page. Source text cannot mention anyone or style anything.
 * @param key the message key; its mark stands in the footer
 */
export function renderCard(card: Card, key: string): MessageBody {
  const url = webAddress(card.url);
  const button = url !== null && url.length <= LIMITS.buttonUrl && card.style !== 'compact';
  const { content, allowed } = mentionsOf(card.mention);
  const description = descriptionOf(card);
  return {
    ...(content && { content }),
    allowed_mentions: allowed,
    embeds: [
      {
        title: fitText(oneLine(card.title) || card.release, LIMITS.title),
        ...(url !== null && url.length <= LIMITS.embedUrl && { url }),
        ...(description && { description }),
        color: COLOURS[card.kind],
        footer: { text: markOf(key) },
      },
    ],
    ...(button && { components: [{ type: 1, components: [{ type: 2, style: 5, label: 'Open', url }] }] }),
  };
}

/**
 * What of a message can always be said: its title and its link, without embed, button or mention. Sent where Discord
 * refuses the body as invalid.
 * @returns null where the body has no title, so that nothing is left to say
 */
export function minimalBody(body: MessageBody): MessageBody | null {
  const embed = body.embeds?.[0];
  if (!embed) return null;
  const link = embed.url && embed.url.length <= LIMITS.content / 2 ? `<${embed.url}>` : '';
  const lines = [embed.title, link, `-# ${embed.footer.text}`];
  return { content: lines.filter(Boolean).join('\n'), allowed_mentions: { parse: [] } };
}

/**
 * The visible reference of a message: stands in every message we post, so that a message whose answer was lost can be
 * found in the channel's history. Forty bits of the key: among the few hundred messages that are looked through, no
 * two share it.
 */
export function markOf(key: string): string {
  return `gwanbo · ${key.slice(0, 8)}`;
}

function descriptionOf(card: Card): string {
  const context = [contextOf(card), lateNote(card) ?? ''].filter(Boolean).join('\n');
  if (card.style === 'compact') return context;
  const figures = fitText(figuresLine(card), LIMITS.figures);
  const files = card.style === 'full' ? attachmentsOf(card.attachments) : '';
  const tail = [figures, files, whysOf(card.why)].filter(Boolean);
  const taken = [context, ...tail].reduce((sum, block) => sum + block.length + 2, 0);
  const text = fitText(card.style === 'full' ? card.text : card.lead, LIMITS.description - taken);
  return [context, text, ...tail].filter(Boolean).join('\n\n');
}

function contextOf(card: Card): string {
  const parts = [card.source, card.date === null ? '' : writtenDay(card.date), ...card.labels];
  const marked = card.kind === 'test' ? ['Test', ...parts] : parts;
  return fitText(marked.map(oneLine).filter(Boolean).join(' · '), LIMITS.context);
}

/** "2025-12-01" as "1 Dec 2025": a civil day as published, so no time stamp that each reader's zone would shift. */
function writtenDay(day: string): string {
  const [year, month, date] = day.split('-');
  const name = MONTHS[Number(month) - 1];
  return name === undefined || date === undefined ? day : `${Number(date)} ${name} ${year}`;
}

function whysOf(whys: readonly Why[]): string {
  const lines: string[] = [];
  let room: number = LIMITS.whys;
  for (const why of whys) {
    const line = whyOf(why);
    if (line.length > room) break;
    lines.push(line);
    room -= line.length + 1;
  }
  const left = whys.length - lines.length;
  return [...lines, left > 0 ? `Why: ${left} more of this channel's subscriptions` : ''].filter(Boolean).join('\n');
}

function whyOf(why: Why): string {
  const clauses = why.clauses.map(clauseOf).join(' · ') || oneLine(why.query);
  return `${fitText(`Why: ${clauses} · #${why.subscription}`, LIMITS.why)}${followedBy(why.createdBy)}`;
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

function attachmentsOf(attachments: readonly Attachment[]): string {
  const lines = attachments.slice(0, LIMITS.attachments).map(attachment => {
    const url = webAddress(attachment.url);
    const name = fitText(oneLine(attachment.name) || 'attachment', 80);
    const facts = [attachment.type, attachment.bytes === null ? null : writtenSize(attachment.bytes)].filter(Boolean);
    const link = url !== null && url.length <= 200 ? `[${name}](${url})` : name;
    return facts.length > 0 ? `${link} (${escapeText(oneLine(facts.join(', ')).slice(0, 60))})` : link;
  });
  const left = attachments.length - lines.length;
  return [...lines, left > 0 ? `and ${left} more` : ''].filter(Boolean).join('\n');
}

function writtenSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** An address that Discord accepts, without the round brackets that would end a masked link. */
function webAddress(written: string | null): string | null {
  return webUrl(written)?.replaceAll('(', '%28').replaceAll(')', '%29') ?? null;
}

/** Mentions come from the subscription's own list alone ("role:1", "user:2", "here"); other platforms' are left out. */
function mentionsOf(list: readonly string[]): { readonly content: string; readonly allowed: AllowedMentions } {
  const idsOf = (kind: string) => [
    ...new Set(list.map(one => new RegExp(`^${kind}:(\\d{5,20})$`).exec(one)?.[1]).filter(id => id !== undefined)),
  ];
  const roles = idsOf('role').slice(0, LIMITS.mentions);
  const users = idsOf('user').slice(0, LIMITS.mentions - roles.length);
  const here = list.includes('here');
  return {
    content: [here ? '@here' : '', ...roles.map(id => `<@&${id}>`), ...users.map(id => `<@${id}>`)]
      .filter(Boolean)
      .join(' '),
    // "everyone" is what permits @here; nothing else of the content could use it.
    allowed: { parse: here ? ['everyone'] : [], ...(roles.length && { roles }), ...(users.length && { users }) },
  };
}
