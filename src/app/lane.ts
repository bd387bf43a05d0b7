import { setTimeout as sleep } from 'node:timers/promises';
import { BadTransition, type Delivery } from '../core/delivery.ts';
import { BadDestination, type Destination, type Platform, parseDestination } from '../core/destination.ts';
import type { Channel } from '../ports/channel.ts';
import type { DueWork, Work } from '../ports/ledger.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';
import type { Deadlines } from './call.ts';
import type { ComposeTools } from './compose.ts';
import type { Elapsed } from './elapsed.ts';
import { noting, type Unwritten } from './unwritten.ts';

export interface DeliverTools extends ComposeTools {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly channels: ReadonlyMap<Platform, Channel>;
  /** Milliseconds for which an unanswered request may still be executing. */
  readonly settleMs: number;
  /** Of this process: how long ago its requests left. */
  readonly elapsed: Elapsed;
  /** `DEADLINES` if absent. */
  readonly deadlines?: Deadlines;
  /** Hears of answers that cannot be written down. */
  readonly unwritten?: Unwritten;
  /** Aborted when the bot stops. */
  readonly stopping?: AbortSignal;
}

/** A platform that refuses our token is asked again now and then: it may have been mended on its side. */
export const AFTER_DOWN = Temporal.Duration.from({ seconds: 30 });

/** What a platform answered is kept as soon as the disk takes it again. */
const SETTLE_AGAIN = 1_000;

/** Where something is posted, and by whom. */
export interface Place {
  readonly target: Destination;
  readonly channel: Channel;
}

/** Where a destination is, or why nothing can be posted there. */
export function placeOf(destination: string, { channels }: DeliverTools): Place | { readonly reason: string } {
  try {
    const target = parseDestination(destination);
    const channel = channels.get(target.platform);
    return channel ? { target, channel } : { reason: `nothing here posts to ${target.platform}` };
  } catch (error) {
    if (error instanceof BadDestination) return { reason: error.message };
    throw error;
  }
}

/** The body of a message, or why there is none. */
export function make(
  { id, release, destination }: Delivery,
  render: () => unknown,
  { runtime }: Pick<DeliverTools, 'runtime'>,
): { readonly body: unknown } | { readonly reason: string } {
  try {
    return { body: render() };
  } catch (error) {
    runtime.log.error({ delivery: id, release, destination, error }, 'a message could not be made');
    return { reason: 'gwanbo failed to make a message of this; its log says how' };
  }
}

/** Nothing of what stands in the way gets better by trying again. */
export async function setAside(
  { is, delivery }: Exclude<Work, DueWork>,
  reason: string,
  tools: DeliverTools,
): Promise<Temporal.Instant> {
  const { store, runtime } = tools;
  const held =
    is === 'unsure'
      ? await store.resolve(delivery.id, { is: 'hold', reason }, runtime.now().toString())
      : await store.hold(delivery.id, reason);
  if (held) report(delivery, held, tools);
  return runtime.now();
}

/**
 * Settles a delivery, again and again until that is written down: what a platform has answered must not be forgotten
 * because the disk was full, or it would be unknown for ever whether this was posted.
 * @throws what the store threw where the bot stops before: the next start finds the delivery unsure
 */
export async function keep(
  { id, destination }: Delivery,
  outcome: string,
  settle: () => Promise<Delivery>,
  { runtime, stopping, unwritten = new Set() }: Pick<DeliverTools, 'runtime' | 'stopping' | 'unwritten'>,
): Promise<Delivery> {
  for (let tries = 1; ; tries++) {
    try {
      return await noting(unwritten, destination, settle);
    } catch (error) {
      if (error instanceof BadTransition || stopping?.aborted) throw error;
      if (tries === 1) runtime.log.error({ delivery: id, outcome, error }, 'an answer cannot be written down yet');
      await sleep(SETTLE_AGAIN, undefined, { signal: stopping, ref: false }).catch(() => {});
    }
  }
}

/** Tells of what became of a delivery, but not again and again of one that waits for the same reason. */
export function report(before: Delivery, after: Delivery, { runtime: { log } }: Pick<DeliverTools, 'runtime'>): void {
  const { id, release, destination, state, attempts, reason } = after;
  const fields = { delivery: id, release, destination, state, attempts, reason };
  if (state === 'sent') log.info(fields, 'delivered');
  else if (attempts > 1 && reason === before.reason) log.debug(fields, 'still not delivered');
  else log.warn(fields, 'not delivered');
}
