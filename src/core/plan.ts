import type { Held, Why } from './card.ts';
import type { Release } from './release.ts';
import type { Subscription } from './subscription.ts';

/** An alert that is owed: one release for one destination, with every subscription that asked for it. */
export interface PlannedDelivery {
  readonly destination: string;
  readonly kind: 'alert';
  /** Release id. */
  readonly subject: string;
  readonly release: string;
  readonly revision: number;
  readonly why: readonly Why[];
}

/** Says which clauses of a subscription's query a release meets, null where it does not match. */
export type Matcher = (subscription: Subscription, release: Release) => readonly Held[] | null;

/**
 * Which alerts new releases cause: one a release and destination, naming every subscription that matched.
 * What is paused asks for nothing; what is suspended is owed its alerts until its channel is mended.
 * @param releases oldest first; alerts come in this order
 */
export function plan(
  releases: readonly Release[],
  subscriptions: readonly Subscription[],
  matches: Matcher,
): readonly PlannedDelivery[] {
  const planned: PlannedDelivery[] = [];
  const asking = subscriptions.filter(subscription => subscription.state !== 'paused');
  for (const release of releases) {
    const whys = asking.flatMap(subscription => {
      const clauses = matches(subscription, release);
      return clauses ? [{ to: subscription.to, why: whyOf(subscription, clauses) }] : [];
    });
    for (const [destination, matched] of Map.groupBy(whys, one => one.to))
      planned.push({
        destination,
        kind: 'alert',
        subject: release.id,
        release: release.id,
        revision: release.revision,
        why: matched.map(one => one.why),
      });
  }
  return planned;
}

function whyOf(subscription: Subscription, clauses: readonly Held[]): Why {
  return { subscription: subscription.id, query: subscription.normal, createdBy: subscription.createdBy, clauses };
}
