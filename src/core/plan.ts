import type { Held, Replay, Why } from './card.ts';
import type { Corrected } from './reconcile.ts';
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
  /** The query that it is a replay of; absent where somebody who follows asked for it. */
  readonly replay?: Replay;
}

/** A subscription that asks for a release, and the clauses of its query that the release meets. */
export interface Match {
  readonly subscription: Subscription;
  readonly clauses: readonly Held[];
}

/** Says which subscriptions ask for a release, each once, in no order. */
export type Matcher = (release: Release) => readonly Match[];

/**
 * Which alerts new releases cause: one a release and destination, naming every subscription that matched.
 * What is paused asks for nothing; what is suspended is owed its alerts until its channel is mended.
 * @param releases oldest first; alerts come in this order
 */
export function plan(releases: readonly Release[], matchAll: Matcher): readonly PlannedDelivery[] {
  return releases.flatMap(release => deliveriesOf(release, matchAll(release)));
}

/**
 * Which alerts corrections cause: a release that a subscription did not ask for before, and does now, comes late. It is
 * the same alert as if it had matched at once, so that a channel which shows the release already gets no second one.
 * What no longer matches stays where it was posted.
 */
export function planLate(corrected: readonly Corrected[], matchAll: Matcher): readonly PlannedDelivery[] {
  return corrected.flatMap(({ before, after }) => {
    const now = matchAll(after).filter(({ subscription }) => !isYounger(subscription, after));
    if (now.length === 0) return [];
    const already = new Set(matchAll(before).map(({ subscription }) => subscription));
    const late = now.filter(({ subscription }) => !already.has(subscription));
    return deliveriesOf(after, late, { late: true });
  });
}

/** Whoever follows since the correction follows what comes after it. */
const isYounger = ({ createdAt }: Subscription, { updated }: Release) =>
  Temporal.Instant.compare(createdAt, updated) > 0;

function deliveriesOf(release: Release, matches: readonly Match[], more: Pick<Why, 'late'> = {}): PlannedDelivery[] {
  return [...Map.groupBy(matches, ({ subscription }) => subscription.to)].map(([destination, matched]) => ({
    destination,
    kind: 'alert',
    subject: release.id,
    release: release.id,
    revision: release.revision,
    why: matched
      .toSorted((a, b) => a.subscription.id - b.subscription.id)
      .map(({ subscription: { id, normal, createdBy }, clauses }) => ({
        subscription: id,
        query: normal,
        createdBy,
        clauses,
        ...more,
      })),
  }));
}
