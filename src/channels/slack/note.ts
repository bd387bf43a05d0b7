import type { types } from '@slack/bolt';
import { buttonsOf } from '../../core/button.ts';
import type { Note } from '../../core/card.ts';
import { excerptOf } from '../../core/excerpt.ts';
import type { Piece } from '../../core/revision.ts';
import { oneLine, truncate } from '../../core/text.ts';
import { LIMITS, MEASURES } from './limits.ts';
import { actionsOf, type Body, bold, rich, settingsOf } from './parts.ts';
import { escapeWithin } from './text.ts';

/** A note as the body of a reply: its title, and the words that went struck through beside those that came in bold. */
export function renderNote(note: Note, key: string): Body {
  const title = truncate(oneLine(note.title) || 'Corrected', MEASURES.correction);
  const said = diffOf(note.pieces);
  return {
    text: [escapeWithin(title, MEASURES.title), escapeWithin(spoken(said), LIMITS.section)].join('\n'),
    blocks: [bold(title), ...(said.length === 0 ? [] : [rich(spaced(said))]), ...actionsOf(null, buttonsOf(note), key)],
    ...settingsOf(key),
  };
}

const STYLES = { same: {}, gone: { style: { strike: true } }, new: { style: { bold: true } } } as const;

function diffOf(pieces: readonly Piece[]): readonly types.RichTextText[] {
  const written: types.RichTextText[] = [];
  let room = LIMITS.section;
  for (const { is, words } of excerptOf(pieces)) {
    const text = truncate(oneLine(words), MEASURES.changed);
    if (text === '') continue;
    if (text.length + 1 > room) return [...written, { type: 'text', text: '…' }];
    written.push({ type: 'text', text, ...STYLES[is] });
    room -= text.length + 1;
  }
  return written;
}

/** For notifications and screen readers, which do not tell what is struck through from what is bold. */
function spoken(pieces: readonly types.RichTextText[]): string {
  const said: string[] = [];
  for (const [at, { text, style }] of pieces.entries()) {
    const before = pieces[at - 1]?.style?.strike === true;
    const after = pieces[at + 1]?.style?.bold === true;
    if (style?.strike) said.push(after ? `“${text}”` : `“${text}” (removed)`);
    else if (style?.bold) said.push(before ? `is now “${text}”` : `“${text}” (added)`);
    else said.push(text);
  }
  return said.join(' ');
}

/** A space between two pieces belongs to neither: it would be struck through. */
const spaced = (pieces: readonly types.RichTextText[]): types.RichTextText[] =>
  pieces.flatMap((piece, at) => (at === 0 ? [piece] : [{ type: 'text', text: ' ' } as const, piece]));
