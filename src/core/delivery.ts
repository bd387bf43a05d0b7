import type { Replay } from './card.ts';

/** What kind of message is owed. Digest, correction, notice and test are told apart by their subject. */
export type DeliveryKind = 'alert' | 'correction' | 'digest' | 'notice' | 'test';

/**
 * queued -> sending -> sent | waiting | unsure | held | dead; waiting -> sending; unsure -> sending (the same request
 * again) | sent | queued | held | dead; what cannot be sent as it stands goes from queued or waiting to held.
 * `unsure`: the request left and its answer did not come. `held`: a person has to decide. `dead`: it will never be sent.
 */
export type DeliveryState = 'queued' | 'sending' | 'waiting' | 'unsure' | 'held' | 'sent' | 'dead';

/** How it is paid: a message of its own, a change of a posted one, or a reply to a posted one. */
export type DeliveryForm = 'post' | 'edit' | 'reply';

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
  readonly form: DeliveryForm;
  readonly state: DeliveryState;
  /** The delivery whose message carries this one too: the first of a group, or the digest. Null for one with its own. */
  readonly carrier: number | null;
  /**
   * The digest that it waits for ("daily 09:00@2025-12-04T09:00+09:00[Asia/Seoul]"), or waited for; `AWAITING` of a
   * correction; null for none.
   */
  readonly slot: string | null;
  /** Requests started so far. */
  readonly attempts: number;
  /** The platform's reference to the posted message, null until sent. */
  readonly receipt: Receipt | null;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  /** When its last request was begun; of one that is unsure, by when it had left. */
  readonly startedAt: string | null;
  readonly nextAt: string | null;
  readonly sentAt: string | null;
  /** For people: why it waits, is held or dead. */
  readonly reason: string | null;
  readonly subscriptions: readonly number[];
  /** The query that it is a replay of, and what of it held; absent where it is none, or that was forgotten. */
  readonly replay?: Replay;
}

/** The platform's reference to a posted message: Slack's ts, Discord's message id. */
export interface Receipt {
  readonly channel: string;
  readonly message: string;
}

/** What a channel says of one attempt to send. Every error code of a platform is mapped to one of these, once. */
export type Outcome =
  | { readonly is: 'sent'; readonly receipt: Receipt }
  /** Refused for now, nothing was posted: try again at `at` (RFC 3339 UTC). `unasked`: it was not even tried, and is no failure. */
  | { readonly is: 'wait'; readonly at: string; readonly reason: string; readonly unasked?: true }
  /** The answer was lost: it may have been posted. Nothing is tried before `at` (RFC 3339 UTC), where that is given. */
  | { readonly is: 'unsure'; readonly reason: string; readonly at?: string }
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
  /** Of a message that carries several: by which letters the keys of what it carries begin. */
  readonly carries?: readonly string[];
}

/**
 * What became of changing a posted message. `closed`: the platform no longer lets it be changed. `unsure`: nobody
 * answered, and it may still be changed for as long as a request may be executing.
 */
export type Edited = Outcome | { readonly is: 'closed'; readonly reason: string };

/** The part of a delivery that an outcome changes. */
export interface Settled {
  readonly state: DeliveryState;
  readonly receipt: Receipt | null;
  readonly nextAt: string | null;
  readonly sentAt: string | null;
  readonly reason: string | null;
}

/** Thrown for a step that the state does not allow: a fault of ours, never of a platform. */
export class BadTransition extends Error {
  override readonly name = 'BadTransition';
}

const NOTHING = { receipt: null, nextAt: null, sentAt: null, reason: null } as const;

/**
 * The transition out of `sending` of what is posted or replied.
 * @param state the delivery's state, which must be `sending`
 * @param now RFC 3339 UTC
 * @param carried how many deliveries the message carries
 * @throws {BadTransition} in any other state
 */
export function settle(state: DeliveryState, outcome: Outcome, now: string, carried = 1): Settled {
  if (state !== 'sending') throw new BadTransition(`a delivery in state ${state} cannot be settled as ${outcome.is}`);
  switch (outcome.is) {
    case 'sent':
      return { ...NOTHING, state: 'sent', receipt: outcome.receipt, sentAt: now };
    case 'wait':
      return { ...NOTHING, state: 'waiting', nextAt: outcome.at, reason: outcome.reason };
    case 'unsure':
      return { ...NOTHING, state: 'unsure', nextAt: outcome.at ?? null, reason: outcome.reason };
    case 'hold':
      return { ...NOTHING, state: 'held', reason: outcome.reason };
    case 'dead':
      // What is wrong with one of them is no reason to lose the others: each goes by itself.
      return { ...NOTHING, state: carried > 1 ? 'queued' : 'dead', reason: outcome.reason };
    case 'suspend':
    case 'down':
      // Nothing was posted and the message is sound: it is owed again once the destination or the adapter is back.
      return { ...NOTHING, state: 'queued', reason: outcome.reason };
  }
}

