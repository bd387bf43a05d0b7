import { readButtonId } from '../../core/button.ts';
import type { History, Posted } from '../../core/delivery.ts';
import { pause } from './backoff.ts';
import type { DiscordJs } from './library.ts';
import { PACE } from './limits.ts';
import type { Verdict } from './outcomes.ts';
import { permissionsIn } from './permissions.ts';
import type { Called, Requests } from './requests.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Stopped = Exclude<History, { is: 'read' }>;

export interface HistoryTools {
  readonly requests: Pick<Requests, 'call' | 'load'>;
  /** Our own bot, once it is known; kept from one reading to the next. */
  readonly me: { id: string | null };
  readonly now: () => Temporal.Instant;
  readonly closing: AbortSignal;
  /** Whether the gateway has told that we may read a channel's history; null where it has not. */
  readonly mayRead: (channel: string) => Promise<boolean | null>;
}

const FORBIDDEN = 'gwanbo may not read what it posted there: grant Read Message History, then release it';

/** Snowflakes hold the milliseconds since the first second of 2015 in their upper bits. */
const EPOCH = 1_420_070_400_000;
export const snowflake = (milliseconds: number): string =>
  (BigInt(Math.max(0, Math.floor(milliseconds - EPOCH))) << 22n).toString();

/** Reads a channel back: whose messages are ours, and which, is told by their author and the ids of their buttons. */
export function createHistory({ requests, me, now, closing, mayRead }: HistoryTools) {
  /** Asks once, and again where Discord wants a short pause: the pages before must not be read for nothing. */
  async function get(
    channel: string,
    route: (discord: DiscordJs) => `/${string}`,
    query?: URLSearchParams,
  ): Promise<Called> {
    for (;;) {
      const called = await requests.call('read', channel, (rest, discord, options) =>
        rest.get(route(discord), { ...options, ...(query && { query }) }),
      );
      if (called.is !== 'wait') return called;
      const wait = Temporal.Instant.from(called.at).since(now()).total('milliseconds');
      if (!called.reason.includes('slow down') || wait > PACE.shortWait) return called;
      if (!(await pause(Math.max(wait, 0), closing))) return called;
    }
  }

  async function self(channel: string): Promise<string | Stopped> {
    if (me.id !== null) return me.id;
    const called = await get(channel, discord => discord.Routes.user('@me'));
    if (called.is !== 'answered') return stopped(called);
    const { id } = objectOf(called.answer);
    if (typeof id !== 'string') return unreadable(now());
    me.id = id;
    return id;
  }

  /** Lacking Read Message History, Discord answers with an empty list and no error: only then is this asked. */
  async function permitted(channel: string, user: string): Promise<true | Stopped> {
    const known = await mayRead(channel);
    if (known !== null) return known || { is: 'hold', reason: FORBIDDEN };
    const found = await get(channel, discord => discord.Routes.channel(channel));
    if (found.is !== 'answered') return stopped(found);
    let target = objectOf(found.answer);
    const guild = target.guild_id;
    // Direct messages belong to no server, and whoever has them may read them.
    if (typeof guild !== 'string') return true;
    if ('thread_metadata' in target && typeof target.parent_id === 'string') {
      const parent = target.parent_id;
      const above = await get(channel, discord => discord.Routes.channel(parent));
      if (above.is !== 'answered') return stopped(above);
      target = objectOf(above.answer);
    }
    const server = await get(channel, discord => discord.Routes.guild(guild));
    if (server.is !== 'answered') return stopped(server);
    const member = await get(channel, discord => discord.Routes.guildMember(guild, user));
    if (member.is !== 'answered') return stopped(member);
    const discord = await requests.load();
    const grounds = { channel: target, guild: objectOf(server.answer), member: objectOf(member.answer), user };
    const { ViewChannel, ReadMessageHistory } = discord.PermissionFlagsBits;
    const needed = ViewChannel | ReadMessageHistory;
    return (permissionsIn(discord, grounds) & needed) === needed || { is: 'hold', reason: FORBIDDEN };
  }

  async function read(channel: string, since: string): Promise<History> {
    const user = await self(channel);
    if (typeof user !== 'string') return user;
    const from = Temporal.Instant.from(since).epochMilliseconds - PACE.margin;
    let after = snowflake(from);
    const messages: Posted[] = [];
    for (let page = 0; page < PACE.pages; page++) {
      const query = new URLSearchParams({ after, limit: String(PACE.page) });
      const called = await get(channel, discord => discord.Routes.channelMessages(channel), query);
      if (called.is !== 'answered') return stopped(called);
      if (!Array.isArray(called.answer)) return unreadable(now());
      const listed = (called.answer as readonly unknown[]).map(objectOf);
      // A list of other things proves nothing about what was posted.
      if (!listed.every(isMessage)) return unreadable(now());
      messages.push(...listed.flatMap(message => postedOf(message, channel, user)));
      if (listed.length === 0 && page === 0) {
        const allowed = await permitted(channel, user);
        if (allowed !== true) return allowed;
      }
      if (listed.length < PACE.page) return { is: 'read', messages };
      // The page is the one nearest to `after`, its newest message first.
      after = listed
        .map(({ id }) => BigInt(String(id)))
        .reduce((most, id) => (id > most ? id : most), BigInt(after))
        .toString();
    }
    return {
      is: 'hold',
      reason: `more than ${PACE.pages * PACE.page} messages were posted there since; look for it yourself`,
    };
  }

  return { read, get, self };
}

export const isSnowflake = (value: unknown): boolean => typeof value === 'string' && /^\d{1,20}$/.test(value);
export const isMessage = ({ id, author }: Json): boolean => isSnowflake(id) && isSnowflake(objectOf(author).id);

export function postedOf(message: Json, channel: string, user: string): readonly Posted[] {
  if (objectOf(message.author).id !== user) return [];
  const ids = listOf(message.components)
    .flatMap(row => listOf(objectOf(row).components))
    .flatMap(button => readButtonId(String(objectOf(button).custom_id)) ?? []);
  const [first] = ids;
  if (!first) return [];
  const carries = ids.flatMap(one => one.carries ?? []);
  const receipt = { channel, message: String(message.id) };
  return [{ key: first.key, part: first.part, receipt, ...(carries.length > 0 && { carries }) }];
}

export function stopped(verdict: Exclude<Called, { is: 'answered' }> | Verdict): Stopped {
  switch (verdict.is) {
    case 'wait':
    case 'suspend':
    case 'down':
      return verdict;
    case 'sent':
      return { is: 'hold', reason: 'Discord gave no answer to what was asked' };
    default:
      return { is: 'hold', reason: verdict.reason };
  }
}

export const unreadable = (now: Temporal.Instant): Stopped => ({
  is: 'wait',
  at: now.add({ milliseconds: PACE.again }).toString(),
  reason: 'Discord answered 200 with something that is no answer of its API',
});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
