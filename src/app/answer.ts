import type { Answer, Asker, Command } from '../core/command.ts';
import { HELP } from '../core/command-help.ts';
import { BadDestination } from '../core/destination.ts';
import { QueryError } from '../core/query.ts';
import type { Log } from '../ports/runtime.ts';
import { answerButton } from './answer-button.ts';
import { answerRead, type ReadTools } from './answer-reads.ts';
import { answerSource, type SourceTools } from './answer-sources.ts';
import { answerStatus, type StatusTools } from './answer-status.ts';
import { answerFollowing } from './answer-subscriptions.ts';
import { answerTest } from './answer-test.ts';
import { answerVocabulary, type VocabularyTools } from './answer-vocabulary.ts';
import { Trouble } from './errors.ts';
import type { SubscribeTools } from './subscribe.ts';

export type AnswerTools = SubscribeTools & ReadTools & SourceTools & StatusTools & VocabularyTools;

/** The bot's one answer to a command, whatever platform it came from. Never throws. */
export async function answer(
  command: Command,
  asker: Asker,
  tools: AnswerTools & { readonly log: Log },
): Promise<Answer> {
  try {
    return await obey(command, asker, tools);
  } catch (error) {
    if (error instanceof QueryError || error instanceof BadDestination) return refusal(error.message);
    if (error instanceof Trouble) return refusal(error.fix ? `${error.message}: ${error.fix}` : error.message);
    tools.log.error({ error, verb: command.verb, asker: asker.id }, 'command failed');
    return refusal('That did not work, and the fault is ours. Nothing was changed; please try again in a minute.');
  }
}

async function obey(command: Command, asker: Asker, tools: AnswerTools): Promise<Answer> {
  switch (command.verb) {
    case 'help':
      return { ok: true, lines: HELP };
    case 'follow':
    case 'edit':
    case 'unfollow':
    case 'list':
    case 'pause':
    case 'resume':
    case 'settings':
      return answerFollowing(command, asker, tools);
    case 'preview':
    case 'search':
    case 'latest':
    case 'why':
    case 'show':
      return answerRead(command, asker, tools);
    case 'topics':
    case 'feed':
      return answerVocabulary(command, asker, tools);
    case 'status':
      return answerStatus(asker, tools);
    case 'test':
      return answerTest(command, asker, tools);
    case 'source':
      return answerSource(command, asker, tools);
    case 'button':
      return answerButton(command, asker, tools);
  }
}

const refusal = (line: string): Answer => ({ ok: false, lines: [line] });