/**
 * What the answer to a request says that was sent again because an answer was lost: a refusal of this one says nothing
 * of the one before, which may have been carried out, so that what the platform shows still has to be asked.
 */
export function ofRepeated(outcome: Outcome): Outcome {
  if (outcome.is === 'sent' || outcome.is === 'unsure') return outcome;
  return { is: 'unsure', reason: outcome.reason, ...(outcome.is === 'wait' && { at: outcome.at }) };
}

/**
 * The transition out of `sending` of what changes a posted message. It is never unsure, since doing it twice does no
 * harm: where it was not answered it waits to be done again; see `changeableAt`.
 * @throws {BadTransition} in any other state
 */
export function settleEdit(state: DeliveryState, edited: Edited, now: string): Settled & { form: DeliveryForm } {
  if (edited.is === 'unsure') return settleEdit(state, { ...edited, is: 'wait', at: edited.at ?? now }, now);
  if (edited.is !== 'closed') return { ...settle(state, edited, now), form: 'edit' };
  return { ...settle(state, { is: 'down', reason: edited.reason }, now), form: 'reply' };
}

/**
 * From when on a posted message may be changed again. Of two changes the platform keeps the one that it carries out
 * last: before a newer one leaves, none that was not answered may still be executing.
 * @param unanswered milliseconds since the last change had left that nobody answered; null where all were answered
 * @param settle how long a request whose answer was lost may still be executing, milliseconds
 * @returns null for at once
 */
export function changeableAt(unanswered: number | null, settle: number, now: string): string | null {
  return unanswered === null || unanswered >= settle ? null : plus(now, settle - unanswered);
}

/** The state of what was being sent when its process ended. */
export const interrupted = (form: DeliveryForm): DeliveryState => (form === 'edit' ? 'queued' : 'unsure');

/** A message of which nobody knows whether it arrived. Times are RFC 3339 UTC. */
export interface Doubt {
  readonly key: string;
  readonly part: number;
  /** When its first request started at the earliest, by our own clock, which may have been wrong. */
  readonly firstAt: string;
  /** What the platform's clock showed when its first request started; null where that is not known. */
  readonly firstThere: string | null;
  /** Whether its request is kept, so that the very same can be made again; a restored database may lack it. */
  readonly kept: boolean;
  /** Requests started so far. */
  readonly attempts: number;
  /** How often the platform's record has been asked for in vain. */
  readonly asked: number;
  /** False where whoever wanted it has left or pauses. */
  readonly wanted: boolean;
}

/** Milliseconds. */
export interface Patience {
  /** How long a message may be sent again without people seeing it twice; see `Channel.repeatable`. */
  readonly repeatable: number;
  /** How long a request whose answer was lost may still be executing. */
  readonly settle: number;
}

/** What the clocks show. */
export interface Clocks {
  /** Ours, which may jump (RFC 3339 UTC). */
  readonly now: string;
  /** The platform's, which no jump of ours moves; null where it has not told the time. */
  readonly there: string | null;
  /** Milliseconds, by a clock that never jumps. */
  readonly since: Since;
}

export interface Since {
  /** The first request left; null where another process sent it. */
  readonly first: number | null;
  /** The last one had left, or this process began. */
  readonly last: number;
}

export type Step =
  | { readonly is: 'repeat' }
  /** `since`: by the platform's clock. */
  | { readonly is: 'ask'; readonly since: string }
  | { readonly is: 'wait'; readonly at: string };

/**
 * What the platform shows from before our first request is not ours by its key. By its own clock a minute is enough; by
 * ours, which may have been wrong then or be wrong now, a day.
 */
const BEFORE_FIRST = { there: 60_000, here: 24 * 3_600_000 } as const;
/** Between two identical requests, doubled with each: a platform in trouble is not helped by a storm. */
const REPEAT_AFTER = { first: 1_000, most: 30_000 } as const;
/** Between two questions for the platform's record. */
const ASK_AFTER = { first: 5_000, most: 300_000 } as const;

/**
 * What to do about a doubt: send the very same again while the platform would know it again, else ask what it shows, once
 * no request can still be executing. Nothing is repeated for people who do not want it any more, nor where nobody can
 * say how old the first request is: a clock of ours that went back makes it look young.
 */
