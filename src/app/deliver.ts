import { setTimeout as sleep } from 'node:timers/promises';
import { BadTransition, type Delivery, type Outcome } from '../core/delivery.ts';
import { BadDestination, type Destination, type Platform, parseDestination } from '../core/destination.ts';
import type { Channel, Message } from '../ports/channel.ts';
import type { NoticeWork, ReleaseWork, Work } from '../ports/ledger.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';
import { type ComposeTools, compose } from './compose.ts';
import { resolveUnsure } from './resolve.ts';

export interface DeliverTools extends ComposeTools {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly channels: ReadonlyMap<Platform, Channel>;
  /** Milliseconds for which an unanswered request may still be executing. */
  readonly settleMs: number;
  /** Aborted when the bot stops. */
  readonly stopping?: AbortSignal;
}

/** A platform that refuses our token is asked again now and then: it may have been mended on its side. */
const AFTER_DOWN = Temporal.Duration.from({ seconds: 30 });

/** What a platform answered is kept as soon as the disk takes it again. */
const SETTLE_AGAIN = 1_000;

/**
 * Pays the oldest debt of a destination: claims it, commits that it is being sent, sends it, settles the answer. Of what
 * is unsure the platform is asked before anything else leaves. What can never be sent as it stands is set aside for a
 * person, so that it keeps nothing else waiting.
 * @returns when the destination has something to do again, null for "when woken"
 */
export async function deliver(destination: string, tools: DeliverTools): Promise<Temporal.Instant | null> {
  const { store, runtime } = tools;
  const work = await store.next(destination, runtime.now().toString());
  if (work === null) return null;
  if ('at' in work) return Temporal.Instant.from(work.at);
  const place = placeOf(destination, tools);
  if ('reason' in place) return setAside(work, place.reason, tools);
  if (work.is === 'unsure') {
    const found = await resolveUnsure(work, place, tools);
    return found instanceof Temporal.Instant ? found : pay(found, work.delivery, place, tools);
  }
  const body = render(work, place, tools);
  if (body !== null && 'reason' in body) return setAside(work, body.reason, tools);
  const message = await store.claim(work.delivery.id, body?.body, runtime.now().toString(), renderedOf(work));
  return message === null ? runtime.now() : pay(message, work.delivery, place, tools);
}

/** Where something is posted, and by whom. */
export interface Place {
  readonly target: Destination;
  readonly channel: Channel;
}

function placeOf(destination: string, { channels }: DeliverTools): Place | { readonly reason: string } {
  try {
    const target = parseDestination(destination);
    const channel = channels.get(target.platform);
    return channel ? { target, channel } : { reason: `nothing here posts to ${target.platform}` };
  } catch (error) {
    if (error instanceof BadDestination) return { reason: error.message };
    throw error;
  }
}

/** Sends what is claimed and settles the answer. */
async function pay(message: Message, delivery: Delivery, place: Place, tools: DeliverTools): Promise<Temporal.Instant> {
  const outcome = await send(message, delivery, place, tools);
  report(delivery, await keep(delivery, outcome, tools), tools);
  return tools.runtime.now().add(outcome.is === 'down' ? AFTER_DOWN : { milliseconds: place.channel.gap });
}

/** Nothing of what stands in the way gets better by trying again. */
async function setAside({ is, delivery }: Work, reason: string, tools: DeliverTools): Promise<Temporal.Instant> {
  const { store, runtime } = tools;
  const held =
    is === 'unsure'
      ? await store.resolve(delivery.id, { is: 'hold', reason }, runtime.now().toString())
      : await store.hold(delivery.id, reason);
  if (held) report(delivery, held, tools);
  return runtime.now();
}

/** The body of a message, null where the one that was frozen is sent; or why there is none. */
function render(
  work: ReleaseWork | NoticeWork,
  { channel }: Place,
  tools: DeliverTools,
): { readonly body: unknown } | { readonly reason: string } | null {
  if (work.is === 'releases' && work.frozen) return null;
  try {
    return { body: channel.render(compose(work, tools), work.delivery.key) };
  } catch (error) {
    const { id, release, destination } = work.delivery;
    tools.runtime.log.error({ delivery: id, release, destination, error }, 'a message could not be made');
    return { reason: 'gwanbo failed to make a message of this; its log says how' };
  }
}

function renderedOf(work: ReleaseWork | NoticeWork) {
  const entries = work.is === 'releases' ? work.entries : [];
  return {
    carries: entries.map(({ delivery, release }) => ({
      delivery: delivery.id,
      revision: release.revision,
      state: release.state,
    })),
  };
}

/** Channels turn every failure into an outcome. Where one breaks all the same, what it was sending may have left. */
async function send(
  message: Message,
  { id, destination }: Delivery,
  { channel, target }: Place,
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

/** Tells of what became of a delivery, but not again and again of one that waits for the same reason. */
function report(before: Delivery, after: Delivery, { runtime: { log } }: Pick<DeliverTools, 'runtime'>): void {
  const { id, release, destination, state, attempts, reason } = after;
  const fields = { delivery: id, release, destination, state, attempts, reason };
  if (state === 'sent') log.info(fields, 'delivered');
  else if (attempts > 1 && reason === before.reason) log.debug(fields, 'still not delivered');
  else log.warn(fields, 'not delivered');
}
