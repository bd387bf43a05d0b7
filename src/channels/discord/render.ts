import type { Content } from '../../core/card.ts';
import type { MessageBody } from './body.ts';
import { renderCard } from './embeds.ts';
import { postOf } from './forum-post.ts';
import { renderNote } from './note.ts';
import { renderRoundup } from './roundup.ts';

/** Whatever is to be shown as the body of a message. @param key the message key, which the buttons carry */
export function renderContent(content: Content, key: string): MessageBody {
  return { ...renderMessage(content, key), post: postOf(content) };
}

function renderMessage(content: Content, key: string): MessageBody {
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
