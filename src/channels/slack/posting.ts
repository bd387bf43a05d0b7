import type { webApi } from '@slack/bolt';
import type { Edited, Outcome, Receipt } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import type { Message } from '../../ports/channel.ts';
import { type Called, type CallTools, call } from './calls.ts';
import { isAboutMetadata } from './codes.ts';
import { actionsOf, asPart, messageOf, metadataOf, minimalText } from './parts.ts';

/** A frozen body, as a message of its own or as the new form of one. */
type Form = Readonly<Record<string, unknown>> & { readonly text: string };

const NO_BODY = 'The stored message is no message for Slack';
const SETTINGS = { unfurl_links: false, unfurl_media: false, link_names: false } as const;

/**
 * Posts one message. Where Slack finds fault with its form, the minimal message (title, links, mentions) is posted in
 * its place, once.
 */
export async function post(to: Destination, message: Message, tools: CallTools): Promise<Outcome> {
  const form = formOf(message);
  if (form === null) return { is: 'dead', reason: NO_BODY };
  const channel = message.replyTo?.channel ?? to.channel;
  const thread = message.replyTo ? { thread_ts: message.replyTo.message } : {};
  const attempt = (body: Form) =>
    call(
      'chat.postMessage',
      channel,
      client =>
        client.chat.postMessage({ ...body, ...SETTINGS, ...thread, channel } as webApi.ChatPostMessageArguments),
      tools,
    );
  return within(await tryBoth(message, form, attempt, tools), ({ channel: posted, ts }) => {
    // Slack names both in every answer; one that lacks them was cut on its way.
    if (isNamed(posted) && isNamed(ts)) return { is: 'sent', receipt: { channel: posted, message: ts } };
    return { is: 'unsure', reason: 'Slack accepted the message and did not say where it is' };
  });
}

const isNamed = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Gives a posted message another form, with the same metadata: twice is as good as once. */
export async function change(receipt: Receipt, message: Message, tools: CallTools): Promise<Edited> {
  const form = formOf(message);
  if (form === null) return { is: 'dead', reason: NO_BODY };
  const { channel, message: ts } = receipt;
  const attempt = (body: Form) =>
    call(
      'chat.update',
      channel,
      // Unlike a new message, a changed one is searched for names unless that is declined.
      client =>
        client.chat.update({
          blocks: [],
          ...body,
          parse: 'none',
          link_names: false,
          channel,
          ts,
        } as webApi.ChatUpdateArguments),
      tools,
    );
  return editedOf(await tryBoth(message, form, attempt, tools), receipt);
}

/** Takes a message of ours away. */
export async function takeAway(receipt: Receipt, tools: CallTools): Promise<Edited> {
  const { channel, message: ts } = receipt;
  return editedOf(await call('chat.delete', channel, client => client.chat.delete({ channel, ts }), tools), receipt);
}

/** The whole form, and where Slack finds fault with it the minimal one. */
async function tryBoth<T>(
  message: Message,
  form: Form,
  attempt: (body: Form) => Promise<Called<T>>,
  { log }: CallTools,
): Promise<Called<T> | { readonly is: 'hopeless'; readonly reason: string }> {
  const first = await attempt(form);
  if (first.is !== 'malformed') return first;
  log.error(
    { message: message.key, code: first.code },
    'Slack found fault with the form of a message; its minimal form is tried',
  );
  const second = await attempt(minimalOf(message, form, first.code));
  if (second.is !== 'malformed') return second;
  return {
    is: 'hopeless',
    reason: `Slack refuses the message, in its minimal form too (${first.code}, ${second.code})`,
  };
}

/** By its metadata a message is found again; where Slack will not have them, by a button. */
function minimalOf({ key, part }: Message, { text, metadata, blocks }: Form, code: string): Form {
  const least = { text: minimalText(text) };
  if (!isAboutMetadata(code)) return { ...least, metadata };
  const carries = messageOf(blocks)?.carries ?? [];
  return { ...least, blocks: asPart(actionsOf(null, [{ action: 'why', label: 'Why?', carries }], key), part) };
}

function within<T>(
  called: Called<T> | { readonly is: 'hopeless'; readonly reason: string },
  answered: (answer: T) => Outcome,
): Outcome {
  switch (called.is) {
    case 'answered':
      return answered(called.answer);
    case 'hopeless':
      return { is: 'dead', reason: called.reason };
    case 'failed':
      return called.outcome.is === 'closed' ? { is: 'hold', reason: called.outcome.reason } : called.outcome;
    default:
      return { is: 'hold', reason: `Slack answered a post with ${called.code}` };
  }
}

function editedOf<T>(
  called: Called<T> | { readonly is: 'hopeless'; readonly reason: string },
  receipt: Receipt,
): Edited {
  switch (called.is) {
    case 'answered':
    case 'done':
      return { is: 'sent', receipt };
    case 'failed':
      return called.outcome;
    case 'hopeless':
      return { is: 'dead', reason: called.reason };
    default:
      return { is: 'dead', reason: `Slack refuses the change (${called.code})` };
  }
}

/** The frozen body with the keys it must have, whichever version of the bot rendered it; null for anything else. */
function formOf({ key, part, body }: Message): Form | null {
  if (typeof body !== 'object' || body === null) return null;
  const { text, blocks } = body as { readonly text?: unknown; readonly blocks?: unknown };
  if (typeof text !== 'string' || !Array.isArray(blocks)) return null;
  return { text, blocks: asPart(blocks, part), metadata: metadataOf(key, part, messageOf(blocks)?.carries) };
}
