import type { Outcome } from '../../core/delivery.ts';
import type { MessageBody } from './body.ts';
import type { Act } from './codes.ts';
import { ARCHIVED, GONE, LOCKED, STAYS_ARCHIVED } from './codes.ts';
import { postIn, tagsFor } from './forum-post.ts';
import type { Forum } from './forums.ts';
import type { Verdict } from './outcomes.ts';
import type { Called, Make } from './requests.ts';

export type Call = (act: Act, channel: string, make: Make) => Promise<Called>;

/**
 * Opens a post in a forum with a message as its first one. No nonce is known for it: one whose answer was lost is
 * asked for, never repeated.
 * @param least the message in fewer words, posted without tags
 * @returns the receipt names the post twice: a first message has the id of its thread
 */
export async function openPost(
  call: Call,
  forum: Forum,
  body: MessageBody,
  least: MessageBody | null = null,
): Promise<Verdict> {
  const { name, tags } = postIn(body);
  const applied = least === null ? tagsFor(forum, tags) : [];
  if ('refused' in applied) return { is: 'hold', reason: applied.refused };
  const { post: _, ...message } = least ?? body;
  const called = await call('post', forum.channel, (rest, { Routes }, how) =>
    rest.post(Routes.threads(forum.channel), { body: { name, applied_tags: applied, message }, ...how }),
  );
  if (called.is !== 'answered') return called;
  const id = typeof called.answer === 'object' && called.answer !== null && 'id' in called.answer && called.answer.id;
  if (typeof id !== 'string') return { is: 'unsure', reason: 'Discord answered 200 with something that is no post' };
  return { is: 'sent', receipt: { channel: id, message: id } };
}

/** Opens an archived post again, which takes no more than posting there unless it is locked. Null where it is open now. */
export async function reopen(call: Call, post: string): Promise<Exclude<Called, { is: 'answered' }> | null> {
  const called = await call('edit', post, (rest, { Routes }, how) =>
    rest.patch(Routes.channel(post), { body: { archived: false }, ...how }),
  );
  return called.is === 'answered' ? null : called;
}

const GONE_POST = 'the post was deleted in Discord';

/** What is wrong with one post of a forum is nothing wrong with the forum: a note to it is dead, the next post is sent. */
export function noteOutcome(outcome: Outcome): Outcome {
  if (outcome.is !== 'suspend') return outcome;
  if (outcome.reason === GONE.say) return { is: 'dead', reason: GONE_POST };
  return outcome.reason === LOCKED.say || outcome.reason === STAYS_ARCHIVED.say
    ? { is: 'dead', reason: 'the post is locked or archived in Discord' }
    : outcome;
}

/** Whether a post that is to be changed exists no more. */
export const isGone = (verdict: Verdict): boolean => verdict.is === 'suspend' && verdict.reason === GONE.say;

export const isArchived = (verdict: Verdict): boolean => verdict.is === 'closed' && verdict.reason === ARCHIVED.say;
