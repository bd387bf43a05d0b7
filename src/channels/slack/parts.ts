import type { types } from '@slack/bolt';
import { type Button, type ButtonId, buttonId, marksText, readButtonId } from '../../core/button.ts';
import type { Card } from '../../core/card.ts';
import { oneLine, truncate } from '../../core/text.ts';
import { MEASURES } from './limits.ts';
import { escapeWithin, unescapeText } from './text.ts';

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
  /** `carries`: marks, of a message that carries several alerts. */
  readonly event_payload: { readonly message: string; readonly part: number; readonly carries?: string };
}

export const metadataOf = (message: string, part: number, carries: readonly string[] = []): Metadata => ({
  event_type: 'gwanbo_message',
  event_payload: { message, part, ...(carries.length > 0 && { carries: marksText(carries) }) },
});

/** What every message of ours has beside text and blocks. */
export const settingsOf = (key: string) =>
  ({ metadata: metadataOf(key, 1), unfurl_links: false, unfurl_media: false, link_names: false }) as const;

/** Source, day and labels, each on one line; the date only as published. */
export function factsOf({ source, date, labels }: Pick<Card, 'source' | 'date' | 'labels'>): readonly string[] {
  return [source, date === null ? '' : printDay(date), ...labels].map(oneLine).filter(part => part !== '');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "2025-12-01" as "1 Dec 2025"; any other text as it is. */
function printDay(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? date : `${Number(day)} ${name} ${year}`;
}

/** What was corrected since the message was posted; empty where nothing was. */
export const correctionOf = ({ correction }: Pick<Card, 'correction'>): string =>
  correction === undefined ? '' : truncate(oneLine(correction), MEASURES.correction);

/** The link to the page, where there is one, and the buttons that ask. Their ids are distinct and name the message. */
export function actionsOf(link: string | null, buttons: readonly Button[], key: string): types.KnownBlock[] {
  const label = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;
  const open: types.Button[] = link === null ? [] : [{ type: 'button', text: label('Open'), url: link }];
  const press = buttons.map((button): types.Button => {
    const id = buttonId({ ...button, key, part: 1 });
    return { type: 'button', text: label(button.label), action_id: id };
  });
  const elements = [...open, ...press];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** The same blocks as a part of their message: each button names the part. */
export function asPart(blocks: readonly unknown[], part: number): readonly unknown[] {
  return blocks.map(block => {
    const { elements } = fieldsOf(block);
    if (!Array.isArray(elements)) return block;
    const named = elements.map((element: unknown) => {
      const id = idOf(element);
      return id === null ? element : { ...fieldsOf(element), action_id: buttonId({ ...id, part }) };
    });
    return { ...fieldsOf(block), elements: named };
  });
}

/** The message that the buttons of some blocks belong to; null where there is no button of ours. */
export function messageOf(blocks: unknown): Omit<ButtonId, 'action'> | null {
  const ids = listOf(blocks).flatMap(block => listOf(fieldsOf(block).elements).flatMap(element => idOf(element) ?? []));
  const [first] = ids;
  if (!first) return null;
  return { key: first.key, part: first.part, carries: ids.flatMap(({ carries = [] }) => carries) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function idOf(element: unknown): ButtonId | null {
  const { action_id: id } = fieldsOf(element);
  return typeof id === 'string' ? readButtonId(id) : null;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The line that a message begins with which was changed after it was posted. */
const CHANGED = /^(?:Corrected|Withdrawn|Restored) \d{4}-/;

/**
 * The smallest message that still tells of its releases, for when Slack finds fault with the whole one: what was
 * corrected, title, links and mentions.
 */
export function minimalText(text: string): string {
  const lines = text.split('\n');
  const titles = lines.splice(0, CHANGED.test(lines[0] ?? '') ? 2 : 1);
  return [
    ...titles.map(title => escapeWithin(unescapeText(title), MEASURES.minimalTitle)),
    ...lines.filter(line => line.startsWith('<')),
  ].join('\n');
}

/** The subscription's own mentions in Slack's notation; those of another platform are left out. */
export function callOf(mention: readonly string[]): string {
  const written = mention.flatMap(one => {
    if (one === 'here') return ['<!here>'];
    const [, kind, id] =
      /^(?:(user):([UW][A-Z0-9]{2,20}))$/.exec(one) ?? /^(?:(group):(S[A-Z0-9]{2,20}))$/.exec(one) ?? [];
    if (id === undefined) return [];
    return [kind === 'user' ? `<@${id}>` : `<!subteam^${id}>`];
  });
  return [...new Set(written)].slice(0, MEASURES.mentions).join(' ');
}

export const section = (type: 'plain_text' | 'mrkdwn', text: string): types.KnownBlock => ({
  type: 'section',
  text: type === 'mrkdwn' ? { type, text } : { type, text, emoji: false },
});

export const small = (text: string): types.KnownBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text, emoji: false }],
});

export const rich = (elements: types.RichTextElement[]): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

/** How many characters of text blocks hold, addresses included. */
export function letters(blocks: readonly types.KnownBlock[]): number {
  let count = 0;
  JSON.stringify(blocks, (name, value: unknown) => {
    if ((name === 'text' || name === 'url') && typeof value === 'string') count += value.length;
    return value;
  });
  return count;
}

/** One line of bold text. */
export const bold = (text: string): types.KnownBlock => rich([{ type: 'text', text, style: { bold: true } }]);