export function stepOf(doubt: Doubt, { repeatable, settle }: Patience, { now, there, since }: Clocks): Step {
  const theirs = there === null || doubt.firstThere === null ? null : between(doubt.firstThere, there);
  const ages = [theirs, since.first].filter(age => age !== null);
  const age = Math.max(0, between(doubt.firstAt, now), ...ages);
  // Whoever knows a message for ever knows it by its key, whatever is kept of it here.
  const known = repeatable === Number.POSITIVE_INFINITY || (doubt.kept && ages.length > 0);
  if (doubt.wanted && known) {
    const again = delay(REPEAT_AFTER, doubt.attempts - 1);
    // It may be carried out as late as that takes, and has to be known then.
    if (Math.max(age, age - since.last + again) + settle <= repeatable)
      return since.last >= again ? { is: 'repeat' } : { is: 'wait', at: plus(now, again - since.last) };
  }
  return since.last < settle ? { is: 'wait', at: plus(now, settle - since.last) } : ask(doubt, { now, there, since });
}

function ask({ firstAt, firstThere }: Doubt, { now, there, since }: Clocks): Step {
  if (firstThere !== null) return { is: 'ask', since: plus(firstThere, -BEFORE_FIRST.there) };
  const left = there === null ? [] : [there, plus(there, -(since.first ?? 0))];
  return { is: 'ask', since: plus(earliest([firstAt, now, ...left]), -BEFORE_FIRST.here) };
}

/** The part of an unsure delivery that an answer changes. */
export interface Resolved extends Settled {
  readonly asked: number;
}

/** For people: why what was unsure is sent no more. */
export const NOT_WANTED = {
  absent: 'it did not arrive, and nobody wants it any more',
  unknown: 'nobody wants it any more, and whether it arrived cannot be asked',
} as const;

/**
 * The transition out of `unsure` by what the platform shows. What it shows was sent; what it does not show was not, and
 * is owed again with the same key.
 * @param state the delivery's state, which must be `unsure`
 * @param whenUnsure what to do where the platform can never be asked
 * @throws {BadTransition} in any other state
 */
export function resolve(
  state: DeliveryState,
  doubt: Doubt,
  history: History,
  whenUnsure: 'hold' | 'resend',
  now: string,
): Resolved {
  if (state !== 'unsure') throw new BadTransition(`a delivery in state ${state} is in no doubt`);
  const asked = doubt.asked + 1;
  const again = (known: keyof typeof NOT_WANTED): Resolved =>
    doubt.wanted
      ? { ...NOTHING, state: 'queued', asked: 0 }
      : { ...NOTHING, state: 'dead', reason: NOT_WANTED[known], asked: 0 };
  switch (history.is) {
    case 'read': {
      const found = findPosted(doubt, history);
      return found ? { ...NOTHING, state: 'sent', receipt: found.receipt, sentAt: now, asked: 0 } : again('absent');
    }
    case 'hold':
      if (whenUnsure === 'resend' || !doubt.wanted) return again('unknown');
      return { ...NOTHING, state: 'held', reason: history.reason, asked };
    case 'suspend':
      // Whether it arrived is asked when the destination is back.
      return { ...NOTHING, state: 'unsure', reason: history.reason, asked: doubt.asked };
    case 'wait':
    case 'down': {
      const backOff = plus(now, delay(ASK_AFTER, doubt.asked));
      const nextAt = history.is === 'wait' && between(backOff, history.at) > 0 ? history.at : backOff;
      return { ...NOTHING, state: 'unsure', nextAt, reason: history.reason, asked };
    }
  }
}

/** The message that shows what is in doubt: its own, or one in which it went out with others; null where none does. */
export function findPosted({ key, part }: Pick<Doubt, 'key' | 'part'>, history: History): Posted | null {
  if (history.is !== 'read') return null;
  const { messages } = history;
  return (
    messages.find(one => one.key === key && one.part === part) ?? messages.find(one => isCarried(key, one)) ?? null
  );
}

/** Whether a message that carries several carries the alert of a key. */
export const isCarried = (key: string, { carries = [] }: Posted): boolean => carries.some(mark => key.startsWith(mark));

const delay = ({ first, most }: { readonly first: number; readonly most: number }, times: number): number =>
  Math.min(first * 2 ** Math.min(times, 30), most);

const earliest = (times: readonly string[]): string =>
  times.reduce((one, other) => (between(one, other) < 0 ? other : one));

/** Milliseconds from one time to another. */
const between = (from: string, to: string): number =>
  Temporal.Instant.from(to).epochMilliseconds - Temporal.Instant.from(from).epochMilliseconds;

const plus = (time: string, milliseconds: number): string =>
  Temporal.Instant.from(time).add({ milliseconds }).toString();
