import type { Answer, Asker, Command } from '../core/command.ts';
import type { ReadTools } from './answer-reads.ts';
import { Trouble } from './errors.ts';
import { feedOf } from './feeds.ts';
import { type House, publicUrlOf } from './house.ts';
import { VALUES, valuesOf } from './values.ts';

export type VocabularyTools = ReadTools & Pick<House, 'environment' | 'config'>;

type Asking = Extract<Command, { readonly verb: 'topics' | 'feed' }>;

/** Values that fit one message of a chat. */
const SHOWN = 30;

/**
 * Answers what can be asked for, and where it can be read.
 * @throws {QueryError} @throws {Trouble} for a subscription that is none
 */
export async function answerVocabulary(command: Asking, asker: Asker, tools: VocabularyTools): Promise<Answer> {
  const lines = command.verb === 'topics' ? topicLines(command.list, tools) : feedLines(command, asker, tools);
  return { ok: true, lines: await lines };
}

/** Those that releases are about, most first; where none is recorded, the first ones there are. */
async function topicLines(list: Extract<Asking, { verb: 'topics' }>['list'], tools: VocabularyTools) {
  const { facet } = VALUES.find(one => one.plural === list) ?? VALUES[0];
  const all = await valuesOf(facet, tools);
  const used = all.filter(({ count }) => count > 0);
  const shown = (used.length > 0 ? used : all).slice(0, SHOWN);
  const example = `follow ${facet}:${shown[0]?.id ?? 'steel'}`;
  return [
    `${all.length} ${list} can be asked for, as in: ${example}. ${
      used.length > 0
        ? `Those of most releases (${shown.length}):`
        : `No release is recorded yet. ${shown.length} of them:`
    }`,
    ...shown.map(({ id, label, count }) => {
      const names = [...new Set([label.en, label.ko])].filter(name => name !== id).join(' · ');
      return `${id}${names && ` (${names})`}: ${count}`;
    }),
  ];
}

async function feedLines(
  { query: text, target }: Extract<Asking, { verb: 'feed' }>,
  asker: Asker,
  tools: VocabularyTools,
): Promise<readonly string[]> {
  const followed = target === null ? null : await tools.store.subscription(target);
  if (target !== null && followed?.to !== asker.here)
    throw new Trouble('usage', `this channel has no subscription #${target}`, { fix: '"list" shows the ones it has' });
  const asked = followed?.normal ?? text ?? '';
  const query = asked.trim() === '' ? null : tools.language.parse(asked);
  const { normal, atom, rss, json } = feedOf(query, tools);
  return [
    normal === null ? 'Every release, for feed readers:' : `Releases that match ${normal}, for feed readers:`,
    `Atom ${atom}`,
    `RSS ${rss}`,
    `JSON ${json}`,
    ...(publicUrlOf(tools) === null
      ? ['These open on the machine of gwanbo alone: whoever runs it can set a public address, GWANBO_BASE_URL.']
      : []),
    ...(query === null ? [] : tools.language.hints(query)),
  ];
}
