import type { Outcome } from '../../core/delivery.ts';
import { readRetrySeconds } from '../../core/retry-after.ts';
import { PAUSES, TIMES } from './limits.ts';

/** One attempt, as it ended. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly now: Temporal.Instant;
  /** At least 0 and below 1. */
  readonly chance: number;
}

/** What of an answer counts. */
export interface Answered {
  readonly status: number;
  /** The header Retry-After as it was sent. */
  readonly retryAfter: string | null;
}

/** Statuses that say more than "not now". Everything else that is no 2xx is tried again: receivers are being mended. */
const RULES: Readonly<Record<number, { readonly is: 'suspend' | 'dead'; readonly say: string }>> = {
  410: {
    is: 'suspend',
    say: 'the receiver answered 410 Gone: it wants no more; unfollow, or resume once it is back',
  },
  413: { is: 'dead', say: 'the receiver answered 413: this event is too large for it' },
};

/**
 * Statuses that say that somebody on the way gave up waiting (RFC 9110 sections 15.5.9, 15.6.3 and 15.6.5; the 52x are
 * Cloudflare's: an answer it could not read, a connection that went silent, none in time). The receiver behind it may
 * still be at work on the request.
 */
const GIVEN_UP: ReadonlySet<number> = new Set([408, 502, 504, 520, 522, 524]);

/** Whether an answer is the receiver's last word on a request. */
export const isFinal = ({ status }: Answered): boolean => !GIVEN_UP.has(status);

/**
 * What an answer means. Whether the receiver acted on a request that failed need not be known: it is sent again under the
 * same webhook-id, by which a receiver recognizes what it has already (standardwebhooks.com, "Idempotency").
 */
export function outcomeOf({ status, retryAfter }: Answered, attempt: Attempt): Outcome | null {
  if (status >= 200 && status < 300) return null;
  const rule = RULES[status];
  if (rule) return { is: rule.is, reason: rule.say };
  const what =
    status >= 300 && status < 400
      ? `the receiver redirects (${status}); write the address that it leads to`
      : `the receiver answered ${status}`;
  return later(what, attempt, askedFor({ retryAfter }, attempt));
}

/** The pause that an answer asks for, milliseconds; 0 where it asks for none. */
export const askedFor = ({ retryAfter }: Pick<Answered, 'retryAfter'>, { now }: Attempt): number =>
  Math.min((readRetrySeconds(retryAfter, now) ?? 0) * 1000, TIMES.retryAfterMost);

/** What a request that got no answer means. @param kind short and without addresses: "ECONNREFUSED" */
export function unanswered(kind: string, attempt: Attempt): Outcome {
  return later(`the receiver did not answer (${kind})`, attempt, 0);
}

function later(what: string, { number, now, chance }: Attempt, asked: number): Outcome {
  const pause = PAUSES[number - 1];
  if (pause === undefined)
    return {
      is: 'suspend',
      reason: `${what}, ${number} times in a row over more than three days; mend it, then resume`,
    };
  const wait = Math.max(pause, asked) * (1 + TIMES.jitter * chance);
  return { is: 'wait', at: now.add({ milliseconds: Math.ceil(wait) }).toString(), reason: what };
}
