import type { Outcome } from '../../core/delivery.ts';
import { type Act, INVALID, type Rule, ruleOf, SLOW, TOKEN } from './codes.ts';
import { PACE } from './limits.ts';

/**
 * What one failed request came to; `minimal`: "this body was refused as invalid: say it in fewer words", and what becomes of
 * it where that is refused too.
 */
export type Verdict =
  | Outcome
  | { readonly is: 'minimal'; readonly reason: string; readonly otherwise: 'dead' | 'hold' }
  | { readonly is: 'closed'; readonly reason: string };

/** System calls that come before the first byte of a request: where they fail, nothing was sent. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);
/** The same, known by code only: a connection that never opened, or a certificate that was not believed. */
const NEVER_OPENED = /^(UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * What a request that threw has come to. A post or a change whose answer was lost is unsure; everything else can be asked
 * again.
 * @param error what @discordjs/rest threw: RateLimitError, DiscordAPIError, HTTPError, or an error of the network
 * @param at what to be told of "in so many milliseconds": an RFC 3339 UTC time
 * @param channel where it was posted to
 */
export function verdictOf(
  error: unknown,
  at: (milliseconds: number) => string,
  channel: string,
  act: Act = 'post',
): Verdict {
  const lost = (reason: string): Verdict =>
    act === 'post' || act === 'edit' ? { is: 'unsure', reason } : { is: 'wait', at: at(PACE.again), reason };
  const facts = factsOf(error);
  // The client refuses by itself what a bucket would refuse, so this one was not sent or not executed.
  if (facts.retryAfter !== null) return { is: 'wait', at: at(facts.retryAfter || PACE.unnamedWait), reason: SLOW.say };
  if (facts.message.startsWith('Expected token')) return { is: 'down', reason: TOKEN.say };
  if (facts.status === null) {
    if (facts.unsent)
      return { is: 'wait', at: at(PACE.unreachable), reason: `Discord cannot be reached (${facts.kind})` };
    return lost(`the answer was lost (${facts.kind})`);
  }
  if (facts.status >= 500 || facts.status === 408)
    return lost(`Discord answered ${facts.status}; it may have done what was asked all the same`);
  if (facts.status === 401) return { is: 'down', reason: TOKEN.say };
  const rule = facts.code === null ? undefined : ruleOf(facts.code, act);
  if (rule) return ruled(rule, facts, at, channel);
  if (facts.code === null) {
    // Discord's general error, and what the network in front of it says of a body: either finds fault with what we sent.
    if (facts.status === 400 || facts.status === 413)
      return { is: 'minimal', reason: `${INVALID.say}: ${facts.message} (${facts.status})`, otherwise: 'hold' };
    if (facts.status === 405)
      return { is: 'hold', reason: 'what answers at the address of Discord takes no such request (405)' };
  }
  // Any other refusal without one of Discord's codes comes from the network in front of it.
  if (facts.code === null && facts.status !== 404)
    return { is: 'wait', at: at(PACE.blocked), reason: `the network in front of Discord answered ${facts.status}` };
  return { is: 'hold', reason: `Discord refused it: ${facts.message} (${facts.code ?? facts.status})` };
}

function ruled(rule: Rule, facts: Facts, at: (milliseconds: number) => string, channel: string): Verdict {
  switch (rule.is) {
    case 'sent':
      // The id of the deleted message is not known any more.
      return { is: 'sent', receipt: { channel, message: '' } };
    case 'wait':
      return { is: 'wait', at: at(facts.wait ?? PACE.unnamedWait), reason: rule.say };
    case 'minimal':
      return { is: 'minimal', reason: `${rule.say}: ${facts.message}`, otherwise: 'dead' };
    default:
      return { is: rule.is, reason: rule.say };
  }
}

/** Whether a wait that an error asks for is meant for every request of ours, not for one channel. */
export function concernsAll(error: unknown): boolean {
  const { global, retryAfter } = fieldsOf(error);
  const { status, code } = factsOf(error);
  // A limit that names no time, or a refusal without one of Discord's codes, is the network in front of it.
  return global === true || retryAfter === 0 || (status === 403 && (code === null || code === 40333));
}

/** Whether Discord itself asks for a pause; a request that was merely lost or never left holds up no other. */
export function asksToPause(error: unknown): boolean {
  const { status, retryAfter, unsent } = factsOf(error);
  return retryAfter !== null || (status !== null && status !== 408 && status < 500) || unsent;
}

/** An error for the log: its name and message alone. Its other fields hold request bodies and addresses with secrets. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : typeof error;
}

interface Facts {
  readonly message: string;
  /** Short and without addresses: "ECONNRESET", "AbortError". */
  readonly kind: string;
  readonly status: number | null;
  readonly code: number | null;
  /** Of a rate limit, milliseconds; 0 where it does not say. */
  readonly retryAfter: number | null;
  /** Of an error that names a wait in its body, milliseconds. */
  readonly wait: number | null;
  /** Certain that no byte of the request left. */
  readonly unsent: boolean;
}

/** Told apart by their shape, so that sorting errors needs no library. */
function factsOf(error: unknown): Facts {
  const { message, name, status, code, retryAfter, rawError } = fieldsOf(error);
  const wait = fieldsOf(rawError).retry_after;
  return {
    message: typeof message === 'string' ? message : String(error),
    kind: typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown',
    status: typeof status === 'number' ? status : null,
    // Discord's general error 0 says nothing beyond the status.
    code: typeof code === 'number' && code > 0 ? code : null,
    retryAfter: typeof retryAfter === 'number' ? Math.max(0, retryAfter) : null,
    wait: typeof wait === 'number' ? wait * 1000 : null,
    unsent: causesOf(error).some(
      cause =>
        (typeof cause.syscall === 'string' && BEFORE_SENDING.has(cause.syscall)) ||
        (typeof cause.code === 'string' && NEVER_OPENED.test(cause.code)),
    ),
  };
}

/** The error, its cause, and the errors it gathers (one per address that was tried). */
function causesOf(error: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { cause, errors } = fieldsOf(error);
  const gathered: readonly unknown[] = Array.isArray(errors) ? errors : [];
  return [error, cause, ...gathered].map(fieldsOf);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
