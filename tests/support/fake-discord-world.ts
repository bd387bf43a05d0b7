import { PermissionFlagsBits } from 'discord.js';

export type Permission = keyof typeof PermissionFlagsBits;

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  /** Discord's number: 0 text, 1 direct messages, 5 announcement, 11 thread, 15 forum, 16 media. */
  readonly type: number;
  /** Of a thread: the channel it belongs to, whose overwrites hold in it. */
  readonly parent?: string;
  /** Of a thread. A message opens an archived one again unless it is locked too. */
  archived?: boolean;
  locked?: boolean;
  archivedAt?: string;
  /** Of a thread: who opened it, and the ids of its tags. */
  readonly owner?: string;
  readonly applied?: readonly string[];
  /** Of a forum: the tags that its posts may have, and whether each must have one. */
  tags?: readonly { readonly id: string; readonly name: string; readonly moderated?: boolean }[];
  demandsTag?: boolean;
  /** What the bot may do there; a test changes it to take a right away. */
  permissions: Permission[];
}

/** A message as the channel shows it; `pings` is whom it notified. */
export interface FakeMessage {
  readonly id: string;
  readonly channel: string;
  content: string;
  embeds: FakeEmbed[];
  components: unknown[];
  readonly pings: string[];
  readonly nonce: string | null;
  readonly author: string;
  /** The message that this one replies to. */
  readonly reference: string | null;
  /** How often it was changed. */
  edits: number;
  deleted: boolean;
}
interface FakeEmbed {
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
  readonly footer?: { readonly text: string };
}

export interface FakeRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  status: number;
}

interface When {
  /** How many requests it befalls; 1. */
  readonly times?: number;
  /** Only posts to this channel. */
  readonly channel?: string;
  /** Only requests such as "GET /gateway/bot"; posts of messages if left out. */
  readonly route?: RegExp;
}
export type Fault = When &
  (
    | { /** Stored, then the connection is cut: the answer is lost. */ readonly fault: 'lose' }
    | { /** Cut before anything was stored. */ readonly fault: 'reset' }
    | { /** Never answered, and nothing stored. */ readonly fault: 'silence' }
    | { /** Stored, and answered 200 with half a JSON text. */ readonly fault: 'cut' }
    | { /** Answered 200 with this, whatever was asked. */ readonly fault: 'answer'; readonly body: unknown }
    | { /** Answered 200 with a page. */ readonly fault: 'html'; readonly stored: boolean }
    | { /** Executed and answered so much later. */ readonly fault: 'delay'; readonly ms: number }
    | {
        /** Stored and never answered, or answered with headers only. */ readonly fault: 'hang';
        readonly headers?: boolean;
      }
    | {
        readonly fault: 'status';
        readonly status: number;
        readonly code?: number;
        readonly message?: string;
        readonly stored?: boolean;
        readonly html?: boolean;
        /** More fields of the error body, such as retry_after. */
        readonly fields?: object;
      }
    | {
        readonly fault: 'rateLimit';
        /** Seconds; null leaves the header out. */
        readonly retryAfter: number | null;
        readonly scope?: 'user' | 'global' | 'shared';
      }
  );

export const APPLICATION = '700000000000000001';
export const BOT = '700000000000000002';
export const GUILD = '700000000000000003';
const OWNER = '700000000000000004';
/** Enough to post: what the printed invite link asks for. */
export const POSTING: readonly Permission[] = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'EmbedLinks',
  'ReadMessageHistory',
];

export const isForum = (channel: FakeChannel) => channel.type === 15 || channel.type === 16;
export const isThread = (channel: FakeChannel) => channel.type >= 10 && channel.type <= 12;
export const bitsOf = (permissions: readonly Permission[]) =>
  permissions.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n).toString();

let last = 0n;
/** Grows with time, as Discord's ids do: milliseconds since 2015 in the upper bits. */
export function snowflake(): string {
  const now = (BigInt(Date.now()) - 1_420_070_400_000n) << 22n;
  last = now > last ? now : last + 1n;
  return last.toString();
}

export function userOf(id: string, name: string) {
  return { id, username: name, discriminator: '0', global_name: name, avatar: null, bot: id === BOT };
}

export function apiChannel(channel: FakeChannel) {
  return {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    ...(channel.type !== 1 && { guild_id: GUILD }),
    position: 0,
    permission_overwrites: isThread(channel) ? undefined : [{ id: BOT, type: 1, ...overwritesOf(channel) }],
    parent_id: channel.parent ?? null,
    ...(isForum(channel) && {
      flags: channel.demandsTag ? 16 : 0,
      available_tags: (channel.tags ?? []).map(tag => ({ moderated: false, emoji_id: null, emoji_name: null, ...tag })),
    }),
    ...(isThread(channel) && {
      owner_id: channel.owner ?? OWNER,
      applied_tags: channel.applied ?? [],
      member_count: 1,
      message_count: 1,
      thread_metadata: {
        archived: channel.archived ?? false,
        auto_archive_duration: 1440,
        archive_timestamp: channel.archivedAt ?? '2025-12-01T00:00:00.000Z',
        locked: channel.locked ?? false,
      },
    }),
  };
}

/** The guild's default role allows nothing, so that a channel's overwrite for the bot says it all. */
function overwritesOf(channel: FakeChannel) {
  const denied = POSTING.filter(name => !channel.permissions.includes(name));
  return { allow: bitsOf(channel.permissions), deny: bitsOf(denied) };
}

/** Our own member of the guild: without roles, so that the overwrites of a channel say what it may do. */
export const apiMember = () => ({
  user: userOf(BOT, 'gwanbo'),
  roles: [],
  joined_at: '2025-01-01T00:00:00.000Z',
  deaf: false,
  mute: false,
  flags: 0,
});

export function apiGuild(channels: Iterable<FakeChannel>) {
  const all = [...channels];
  return {
    id: GUILD,
    name: 'Newsroom',
    owner_id: OWNER,
    unavailable: false,
    member_count: 2,
    large: false,
    joined_at: '2025-01-01T00:00:00.000Z',
    roles: [
      {
        id: GUILD,
        name: '@everyone',
        permissions: '0',
        position: 0,
        color: 0,
        colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    channels: all.filter(channel => !isThread(channel)).map(apiChannel),
    threads: all.filter(isThread).map(apiChannel),
    members: [apiMember()],
    emojis: [],
    stickers: [],
    features: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    preferred_locale: 'en-US',
    nsfw_level: 0,
    premium_tier: 0,
    system_channel_flags: 0,
    verification_level: 0,
    explicit_content_filter: 0,
    default_message_notifications: 0,
    mfa_level: 0,
    afk_timeout: 300,
    premium_progress_bar_enabled: false,
  };
}

/** Whom a content notifies under Discord's rules: what allowed_mentions lets through, and everyone where it is absent. */
export function pingsOf(
  content: string,
  allowed: { parse?: string[]; roles?: string[]; users?: string[] } | undefined,
): string[] {
  const lets = (kind: string, id?: string) =>
    allowed === undefined ||
    (allowed.parse ?? []).includes(kind) ||
    (id !== undefined && ((kind === 'roles' ? allowed.roles : allowed.users) ?? []).includes(id));
  const found: string[] = [];
  for (const [all, kind, id] of content.matchAll(/@everyone|@here|<@(&|!?)(\d+)>/g)) {
    if (id === undefined) found.push(...(lets('everyone') ? [all] : []));
    else if (kind === '&') found.push(...(lets('roles', id) ? [`role:${id}`] : []));
    else found.push(...(lets('users', id) ? [`user:${id}`] : []));
  }
  return found;
}
