import type { Command } from './command.ts';
import { type Misread, shorten, suggest } from './command-words.ts';

/** Characters of an address typed in chat: longer ones are no address of a feed. */
export const LONGEST_TARGET = 500;

export const SOURCE_ACTIONS = ['list', 'presets', 'add', 'try', 'remove'] as const;

/** What stands after "source". */
export function parseSource([written = 'list', typed, ...more]: readonly string[]): Command | Misread {
  const action = SOURCE_ACTIONS.find(known => known === written.toLowerCase());
  if (action === undefined) {
    const near = suggest(written.toLowerCase(), SOURCE_ACTIONS, 'source ');
    return {
      error: `There is no command "source ${shorten(written)}".${near} There are source ${SOURCE_ACTIONS.join(', ')}`,
    };
  }
  if (action === 'list' || action === 'presets')
    return typed === undefined ? { verb: 'source', action } : { error: `"source ${action}" takes nothing after it` };
  if (typed === undefined || more.length > 0)
    return {
      error:
        action === 'remove'
          ? 'Give the id of one source, as source list shows it: source remove wto'
          : `Give the name of a preset or one address: source ${action} wto, source ${action} https://www.example.org/feed.xml`,
    };
  // Slack links addresses (<https://a.example/|a.example>), people put them in <> so that nothing is unfolded.
  const target = /^<([^|<>]+)(?:\|[^<>]*)?>$/.exec(typed)?.[1] ?? typed;
  if (target.length > LONGEST_TARGET)
    return { error: `The address has ${target.length} characters; at most ${LONGEST_TARGET} are read` };
  if (action !== 'remove') return { verb: 'source', action, target };
  const id = /^(?:source:)?([a-z0-9]+(?:-[a-z0-9]+)*)$/i.exec(target)?.[1]?.toLowerCase();
  return id === undefined
    ? { error: `"${shorten(target)}" is no id of a source: source list shows them` }
    : { verb: 'source', action, id };
}
