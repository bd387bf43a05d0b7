import { buttonsOf } from '../../core/button.ts';
import type { Note } from '../../core/card.ts';
import { excerptOf } from '../../core/excerpt.ts';
import type { Piece } from '../../core/revision.ts';
import { oneLine } from '../../core/text.ts';
import { COLOURS, type MessageBody, rowOf } from './body.ts';
import { LIMITS } from './limits.ts';
import { fitText } from './markdown.ts';

/** A note as the body of a message: its title, and the words that went struck through beside those that came in bold. */
export function renderNote(note: Note, key: string): MessageBody {
  const description = diffOf(note.pieces);
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: fitText(oneLine(note.title) || 'Corrected', LIMITS.title),
        ...(description && { description }),
        color: COLOURS.note,
      },
    ],
    components: rowOf(null, buttonsOf(note), key),
  };
}

function diffOf(pieces: readonly Piece[]): string {
  const written: string[] = [];
  let room: number = LIMITS.description - 2;
  for (const piece of excerptOf(pieces)) {
    const one = marked(piece);
    if (one === '') continue;
    if (one.length + 1 > room) return [...written, '…'].join(' ');
    written.push(one);
    room -= one.length + 1;
  }
  return written.join(' ');
}

function marked({ is, words }: Piece): string {
  const text = fitText(oneLine(words), LIMITS.changed);
  if (text === '' || is === 'same') return text;
  return is === 'gone' ? `~~${text}~~` : `**${text}**`;
}
