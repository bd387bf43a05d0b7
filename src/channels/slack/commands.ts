import type { App, RespondFn, SlashCommand, webApi } from '@slack/bolt';
import { type Answer, type Asker, type Command, isOpen } from '../../core/command.ts';
import { parseCommand } from '../../core/command-parse.ts';
import type { Answerer } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import { LIMITS } from './limits.ts';
import { mayChange, standingOf } from './membership.ts';
import type { Errors } from './outcomes.ts';
import type { Memory } from './pace.ts';
import { escapeWithin, unescapeText } from './text.ts';

export interface Hearing {
  readonly client: webApi.WebClient;
  readonly errors: Errors;
  readonly log: Log;
  /** Ids of commands already handled: Slack delivers one again where it thinks that we did not hear. */
  readonly handled: Memory;
  /** The app's answer, null while nobody listens. */
  readonly answerer: () => Answerer | null;
  /** Our own workspace's id; throws where Slack does not tell. */
  readonly team: () => Promise<string>;
}

const READS_ONLY = 'this was not asked of Slack, since the command changes nothing';

/** Registers the handlers of an app: each acknowledges at once and finishes through response_url. */
export function hearCommands(app: App, hearing: Hearing): void {
  const { log, handled } = hearing;
  // Whatever the command is called in the app's settings, it is ours: two apps of one workspace may clash in the name.
  app.command(/^\//, async ({ command, ack, respond }) => {
    // Slack delivers again what it believes unheard: a failed acknowledgement must not keep us from answering.
    await ack().catch(() => log.warn({}, 'a command could not be acknowledged'));
    if (!handled.isNew(command.trigger_id)) return;
    await tell(respond, await answerTo(command, hearing), log);
  });
  // A click on a link button is reported as well; unless it is acknowledged Slack shows a warning beside it.
  app.action(/^/, async ({ ack }) => {
    await ack().catch(() => log.debug({}, 'a click could not be acknowledged'));
  });
  app.error(async error => {
    log.error({ code: error.code, error: error.name }, 'a Slack event could not be handled');
  });
}

async function answerTo(heard: SlashCommand, hearing: Hearing): Promise<Answer> {
  const command = parseCommand(unescapeText(heard.text ?? ''));
  if ('error' in command) return { ok: false, lines: [command.error] };
  const answerer = hearing.answerer();
  if (answerer === null) return { ok: false, lines: ['I am still starting: try again in a moment'] };
  try {
    return await answerer(command, await readAsker(heard, command, hearing));
  } catch (error) {
    hearing.log.error({ verb: command.verb, error: String(error) }, 'a Slack command failed');
    return {
      ok: false,
      lines: ['Something went wrong here, and it is in the log. Nothing was changed as far as I know: try again'],
    };
  }
}

async function readAsker(heard: SlashCommand, command: Command, hearing: Hearing): Promise<Asker> {
  const asker = { id: `slack:${heard.user_id}`, here: `slack:${heard.channel_id}` };
  if (isOpen(command)) return { ...asker, mayChange: READS_ONLY };
  const { client, errors, team } = hearing;
  const request = {
    user: heard.user_id,
    team: await team().catch(() => heard.team_id),
    here: heard.channel_id,
    to: command.verb === 'follow' ? command.to : null,
    posts: command.verb === 'follow' || command.verb === 'resume',
  };
  if (command.verb === 'source') return { ...asker, ...(await standingOf(request, client, errors)) };
  return { ...asker, mayChange: await mayChange(request, client, errors) };
}

async function tell(respond: RespondFn, answer: Answer, log: Log): Promise<void> {
  try {
    await respond({
      response_type: 'ephemeral',
      text: escapeWithin(answer.lines.join('\n'), LIMITS.text),
      mrkdwn: false,
    });
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
    log.warn(
      { status, error: error instanceof Error ? error.name : 'unknown' },
      'an answer to a Slack command was not delivered',
    );
  }
}
