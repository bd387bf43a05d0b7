import type { When } from './when.ts';

export const STYLES = ['card', 'compact', 'full'] as const;
export type Style = (typeof STYLES)[number];

/** The most of the latest matches that a new subscription may be sent at once. */
export const MOST_BACKFILL = 10;

/** A query for a destination, with when and how. */
export interface Subscription {
  /** What people call it: "#12". */
  readonly id: number;
  /** As it was written. */
  readonly query: string;
  /** The canonical form; with `to` the key by which equal subscriptions are one. */
  readonly normal: string;
  /** Destination in written form. */
  readonly to: string;
  readonly when: When;
  /** Passes the quiet hours of its destination. */
  readonly urgent: boolean;
  /** Platform mentions to put into the alert ("role:123", "user:U012", "group:S012", "here"). */
  readonly mention: readonly string[];
  readonly style: Style;
  readonly state: 'active' | 'paused' | 'suspended';
  /** Why it is paused or suspended, for people; null while active. */
  readonly reason: string | null;
  /** RFC 3339 UTC of when a paused one goes on by itself; null where somebody has to resume it. */
  readonly pausedUntil: string | null;
  /** Who made it: "config", "cli", "slack:U012", "discord:123". */
  readonly createdBy: string;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  /** RFC 3339 UTC of the last release that matched; null before the first. */
  readonly lastMatch: string | null;
}

/** What a person asks for; the store gives it its number. */
export type NewSubscription = Pick<
  Subscription,
  'query' | 'normal' | 'to' | 'when' | 'urgent' | 'mention' | 'style' | 'createdBy'
>;
