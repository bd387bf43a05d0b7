import { type Answer, type Asker, type Changes, type Command, isOpen } from '../core/command.ts';
import { parseDestination } from '../core/destination.ts';
import type { Subscription } from '../core/subscription.ts';
import { Trouble } from './errors.ts';
import { minute } from './layout.ts';
import { changeSettings, settingsLines } from './settings.ts';
import {
  edit,
  type Followed,
  follow,
  pause,
  resume,
  resumeDestination,
  type SubscribeTools,
  unfollow,
} from './subscribe.ts';

type Following = Extract<
  Command,
  { readonly verb: 'follow' | 'edit' | 'unfollow' | 'list' | 'pause' | 'resume' | 'settings' }
>;

/** A channel holds at most this many subscriptions made in chat: beyond it, somebody is being clever with a loop. */
const MOST = 50;
/** Whoever has the configuration or the command line of the machine needs no such limit. */
const isOfChat = ({ createdBy }: Subscription) => createdBy !== 'config' && createdBy !== 'cli';

/**
 * Answers what concerns the subscriptions of a channel and how it gets its alerts. What changes them is refused to
 * those who may not.
 * @throws {QueryError} @throws {BadDestination} @throws {Trouble}
 */
export async function answerFollowing(command: Following, asker: Asker, tools: SubscribeTools): Promise<Answer> {
  if (!isOpen(command) && asker.mayChange !== true) return refusal(asker.mayChange);
  switch (command.verb) {
    case 'list':
      return list(asker, tools);
    case 'follow':
      return followHere(command, asker, tools);
    case 'edit':
      return editOne(command.target, command.changes, asker, tools);
    case 'settings':
      return said(...settingsLines(await changeSettings(asker.here, command.changes, tools)));
    case 'unfollow':
      return command.target === 'all' ? unfollowAll(asker, tools) : unfollowOne(command.target, asker, tools);
    case 'pause': {
      await ownHere(command.target, asker, tools);
      const one = await pause(command.target, { by: asker.id, for: command.for }, tools);
      const end = one.pausedUntil === null ? '' : ` until ${minute(one.pausedUntil)}`;
      return said(`Paused ${titleOf(one)}${end}. "resume ${one.id}" goes on${end && ' at once'}.`);
    }
    case 'resume': {
      if (command.target === null) return resumeHere(asker, tools);
      await ownHere(command.target, asker, tools);
      const one = await resume(command.target, tools);
      return said(`${titleOf(one)} is active. What was published while it was paused is not sent.`);
    }
  }
}

async function resumeHere({ here }: Asker, tools: SubscribeTools): Promise<Answer> {
  const suspended = (await tools.store.destinations()).some(one => one.id === here && one.suspended);
  if (!suspended) return refusal('This channel is not suspended. To resume a subscription give its number: resume 12');
  await resumeDestination(here, tools);
  return said('This channel is suspended no more: what it is owed is sent now.');
}

async function followHere(
  command: Extract<Command, { readonly verb: 'follow' }>,
  asker: Asker,
  tools: SubscribeTools,
): Promise<Answer> {
  const { query, style, mention, when, urgent, backfill = 0 } = command;
  const to = parseDestination(command.to ?? asker.here).id;
  const there = await tools.store.subscriptions({ to });
  const { normal } = tools.language.parse(query);
  if (there.filter(isOfChat).length >= MOST && !there.some(one => one.normal === normal))
    return refusal(`This channel already follows ${MOST} queries. Unfollow one, or join queries with OR.`);
  const done = await follow({ query, to, style, mention, when, urgent, createdBy: asker.id, backfill }, tools);
  return followed(done, { here: to === asker.here, backfill });
}

async function editOne(id: number, changes: Changes, asker: Asker, tools: SubscribeTools): Promise<Answer> {
  await ownHere(id, asker, tools);
  const after = await edit(id, changes, tools);
  const hints = changes.query === undefined ? [] : tools.language.hints(tools.language.parse(changes.query));
  return said(`${lineOf(after)} is changed.`, ...hints);
}

async function list(asker: Asker, { store }: SubscribeTools): Promise<Answer> {
  const here = await store.subscriptions({ to: asker.here });
  if (here.length === 0) return said('This channel follows nothing yet. Try: follow topic:steel');
  return said(...here.map(lineOf));
}

function lineOf(one: Subscription): string {
  const state = one.state === 'active' ? '' : `, ${one.state}${one.reason ? `: ${one.reason}` : ''}`;
  const last = one.lastMatch === null ? 'no match yet' : `last match ${one.lastMatch.slice(0, 10)}`;
  const how = [
    ...(one.when === 'now' ? [] : [one.when]),
    ...(one.urgent ? ['urgent'] : []),
    ...(one.style === 'card' ? [] : [one.style]),
    ...(one.mention.length === 0 ? [] : [`mentions ${one.mention.join(', ')}`]),
  ];
  return `${titleOf(one)} (by ${one.createdBy} on ${one.createdAt.slice(0, 10)}, ${[...how, last].join(', ')}${state})`;
}

function followed(
  { subscription, created, survey, hints }: Followed,
  { here, backfill }: { readonly here: boolean; readonly backfill: number },
): Answer {
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
    ...(created && backfill > 0 && survey.count > 0
      ? [backfilledLine(Math.min(backfill, survey.count), subscription)]
      : []),
    ...(subscription.state === 'suspended'
      ? [`Nothing can be posted there: ${subscription.reason}. When that is mended: resume ${subscription.id}`]
      : []),
    created && subscription.state === 'active'
      ? `${subscription.when === 'now' ? 'Alerts come' : `A digest comes ${subscription.when},`} from now on. To take it back: unfollow ${subscription.id}`
      : `To stop it: unfollow ${subscription.id}`,
  );
}

function backfilledLine(count: number, { when }: Subscription): string {
  const what = count === 1 ? 'The latest one' : `The latest ${count}`;
  if (when !== 'now') return `${what} will be in the first digest.`;
  return `${what} ${count === 1 ? 'is' : 'are'} sent now.`;
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
