import type { Content } from '../../core/card.ts';
import { renderCard } from './blocks.ts';
import { renderNote } from './note.ts';
import type { Body } from './parts.ts';
import { renderRoundup } from './roundup.ts';

/** Whatever is to be shown as the body of a message. @param key the message key, which metadata and buttons carry */
export function renderContent(content: Content, key: string): Body {
  switch (content.kind) {
    case 'note':
      return renderNote(content, key);
    case 'digest':
    case 'group':
      return renderRoundup(content, key);
    default:
      return renderCard(content, key);
  }
}
