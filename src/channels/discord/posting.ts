import type { Edited, Outcome, Receipt } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import type { Message } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import { asPart, isBody, type MessageBody, minimalBody } from './body.ts';
import { WRONG_KIND } from './codes.ts';
import { isArchived, isGone, noteOutcome, openPost, reopen } from './forum-posting.ts';
import { type Forums, isWrongKind } from './forums.ts';
import type { Verdict } from './outcomes.ts';
import type { Requests } from './requests.ts';

export interface PostingTools extends Pick<Requests, 'call'> {
  /** Why nothing may be asked at all; null where it may. */
  readonly barred: () => Extract<Outcome, { is: 'wait' | 'down' }> | null;
  /** The names of the permissions that we lack in a channel, as far as that is known. */
  readonly lacking: (channel: string) => Promise<string | null>;
  readonly forums: Forums;
  readonly log: Log;
}

const NO_MESSAGE = 'Discord answered 200 with something that is no message';

type Suspend = Extract<Outcome, { is: 'suspend' }>;

/** Posting, changing and taking away messages: each one request, and a second where Discord found fault with the body. */
export function createPosting({ call, barred, lacking, forums, log }: PostingTools) {
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
    // A reply to a post of a forum goes into that post, which is a channel of its own.
    const into = replyTo && replyTo.message !== '' ? replyTo.channel : channel;
    const asNote = into === channel ? (outcome: Outcome) => outcome : noteOutcome;
    // Where that is not known yet, Discord says so.
    if (into === channel && forums.known(channel)) return openIn(channel, message.key, body);
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
    const { post: _, ...plain } = body;
    const first = await post(into, { ...plain, ...once });
    if (isWrongKind(first) && into === channel) return openIn(channel, message.key, body);
    if (first.is !== 'minimal') return asNote(outcomeOf(first));
    log.error({ channel: 'discord', message: message.key, reason: first.reason }, 'a message was refused as invalid');
    const least = minimalBody(body);
    const second = least === null ? first : await post(into, { ...least, ...once });
    if (isWrongKind(second) && into === channel) return openIn(channel, message.key, body);
    return asNote(outcomeOf(second));
  }

  /** Opens a post, and where its body is refused as invalid one in fewer words, without tags. */
  async function openIn(channel: string, key: string, body: MessageBody): Promise<Outcome> {
    const forum = await forums.read(channel);
    if (forum === null) return { is: 'hold', reason: WRONG_KIND.say };
    if ('is' in forum) return named(forum, channel);
    const first = await named(await openPost(call, forum, body), channel);
    if (first.is !== 'minimal') return outcomeOf(first);
    log.error({ channel: 'discord', message: key, reason: first.reason }, 'a message was refused as invalid');
    const least = minimalBody(body);
    const second = least === null ? first : await named(await openPost(call, forum, body, least), channel);
    return outcomeOf(second);
  }

  /** PATCH leaves alone what it is not given, so everything is; whoever was called by the first version is not again. */
  async function change(receipt: Receipt, body: MessageBody): Promise<Verdict> {
    const { channel, message: id } = receipt;
    const { content = '', embeds = [], components = [] } = body;
    const whole = { content, embeds, components, allowed_mentions: { parse: [] } };
    const called = await call('edit', channel, (rest, { Routes }, how) =>
      rest.patch(Routes.channelMessage(channel, id), { body: whole, ...how }),
    );
    if (called.is !== 'answered') return named(called, channel);
    return idOf(called.answer) === null ? { is: 'unsure', reason: NO_MESSAGE } : { is: 'sent', receipt };
  }

  /**
   * Changes something in a post of a forum: one that was archived meanwhile, as all are after some quiet days, is opened
   * for it; one that is gone with all that was in it counts as changed.
   */
  async function within(receipt: Receipt, act: () => Promise<Verdict>): Promise<Verdict> {
    const first = await act();
    if (isGone(first)) return { is: 'sent', receipt };
    if (!isArchived(first)) return first;
    const refused = await reopen(call, receipt.channel);
    if (refused === null) return await act();
    return refused.is === 'wait' || refused.is === 'down' || refused.is === 'unsure' ? refused : first;
  }

  async function edit({ channel }: Destination, receipt: Receipt, message: Message): Promise<Edited> {
    const bar = barred();
    if (bar) return bar;
    // Its id was never known: it was deleted before we heard of it.
    if (receipt.message === '') return { is: 'sent', receipt };
    if (!isBody(message.body)) return { is: 'dead', reason: 'The stored message is no message for Discord' };
    const body = asPart(message.body, message.part);
    const give = (given: MessageBody) => () => change(receipt, given);
    const first = await (receipt.channel === channel ? give(body)() : within(receipt, give(body)));
    if (first.is !== 'minimal') return editedOf(first, receipt);
    log.error({ channel: 'discord', message: message.key, reason: first.reason }, 'a change was refused as invalid');
    const least = minimalBody(body);
    return editedOf(least === null ? first : await change(receipt, least), receipt);
  }

  /** Of a post its first message alone, which is ours: what others have written below it is not taken away. */
  async function remove({ channel: destination }: Destination, receipt: Receipt): Promise<Edited> {
    const bar = barred();
    if (bar) return bar;
    const { channel, message: id } = receipt;
    if (id === '') return { is: 'sent', receipt };
    const take = async (): Promise<Verdict> => {
      const called = await call('remove', channel, (rest, { Routes }, how) =>
        rest.delete(Routes.channelMessage(channel, id), how),
      );
      return called.is === 'answered' ? { is: 'sent', receipt } : named(called, channel);
    };
    return editedOf(await (channel === destination ? take() : within(receipt, take)), receipt);
  }

  return { send, edit, remove };
}

function outcomeOf(verdict: Verdict): Outcome {
  if (verdict.is === 'minimal') return { is: verdict.otherwise, reason: verdict.reason };
  return verdict.is === 'closed' ? { is: 'hold', reason: verdict.reason } : verdict;
}

function editedOf(verdict: Verdict | Suspend, receipt: Receipt): Edited {
  switch (verdict.is) {
    case 'sent':
      return { is: 'sent', receipt };
    case 'minimal':
      return { is: verdict.otherwise, reason: verdict.reason };
    default:
      return verdict;
  }
}

function idOf(answer: unknown): string | null {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null;
  return typeof id === 'string' && id !== '' ? id : null;
}
