import type { History, Posted } from '../../core/delivery.ts';
import { GONE } from './codes.ts';
import type { Forum } from './forums.ts';
import {
  type createHistory,
  isMessage,
  isSnowflake,
  type Json,
  objectOf,
  postedOf,
  type Stopped,
  snowflake,
  stopped,
  unreadable,
} from './history.ts';
import type { DiscordJs } from './library.ts';
import { PACE } from './limits.ts';

/** A list of other things proves nothing about what was posted. */
const isThread = ({ id, parent_id: parent, owner_id: owner }: Json): boolean => [id, parent, owner].every(isSnowflake);

export interface ForumHistoryTools extends Pick<ReturnType<typeof createHistory>, 'get' | 'self'> {
  readonly now: () => Temporal.Instant;
}

/**
 * Reads a forum back: the posts that we opened since, whether open or archived, each by the buttons of its first
 * message. Archived posts are listed only for who may read the history, so that an empty list is proof.
 */
export function createForumHistory({ get, self, now }: ForumHistoryTools) {
  /** Threads of a page; the answer, else. */
  async function list(
    channel: string,
    route: (discord: DiscordJs) => `/${string}`,
    query?: URLSearchParams,
  ): Promise<{ readonly threads: readonly Json[]; readonly more: boolean } | Stopped> {
    const called = await get(channel, route, query);
    if (called.is !== 'answered') return stopped(called);
    const { threads, has_more: more } = objectOf(called.answer);
    if (!Array.isArray(threads)) return unreadable(now());
    const listed = threads.map(objectOf);
    return listed.every(isThread) ? { threads: listed, more: more === true } : unreadable(now());
  }

  /** The newest archived comes first: what was archived before `from` was opened before. */
  async function archived(channel: string, from: number): Promise<readonly Json[] | Stopped> {
    const found: Json[] = [];
    let before: string | null = null;
    for (let page = 0; page < PACE.pages; page++) {
      const query = new URLSearchParams({ limit: String(PACE.page), ...(before !== null && { before }) });
      const listed = await list(channel, discord => discord.Routes.channelThreads(channel, 'public'), query);
      if ('is' in listed) return listed;
      found.push(...listed.threads);
      const { archive_timestamp: oldest } = objectOf(listed.threads.at(-1)?.thread_metadata);
      if (!listed.more || typeof oldest !== 'string' || Date.parse(oldest) < from) return found;
      before = oldest;
    }
    return {
      is: 'hold',
      reason: `more than ${PACE.pages * PACE.page} posts were archived there since; look for it yourself`,
    };
  }

  /** The first message of a post; none where it was deleted, and the post with it or not. */
  async function starter(forum: Forum, post: string, user: string): Promise<readonly Posted[] | Stopped> {
    const query = new URLSearchParams({ after: (BigInt(post) - 1n).toString(), limit: '1' });
    const called = await get(forum.channel, discord => discord.Routes.channelMessages(post), query);
    if (called.is !== 'answered') {
      const why = stopped(called);
      return why.reason === GONE.say ? [] : why;
    }
    if (!Array.isArray(called.answer)) return unreadable(now());
    const listed = called.answer.map(objectOf);
    if (!listed.every(isMessage)) return unreadable(now());
    const first = listed[0] ?? {};
    return first.id === post ? postedOf(first, post, user) : [];
  }

  return async function read(forum: Forum, since: string): Promise<History> {
    const { channel, guild } = forum;
    const user = await self(channel);
    if (typeof user !== 'string') return user;
    const from = Temporal.Instant.from(since).epochMilliseconds - PACE.margin;
    const active = async () => {
      const listed = await list(channel, discord => discord.Routes.guildActiveThreads(guild));
      return 'is' in listed ? listed : listed.threads;
    };
    const ours = new Set<string>();
    // One that is opened again meanwhile has left the archived ones unseen: the open ones are asked for twice.
    for (const look of [active, () => archived(channel, from), active]) {
      const threads = await look();
      if ('is' in threads) return threads;
      for (const { id, parent_id: parent, owner_id: owner } of threads)
        if (parent === channel && owner === user && BigInt(String(id)) >= BigInt(snowflake(from))) ours.add(String(id));
    }
    const messages: Posted[] = [];
    for (const post of ours) {
      const found = await starter(forum, post, user);
      if ('is' in found) return found;
      messages.push(...found);
    }
    return { is: 'read', messages };
  };
}
