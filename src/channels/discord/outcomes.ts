import type { Outcome } from '../../core/delivery.ts';
import { PACE } from './limits.ts';

/** What one request came to: an outcome, or `minimal`, "this body was refused as invalid: say it in fewer words". */
export type Verdict = Outcome | { readonly is: 'minimal'; readonly reason: string };

interface Rule {
  readonly is: 'suspend' | 'hold' | 'dead' | 'down' | 'wait' | 'minimal' | 'sent';
  /** For people: what happened and what to do about it. */
  readonly say: string;
}

/** What gwanbo needs where it posts; the order is that of the permission page. */
const NEEDED =
  'View Channel, Send Messages (in a thread: Send Messages in Threads), Embed Links and Read Message History';

/** Names the environment variable, never its value. */
export const TOKEN_REFUSED = {
  what: 'DISCORD_TOKEN was refused: Discord does not know this token',
  fix: 'in the Discord Developer Portal open your application, Bot, Reset Token; set DISCORD_TOKEN to the new one and restart',
} as const;

const slow: Rule = { is: 'wait', say: 'Discord asks to slow down' };
const invalid: Rule = { is: 'minimal', say: 'Discord refused the message as invalid' };
const filtered: Rule = { is: 'dead', say: "blocked by the server's AutoMod; allow gwanbo in Server Settings, AutoMod" };
const token: Rule = { is: 'down', say: TOKEN_REFUSED.what };

/** Discord's JSON error codes on posting a message (documentation, "Opcodes and status codes"), each sorted once. */
export const RULES: Readonly<Record<number, Rule>> = {
  10003: { is: 'suspend', say: 'the channel was deleted in Discord; unfollow, or follow in another channel' },
  10004: { is: 'suspend', say: 'gwanbo is no longer in this Discord server; invite it again, then resume' },
  // Asked again with a nonce whose message a moderator has deleted meanwhile: it was posted, and never comes back.
  10008: { is: 'sent', say: 'posted, and deleted in Discord since' },
  20009: { is: 'dead', say: "blocked by the server's filter of explicit content" },
  20016: slow,
  20022: slow,
  20028: slow,
  20029: slow,
  40001: token,
  40003: slow,
  40005: invalid,
  40067: {
    is: 'hold',
    say: 'this forum demands a tag on each post; drop that rule in the channel settings, or use a text channel',
  },
  40333: { is: 'wait', say: 'the network in front of Discord refuses us for now' },
  50001: { is: 'suspend', say: 'gwanbo cannot see the channel: give it View Channel there, then resume' },
  50006: invalid,
  50007: {
    is: 'suspend',
    say: 'this person takes no direct messages from gwanbo; allow them in the privacy settings, then resume',
  },
  50008: { is: 'hold', say: 'Discord takes no messages in this kind of channel; follow in a text channel or a thread' },
  50013: { is: 'suspend', say: `gwanbo lacks a permission in the channel: it needs ${NEEDED}; grant it, then resume` },
  50014: token,
  50024: { is: 'hold', say: 'Discord takes no messages in this kind of channel; follow in a text channel or a thread' },
  50035: invalid,
  50109: invalid,
  160005: { is: 'suspend', say: 'the thread is locked; unlock it, then resume' },
  160006: { is: 'hold', say: 'the server has as many active threads as Discord allows; archive one' },
  200000: filtered,
  200001: filtered,
  240000: { is: 'dead', say: "blocked by Discord's filter of harmful links" },
};

/** System calls that come before the first byte of a request: where they fail, nothing was sent. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);
/** The same, known by code only: a connection that never opened, or a certificate that was not believed. */
const NEVER_OPENED = /^(UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * What an attempt to post that threw has come to.
 * @param error what @discordjs/rest threw: RateLimitError, DiscordAPIError, HTTPError, or an error of the network
 * @param at what to be told of "in so many milliseconds": an RFC 3339 UTC time
 * @param channel where it was posted to
 */
export function verdictOf(error: unknown, at: (milliseconds: number) => string, channel: string): Verdict {
  const facts = factsOf(error);
  // The client refuses by itself what a bucket would refuse, so this one was not sent or not executed.
  if (facts.retryAfter !== null) return { is: 'wait', at: at(facts.retryAfter || PACE.unnamedWait), reason: slow.say };
  if (facts.message.startsWith('Expected token')) return { is: 'down', reason: token.say };
  if (facts.status === null) {
    if (facts.unsent)
      return { is: 'wait', at: at(PACE.unreachable), reason: `Discord cannot be reached (${facts.kind})` };
    return { is: 'unsure', reason: `the answer was lost (${facts.kind})` };
  }
  if (facts.status >= 500 || facts.status === 408)
    return { is: 'unsure', reason: `Discord answered ${facts.status}; it may have posted the message all the same` };
  if (facts.status === 401) return { is: 'down', reason: token.say };
  const rule = facts.code === null ? undefined : RULES[facts.code];
  if (rule) return ruled(rule, facts, at, channel);
  // A refusal without one of Discord's codes comes from the network in front of it.
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
      return { is: 'minimal', reason: `${rule.say}: ${facts.message}` };
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
