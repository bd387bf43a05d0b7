import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultsOf } from './fake-discord-schema.ts';
import {
  APPLICATION,
  apiChannel,
  BOT,
  type FakeChannel,
  type FakeMessage,
  type FakeRequest,
  type Fault,
  isThread,
  type Permission,
  pingsOf,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export interface RestWorld {
  readonly token: string;
  readonly channels: Map<string, FakeChannel>;
  readonly messages: FakeMessage[];
  readonly nonces: Map<string, FakeMessage>;
  readonly requests: FakeRequest[];
  readonly faults: Fault[];
  readonly violations: string[];
  readonly limit: { readonly posts: number; readonly ms: number };
  commands: Json[];
  gatewayUrl(): string;
  /** The callback and the edits of an interaction; the error to answer, or null. */
  acknowledge(id: string, token: string, body: Json): ApiError | null;
  edit(token: string, body: Json): ApiError | null;
}

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface ApiError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const refusal = (status: number, code: number, message: string, more: object = {}): Answer => ({
  status,
  body: { message, code, ...more },
});
const POST_MESSAGE = /^POST \/channels\/(\d+)\/messages$/;

/** The REST half: answers what Discord would, and counts whoever asks when it was told to wait. */
export function createRest(world: RestWorld) {
  const buckets = new Map<string, { left: number; resetAt: number }>();
  const blocked = new Map<string, number>();

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const path = url.pathname.replace(/^\/api\/v\d+/, '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const seen: FakeRequest = { at: Date.now(), method: request.method ?? '', path, body: parse(text), status: 0 };
    world.requests.push(seen);
    const route = `${seen.method} ${path}`;
    const write = ({ status, body, headers }: Answer) => {
      seen.status = status;
      const type = typeof body === 'string' ? 'text/html' : 'application/json';
      response.writeHead(status, { ...(body !== undefined && { 'content-type': type }), ...headers });
      response.end(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
    };
    const open = /^(POST \/interactions\/|PATCH \/webhooks\/)/.test(route);
    if (!open && request.headers.authorization !== `Bot ${world.token}`)
      return write(refusal(401, 0, '401: Unauthorized'));
    const limited = open ? null : limit(route);
    if (limited) return write(limited);
    const fault = takeFault(route);
    if (!fault) return write({ ...answer(seen, url), headers: headersOf(route) });
    await befall(fault, () => answer(seen, url), write, response, route);
  };

  async function befall(
    fault: Fault,
    execute: () => Answer,
    write: (answer: Answer) => void,
    response: ServerResponse,
    route: string,
  ): Promise<void> {
    switch (fault.fault) {
      case 'reset':
        return void response.destroy();
      case 'lose':
        execute();
        return void response.destroy();
      case 'hang':
        execute();
        if (fault.headers) response.writeHead(200, { 'content-type': 'application/json' }).write('{');
        return;
      case 'cut':
        execute();
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "1');
        return;
      case 'html':
        if (fault.stored) execute();
        return write({ status: 200, body: '<html><title>One moment</title></html>' });
      case 'delay':
        await sleep(fault.ms);
        return write(execute());
      case 'status':
        if (fault.stored) execute();
        if (fault.html) return write({ status: fault.status, body: '<html>refused</html>' });
        return write(refusal(fault.status, fault.code ?? 0, fault.message ?? `${fault.status}`, fault.fields));
      case 'rateLimit': {
        const scope = fault.scope ?? 'user';
        const key = scope === 'global' ? 'global' : route;
        if (fault.retryAfter !== null) blocked.set(key, Date.now() + fault.retryAfter * 1000);
        return write(tooMany(fault.retryAfter, scope));
      }
    }
  }

  function tooMany(retryAfter: number | null, scope: string): Answer {
    const headers: Record<string, string> = { 'x-ratelimit-scope': scope };
    if (retryAfter !== null) headers['retry-after'] = String(Math.ceil(retryAfter));
    if (scope === 'global') headers['x-ratelimit-global'] = 'true';
    const body = { message: 'You are being rate limited.', retry_after: retryAfter, global: scope === 'global' };
    return retryAfter === null
      ? { status: 429, body: '<html>slow down</html>', headers }
      : { status: 429, body, headers };
  }

  /** Nobody may ask while a wait that they were told of still runs, nor beyond what the headers said was left. */
  function limit(route: string): Answer | null {
    const now = Date.now();
    for (const key of ['global', route]) {
      const until = blocked.get(key) ?? 0;
      if (now < until) {
        world.violations.push(`${route} came ${until - now} ms before the end of a wait (${key})`);
        return tooMany((until - now) / 1000, key === 'global' ? 'global' : 'user');
      }
    }
    if (!POST_MESSAGE.test(route)) return null;
    let bucket = buckets.get(route);
    if (!bucket || now >= bucket.resetAt) {
      bucket = { left: world.limit.posts, resetAt: now + world.limit.ms };
      buckets.set(route, bucket);
    }
    if (bucket.left === 0) {
      world.violations.push(`${route} came to an empty bucket`);
      return tooMany((bucket.resetAt - now) / 1000, 'user');
    }
    bucket.left--;
    return null;
  }

  function headersOf(route: string): Record<string, string> {
    const bucket = buckets.get(route);
    if (!bucket) return {};
    return {
      'x-ratelimit-bucket': 'messages',
      'x-ratelimit-limit': String(world.limit.posts),
      'x-ratelimit-remaining': String(bucket.left),
      'x-ratelimit-reset-after': String(Math.max(0, bucket.resetAt - Date.now()) / 1000),
    };
  }

  function takeFault(route: string): Fault | null {
    const at = world.faults.findIndex(({ route: wanted, channel }) => {
      if (wanted) return wanted.test(route);
      const posted = POST_MESSAGE.exec(route)?.[1];
      return posted !== undefined && (channel === undefined || channel === posted);
    });
    const fault = world.faults[at];
    if (!fault) return null;
    const left = (fault.times ?? 1) - 1;
    if (left > 0) world.faults[at] = { ...fault, times: left };
    else world.faults.splice(at, 1);
    return fault;
  }

  function answer({ method, path, body }: FakeRequest, url: URL): Answer {
    const [, head, id = '', tail, last] = path.split('/');
    const fields = (body ?? {}) as Json;
    if (head === 'gateway') return { status: 200, body: gatewayBot() };
    if (head === 'users') return { status: 200, body: userOf(BOT, 'gwanbo') };
    if (head === 'interactions') return acknowledged(world.acknowledge(id, tail ?? '', fields));
    if (head === 'webhooks')
      return acknowledged(world.edit(tail ?? '', fields), { id: snowflake(), ...emptyMessage(id) });
    if (head === 'applications' && id === APPLICATION)
      return method === 'PUT' ? register(body) : { status: 200, body: world.commands };
    const channel = head === 'channels' ? world.channels.get(id) : undefined;
    if (!channel) return refusal(404, head === 'channels' ? 10003 : 0, 'Unknown Channel');
    if (!may(channel, 'ViewChannel')) return refusal(403, 50001, 'Missing Access');
    if (tail === undefined) return { status: 200, body: apiChannel(channel) };
    if (method === 'POST') return post(channel, fields);
    if (method === 'GET') return { status: 200, body: history(channel, url.searchParams) };
    const message = world.messages.find(one => one.id === last && one.channel === id && !one.deleted);
    if (!message) return refusal(404, 10008, 'Unknown Message');
    return method === 'DELETE' ? remove(message) : patch(message, fields);
  }

  function gatewayBot(): object {
    const session_start_limit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 };
    return { url: world.gatewayUrl(), shards: 1, session_start_limit };
  }

  function register(body: unknown): Answer {
    const faults = (body as Json[]).flatMap(command => faultsOf('ApplicationCommandUpdateRequest', command));
    if (faults.length > 0) return invalidForm(faults);
    const fields = { application_id: APPLICATION, version: '1', nsfw: false, default_member_permissions: null };
    world.commands = (body as Json[]).map(command => ({ id: snowflake(), ...fields, ...withoutEmpty(command) }));
    return { status: 200, body: world.commands };
  }

  function post(channel: FakeChannel, body: Json): Answer {
    if (!may(channel, isThread(channel) ? 'SendMessagesInThreads' : 'SendMessages'))
      return refusal(403, 50013, 'Missing Permissions');
    if (channel.type === 15) return refusal(400, 50008, 'Cannot send messages in a non-text channel');
    const faults = faultsOf('MessageCreateRequest', body);
    if (faults.length > 0) return invalidForm(faults);
    const embeds = (body.embeds ?? []) as FakeMessage['embeds'];
    if (embeds.length > 0 && !may(channel, 'EmbedLinks')) return refusal(403, 50013, 'Missing Permissions');
    if (!String(body.content ?? '').trim() && embeds.length === 0)
      return refusal(400, 50006, 'Cannot send an empty message');
    const nonce = typeof body.nonce === 'string' ? body.nonce : null;
    const earlier = body.enforce_nonce === true && nonce !== null ? world.nonces.get(nonce) : undefined;
    if (earlier?.deleted) return refusal(404, 10008, 'Unknown Message');
    if (earlier) return { status: 200, body: apiMessage(earlier, true) };
    const message: FakeMessage = {
      id: snowflake(),
      channel: channel.id,
      content: String(body.content ?? ''),
      embeds,
      components: (body.components ?? []) as unknown[],
      pings: pingsOf(String(body.content ?? ''), body.allowed_mentions as object | undefined),
      nonce,
      author: BOT,
      deleted: false,
    };
    world.messages.push(message);
    if (nonce !== null) world.nonces.set(nonce, message);
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
    const most = Number(query.get('limit') ?? 50);
    const page = query.has('after') ? within.slice(0, most) : within.slice(-most);
    return page.reverse().map(message => apiMessage(message, false));
  }

  function patch(message: FakeMessage, body: Json): Answer {
    if (message.author !== BOT) return refusal(403, 50005, 'Cannot edit a message authored by another user');
    const faults = faultsOf('MessageEditRequestPartial', body);
    if (faults.length > 0) return invalidForm(faults);
    if (body.content !== undefined) message.content = String(body.content ?? '');
    if (body.embeds !== undefined) message.embeds = (body.embeds ?? []) as FakeMessage['embeds'];
    if (body.components !== undefined) message.components = (body.components ?? []) as unknown[];
    return { status: 200, body: apiMessage(message, false) };
  }

  function remove(message: FakeMessage): Answer {
    message.deleted = true;
    return { status: 204 };
  }
}

const may = (channel: FakeChannel, permission: Permission) => channel.permissions.includes(permission);
const acknowledged = (error: ApiError | null, body?: unknown): Answer =>
  error ? refusal(error.status, error.code, error.message) : { status: body ? 200 : 204, body };

function invalidForm(faults: string[]): Answer {
  const errors = { _errors: faults.map(message => ({ code: 'BASE_TYPE_INVALID', message })) };
  return refusal(400, 50035, 'Invalid Form Body', { errors });
}

/** Discord leaves empty lists of options out of what it gives back. */
function withoutEmpty(command: Json): Json {
  const entries = Object.entries(command).filter(([name, value]) => name !== 'options' || (value as Json[]).length > 0);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'options' ? (value as Json[]).map(withoutEmpty) : value]),
  );
}

/** The nonce stands in the answer to a post and nowhere in the history. */
function apiMessage(message: FakeMessage, posted: boolean): Json {
  return {
    ...emptyMessage(message.channel),
    id: message.id,
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    ...(posted && message.nonce !== null && { nonce: message.nonce }),
  };
}

function emptyMessage(channel: string): Json {
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

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
