import { checkSchema, mentionsOf, refuseMessage } from './fake-slack-rules.ts';

export type Json = Record<string, unknown>;

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  isArchived: boolean;
  /** The bot's own membership: posting and history need it. */
  botIsMember: boolean;
  readonly members: Set<string>;
}

export interface FakeUser {
  readonly id: string;
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
}

/** A message as people see it. */
export interface FakeMessage {
  readonly ts: string;
  /** The message whose thread it is in; null in the channel itself. */
  readonly thread: string | null;
  /** B0BOT is our own. */
  readonly bot: string | null;
  text: string;
  blocks: readonly Json[];
  metadata: { readonly event_type: string; readonly event_payload: Json } | null;
  edited: boolean;
  /** Everything that was asked for, decoded; and whom it called. */
  readonly body: Json;
  readonly mentions: readonly string[];
}

/** The scope each method needs, as Slack's reference names it; "groups:" where the channel is private. */
const SCOPES: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'conversations.info': 'channels:read',
  'conversations.join': 'channels:join',
  'conversations.members': 'channels:read',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'users.info': 'users:read',
  'users.conversations': 'channels:read',
};
const TIER_3 = new Set(['chat.update', 'chat.delete', 'conversations.history', 'conversations.replies']);
const ALL_SCOPES = [
  'commands',
  ...new Set(Object.values(SCOPES).filter(scope => scope !== null)),
  'groups:read',
  'groups:history',
];

export const TEAM = 'T0TEST';

export const refuse = (error: string, more: Json = {}): Json => ({ ok: false, error, ...more });

/**
 * A workspace of Slack and the methods of its Web API, as far as the bot calls them: T0TEST with the channel C0TRADE
 * (public, the bot is in it) and its member U0ANA.
 * @param impolite what Slack would complain of is added here
 */
