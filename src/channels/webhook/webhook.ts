import { createHash } from 'node:crypto';
import type { Edited, Outcome } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import { createRests } from '../../core/rests.ts';
import type { Channel, Message } from '../../ports/channel.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { type Event, isEvent, renderEvent } from './event.ts';
import { TIMES } from './limits.ts';
import { type Attempt, askedFor, isFinal, outcomeOf, unanswered } from './outcomes.ts';
import { openCaller } from './request.ts';
import type { Signer } from './signature.ts';

export interface WebhookOptions extends Runtime {
  /** Who signs for a receiver, by its address: one for each of its secrets; none where its events are not signed. */
  readonly signersOf: (url: string) => readonly Signer[];
  /** "gwanbo/0.1.0 (+https://...)": who calls. */
  readonly agent: string;
  /** How long one request may take, milliseconds; 15 seconds if absent. */
  readonly patience?: number;
  /** At least 0 and below 1; by chance if absent. */
  readonly chance?: () => number;
}

const GIVEN_UP = 'this was given up before it left';

/** What was not taken. */
interface Failed {
  readonly outcome: Outcome;
  /** False where the receiver may still be at work on it. */
  readonly answered: boolean;
}

/**
 * Webhooks by the Standard Webhooks specification (github.com/standard-webhooks): the event as JSON with the headers
 * webhook-id, webhook-timestamp and webhook-signature. Redirects are not followed: a receiver is where the
 * configuration says, and nothing that it answers leads us anywhere else.
 */
export function openWebhook(options: WebhookOptions): Channel {
  const { now, log } = options;
  const closing = new AbortController();
  const caller = openCaller();
  const resting = createRests<string>(now);

  function signed(url: string, id: string, payload: string): Readonly<Record<string, string>> {
    const seconds = Math.floor(now().epochMilliseconds / 1000);
    const plain = { 'webhook-id': id, 'webhook-timestamp': String(seconds) };
    const signatures = options.signersOf(url).map(sign => sign(id, seconds, payload));
    // Several are parted by spaces, so that a secret can be replaced without a gap ("Key rotation").
    return signatures.length === 0 ? plain : { ...plain, 'webhook-signature': signatures.join(' ') };
  }

  /** Why nothing is asked of a receiver now. What it asked for holds for all that it is to get, corrections too. */
  function barred(url: string, given: AbortSignal | undefined): Extract<Outcome, { is: 'wait' }> | null {
    if (closing.signal.aborted) return { ...stopping(now), unasked: true };
    if (given?.aborted) return { is: 'wait', at: now().toString(), reason: GIVEN_UP, unasked: true };
    const until = resting.until(url);
    return until && { is: 'wait', at: until.toString(), reason: 'the receiver asked to slow down', unasked: true };
  }

  /** @returns null where it was taken */
  async function post(
    url: string,
    id: string,
    event: Event,
    { failures = 0 }: Message,
    given: AbortSignal | undefined,
  ): Promise<Failed | null> {
    const attempt: Attempt = { number: failures + 1, now: now(), chance: (options.chance ?? Math.random)() };
    const payload = JSON.stringify({ type: event.type, id, ...rest(event) });
    try {
      const headers = {
        'content-type': 'application/json',
        'user-agent': options.agent,
        'idempotency-key': id,
        ...signed(url, id, payload),
      };
      const deadline = AbortSignal.timeout(options.patience ?? TIMES.request);
      const signal = AbortSignal.any([closing.signal, deadline, ...(given ? [given] : [])]);
      const answer = await caller.post(url, headers, payload, signal);
      const outcome = outcomeOf(answer, attempt);
      const pause = outcome?.is === 'wait' ? askedFor(answer, attempt) : 0;
      if (pause > 0) resting.rest(url, attempt.now.add({ milliseconds: pause }));
      return outcome && { outcome, answered: isFinal(answer) };
    } catch (error) {
      if (closing.signal.aborted) return { outcome: stopping(now), answered: false };
      const kind = kindOf(error);
      log.debug({ channel: 'webhook', kind }, 'a webhook was not answered');
      return { outcome: unanswered(kind, attempt), answered: false };
    }
  }

  return {
    platform: 'webhook',
    gap: 0,
    // Every event carries its id, by which the receiver knows a copy for as long as it likes.
    repeatable: () => Number.POSITIVE_INFINITY,
    clock: () => null,
    render: content => renderEvent(content),

    async send({ channel: url }: Destination, message: Message, signal): Promise<Outcome> {
      const bar = barred(url, signal);
      if (bar) return bar;
      if (!isEvent(message.body)) return { is: 'dead', reason: 'The stored message is no event' };
      const id = `${message.key}-${message.part}`;
      const failed = await post(url, id, message.body, message, signal);
      return failed?.outcome ?? { is: 'sent', receipt: { channel: url, message: id } };
    },

    /** A correction is an event of its own. Its id is made of what it says, so that saying it twice is saying it once. */
    async edit({ channel: url }: Destination, receipt, message: Message, signal): Promise<Edited> {
      const bar = barred(url, signal);
      if (bar) return bar;
      if (!isEvent(message.body)) return { is: 'dead', reason: 'The stored message is no event' };
      const mark = createHash('sha256').update(JSON.stringify(message.body)).digest('hex').slice(0, 12);
      const failed = await post(url, `${message.key}-${message.part}-${mark}`, message.body, message, signal);
      if (failed === null) return { is: 'sent', receipt };
      const { outcome, answered } = failed;
      // A receiver that is late with it may not hear what is newer first.
      return outcome.is === 'wait' && !answered ? { ...outcome, is: 'unsure' } : outcome;
    },

    async history() {
      return { is: 'hold', reason: 'a webhook cannot be asked what it has received' };
    },
    async remove() {
      return { is: 'closed', reason: 'what a webhook has received cannot be taken back' };
    },
    async listen() {},
    status: () => ({ state: 'ready', what: null, fix: null }),
    async close() {
      closing.abort();
      caller.close();
    },
  };
}

/** In this order in the body: type, id, timestamp, data. */
const rest = ({ timestamp, data }: Event) => ({ ...(timestamp === undefined ? {} : { timestamp }), data });

const stopping = (now: WebhookOptions['now']): Extract<Outcome, { is: 'wait' }> => ({
  is: 'wait',
  at: now().toString(),
  reason: 'The bot is stopping',
});

/** The system's or the client's name of a failure: no address, no header. */
function kindOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
