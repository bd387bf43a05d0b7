import type { webApi } from '@slack/bolt';
import type { Outcome } from '../../core/delivery.ts';
import type { Log } from '../../ports/runtime.ts';
import { type Act, isRateLimit } from './codes.ts';
import type { Lanes, Method } from './lanes.ts';
import { TIMES } from './limits.ts';
import { type Closed, type Errors, judge } from './outcomes.ts';

export interface CallTools {
  /** Cuts what is under way once `given` is aborted. */
  readonly client: webApi.WebClient;
  /** Aborted where nobody waits for what is done any more. */
  readonly given?: AbortSignal | undefined;
  readonly errors: Errors;
  readonly lanes: Lanes;
  readonly now: () => Temporal.Instant;
  readonly log: Log;
}

/** What a call came to: Slack's answer; the outcome it stands for; or that the message itself is at fault, or it is so already. */
export type Called<T> =
  | { readonly is: 'answered'; readonly answer: T }
  | { readonly is: 'malformed'; readonly code: string }
  | { readonly is: 'done'; readonly code: string }
  | { readonly is: 'failed'; readonly outcome: Exclude<Outcome, { is: 'sent' }> | Closed };

const ACTS: Readonly<Record<Method, Act>> = {
  'chat.postMessage': 'post',
  'chat.update': 'edit',
  'chat.delete': 'remove',
  'conversations.history': 'read',
  'conversations.replies': 'read',
};

/** One call of one method, in its turn. Never throws. */
export async function call<T>(
  method: Method,
  channel: string,
  make: (client: webApi.WebClient) => Promise<T>,
  { client, given, errors, lanes, now, log }: CallTools,
): Promise<Called<T>> {
  const wait = await lanes.enter(method, channel, given);
  if (wait) return { is: 'failed', outcome: wait };
  try {
    return { is: 'answered', answer: await make(client) };
  } catch (error) {
    const { outcome, code } = judge(error, errors, now(), Math.random() * TIMES.gap, ACTS[method]);
    if (typeof outcome === 'string') return { is: outcome, code };
    if (outcome.is === 'wait' && isRateLimit(code)) lanes.rest(method, Temporal.Instant.from(outcome.at));
    log.warn({ channel, method, code, outcome: outcome.is }, 'Slack did not do what was asked');
    return { is: 'failed', outcome };
  } finally {
    lanes.leave(method, channel);
  }
}
