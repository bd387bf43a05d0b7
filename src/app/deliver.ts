import { cardOf } from '../core/card.ts';
import type { Delivery } from '../core/delivery.ts';
import { type Platform, parseDestination } from '../core/destination.ts';
import { noticeCard } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import type { Channel } from '../ports/channel.ts';
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
}

/** A platform that refuses our token is asked again now and then: it may have been mended on its side. */
const AFTER_DOWN = Temporal.Duration.from({ seconds: 30 });

/**
 * Pays the oldest debt of a destination: claims it, commits that it is being sent, sends it, settles the answer.
 * @returns when the destination has something to do again, null for "when woken"
 */
export async function deliver(destination: string, tools: DeliverTools): Promise<Temporal.Instant | null> {
  const { store, runtime } = tools;
  const target = parseDestination(destination);
  const channel = tools.channels.get(target.platform);
  if (!channel) return null;

  const work = await store.next(destination, runtime.now().toString());
  if (work === null) return null;
  if ('at' in work) return Temporal.Instant.from(work.at);

  const body = channel.render(cardFor(work, tools), work.delivery.key);
  const message = await store.claim(work.delivery.id, body, runtime.now().toString());
  if (message === null) return runtime.now();

  const outcome = await channel.send(target, message);
  const settled = await store.settle(work.delivery.id, outcome, runtime.now().toString());
  report(settled, tools);
  return runtime.now().add(outcome.is === 'down' ? AFTER_DOWN : { milliseconds: channel.gap });
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

function report(settled: Delivery, { runtime }: DeliverTools): void {
  const { id, release, destination, state, attempts, reason } = settled;
  const fields = { delivery: id, release, destination, state, attempts, reason };
  if (state === 'sent') runtime.log.info(fields, 'delivered');
  else runtime.log.warn(fields, 'not delivered');
}
