import type { Edited, Outcome, Receipt } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import type { Message } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import { asPart, isBody, type MessageBody, minimalBody } from './body.ts';
import type { Verdict } from './outcomes.ts';
import type { Requests } from './requests.ts';

export interface PostingTools extends Pick<Requests, 'call'> {
  /** Why nothing may be asked at all; null where it may. */
  readonly barred: () => Extract<Outcome, { is: 'wait' | 'down' }> | null;
  /** The names of the permissions that we lack in a channel, as far as that is known. */
  readonly lacking: (channel: string) => Promise<string | null>;
  readonly log: Log;
}

const NO_MESSAGE = 'Discord answered 200 with something that is no message';

type Suspend = Extract<Outcome, { is: 'suspend' }>;

/** Posting, changing and taking away messages: each one request, and a second where Discord found fault with the body. */
export function createPosting({ call, barred, lacking, log }: PostingTools) {
  async function named<T extends { readonly is: string }>(verdict: T, channel: string): Promise<T | Suspend> {
    const names = verdict.is === 'suspend' ? await lacking(channel) : null;
    if (names === null) return verdict;
    return { is: 'suspend', reason: `gwanbo lacks ${names} in the channel; grant that there, then resume` };
  }

  async function post(channel: string, body: object): Promise<Verdict> {
    const called = await call('post', channel, (rest, { Routes }, how) =>
      rest.post(Routes.channelMessages(channel), { body, ...how }),
    );
    if (called.is !== 'answered') return named(called, channel);
    const id = idOf(called.answer);
    if (id === null) return { is: 'unsure', reason: NO_MESSAGE };
    return { is: 'sent', receipt: { channel, message: id } };
  }

  async function send({ channel }: Destination, message: Message): Promise<Outcome> {
    const bar = barred();
    if (bar) return bar;
    if (!isBody(message.body)) return { is: 'dead', reason: 'The stored message is no message for Discord' };
    const body = asPart(message.body, message.part);
    const { replyTo } = message;
    const once = {
      // The part of its own: two texts that share a nonce would be one message.
      nonce: `${message.key}-${message.part}`,
      enforce_nonce: true,
      // A reply to what a moderator has deleted stands by itself.
      ...(replyTo &&
        replyTo.message !== '' && {
          message_reference: { message_id: replyTo.message, fail_if_not_exists: false },
        }),
    };
    const first = await post(channel, { ...body, ...once });
    if (first.is !== 'minimal') return outcomeOf(first);
    log.error({ channel: 'discord', message: message.key, reason: first.reason }, 'a message was refused as invalid');
    const least = minimalBody(body);
    const second = least === null ? first : await post(channel, { ...least, ...once });
    return second.is === 'minimal' ? { is: 'dead', reason: second.reason } : outcomeOf(second);
  }

  /** PATCH leaves alone what it is not given, so everything is; whoever was called by the first version is not again. */
  async function change({ channel, message: id }: Receipt, body: MessageBody): Promise<Verdict> {
    const { content = '', embeds = [], components = [] } = body;
    const whole = { content, embeds, components, allowed_mentions: { parse: [] } };
    const called = await call('edit', channel, (rest, { Routes }, how) =>
      rest.patch(Routes.channelMessage(channel, id), { body: whole, ...how }),
    );
    if (called.is !== 'answered') return named(called, channel);
    if (idOf(called.answer) === null) return { is: 'unsure', reason: NO_MESSAGE };
    return { is: 'sent', receipt: { channel, message: id } };
  }

  async function edit(receipt: Receipt, message: Message): Promise<Edited> {
    const bar = barred();
    if (bar) return bar;
    // Its id was never known: it was deleted before we heard of it.
    if (receipt.message === '') return { is: 'sent', receipt };
    if (!isBody(message.body)) return { is: 'dead', reason: 'The stored message is no message for Discord' };
    const body = asPart(message.body, message.part);
    const first = await change(receipt, body);
    if (first.is !== 'minimal') return editedOf(first, receipt);
    log.error({ channel: 'discord', message: message.key, reason: first.reason }, 'a change was refused as invalid');
    const least = minimalBody(body);
    return editedOf(least === null ? first : await change(receipt, least), receipt);
  }

  async function remove({ channel, message: id }: Receipt): Promise<Edited> {
    const bar = barred();
    if (bar) return bar;
    const receipt = { channel, message: id };
    if (id === '') return { is: 'sent', receipt };
    const called = await call('remove', channel, (rest, { Routes }, how) =>
      rest.delete(Routes.channelMessage(channel, id), how),
    );
    return called.is === 'answered' ? { is: 'sent', receipt } : editedOf(await named(called, channel), receipt);
  }

  return { send, edit, remove };
}

const outcomeOf = (verdict: Exclude<Verdict, { is: 'minimal' }>): Outcome =>
  verdict.is === 'closed' ? { is: 'hold', reason: verdict.reason } : verdict;

function editedOf(verdict: Verdict | Suspend, receipt: Receipt): Edited {
  switch (verdict.is) {
    case 'sent':
      return { is: 'sent', receipt };
    case 'minimal':
      return { is: 'dead', reason: verdict.reason };
    default:
      return verdict;
  }
}

function idOf(answer: unknown): string | null {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null;
  return typeof id === 'string' ? id : null;
}