export function createWorkspace(
  options: {
    readonly scopes?: readonly string[] | undefined;
    readonly burst?: number | undefined;
    readonly page?: number | undefined;
    readonly skew?: number | undefined;
  },
  impolite: string[],
) {
  const granted = new Set(options.scopes ?? ALL_SCOPES);
  const burst = options.burst ?? 5;
  const channels = new Map<string, FakeChannel>();
  const users = new Map<string, FakeUser>();
  const stored = new Map<string, FakeMessage[]>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  let stamp = 0;

  const addChannel = (channel: Partial<FakeChannel> & { readonly id: string }): FakeChannel => {
    const whole: FakeChannel = {
      name: channel.id.toLowerCase(),
      isPrivate: false,
      isArchived: false,
      botIsMember: true,
      ...channel,
      members: new Set(channel.members ?? []),
    };
    channels.set(whole.id, whole);
    return whole;
  };
  const addUser = (user: FakeUser) => users.set(user.id, { team_id: TEAM, ...user });
  addChannel({ id: 'C0TRADE', name: 'trade', members: new Set(['U0ANA']) });
  addUser({ id: 'U0ANA' });

  function mayCall(method: string, channel: FakeChannel | undefined): Json | null {
    const scope = SCOPES[method];
    if (scope === undefined) return refuse('unknown_method', { req_method: method });
    const needed = channel?.isPrivate ? (scope?.replace('channels:', 'groups:') ?? null) : scope;
    return needed === null || granted.has(needed)
      ? null
      : refuse('missing_scope', { needed, provided: [...granted].join(',') });
  }

  /** The channel as the bot sees it: private ones it is not in do not exist. */
  function visible(id: unknown): FakeChannel | undefined {
    const channel = channels.get(String(id));
    return channel && (!channel.isPrivate || channel.botIsMember) ? channel : undefined;
  }

  function post(body: Json): Json {
    const channel = visible(body.channel);
    if (!channel) return refuse('channel_not_found');
    if (channel.isArchived) return refuse('is_archived');
    if (!channel.botIsMember) return refuse('not_in_channel');
    const wrong = refuseMessage(body);
    if (wrong !== null) {
      impolite.push(`${wrong} in ${channel.id}: ${JSON.stringify(body).slice(0, 300)}`);
      return refuse(wrong);
    }
    const schema = checkSchema('PostMessage', body);
    if (schema !== null) {
      impolite.push(`schema of chat.postMessage: ${schema}`);
      return refuse('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${schema}`] } });
    }
    const thread = typeof body.thread_ts === 'string' ? body.thread_ts : null;
    if (thread !== null && !stored.get(channel.id)?.some(({ ts }) => ts === thread)) return refuse('thread_not_found');
    const message = store(channel.id, {
      thread,
      bot: 'B0BOT',
      text: String(body.text ?? ''),
      blocks: (body.blocks ?? []) as Json[],
      metadata: (body.metadata ?? null) as FakeMessage['metadata'],
      edited: false,
      body,
      mentions: mentionsOf(body),
    });
    const { ts, text } = message;
    return {
      ok: true,
      channel: channel.id,
      ts,
      message: { type: 'message', text, ts, bot_id: 'B0BOT', user: 'U0BOT' },
    };
  }

  function store(channel: string, message: Omit<FakeMessage, 'ts'>): FakeMessage {
    stamp = Math.max(stamp + 1, (Date.now() + (options.skew ?? 0)) * 1000);
    const ts = `${Math.floor(stamp / 1_000_000)}.${String(stamp % 1_000_000).padStart(6, '0')}`;
    const whole = { ts, ...message };
    stored.set(channel, [...(stored.get(channel) ?? []), whole]);
    return whole;
  }

  /** Somebody else writes a message, or another app one with whatever metadata it likes. */
  const say = (channel: string, text: string, more: Partial<FakeMessage> = {}) =>
    store(channel, {
      thread: null,
      bot: null,
      text,
      blocks: [],
      metadata: null,
      edited: false,
      body: {},
      mentions: [],
      ...more,
    });

  /** A bucket of calls: so many at once, then so many a second. */
  function isOver(bucket: string, most: number, perSecond: number): boolean {
    const now = Date.now();
    const { tokens: had, at } = buckets.get(bucket) ?? { tokens: most, at: now };
    const tokens = Math.min(most, had + ((now - at) / 1000) * perSecond);
    buckets.set(bucket, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens < 1;
  }

  /**
   * One message a second a channel and five in the workspace, after a burst; fifty calls a minute of a method of Tier 3.
   * @returns what is too fast, or null
   */
  function isTooFast(method: string, body: Json): string | null {
    if (method === 'chat.postMessage') {
      if (isOver(`channel ${String(body.channel)}`, burst, 1)) return `a message a second in ${String(body.channel)}`;
      return isOver('workspace', Math.max(burst, 10), 5) ? 'five messages a second in the workspace' : null;
    }
    if (!TIER_3.has(method)) return null;
    return isOver(method, 10, 50 / 60) ? `fifty calls a minute of ${method}` : null;
  }

  /** Changing and taking away a message of our own; whoever is not in the channel any more cannot. */
  function own(body: Json): FakeMessage | Json {
    const channel = visible(body.channel);
    if (!channel) return refuse('channel_not_found');
    const message = stored.get(channel.id)?.find(({ ts }) => ts === body.ts);
    return message ?? refuse('message_not_found');
  }

  function update(body: Json): Json {
    const message = own(body);
    if ('ok' in message) return message;
    if (message.bot !== 'B0BOT') return refuse('cant_update_message');
    const wrong = refuseMessage(body) ?? (String(body.text ?? '').length > 4000 ? 'msg_too_long' : null);
    const schema = checkSchema('Update', body);
    if (schema !== null) impolite.push(`schema of chat.update: ${schema}`);
    if (wrong !== null || schema !== null) return refuse(wrong ?? 'invalid_arguments');
    const changed = message as { -readonly [K in keyof FakeMessage]: FakeMessage[K] };
    changed.text = String(body.text ?? message.text);
    changed.blocks = (body.blocks ?? message.blocks) as Json[];
    // What is not sent again is gone.
    changed.metadata = (body.metadata ?? null) as FakeMessage['metadata'];
    changed.edited = true;
    return { ok: true, channel: body.channel, ts: message.ts, text: message.text };
  }

  function remove(body: Json): Json {
    const message = own(body);
    if ('ok' in message) return message;
    if (message.bot !== 'B0BOT') return refuse('cant_delete_message');
    const id = String(body.channel);
    stored.set(
      id,
      (stored.get(id) ?? []).filter(({ ts }) => ts !== body.ts),
    );
    return { ok: true, channel: id, ts: message.ts };
  }

  /** A page of what a channel shows, or of a thread: the message it hangs on and the replies to it. */
  function history(body: Json, thread: string | null): Json {
    const channel = visible(body.channel);
    if (!channel) return refuse('channel_not_found');
    if (!channel.botIsMember) return refuse('not_in_channel');
    const schema = thread === null ? checkSchema('History', body) : null;
    if (schema !== null) impolite.push(`schema of conversations.history: ${schema}`);
    const all = stored.get(channel.id) ?? [];
    if (thread !== null && !all.some(one => one.ts === thread || one.thread === thread))
      return refuse('thread_not_found');
    const oldest = Number(body.oldest ?? 0);
    const latest = Number(body.latest ?? Number.POSITIVE_INFINITY);
    const within = (at: number) =>
      body.inclusive === true ? at >= oldest && at <= latest : at > oldest && at < latest;
    const limit = Math.min(Number(body.limit ?? 100), options.page ?? 999);
    const start = Number(body.cursor ?? 0);
    const inside = (thread === null ? [...all].reverse().filter(one => one.thread === null) : all).filter(
      one =>
        (thread !== null && one.ts === thread) ||
        (within(Number(one.ts)) && (thread === null || one.thread === thread)),
    );
    const page = inside.slice(start, start + limit).map(one => shown(one, body.include_all_metadata === true));
    const more = start + limit < inside.length;
    return {
      ok: true,
      messages: page,
      has_more: more,
      response_metadata: { next_cursor: more ? String(start + limit) : '' },
    };
  }

  /** Without `include_all_metadata` only the type of the metadata is told. */
  function shown({ ts, thread, bot, text, blocks, metadata }: FakeMessage, all: boolean): Json {
    return {
      type: 'message',
      ...(bot === null ? { user: 'U0ANA' } : { user: bot.replace('B0', 'U0'), bot_id: bot }),
      ts,
      text,
      blocks,
      ...(thread === null ? {} : { thread_ts: thread }),
      ...(metadata === null ? {} : { metadata: all ? metadata : { event_type: metadata.event_type } }),
    };
  }

  function answer(method: string, body: Json): Json {
    const channel = visible(body.channel);
    const barred = mayCall(method, channel);
    if (barred) return barred;
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          url: 'https://test.slack.com/',
          team: 'Test',
          team_id: TEAM,
          user: 'gwanbo',
          user_id: 'U0BOT',
          bot_id: 'B0BOT',
        };
      case 'chat.postMessage':
        return post(body);
      case 'chat.update':
        return update(body);
      case 'chat.delete':
        return remove(body);
      case 'conversations.history':
        return history(body, null);
      case 'conversations.replies':
        return history(body, String(body.ts));
      case 'conversations.info':
        if (!channel) return refuse('channel_not_found');
        return {
          ok: true,
          channel: {
            id: channel.id,
            name: channel.name,
            is_channel: true,
            is_private: channel.isPrivate,
            is_archived: channel.isArchived,
            is_member: channel.botIsMember,
          },
        };
      case 'conversations.join':
        if (!channel) return refuse('channel_not_found');
        if (channel.isArchived) return refuse('is_archived');
        if (channel.isPrivate) return refuse('method_not_supported_for_channel_type');
        channel.botIsMember = true;
        return { ok: true, channel: { id: channel.id } };
      case 'conversations.members':
        return channel ? { ok: true, members: [...channel.members] } : refuse('channel_not_found');
      case 'users.info': {
        const user = users.get(String(body.user));
        return user ? { ok: true, user } : refuse('user_not_found');
      }
      case 'users.conversations': {
        const seen = [...channels.values()].filter(one => one.members.has(String(body.user)) && visible(one.id));
        const start = Number(body.cursor ?? 0);
        const limit = Number(body.limit ?? 100);
        const more = start + limit < seen.length;
        return {
          ok: true,
          channels: seen.slice(start, start + limit).map(({ id, name }) => ({ id, name })),
          response_metadata: { next_cursor: more ? String(start + limit) : '' },
        };
      }
      default:
        return refuse('unknown_method');
    }
  }

  return { channels, users, stored, addChannel, addUser, say, answer, isTooFast };
}
