import type { Logger, LogLevel, webApi } from '@slack/bolt';
import { readRetrySeconds } from '../../core/retry-after.ts';
import type { Log } from '../../ports/runtime.ts';
import { TIMES } from './limits.ts';

/** Loads Slack's library: a third of a second, so only where Slack is really spoken to. */
export const loadBolt = () => import('@slack/bolt');
export type Bolt = Awaited<ReturnType<typeof loadBolt>>;

/** Tokens as Slack writes them: xoxb-, xoxp-, xapp- and their kin. */
const TOKENS = /\bx(?:ox[a-z]|app)(?:\.[a-z]+)?-[\w-]+/g;
/** Addresses that are secrets by themselves: response_url and the ticket of a WebSocket. */
const SECRET_ADDRESSES = /\b(?:https?:\/\/hooks\.slack\.com\/|wss?:\/\/)[^\s"']+/g;

/** A text without tokens. @param secrets those that are known by value, whatever they look like */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[redacted]');
  return clean.replace(TOKENS, '[redacted]').replace(SECRET_ADDRESSES, '[redacted]');
}

/**
 * Lets Slack's library write to our log. What it says is a field, never the message, since it quotes what came from
 * outside; its debug lines hold whole payloads of people and are dropped.
 */
export function adaptLog(log: Log, secrets: readonly string[]): Logger {
  const say = (parts: readonly unknown[]) => ({
    said: redact(parts.map(part => (typeof part === 'string' ? part : String(part))).join(' '), secrets).slice(0, 500),
  });
  return {
    debug: () => {},
    info: (...parts) => log.debug(say(parts), 'the Slack library reports'),
    warn: (...parts) => log.warn(say(parts), 'the Slack library warns'),
    error: (...parts) => log.warn(say(parts), 'the Slack library met an error'),
    setLevel: () => {},
    getLevel: () => 'info' as LogLevel,
    setName: () => {},
  };
}

type Fetch = NonNullable<webApi.WebClientOptions['fetch']>;

/**
 * fetch with a deadline that ends when it is given up, and with a Retry-After the library can read: it takes
 * whole seconds only and makes an unclassified error of anything else.
 * @param onDate hears what Slack's clock says (the Date header, milliseconds)
 */
export function guardFetch(
  given: AbortSignal,
  now: () => Temporal.Instant,
  onDate: (milliseconds: number) => void,
): Fetch {
  return async (url, init) => {
    const deadline = init?.signal ?? AbortSignal.timeout(TIMES.request);
    const response = await fetch(url, { ...init, signal: AbortSignal.any([given, deadline]) });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) onDate(date);
    if (response.status !== 429) return response;
    const headers = new Headers(response.headers);
    headers.set('retry-after', String(readRetryAfter(headers.get('retry-after'), now())));
    return new Response(await response.arrayBuffer(), { status: 429, headers });
  };
}

/** Seconds to wait, from a Retry-After in seconds or as a date (RFC 9110 section 10.2.3), between 1 and a day. */
export function readRetryAfter(value: string | null, now: Temporal.Instant): number {
  const seconds = readRetrySeconds(value, now) ?? TIMES.retryAfter / 1000;
  return Math.min(Math.max(Math.ceil(seconds), 1), TIMES.retryAfterMost / 1000);
}

/** How every client of ours calls Slack: one try, since the outbox decides what is tried again; and only Slack's own methods. */
export const clientOptions = (apiUrl: string | undefined, fetch: Fetch, logger: Logger): webApi.WebClientOptions => ({
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  retryConfig: { retries: 0 },
  timeout: TIMES.request,
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  fetch,
  logger,
});
