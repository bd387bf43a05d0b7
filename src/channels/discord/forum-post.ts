import type { Card, Content } from '../../core/card.ts';
import { oneLine, truncate } from '../../core/text.ts';
import type { MessageBody, Post } from './body.ts';
import type { Forum } from './forums.ts';
import { LIMITS } from './limits.ts';

/** A content as a post: named by its title, tagged by its facets; what tells of no release by what it is. */
export function postOf(content: Content): Post {
  const name = truncate(oneLine(content.title), LIMITS.post) || 'gwanbo';
  switch (content.kind) {
    case 'note':
      return { name, tags: [] };
    case 'digest':
    case 'group': {
      const lines = content.sections.flatMap(section => section.lines);
      const headings = content.sections.flatMap(({ heading }) => heading ?? []);
      return { name, tags: unique([...headings, ...lines.flatMap(facetsOf), content.kind]) };
    }
    case 'alert':
      return { name, tags: unique(facetsOf(content)) };
    default:
      return {
        name: content.kind === 'test' ? testName(name) : name,
        tags: unique([...facetsOf(content), content.kind]),
      };
  }
}

const testName = (name: string): string => (/^test\b/i.test(name) ? name : truncate(`Test: ${name}`, LIMITS.post));

/** The post of a body: one that an earlier version rendered says its title alone. */
export function postIn(body: MessageBody): Post {
  const title = (body.embeds?.[0]?.title ?? '').replace(/\\(.)/g, '$1');
  return body.post ?? { name: truncate(oneLine(title), LIMITS.post) || 'gwanbo', tags: [] };
}

/** Labels as people read them, then ids, as in queries. */
function facetsOf({ labels, of }: Pick<Card, 'labels' | 'of'>): readonly string[] {
  return [...labels, ...(of?.topics ?? []), ...(of?.countries ?? [])];
}

const folded = (name: string): string => oneLine(name).normalize('NFKC').toLowerCase();
const unique = (names: readonly string[]): readonly string[] => [
  ...new Map(names.map(name => [folded(name), oneLine(name)])).values(),
];

/**
 * Ids of the forum's tags that a post is given, or why it cannot be posted: the forum demands one, and none fits.
 * @returns at most as many as Discord takes, in the order in which the post names them
 */
export function tagsFor(forum: Forum, wanted: readonly string[]): readonly string[] | { readonly refused: string } {
  const names = wanted.map(folded);
  const fit = forum.tags
    .filter(tag => !tag.moderated && names.includes(folded(tag.name)))
    .toSorted((one, other) => names.indexOf(folded(one.name)) - names.indexOf(folded(other.name)))
    .slice(0, LIMITS.tags);
  if (fit.length > 0 || !forum.demandsTag) return fit.map(tag => tag.id);
  const named = wanted.slice(0, 3).map(name => `"${truncate(name, 20)}"`);
  const add = named.length > 0 ? `add a tag named ${named.join(' or ')} to it, or ` : '';
  return {
    refused: `this forum demands a tag on each post and has none that fits: ${add}allow posts without tags in the channel settings, then release it`,
  };
}
