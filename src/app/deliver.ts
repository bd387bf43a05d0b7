import { setTimeout as sleep } from 'node:timers/promises';
import { cardOf } from '../core/card.ts';
import { BadTransition, type Delivery, type Outcome } from '../core/delivery.ts';
import { BadDestination, type Destination, type Platform, parseDestination } from '../core/destination.ts';
import { noticeCard } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import type { Channel, Message } from '../ports/channel.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Store, Work } from '../ports/store.ts';

export interface DeliverTools {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly channels: ReadonlyMap<Platform, Channel>;
  /** Short name of a source, by its id. */
  readonly nameOf: (source: string) => string;
  /** Labels of a release's facets. */
  readonly labelsOf: (release: Release) => readonly string[];
  /** Aborted when the bot stops. */
  readonly stopping?: AbortSignal;
}

/** A platform that refuses our token is asked again now and then: it may have been mended on its side. */
const AFTER_DOWN = Temporal.Duration.from({ seconds: 30 });

/** What a platform answered is kept as soon as the disk takes it again. */
const SETTLE_AGAIN = 1_000;

/**
 * Pays the oldest debt of a destination: claims it, commits that it is being sent, sends it, settles the answer.
 * What can never be sent as it stands is set aside for a person, so that it keeps nothing else waiting.
 * @returns when the destination has something to do again, null for "when woken"
 */
export async function deliver(destination: string, tools: DeliverTools): Promise<Temporal.Instant | null> {
  const { store, runtime } = tools;
  const work = await store.next(destination, runtime.now().toString());
  if (work === null) return null;
  if ('at' in work) return Temporal.Instant.from(work.at);

  const post = prepare(destination, work, tools);
  if ('reason' in post) {
    const held = await store.hold(work.delivery.id, post.reason);
    if (held) report(work.delivery, held, tools);
    return runtime.now();
  }
  const message = await store.claim(work.delivery.id, post.body, runtime.now().toString());
  if (message === null) return runtime.now();

  const outcome = await send({ ...post, message }, work.delivery, tools);
  report(work.delivery, await keep(work.delivery, outcome, tools), tools);
  return runtime.now().add(outcome.is === 'down' ? AFTER_DOWN : { milliseconds: post.channel.gap });
}

type Post = { readonly target: Destination; readonly channel: Channel; readonly body: unknown };

/** What is posted and by whom, or why there is no such thing; nothing of this gets better by trying again. */
function prepare(destination: string, work: Work, tools: DeliverTools): Post | { readonly reason: string } {
  try {
    const target = parseDestination(destination);
    const channel = tools.channels.get(target.platform);
    if (!channel) return { reason: `nothing here posts to ${target.platform}` };
    return { target, channel, body: channel.render(cardFor(work, tools), work.delivery.key) };
  } catch (error) {
    if (error instanceof BadDestination) return { reason: error.message };
    const { id, release } = work.delivery;
    tools.runtime.log.error({ delivery: id, release, destination, error }, 'a message could not be made');
    return { reason: 'gwanbo failed to make a message of this; its log says how' };
  }
}

/** Channels turn every failure into an outcome. Where one breaks all the same, what it was sending may have left. */
async function send(
  { channel, target, message }: Omit<Post, 'body'> & { readonly message: Message },
  { id, destination }: Delivery,
  { runtime }: DeliverTools,
): Promise<Outcome> {
  try {
    return await channel.send(target, message);
  } catch (error) {
    runtime.log.error({ delivery: id, destination, error }, 'a channel failed while it was sending');
    return { is: 'unsure', reason: 'gwanbo failed while it was sending this; its log says how' };
  }
}

/**
 * Settles a delivery, again and again until that is written down: what a platform has answered must not be forgotten
 * because the disk was full, or it would be unknown for ever whether this was posted.
 * @throws what the store threw where the bot stops before: the next start finds the delivery unsure
 */
async function keep({ id }: Delivery, outcome: Outcome, { store, runtime, stopping }: DeliverTools): Promise<Delivery> {
  const at = runtime.now().toString();
  for (let tries = 1; ; tries++) {
    try {
      return await store.settle(id, outcome, at);
    } catch (error) {
      if (error instanceof BadTransition || stopping?.aborted) throw error;
      if (tries === 1)
        runtime.log.error({ delivery: id, outcome: outcome.is, error }, 'an answer cannot be written down yet');
      await sleep(SETTLE_AGAIN, undefined, { signal: stopping, ref: false }).catch(() => {});
    }
  }
}

function cardFor(work: Work, tools: DeliverTools) {
  if ('incident' in work) return noticeCard(work.incident, work.delivery.subject, tools.nameOf(work.incident.source));
  return cardOf(work.release, {
    kind: 'alert',
    source: tools.nameOf(work.release.source),
    why: work.why,
    subscriptions: work.subscriptions,
    labels: tools.labelsOf(work.release),
  });
}

/** Tells of what became of a delivery, but not again and again of one that waits for the same reason. */
function report(before: Delivery, after: Delivery, { runtime: { log } }: DeliverTools): void {
  const { id, release, destination, state, attempts, reason } = after;
  const fields = { delivery: id, release, destination, state, attempts, reason };
  if (state === 'sent') log.info(fields, 'delivered');
  else if (attempts > 1 && reason === before.reason) log.debug(fields, 'still not delivered');
  else log.warn(fields, 'not delivered');
}
