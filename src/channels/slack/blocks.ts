import type { types } from '@slack/bolt';
import { type Card, figuresLine, type Held, lateNote, type Why } from '../../core/card.ts';
import type { Attachment } from '../../core/item.ts';
import { oneLine, paragraphs, truncate } from '../../core/text.ts';
import { LIMITS, MEASURES } from './limits.ts';
import { divide, escapeText, escapeWithin, linkable, unescapeText } from './text.ts';

/** What is posted with chat.postMessage, without the channel. */
export interface Body {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  readonly metadata: Metadata;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly link_names: false;
}

/** What our own message is recognized by in a channel's history. */
export interface Metadata {
  readonly event_type: 'gwanbo_message';
  readonly event_payload: { readonly message: string; readonly part: number };
}

export const metadataOf = (message: string, part: number): Metadata => ({
  event_type: 'gwanbo_message',
  event_payload: { message, part },
});

/**
 * Card to the body of a message, within Slack's limits. Text of a source only ever stands in plain_text, in rich_text
 * or escaped, so that nothing in it can mention, link or format.
 * @param key message key, 20 base32 characters
 */
export function renderCard(card: Card, key: string): Body {
  const title = oneLine(card.title) || oneLine(card.release) || 'Untitled';
  const late = lateNote(card);
  const context = truncate(contextOf(card), MEASURES.context);
  const link = linkable(card.url);
  const call = callOf(card.mention);
  const blocks: types.KnownBlock[] = [
    ...(call === '' ? [] : [section('mrkdwn', call)]),
    ...titleOf(title, link, card.style),
    ...(context === '' ? [] : [small(context)]),
    ...(late === null ? [] : [small(late)]),
  ];
  if (card.style !== 'compact') {
    const figures = truncate(figuresLine(card), MEASURES.figures);
    const end = [...(figures === '' ? [] : [small(figures)]), ...whyOf(card.why), ...openOf(link)];
    const attached = card.style === 'full' ? attachedOf(card.attachments) : [];
    const room = LIMITS.allBlocks - letters([...blocks, ...attached, ...end]);
    const said = card.style === 'full' ? paragraphs(card.text) : paragraphs(card.lead);
    blocks.push(
      ...bodyOf(said, room, LIMITS.blocks - blocks.length - attached.length - end.length),
      ...attached,
      ...end,
    );
  }
  return {
    text: textOf(
      title,
      [context, late ?? ''].filter(Boolean).join(' · '),
      card.style === 'compact' ? '' : card.lead,
      link,
      call,
    ),
    blocks,
    metadata: metadataOf(key, 0),
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
  };
}

/**
 * Notifications and screen readers read this and not the blocks. Its lines: title, context, lead, link, mentions.
 * Lines that begin with "<" are ours alone, since all else is escaped.
 */
function textOf(title: string, context: string, lead: string, link: string | null, call: string): string {
  const ours = [...(link === null ? [] : [`<${escapeText(link)}>`]), ...(call === '' ? [] : [call])];
  const head = [escapeWithin(title, MEASURES.title), ...(context === '' ? [] : [escapeText(context)])];
  const room = LIMITS.text - [...head, ...ours].join('\n').length - 1;
  const said = oneLine(lead);
  return [...head, ...(said === '' || room < 1 ? [] : [escapeWithin(said, room)]), ...ours].join('\n');
}

/**
 * The smallest message that still tells of a release, for when Slack finds fault with the whole one: title, link
 * and mentions.
 */
export function minimalText(text: string): string {
  const [title = '', ...rest] = text.split('\n');
  return [escapeWithin(unescapeText(title), MEASURES.minimalTitle), ...rest.filter(line => line.startsWith('<'))].join(
    '\n',
  );
}

