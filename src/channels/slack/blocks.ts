import type { types } from '@slack/bolt';
import { buttonsOf } from '../../core/button.ts';
import { type Card, figuresLine, type Held, lateNote, replayOf, type Why } from '../../core/card.ts';
import type { Attachment } from '../../core/item.ts';
import { oneLine, paragraphs, truncate } from '../../core/text.ts';
import { LIMITS, MEASURES } from './limits.ts';
import {
  actionsOf,
  type Body,
  bold,
  callOf,
  correctionOf,
  factsOf,
  letters,
  rich,
  section,
  settingsOf,
  small,
} from './parts.ts';
import { divide, escapeText, escapeWithin, linkable } from './text.ts';

/**
 * Card to the body of a message, within Slack's limits. Text of a source only ever stands in plain_text, in rich_text
 * or escaped, so that nothing in it can mention, link or format.
 * @param key message key, 20 base32 characters
 */
export function renderCard(card: Card, key: string): Body {
  const title = oneLine(card.title) || oneLine(card.release) || 'Untitled';
  const late = lateNote(card);
  const context = contextOf(card);
  const correction = correctionOf(card);
  const link = linkable(card.url);
  const call = callOf(card.mention);
  const blocks: types.KnownBlock[] = [
    ...(correction === '' ? [] : [bold(correction)]),
    ...(call === '' ? [] : [section('mrkdwn', call)]),
    ...titleOf(title, link, card.style),
    ...(context === '' ? [] : [small(context)]),
    ...(late === null ? [] : [small(late)]),
  ];
  if (card.style !== 'compact') {
    const figures = truncate(figuresLine(card), MEASURES.figures);
    const end = [...(figures === '' ? [] : [small(figures)]), ...whyOf(card), ...actionsOf(link, buttonsOf(card), key)];
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
      [...(correction === '' ? [] : [correction]), title],
      [context, late ?? ''].filter(Boolean).join(' · '),
      card.style === 'compact' ? '' : card.lead,
      link,
      call,
    ),
    blocks,
    ...settingsOf(key),
  };
}

/**
 * Notifications and screen readers read this and not the blocks. Its lines: correction, title, context, lead, link,
 * mentions.
 * Lines that begin with "<" are ours alone, since all else is escaped.
 */
function textOf(titles: readonly string[], context: string, lead: string, link: string | null, call: string): string {
  const told = link === null ? '' : `<${escapeText(link)}>`;
  const head = [
    ...titles.map(title => escapeWithin(title, MEASURES.title)),
    ...(context === '' ? [] : [escapeWithin(context, MEASURES.context)]),
  ];
  const beside = LIMITS.text - [...head, call].join('\n').length - 1;
  const linked = told !== '' && told.length <= Math.min(MEASURES.linkInText, beside);
  const ours = [...(linked ? [told] : []), ...(call === '' ? [] : [call])];
  const room = LIMITS.text - [...head, ...ours].join('\n').length - 1;
  const said = oneLine(lead);
  return [...head, ...(said === '' || room < 1 ? [] : [escapeWithin(said, room)]), ...ours].join('\n');
}

/** The line below the title. */
function contextOf(card: Card): string {
  return truncate((card.kind === 'test' ? ['Test', ...factsOf(card)] : factsOf(card)).join(' · '), MEASURES.context);
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

function whyOf({ why, replay }: Card): types.KnownBlock[] {
  const clausesOf = ({ clauses, query }: Pick<Why, 'clauses' | 'query'>) =>
    oneLine((clauses.length === 0 ? [query] : clauses.map(heldOf)).join(' · '));
  const lines = why.map(one => `Why: ${clausesOf(one)} · #${one.subscription} ${oneLine(followerOf(one.createdBy))}`);
  if (replay) {
    const asker = replayOf(replay);
    lines.unshift(`${truncate(`Why: ${clausesOf(replay)}`, MEASURES.why - asker.length - 3)} · ${asker}`);
  }
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
