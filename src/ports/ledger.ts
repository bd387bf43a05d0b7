import type { Why } from '../core/card.ts';
import type { Correction } from '../core/correction.ts';
import type { Delivery, DeliveryState, Doubt, Edited, History, Outcome, Receipt } from '../core/delivery.ts';
import type { Incident } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import type { Version } from '../core/revision.ts';
import type { AllSettings, SettingChanges, Settings } from '../core/settings.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Slot } from '../core/when.ts';
import type { Message } from './channel.ts';

/**
 * What is owed to destinations, and what became of it. Whoever claims for a destination first is the one that sends
 * there until another takes over by `recover`: from then on whatever it still claims or settles there is refused.
 */
export interface DeliveryStore {
  /** Newest first, 100 unless `limit` says otherwise. */
  deliveries(filter?: {
    readonly state?: DeliveryState;
    readonly destination?: string;
    readonly release?: string;
    /** Key of a message: what it carries. */
    readonly message?: string;
    readonly limit?: number;
  }): Promise<readonly Delivery[]>;
  /** Why a delivery was planned, as it was recorded then, for each subscription that caused it. */
  whys(delivery: number): Promise<readonly Why[]>;
  /**
   * Takes every destination: what was being sent when the last process ended is unsure, or owed again where doing it
   * twice does no harm. How many.
   */
  recover(now: string): Promise<number>;
  /** Destinations that are not suspended and have something to do now. */
  ready(now: string): Promise<readonly string[]>;
  /**
   * What a destination has to do now, with all that is needed for it; else when it may (RFC 3339), or null where nothing
   * is owed, the destination is suspended or one is being sent. Order is kept: an unsure or a waiting head holds the rest
   * back, held and dead ones do not. Neither does a change that waits: what is posted meanwhile stands in order all the
   * same. Once it is due it comes first.
   */
  next(destination: string, now: string): Promise<Work | { readonly at: string } | null>;
  /**
   * Marks it `sending`, counts the attempt and freezes the rendered body, committed before any network byte.
   * @returns the message to send: the body of the first claim however often it is claimed; null where it was no longer
   * owed, or what it was rendered from is no longer so
   */
  claim(delivery: number, body: unknown, now: string, rendered?: Rendered): Promise<Message | null>;
  /** Marks an unsure one `sending` again and gives its message as it was sent before; null where it is unsure no more. */
  claimAgain(delivery: number, now: string): Promise<Message | null>;
  /**
   * Marks a change `sending`, and the message as one with a change of which nobody knows yet whether it is executed.
   * @returns how often it was refused before; null where it is owed no more
   */
  claimEdit(delivery: number, message: Part, now: string): Promise<number | null>;
  /** Lets a change wait until an earlier one of its message can no longer be executed. */
  restEdit(delivery: number, at: string): Promise<void>;
  /** Makes what is owed and has not left dead; null where it is owed no more. */
  drop(delivery: number, reason: string): Promise<Delivery | null>;
  /** Lets what has not been claimed yet wait beside the queue for a slot. */
  postpone(deliveries: readonly number[], slot: Slot): Promise<void>;
  /**
   * Puts what waited beside the queue and is due into it: alerts as one digest, whose messages carry so many each;
   * anything else by itself.
   */
  gather(destination: string, now: string): Promise<void>;
  /** Sets a delivery aside that has not left and cannot be sent as it stands; null where it is no longer owed. */
  hold(delivery: number, reason: string): Promise<Delivery | null>;
  /**
   * Applies `settle` of core/delivery to it and to all that its message carries; with outcome `suspend` also suspends
   * the destination and its active subscriptions.
   * @throws {BadTransition} where it is not being sent, or another process has taken the destination
   */
  settle(delivery: number, outcome: Outcome, now: string): Promise<Delivery>;
  /**
   * Applies `settleEdit` of core/delivery, and keeps what the message says now, or that nobody knows what it will say.
   * Where it can be changed no more, what a note says anyway is dead.
   * @throws {BadTransition} as `settle` does
   */
  settleEdit(delivery: number, edited: Edited, shown: Omit<Message, 'replyTo'>, now: string): Promise<Delivery>;
  /**
   * Applies `resolve` of core/delivery to an unsure one and to all that its message carries.
   * @throws {BadTransition} where it is not unsure
   */
  resolve(delivery: number, history: History, now: string): Promise<Delivery>;
  destinations(): Promise<readonly DestinationState[]>;
  /** Lifts the suspension of a destination, for all that follow there. @returns how it was; null where nothing is known of it */
  resume(destination: string): Promise<DestinationState | null>;
  /** Counts by state, and how many subscriptions are active. */
  tally(): Promise<Tally>;
}