/** "MOTIR · 1 Dec 2025 · talks · Canada": the date only as published. */
function contextOf(card: Card): string {
  const parts = [
    card.kind === 'test' ? 'Test' : '',
    card.source,
    card.date === null ? '' : printDay(card.date),
    ...card.labels,
  ];
  return parts
    .map(oneLine)
    .filter(part => part !== '')
    .join(' · ');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "2025-12-01" as "1 Dec 2025"; any other text as it is. */
function printDay(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? date : `${Number(day)} ${name} ${year}`;
}

/** A header cannot be a link and holds 150 characters: compact has a linked line instead, a longer title both. */
function titleOf(title: string, link: string | null, style: Card['style']): types.KnownBlock[] {
  const linked = truncate(title, MEASURES.title);
  const line: types.KnownBlock = rich([
    link === null
      ? { type: 'text', text: linked, style: { bold: true } }
      : { type: 'link', url: link, text: linked, style: { bold: true } },
  ]);
  if (style === 'compact') return [line];
  const header: types.KnownBlock = {
    type: 'header',
    text: { type: 'plain_text', text: truncate(title, LIMITS.header), emoji: false },
  };
  return title.length > LIMITS.header ? [header, line] : [header];
}

function bodyOf(text: string, room: number, most: number): types.KnownBlock[] {
  if (text === '' || room < 1 || most < 1) return [];
  return divide(truncate(text, room), LIMITS.section)
    .slice(0, most)
    .map(piece => section('plain_text', piece));
}

function whyOf(why: readonly Why[]): types.KnownBlock[] {
  const lines = why.map(one => {
    const clauses = one.clauses.length === 0 ? [one.query] : one.clauses.map(heldOf);
    return `Why: ${oneLine(clauses.join(' · '))} · #${one.subscription} ${oneLine(followerOf(one.createdBy))}`;
  });
  return lines.length === 0 ? [] : [small(truncate(lines.join('\n'), MEASURES.why))];
}

function heldOf({ clause, evidence }: Held): string {
  const [first] = evidence;
  if (first === undefined) return clause;
  return evidence.length === 1 ? `${clause} (${first.where})` : `${clause} ×${evidence.length}`;
}

/** In words: a name would be personal data, and a mention would call the person at every alert. */
function followerOf(createdBy: string): string {
  if (createdBy === 'config') return 'from the configuration';
  if (createdBy === 'cli') return 'from the command line';
  return 'followed in chat';
}

function openOf(link: string | null): types.KnownBlock[] {
  if (link === null) return [];
  const open: types.Button = { type: 'button', text: { type: 'plain_text', text: 'Open', emoji: false }, url: link };
  return [{ type: 'actions', elements: [open] }];
}

function attachedOf(files: readonly Attachment[]): types.KnownBlock[] {
  if (files.length === 0) return [];
  const lines = files.slice(0, MEASURES.attachments).flatMap((file, at): types.RichTextElement[] => {
    const name = truncate(oneLine(file.name) || 'File', LIMITS.header);
    const link = linkable(file.url);
    const facts = [
      file.type === null ? '' : truncate(oneLine(file.type), 80),
      file.bytes === null ? '' : printSize(file.bytes),
    ];
    const told = facts.filter(fact => fact !== '').join(', ');
    return [
      { type: 'text', text: at === 0 ? '' : '\n' },
      link === null ? { type: 'text', text: name } : { type: 'link', url: link, text: name },
      { type: 'text', text: told === '' ? '' : ` (${told})` },
    ];
  });
  const more = files.length - MEASURES.attachments;
  if (more > 0) lines.push({ type: 'text', text: `\nand ${more} more` });
  return [rich(lines.filter(element => !('text' in element) || element.text !== ''))];
}

function printSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The subscription's own mentions in Slack's notation; those of another platform are left out. */
function callOf(mention: readonly string[]): string {
  const written = mention.flatMap(one => {
    if (one === 'here') return ['<!here>'];
    const [, kind, id] =
      /^(?:(user):([UW][A-Z0-9]{2,20}))$/.exec(one) ?? /^(?:(group):(S[A-Z0-9]{2,20}))$/.exec(one) ?? [];
    if (id === undefined) return [];
    return [kind === 'user' ? `<@${id}>` : `<!subteam^${id}>`];
  });
  return [...new Set(written)].slice(0, MEASURES.mentions).join(' ');
}

const section = (type: 'plain_text' | 'mrkdwn', text: string): types.KnownBlock => ({
  type: 'section',
  text: type === 'mrkdwn' ? { type, text } : { type, text, emoji: false },
});

const small = (text: string): types.KnownBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text, emoji: false }],
});

const rich = (elements: types.RichTextElement[]): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

/** How many characters of text blocks hold, addresses included. */
function letters(blocks: readonly types.KnownBlock[]): number {
  let count = 0;
  JSON.stringify(blocks, (name, value: unknown) => {
    if ((name === 'text' || name === 'url') && typeof value === 'string') count += value.length;
    return value;
  });
  return count;
}
