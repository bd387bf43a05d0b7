import type { Answer, Asker, Command } from '../core/command.ts';
import { BadDestination, parseDestination } from '../core/destination.ts';
import { QueryError } from '../core/query.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Log } from '../ports/runtime.ts';
import { answerButton } from './answer-button.ts';
import { answerOperations } from './answer-operations.ts';
import { answerRead, type ReadTools } from './answer-reads.ts';
import { answerSource, type SourceTools } from './answer-sources.ts';
import { Trouble } from './errors.ts';
import { changeSettings, settingsLines } from './settings.ts';
import { type Followed, follow, type SubscribeTools, setState, unfollow } from './subscribe.ts';

/** A channel holds at most this many subscriptions made in chat: beyond it, somebody is being clever with a loop. */
const MOST = 50;
/** Whoever has the configuration or the command line of the machine needs no such limit. */
const isOfChat = ({ createdBy }: Subscription) => createdBy !== 'config' && createdBy !== 'cli';

const HELP: readonly string[] = [
  'follow QUERY: alerts for matching releases in this channel',
  'preview QUERY: what that would have brought; search QUERY, latest [QUERY], show RELEASE: the archive',
  'why RELEASE [N]: clause by clause, why it was alerted here or was not',
  'list: what this channel follows; settings: its time zone, quiet hours, corrections',
  'pause N, resume N, unfollow N: one of them; unfollow all: every one made here',
  'status: how the sources and this channel are; test [N]: the latest match, sent here and marked as a test',
  'source list, source presets: what is watched, and what can be; source add URL-or-PRESET, where that is switched on',
  'A query is words, "exact phrases", topic:steel, country:ca, agency:kats, with OR, -not and parentheses:',
  'follow topic:steel country:ca · follow "supply chain" -AI · follow topic:(batteries OR semiconductors)',
];

export type AnswerTools = SubscribeTools & ReadTools & SourceTools;

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
      return said(...HELP);
    case 'list':
      return list(asker, tools);
    case 'preview':
    case 'search':
    case 'latest':
    case 'why':
    case 'show':
      return answerRead(command, asker, tools);
    case 'status':
    case 'test':
      return answerOperations(command, asker, tools);
    case 'source':
      return answerSource(command, asker, tools);
    case 'button':
      return answerButton(command, asker, tools);
    case 'follow': {
      if (asker.mayChange !== true) return refusal(asker.mayChange);
      const { query, style, mention, when, urgent } = command;
      const to = parseDestination(command.to ?? asker.here).id;
      const there = await tools.store.subscriptions({ to });
      const { normal } = tools.language.parse(query);
      if (there.filter(isOfChat).length >= MOST && !there.some(one => one.normal === normal))
        return refusal(`This channel already follows ${MOST} queries. Unfollow one, or join queries with OR.`);
      return followed(
        await follow({ query, to, style, mention, when, urgent, createdBy: asker.id, backfill: 0 }, tools),
        to === asker.here,
      );
    }
    case 'settings':
      if (asker.mayChange !== true && Object.keys(command.changes).length > 0) return refusal(asker.mayChange);
      return said(...settingsLines(await changeSettings(asker.here, command.changes, tools)));
    case 'unfollow':
      if (asker.mayChange !== true) return refusal(asker.mayChange);
      return command.target === 'all' ? unfollowAll(asker, tools) : unfollowOne(command.target, asker, tools);
    case 'pause':
    case 'resume': {
      if (asker.mayChange !== true) return refusal(asker.mayChange);
      await ownHere(command.target, asker, tools);
      const subscription = await setState(
        command.target,
        command.verb === 'pause' ? 'paused' : 'active',
        asker.id,
        tools,
      );
      return said(
        command.verb === 'pause'
          ? `Paused ${titleOf(subscription)}. "resume ${subscription.id}" goes on.`
          : `${titleOf(subscription)} is active. What was published while it was paused is not sent.`,
      );
    }
  }
}

async function list(asker: Asker, { store }: SubscribeTools): Promise<Answer> {
  const here = await store.subscriptions({ to: asker.here });
  if (here.length === 0) return said('This channel follows nothing yet. Try: follow topic:steel');
  return said(
    ...here.map(one => {
      const state = one.state === 'active' ? '' : `, ${one.state}${one.reason ? `: ${one.reason}` : ''}`;
      const last = one.lastMatch === null ? 'no match yet' : `last match ${one.lastMatch.slice(0, 10)}`;
      const when = `${one.when === 'now' ? '' : `, ${one.when}`}${one.urgent ? ', urgent' : ''}`;
      return `${titleOf(one)} (by ${one.createdBy} on ${one.createdAt.slice(0, 10)}${when}, ${last}${state})`;
    }),
  );
}

function followed({ subscription, created, survey, hints }: Followed, here: boolean): Answer {
  const where = here ? 'this channel' : subscription.to;
  const first = created
    ? `Now ${where} follows ${subscription.normal} (#${subscription.id}).`
    : `${where === 'this channel' ? 'This channel' : where} already follows ${subscription.normal} (#${subscription.id}, ${subscription.state}).`;
  const past =
    survey.of === 0
      ? 'No release is recorded yet.'
      : `It matches ${survey.count} of the ${survey.of} releases recorded${survey.since ? ` since ${survey.since}` : ''}.`;
  return said(
    first,
    past,
    ...survey.latest.map(release => `${release.date ?? 'undated'}  ${release.title}`),
    ...hints,
    ...(subscription.state === 'suspended'
      ? [`Nothing can be posted there: ${subscription.reason}. When that is mended: resume ${subscription.id}`]
      : []),
    created && subscription.state === 'active'
      ? `${subscription.when === 'now' ? 'Alerts come' : `A digest comes ${subscription.when},`} from now on. To take it back: unfollow ${subscription.id}`
      : `To stop it: unfollow ${subscription.id}`,
  );
}

async function unfollowOne(id: number, asker: Asker, tools: SubscribeTools): Promise<Answer> {
  const subscription = await ownHere(id, asker, tools);
  if (subscription.createdBy === 'config')
    return refusal(`#${id} stands in the configuration file; remove it there, or pause it here.`);
  await unfollow(id, tools);
  return said(`${titleOf(subscription)} is gone.`);
}

async function unfollowAll(asker: Asker, tools: SubscribeTools): Promise<Answer> {
  const mine = (await tools.store.subscriptions({ to: asker.here })).filter(one => one.createdBy !== 'config');
  for (const one of mine) await unfollow(one.id, tools);
  return said(
    mine.length === 0
      ? 'Nothing made here was followed.'
      : `${mine.length === 1 ? 'One subscription is' : `${mine.length} subscriptions are`} gone.`,
  );
}

/** A subscription of the channel in which the command was given; those of other channels are none of its business. */
async function ownHere(id: number, asker: Asker, { store }: SubscribeTools): Promise<Subscription> {
  const subscription = await store.subscription(id);
  if (subscription?.to !== asker.here)
    throw new Trouble('usage', `this channel has no subscription #${id}`, { fix: '"list" shows the ones it has' });
  return subscription;
}

const titleOf = (one: Subscription) => `#${one.id} ${one.normal}`;
const said = (...lines: string[]): Answer => ({ ok: true, lines });
const refusal = (...lines: string[]): Answer => ({ ok: false, lines });
