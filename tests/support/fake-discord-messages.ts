import type { RestWorld } from './fake-discord-rest.ts';
import { faultsOf } from './fake-discord-schema.ts';
import {
  BOT,
  type FakeChannel,
  type FakeMessage,
  isForum,
  isThread,
  type Permission,
  pingsOf,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export type Json = Readonly<Record<string, unknown>>;
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a nonce is known: "the past few minutes". */
const NONCE_WINDOW = 120_000;

export const refusal = (status: number, code: number, message: string, more: object = {}): Answer => ({
  status,
  body: { message, code, ...more },
});

export function invalidForm(faults: readonly string[]): Answer {
  const errors = { _errors: faults.map(message => ({ code: 'BASE_TYPE_INVALID', message })) };
  return refusal(400, 50035, 'Invalid Form Body', { errors });
}

/** In direct messages everything is permitted. */
export const may = (channel: FakeChannel, permission: Permission) =>
  channel.type === 1 || channel.permissions.includes(permission);

/** Messages of the fake's channels, under Discord's rules. */
export function createMessages(world: Pick<RestWorld, 'messages' | 'nonces'>) {
  const find = (channel: FakeChannel, id: string) =>
    world.messages.find(one => one.id === id && one.channel === channel.id && !one.deleted);

  function post(channel: FakeChannel, body: Json): Answer {
    if (!may(channel, isThread(channel) ? 'SendMessagesInThreads' : 'SendMessages'))
      return refusal(403, 50013, 'Missing Permissions');
    if (isForum(channel)) return refusal(400, 50008, 'Cannot send messages in a non-text channel');
    if (channel.locked) return refusal(400, 160005, 'Thread is locked');
    const faults = faultsOf('MessageCreateRequest', body);
    if (faults.length > 0) return invalidForm(faults);
    const embeds = (body.embeds ?? []) as FakeMessage['embeds'];
    if (embeds.length > 0 && !may(channel, 'EmbedLinks')) return refusal(403, 50013, 'Missing Permissions');
    if (!String(body.content ?? '').trim() && embeds.length === 0)
      return refusal(400, 50006, 'Cannot send an empty message');
    const asked = body.message_reference as { message_id: string; fail_if_not_exists?: boolean } | undefined;
    const replied = asked && find(channel, asked.message_id);
    if (asked && !replied && asked.fail_if_not_exists !== false)
      return invalidForm(['message_reference: Unknown message']);
    const nonce = typeof body.nonce === 'string' ? body.nonce : null;
    const known = body.enforce_nonce === true && nonce !== null ? world.nonces.get(nonce) : undefined;
    const earlier = known && Date.now() - known.at < NONCE_WINDOW ? known.message : undefined;
    if (earlier?.deleted) return refusal(404, 10008, 'Unknown Message');
    if (earlier) return { status: 200, body: apiMessage(earlier, true) };
    channel.archived = false;
    const message = { ...messageOf(channel.id, snowflake(), body), nonce, reference: replied?.id ?? null };
    world.messages.push(message);
    if (nonce !== null) world.nonces.set(nonce, { message, at: Date.now() });
    return { status: 200, body: apiMessage(message, true) };
  }

  /** Newest first; without the permission an empty list and no error, as documented. */
  function history(channel: FakeChannel, query: URLSearchParams): object[] {
    if (!may(channel, 'ReadMessageHistory')) return [];
    const after = BigInt(query.get('after') ?? 0);
    const before = BigInt(query.get('before') ?? 2n ** 63n);
    const within = world.messages.filter(
      one => one.channel === channel.id && !one.deleted && BigInt(one.id) > after && BigInt(one.id) < before,
    );
    const most = Math.min(Number(query.get('limit') ?? 50), 100);
    const page = query.has('after') ? within.slice(0, most) : within.slice(-most);
    return page.reverse().map(message => apiMessage(message, false));
  }

  function patch(channel: FakeChannel, id: string, body: Json): Answer {
    const message = find(channel, id);
    if (!message) return refusal(404, 10008, 'Unknown Message');
    if (message.author !== BOT) return refusal(403, 50005, 'Cannot edit a message authored by another user');
    if (channel.archived) return refusal(400, 50083, 'Thread is archived');
    const faults = faultsOf('MessageEditRequestPartial', body);
    if (faults.length > 0) return invalidForm(faults);
    if (body.content !== undefined) message.content = String(body.content ?? '');
    if (body.embeds !== undefined) message.embeds = (body.embeds ?? []) as FakeMessage['embeds'];
    if (body.components !== undefined) message.components = (body.components ?? []) as unknown[];
    message.edits++;
    return { status: 200, body: apiMessage(message, false) };
  }

  function remove(channel: FakeChannel, id: string): Answer {
    const message = find(channel, id);
    if (!message) return refusal(404, 10008, 'Unknown Message');
    if (channel.archived) return refusal(400, 50083, 'Thread is archived');
    if (message.author !== BOT && !may(channel, 'ManageMessages')) return refusal(403, 50013, 'Missing Permissions');
    message.deleted = true;
    return { status: 204 };
  }

  return { post, history, patch, remove };
}

/** A body as a message of the bot that has just been posted. */
export function messageOf(channel: string, id: string, body: Json): FakeMessage {
  return {
    id,
    channel,
    content: String(body.content ?? ''),
    embeds: (body.embeds ?? []) as FakeMessage['embeds'],
    components: (body.components ?? []) as unknown[],
    pings: pingsOf(String(body.content ?? ''), body.allowed_mentions as object | undefined),
    nonce: null,
    author: BOT,
    reference: null,
    edits: 0,
    deleted: false,
  };
}

/** The nonce stands in the answer to a post and nowhere in the history. */
function apiMessage(message: FakeMessage, posted: boolean): Json {
  return {
    ...emptyMessage(message.channel),
    id: message.id,
    author: userOf(message.author, message.author === BOT ? 'gwanbo' : 'somebody'),
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    ...(message.reference !== null && {
      type: 19,
      message_reference: { type: 0, channel_id: message.channel, message_id: message.reference },
    }),
    ...(posted && message.nonce !== null && { nonce: message.nonce }),
  };
}

export function emptyMessage(channel: string): Json {
  return {
    channel_id: channel,
    author: userOf(BOT, 'gwanbo'),
    content: '',
    timestamp: '2025-12-01T00:00:00.000000+00:00',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: 0,
    flags: 0,
  };
}
