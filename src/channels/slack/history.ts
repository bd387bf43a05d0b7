import { readMarks } from '../../core/button.ts';
import type { History, Posted, Receipt } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import { type CallTools, call } from './calls.ts';
import { PAGES, TIMES } from './limits.ts';
import { messageOf } from './parts.ts';

/** What Slack shows of a channel is ours where our own bot posted it and it has our metadata, or a button of ours. */
interface Seen {
  readonly ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown };
  readonly blocks?: unknown;
}

interface Page {
  readonly messages?: readonly Seen[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

export interface Self {
  /** U... */
  readonly user: string;
  /** B...; null where Slack did not tell. */
  readonly bot: string | null;
}

export interface HistoryTools extends CallTools {
  /** Our own bot, as whom Slack shows its messages. */
  readonly self: Self;
  /** How often in a row a list was said to go on and not how, by channel and thread; kept from one reading to the next. */
  readonly endless: Map<string, number>;
}

/**
 * Reads back what we posted to a channel since a time of Slack's clock, or the replies to a message of ours: all pages.
 * @param since RFC 3339 UTC
 */
export async function readBack(
  to: Destination,
  since: string,
  replyTo: Receipt | undefined,
  tools: HistoryTools,
): Promise<History> {
  const channel = replyTo?.channel ?? to.channel;
  if (/^[UW]/.test(channel))
    return {
      is: 'hold',
      reason: 'what was sent to a person cannot be looked for: name the conversation (D...) in its place',
    };
  const from = Temporal.Instant.from(since).epochMilliseconds - TIMES.margin;
  const asked = {
    channel,
    oldest: (Math.max(0, from) / 1000).toFixed(6),
    // Without it Slack leaves out what the metadata hold.
    include_all_metadata: true,
    limit: PAGES.size,
  };
  const list = replyTo ? `${channel} ${replyTo.message}` : channel;
  const messages: Posted[] = [];
  let cursor = '';
  for (let page = 0; page < PAGES.most; page++) {
    const paged = { ...asked, ...(cursor === '' ? {} : { cursor }) };
    const called = await call<Page>(
      replyTo ? 'conversations.replies' : 'conversations.history',
      channel,
      async ({ conversations }) =>
        (replyTo
          ? await conversations.replies({ ...paged, ts: replyTo.message })
          : await conversations.history(paged)) as Page,
      tools,
    );
    if (called.is === 'done') return { is: 'read', messages };
    if (called.is === 'malformed') return { is: 'hold', reason: `Slack found fault with the request (${called.code})` };
    if (called.is === 'failed') return stoppedBy(called.outcome);
    const { answer } = called;
    if (!Array.isArray(answer.messages) || !answer.messages.every(isMessage)) return incomplete(tools.now());
    messages.push(...answer.messages.flatMap(seen => postedOf(seen, channel, tools.self)));
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor !== '') continue;
    if (answer.has_more) return goesOn(list, tools);
    tools.endless.delete(list);
    return { is: 'read', messages };
  }
  return { is: 'hold', reason: `more than ${PAGES.most} pages were posted there since: look for it yourself` };
}

/** A page that is said not to be the last, and names no next one: asked for again a few times, then left to a person. */
function goesOn(list: string, { endless, now }: HistoryTools): History {
  const times = (endless.get(list) ?? 0) + 1;
  endless.set(list, times);
  if (times < PAGES.endless) return incomplete(now());
  return {
    is: 'hold',
    reason: 'Slack says that more was posted there and does not show it: look for it yourself, then release it',
  };
}

/** A list of other things proves nothing about what was posted. */
const isMessage = (seen: unknown): boolean =>
  typeof seen === 'object' &&
  seen !== null &&
  'ts' in seen &&
  typeof seen.ts === 'string' &&
  /^\d+\.\d+$/.test(seen.ts);

function postedOf(seen: Seen, channel: string, self: Self): readonly Posted[] {
  const ours = seen.user === self.user || (self.bot !== null && seen.bot_id === self.bot);
  if (!ours || typeof seen.ts !== 'string') return [];
  const buttons = messageOf(seen.blocks);
  const named = keyOf(seen.metadata) ?? buttons;
  if (named === null) return [];
  const { key, part, carries = buttons?.carries ?? [] } = named;
  return [{ key, part, receipt: { channel, message: seen.ts }, ...(carries.length > 0 && { carries }) }];
}

function keyOf(metadata: Seen['metadata']): Omit<Posted, 'receipt'> | null {
  const payload = metadata?.event_type === 'gwanbo_message' ? metadata.event_payload : null;
  const { message, part, carries } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string' || typeof part !== 'number') return null;
  const marks = readMarks(typeof carries === 'string' ? carries : '');
  return { key: message, part, ...(marks.length > 0 && { carries: marks }) };
}

function stoppedBy(outcome: {
  readonly is: string;
  readonly reason: string;
  readonly at?: string;
}): Exclude<History, { is: 'read' }> {
  const { is, reason, at } = outcome;
  if (is === 'wait' && at !== undefined) return { is, at, reason };
  return is === 'suspend' || is === 'down' ? { is, reason } : { is: 'hold', reason };
}

/** A list that ends without saying so is no proof of anything. */
const incomplete = (now: Temporal.Instant): History => ({
  is: 'wait',
  at: now.add({ milliseconds: TIMES.again }).toString(),
  reason: 'Slack answered with something that is no answer of its API',
});
