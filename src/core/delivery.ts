/** What kind of message is owed. Digest, correction, notice and test are told apart by their subject. */
export type DeliveryKind = 'alert' | 'correction' | 'digest' | 'notice' | 'test';

/**
 * queued -> sending -> sent | waiting | unsure | held | dead; waiting -> sending; what cannot be sent as it stands goes
 * from queued or waiting to held.
 * `unsure`: the request left and its answer did not come. `held`: a person has to decide. `dead`: it will never be sent.
 */
export type DeliveryState = 'queued' | 'sending' | 'waiting' | 'unsure' | 'held' | 'sent' | 'dead';

/** A message owed to a destination. */
export interface Delivery {
  readonly id: number;
  /** 20 base32 characters of sha256(installation, destination, kind, subject): unique, so a second plan is a no-op. */
  readonly key: string;
  /** Release id (alert), release@revision (correction), slot (digest), incident (notice), interaction (test). */
  readonly subject: string;
  readonly release: string | null;
  readonly revision: number | null;
  readonly destination: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  /** Requests started so far. */
  readonly attempts: number;
  /** The platform's reference to the posted message, null until sent. */
  readonly receipt: Receipt | null;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly nextAt: string | null;
  readonly sentAt: string | null;
  /** For people: why it waits, is held or dead. */
  readonly reason: string | null;
  readonly subscriptions: readonly number[];
}

/** The platform's reference to a posted message: Slack's ts, Discord's message id. */
export interface Receipt {
  readonly channel: string;
  readonly message: string;
}

/** What a channel says of one attempt to send. Every error code of a platform is mapped to one of these, once. */
export type Outcome =
  | { readonly is: 'sent'; readonly receipt: Receipt }
  /** Refused for now, nothing was posted: try again at `at` (RFC 3339 UTC). */
  | { readonly is: 'wait'; readonly at: string; readonly reason: string }
  /** The answer was lost: it may have been posted. */
  | { readonly is: 'unsure'; readonly reason: string }
  /** A person has to act before this can be sent. */
  | { readonly is: 'hold'; readonly reason: string }
  /** This message will never be accepted. */
  | { readonly is: 'dead'; readonly reason: string }
  /** The destination refuses everything (deleted, archived, no permission): suspend it, keep this one queued. */
  | { readonly is: 'suspend'; readonly reason: string }
  /** The adapter as a whole is out of order (token refused): keep everything queued until it is mended. */
  | { readonly is: 'down'; readonly reason: string };

/**
 * What a platform's own record says of what was posted to a destination. `wait`: it cannot be asked now. `hold`: it can
 * never be asked there (no permission to read, no such record), so a person or a setting decides.
 */
export type History =
  | { readonly is: 'read'; readonly messages: readonly Posted[] }
  | Extract<Outcome, { is: 'wait' | 'hold' | 'suspend' | 'down' }>;

/** A message of ours as the platform shows it. */
export interface Posted {
  /** Message key and part, as `Message` has them. */
  readonly key: string;
  readonly part: number;
  readonly receipt: Receipt;
}

/** What became of changing a posted message. `closed`: the platform no longer lets it be changed. */
export type Edited = Exclude<Outcome, { is: 'unsure' }> | { readonly is: 'closed'; readonly reason: string };

/** The part of a delivery that an outcome changes. */
export interface Settled {
  readonly state: DeliveryState;
  readonly receipt: Receipt | null;
  readonly nextAt: string | null;
  readonly sentAt: string | null;
  readonly reason: string | null;
}

/** Thrown when an outcome is settled on a delivery that is not being sent: a fault of ours, never of a platform. */
export class BadTransition extends Error {
  override readonly name = 'BadTransition';
}

/**
 * The one transition out of `sending`.
 * @param state the delivery's state, which must be `sending`
 * @param now RFC 3339 UTC
 * @throws {BadTransition} in any other state
 */
export function settle(state: DeliveryState, outcome: Outcome, now: string): Settled {
  if (state !== 'sending') throw new BadTransition(`a delivery in state ${state} cannot be settled as ${outcome.is}`);
  const none = { receipt: null, nextAt: null, sentAt: null, reason: null };
  switch (outcome.is) {
    case 'sent':
      return { ...none, state: 'sent', receipt: outcome.receipt, sentAt: now };
    case 'wait':
      return { ...none, state: 'waiting', nextAt: outcome.at, reason: outcome.reason };
    case 'unsure':
      return { ...none, state: 'unsure', reason: outcome.reason };
    case 'hold':
      return { ...none, state: 'held', reason: outcome.reason };
    case 'dead':
      return { ...none, state: 'dead', reason: outcome.reason };
    case 'suspend':
    case 'down':
      // Nothing was posted and the message is sound: it is owed again once the destination or the adapter is back.
      return { ...none, state: 'queued', reason: outcome.reason };
  }
}