/** What a body was rendered from, as far as that may change until it is claimed. */
export interface Rendered {
  /** Whether the incident that it tells of was over. */
  readonly over?: boolean;
  /** All deliveries that it carries. */
  readonly carries: readonly {
    readonly delivery: number;
    /** Of the release, as rendered. */
    readonly revision: number;
    readonly state: Release['state'];
  }[];
  /** The posted message that it replies to. */
  readonly replyTo?: Receipt;
  /** What the platform's clock shows (RFC 3339 UTC); null or absent where it has not told the time. */
  readonly there?: string | null;
}

export type Work = ReleaseWork | TestWork | NoticeWork | NoteWork | EditWork | UnsureWork | DueWork;

/** A message that tells of releases: of one, or of those of a group. */
export interface ReleaseWork {
  readonly is: 'releases';
  /** The one that carries the others. */
  readonly delivery: Delivery;
  /** In the order in which they were owed. */
  readonly entries: readonly Entry[];
  /** True where it was claimed before: the body that was frozen then is sent, whatever is rendered now. */
  readonly frozen: boolean;
  readonly settings: AllSettings;
}

/** A test message that shows no release: it tells of nothing but that it arrived. */
export interface TestWork {
  readonly is: 'test';
  readonly delivery: Delivery;
  /** As of `ReleaseWork`. */
  readonly frozen: boolean;
  readonly settings: AllSettings;
}

/** A release and why it came: for those subscriptions that are still active, or of a posted one for all of them. */
export interface Entry {
  readonly delivery: Delivery;
  readonly release: Release;
  readonly why: readonly Why[];
  readonly subscriptions: readonly Subscription[];
  /** What happened to the release since it was told of; null where nothing did, or nobody was told yet. */
  readonly correction: Correction | null;
}

/** A message that tells of an incident. */
export interface NoticeWork {
  readonly is: 'notice';
  readonly delivery: Delivery;
  readonly incident: Incident;
  /** The posted message that it replies to; absent where it is a message of its own. */
  readonly replyTo?: Receipt;
  readonly settings: AllSettings;
}

/** A reply that says word by word what happened to a release. */
export interface NoteWork {
  readonly is: 'note';
  readonly delivery: Delivery;
  readonly correction: Correction;
  /** The version before a revision and the one after; empty where it was no revision. */
  readonly versions: readonly Version[];
  readonly replyTo: Receipt;
  /** As of `ReleaseWork`. */
  readonly frozen: boolean;
  readonly settings: AllSettings;
}

/** What waited beside the queue and is due: it is to be gathered into a digest, or to wait on. */
export interface DueWork {
  readonly is: 'due';
  readonly waiting: readonly { readonly delivery: number; readonly urgent: boolean }[];
  readonly settings: AllSettings;
}

/** The change of a posted message. */
export type EditWork = { readonly is: 'edit'; readonly delivery: Delivery } & (
  | {
      readonly posted: Posting;
      /** True where it shows releases of which nobody here knows: given another body it would lose their lines. */
      readonly partly?: boolean;
      /** What the message is to say now. */
      readonly shows: ReleaseWork | NoticeWork;
    }
  /** Nothing was posted that could be changed; `pending` where it may turn out that it was. */
  | { readonly posted: null; readonly pending?: boolean }
);

/** One part of a message. */
export type Part = Pick<Message, 'key' | 'part'>;

/** A posted message. */
export interface Posting extends Part {
  readonly receipt: Receipt;
  /** By when the last change of it had left that was not answered (RFC 3339 UTC); null where all were. */
  readonly unansweredAt: string | null;
}

/** A message of which nobody knows whether it arrived: nothing else leaves for its destination before that is known. */
export interface UnsureWork {
  readonly is: 'unsure';
  readonly delivery: Delivery;
  readonly doubt: Doubt;
  readonly replyTo: Receipt | null;
}

/** How destinations want what they get: what people set, and what the configuration says, which wins. */
export interface SettingsStore {
  /** What holds for a destination, and which of it the configuration says. */
  settings(destination: string): Promise<{ readonly all: AllSettings; readonly config: Settings }>;
  /**
   * Sets what people choose; null takes it back. What waits for a digest or the end of quiet hours comes when it is
   * wanted now; so too below.
   */
  saveSettings(destination: string, changes: SettingChanges, now: string): Promise<void>;
  /** Makes what the configuration says all that it says; `zone` is that of destinations that name none. */
  syncSettings(
    zone: string,
    destinations: readonly { readonly to: string; readonly settings: Settings }[],
    now: string,
  ): Promise<void>;
}

export interface DestinationState {
  readonly id: string;
  readonly suspended: boolean;
  readonly reason: string | null;
}

export interface Tally {
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  readonly subscriptions: number;
  readonly releases: number;
}
