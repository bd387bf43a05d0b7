import type { App, BlockAction, RespondFn, SlashCommand, webApi } from '@slack/bolt';
import { type ButtonId, readButtonId } from '../../core/button.ts';
import { type Answer, type Asker, type Command, isOpen } from '../../core/command.ts';
import { parseCommand } from '../../core/command-parse.ts';
import type { Misread } from '../../core/command-words.ts';
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
    await tell(respond, await answerTo(typed(command), hearing), log);
  });
  // A click on a link button is reported as well; unless it is acknowledged Slack shows a warning beside it.
  app.action<BlockAction>(/^/, async ({ ack, action, body, respond }) => {
    await ack().catch(() => log.debug({}, 'a click could not be acknowledged'));
    const pressed = readButtonId(action.action_id);
    if (pressed === null || !handled.isNew(body.trigger_id)) return;
    await tell(respond, await answerTo(pressOf(pressed, body), hearing), log);
  });
  app.error(async error => {
    log.error({ code: error.code, error: error.name }, 'a Slack event could not be handled');
  });
}

/** What somebody asks, and where. */
interface Asked {
  readonly command: Command | Misread;
  readonly user: string;
  readonly team: string;
  readonly channel: string;
}

const typed = ({ text, user_id: user, team_id: team, channel_id: channel }: SlashCommand): Asked => ({
  command: parseCommand(unescapeText(text ?? '')),
  user,
  team,
  channel,
});

const pressOf = ({ action, key }: ButtonId, { user, team, channel }: BlockAction): Asked => ({
  command: { verb: 'button', action, key },
  user: user.id,
  team: team?.id ?? '',
  channel: channel?.id ?? '',
});

async function answerTo(asked: Asked, hearing: Hearing): Promise<Answer> {
  const { command } = asked;
  if ('error' in command) return { ok: false, lines: [command.error] };
  const answerer = hearing.answerer();
  if (answerer === null) return { ok: false, lines: ['I am still starting: try again in a moment'] };
  try {
    return await answerer(command, await readAsker(asked, command, hearing));
  } catch (error) {
    hearing.log.error({ verb: command.verb, error: String(error) }, 'a Slack command failed');
    return {
      ok: false,
      lines: ['Something went wrong here, and it is in the log. Nothing was changed as far as I know: try again'],
    };
  }
}

async function readAsker(asked: Asked, command: Command, hearing: Hearing): Promise<Asker> {
  const asker = { id: `slack:${asked.user}`, here: `slack:${asked.channel}` };
  if (isOpen(command)) return { ...asker, mayChange: READS_ONLY };
  const { client, errors, team } = hearing;
  const request = {
    user: asked.user,
    team: await team().catch(() => asked.team),
    here: asked.channel,
    to: command.verb === 'follow' ? command.to : null,
    posts: command.verb === 'follow' || command.verb === 'resume' || command.verb === 'test',
  };
  if (command.verb === 'source') return { ...asker, ...(await standingOf(request, client, errors)) };
  return { ...asker, mayChange: await mayChange(request, client, errors) };
}

async function tell(respond: RespondFn, answer: Answer, log: Log): Promise<void> {
  try {
    await respond({
      response_type: 'ephemeral',
      // Of a press: the message with the button stays as it is.
      replace_original: false,
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
