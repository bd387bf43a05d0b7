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
  text: string;
  blocks: readonly Json[];
  metadata: { readonly event_type: string; readonly event_payload: Json } | null;
  edited: boolean;
  /** Everything that was asked for, decoded. */
  readonly body: Json;
  /** Whom it called. */
  readonly mentions: readonly string[];
}

/** The scope each method needs, as Slack's reference names it; "groups:" where the channel is private. */
const SCOPES: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.info': 'channels:read',
  'conversations.join': 'channels:join',
  'conversations.members': 'channels:read',
  'conversations.history': 'channels:history',
  'users.info': 'users:read',
  'users.conversations': 'channels:read',
};
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
  options: { readonly scopes?: readonly string[] | undefined; readonly burst?: number | undefined },
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
    const now = Date.now();
    stamp = Math.max(stamp + 1, now * 1000);
    const ts = `${Math.floor(stamp / 1_000_000)}.${String(stamp % 1_000_000).padStart(6, '0')}`;
    const message: FakeMessage = {
      ts,
      text: String(body.text ?? ''),
      blocks: (body.blocks ?? []) as Json[],
      metadata: (body.metadata ?? null) as FakeMessage['metadata'],
      edited: false,
      body,
      mentions: mentionsOf(body),
    };
    stored.set(channel.id, [...(stored.get(channel.id) ?? []), message]);
    return {
      ok: true,
      channel: channel.id,
      ts,
      message: { type: 'message', text: message.text, ts, bot_id: 'B0BOT', user: 'U0BOT' },
    };
  }

  /** One message a second a channel, after a burst. */
  function isTooFast(channel: string): boolean {
    const now = Date.now();
    const bucket = buckets.get(channel) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / 1000);
    buckets.set(channel, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens < 1;
  }

  function update(body: Json): Json {
    const message = stored.get(String(body.channel))?.find(({ ts }) => ts === body.ts);
    if (!message) return refuse('message_not_found');
    const wrong = refuseMessage(body) ?? checkSchema('Update', body);
    if (wrong !== null) return refuse('invalid_blocks');
    message.text = String(body.text ?? message.text);
    message.blocks = (body.blocks ?? message.blocks) as Json[];
    if (body.metadata !== undefined) message.metadata = body.metadata as FakeMessage['metadata'];
    message.edited = true;
    return { ok: true, channel: body.channel, ts: message.ts, text: message.text };
  }

  function history(body: Json): Json {
    const channel = visible(body.channel);
    if (!channel) return refuse('channel_not_found');
    if (!channel.botIsMember) return refuse('not_in_channel');
    const oldest = Number(body.oldest ?? 0);
    const latest = Number(body.latest ?? Number.POSITIVE_INFINITY);
    const inclusive = body.inclusive === true;
    const limit = Math.min(Number(body.limit ?? 100), 999);
    const start = Number(body.cursor ?? 0);
    const inside = [...(stored.get(channel.id) ?? [])]
      .reverse()
      .filter(({ ts }) =>
        inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest,
      );
    const page = inside.slice(start, start + limit).map(({ ts, text, blocks, metadata }) => ({
      type: 'message',
      user: 'U0BOT',
      bot_id: 'B0BOT',
      ts,
      text,
      blocks,
      ...(metadata === null
        ? {}
        : { metadata: body.include_all_metadata === true ? metadata : { event_type: metadata.event_type } }),
    }));
    const more = start + limit < inside.length;
    return {
      ok: true,
      messages: page,
      has_more: more,
      response_metadata: { next_cursor: more ? String(start + limit) : '' },
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
      case 'conversations.history':
        return history(body);
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

  return { channels, users, stored, addChannel, addUser, answer, isTooFast };
}
