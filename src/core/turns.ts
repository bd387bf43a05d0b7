import type { Corrected } from './reconcile.ts';
import type { Release } from './release.ts';

/** A correction with which a release turned into one that a subscription asks for, or into one that it asks for no more. */
export interface Turn {
  /** The first revision of which it is true. */
  readonly revision: number;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly match: boolean;
}

/** Whose turn it is. */
export interface TurnOf extends Turn {
  /** Release id. */
  readonly release: string;
  readonly subscription: number;
}

type Asking = (release: Release) => readonly { readonly subscription: { readonly id: number } }[];

/** Which subscriptions a correction turned, in the order of the corrections. */
export function turnsOf(corrected: readonly Corrected[], matchAll: Asking): readonly TurnOf[] {
  return corrected.flatMap(({ before, after }) => {
    const asking = (release: Release) => new Set(matchAll(release).map(({ subscription }) => subscription.id));
    const [then, now] = [asking(before), asking(after)];
    const turn = { release: after.id, revision: after.revision, at: after.updated };
    return [
      ...[...now.difference(then)].map(subscription => ({ ...turn, subscription, match: true })),
      ...[...then.difference(now)].map(subscription => ({ ...turn, subscription, match: false })),
    ];
  });
}
