import type { webApi } from '@slack/bolt';
import type { Outcome } from '../../core/delivery.ts';
import { type Act, ruleOf } from './codes.ts';
import { TIMES } from './limits.ts';

/** The error classes of Slack's library, handed in so that it is loaded only where it is used. */
export type Errors = Pick<
  typeof webApi,
  'WebAPIPlatformError' | 'WebAPIHTTPError' | 'WebAPIRateLimitedError' | 'WebAPIRequestError'
>;

/** What a failed call came to, or that another form of the message has to be tried, or that nothing is left to do. */
export type Judged =
  | { readonly outcome: Exclude<Outcome, { is: 'sent' }> | Closed; readonly code: string }
  | { readonly outcome: 'malformed' | 'done'; readonly code: string };

export type Closed = { readonly is: 'closed'; readonly reason: string };

/**
 * Sorts a failed call. A post or a change that is not certain to have been refused is `unsure`; everything else is asked
 * again.
 * @param jitter milliseconds added to each wait, so that many channels do not come back at once
 */
export function judge(
  error: unknown,
  errors: Errors,
  now: Temporal.Instant,
  jitter: number,
  act: Act = 'post',
): Judged {
  const waiting = (after: number, reason: string, code: string): Judged => ({
    outcome: { is: 'wait', at: now.add({ milliseconds: Math.round(after + jitter) }).toString(), reason },
    code,
  });
  const lost = (reason: string, code: string): Judged =>
    act === 'post' || act === 'edit' ? { outcome: { is: 'unsure', reason }, code } : waiting(TIMES.again, reason, code);
  if (error instanceof errors.WebAPIRateLimitedError)
    return waiting(error.retryAfter * 1000, 'Slack asks for a pause (HTTP 429)', 'ratelimited');
  if (error instanceof errors.WebAPIPlatformError) {
    const code = readCode(error);
    const rule = code === null ? undefined : ruleOf(code, act);
    if (code === null) return lost('Slack answered with something that is no answer of its API', 'unreadable');
    if (!rule) return lost(`Slack answered with an error that gwanbo does not know (${code})`, code);
    const reason = `${rule.say} (${code})`;
    switch (rule.is) {
      case 'malformed':
      case 'done':
        return { outcome: rule.is, code };
      case 'unsure':
        return lost(reason, code);
      case 'wait': {
        const asked = error.data.response_metadata?.retryAfter;
        return waiting(typeof asked === 'number' ? asked * 1000 : (rule.after ?? TIMES.retryAfter), reason, code);
      }
      case 'down':
        return {
          outcome: { is: 'down', reason: refusedToken('SLACK_BOT_TOKEN', code, rule.say, neededBy(error)) },
          code,
        };
      default:
        return { outcome: { is: rule.is, reason }, code };
    }
  }
  if (error instanceof errors.WebAPIHTTPError) return judgeStatus(error.statusCode, waiting, lost);
  const cause = error instanceof errors.WebAPIRequestError ? error.original : error;
  const reached = neverLeft(cause);
  if (reached !== null)
    return waiting(TIMES.unreachable, `Slack could not be reached (${reached}); nothing was sent`, reached);
  return lost(`The answer of Slack was lost (${nameOf(cause)})`, 'lost');
}

type Say = (reason: string, code: string) => Judged;

function judgeStatus(
  status: number,
  waiting: (after: number, reason: string, code: string) => Judged,
  lost: Say,
): Judged {
  const code = `http_${status}`;
  if (status === 413) return { outcome: 'malformed', code };
  // Slack's API answers 200 or 429: another 4xx is a proxy or a wrong address that never let the message through.
  if (status >= 400 && status < 500 && status !== 408)
    return waiting(
      TIMES.refused,
      `Something before Slack answered HTTP ${status}: check SLACK_API_URL and the proxy; nothing was done`,
      code,
    );
  return lost(`Slack answered HTTP ${status} and does not say whether it did what was asked`, code);
}

/** For people and the status: which variable holds the token that was refused, why, and what to do. Never the token. */
export const refusedToken = (variable: string, code: string, say: string, needed: string | null): string =>
  `${variable} was refused (${code}${needed === null ? '' : ` ${needed}`}): ${say}`;

/** The scope that a missing_scope names. */
export function neededBy(error: InstanceType<Errors['WebAPIPlatformError']>): string | null {
  const { needed } = error.data as { readonly needed?: unknown };
  return typeof needed === 'string' && /^[\w:,.]+$/.test(needed) ? needed : null;
}

/** The code of a refusal, or null where the answer was not Slack's: the library puts a page it cannot read there. */
export function readCode(error: InstanceType<Errors['WebAPIPlatformError']>): string | null {
  const code: unknown = error.data.error;
  return typeof code === 'string' && /^[a-z][a-z0-9_]{1,80}$/.test(code) ? code : null;
}

/** Failures to connect: a request cannot have been executed where no connection was made. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** A certificate is checked before the request is written. */
const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** The system's name of a failure that happened before anything was sent; null where something may have been. */
export function neverLeft(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    // Where a name has several addresses, each of them was tried.
    const tried = cause instanceof AggregateError ? (cause.errors as NodeJS.ErrnoException[]) : [];
    if (tried.length > 0 && tried.every(one => one.syscall === 'connect')) return tried[0]?.code ?? 'connect';
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (code !== undefined && (UNCONNECTED.has(code) || UNTRUSTED.test(code) || syscall === 'connect')) return code;
  }
  return null;
}

function nameOf(error: unknown): string {
  let name = 'no reason given';
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    // A request that was cut off carries a number nobody knows.
    name = typeof code === 'string' ? code : cause.name;
  }
  return name;
}
