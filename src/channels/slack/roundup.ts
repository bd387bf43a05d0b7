import type { types } from '@slack/bolt';
import { buttonsOf } from '../../core/button.ts';
import type { Roundup, RoundupLine, RoundupSection } from '../../core/card.ts';
import { oneLine, truncate } from '../../core/text.ts';
import { LIMITS, MEASURES } from './limits.ts';
import { actionsOf, type Body, callOf, correctionOf, factsOf, letters, section, settingsOf, small } from './parts.ts';
import { escapeText, escapeWithin, linkable } from './text.ts';

/** "and 1234567 more", with the line break before it. */
const MORE = 20;

/**
 * Several releases in one message: a heading a section, a line a release with its link, context and why. Lines that do
 * not fit are counted.
 * @param key the message key, which the buttons carry
 */
export function renderRoundup(roundup: Roundup, key: string): Body {
  const title = truncate(oneLine(roundup.title) || 'Releases', LIMITS.header);
  const call = callOf(roundup.mention);
  const link = linkable(roundup.url);
  const head: types.KnownBlock[] = [
    ...(call === '' ? [] : [section('mrkdwn', call)]),
    { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
  ];
  const end = actionsOf(link, buttonsOf(roundup), key);
  const room = LIMITS.allBlocks - letters([...head, ...end]) - MORE;
  const { blocks, unsaid } = listOf(roundup.sections, room, LIMITS.blocks - head.length - end.length - 1);
  return {
    text: textOf(
      title,
      roundup.sections.flatMap(({ lines }) => lines),
      call,
    ),
    blocks: [...head, ...blocks, ...(unsaid > 0 ? [small(`and ${unsaid} more`)] : []), ...end],
    ...settingsOf(key),
  };
}

/** A block a section, as far as characters and blocks last; what comes after the first line that does not fit is counted. */
function listOf(sections: readonly RoundupSection[], room: number, most: number) {
  const blocks: types.KnownBlock[] = [];
  let left = room;
  let unsaid = 0;
  for (const { heading, lines } of sections) {
    const above = oneLine(heading ?? '');
    const title = truncate(above, MEASURES.listed);
    const items: types.RichTextSection[] = [];
    for (const line of lines) {
      const item = itemOf(line);
      const size = letters([{ type: 'rich_text', elements: [item] }]) + (items.length === 0 ? title.length : 0);
      if (unsaid > 0 || size > left || items.length >= MEASURES.lines || blocks.length >= most) unsaid++;
      else {
        items.push(item);
        left -= size;
      }
    }
    if (items.length === 0) continue;
    const over: types.RichTextSection[] =
      title === ''
        ? []
        : [{ type: 'rich_text_section', elements: [{ type: 'text', text: title, style: { bold: true } }] }];
    blocks.push({
      type: 'rich_text',
      elements: [...over, { type: 'rich_text_list', style: 'bullet', elements: items }],
    });
  }
  return { blocks, unsaid };
}

function itemOf(line: RoundupLine): types.RichTextSection {
  const link = linkable(line.url);
  const title = titleOf(line);
  const correction = correctionOf(line);
  const said = [truncate(factsOf(line).join(' · '), MEASURES.listed), whyOf(line)].filter(part => part !== '');
  return {
    type: 'rich_text_section',
    elements: [
      link === null ? { type: 'text', text: title, style: { bold: true } } : { type: 'link', url: link, text: title },
      ...(correction === '' ? [] : [{ type: 'text', text: ` · ${correction}`, style: { bold: true } } as const]),
      ...(said.length === 0 ? [] : [{ type: 'text', text: ` · ${said.join(' · ')}` } as const]),
    ],
  };
}

const titleOf = (line: RoundupLine): string =>
  truncate(oneLine(line.title) || oneLine(line.release) || 'Untitled', MEASURES.listed);

function whyOf({ why }: RoundupLine): string {
  const reason = oneLine(why);
  return reason === '' ? '' : truncate(`Why: ${reason}`, MEASURES.listed);
}

/** What notifications and screen readers read: the title, then a link a release, then the mentions. */
function textOf(title: string, lines: readonly RoundupLine[], call: string): string {
  const told: string[] = [];
  let room = LIMITS.text - escapeText(title).length - MORE - call.length - 2;
  for (const line of lines) {
    const name = escapeWithin(titleOf(line), MEASURES.listed);
    const link = linkable(line.url);
    const written = link === null ? name : `<${escapeText(link)}|${name}>`;
    if (written.length + 1 > room) break;
    told.push(written);
    room -= written.length + 1;
  }
  const unsaid = lines.length - told.length;
  return [
    escapeText(title),
    ...told,
    ...(unsaid > 0 ? [`and ${unsaid} more`] : []),
    ...(call === '' ? [] : [call]),
  ].join('\n');
}
