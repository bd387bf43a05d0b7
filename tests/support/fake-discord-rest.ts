import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createForums } from './fake-discord-forums.ts';
import {
  type Answer,
  createMessages,
  emptyMessage,
  invalidForm,
  type Json,
  may,
  refusal,
} from './fake-discord-messages.ts';
import { faultsOf } from './fake-discord-schema.ts';
import {
  APPLICATION,
  apiChannel,
  apiGuild,
  apiMember,
  BOT,
  type FakeChannel,
  type FakeMessage,
  type FakeRequest,
  type Fault,
  GUILD,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export interface RestWorld {
  readonly token: string;
  readonly channels: Map<string, FakeChannel>;
  readonly messages: FakeMessage[];
  readonly nonces: Map<string, { readonly message: FakeMessage; readonly at: number }>;
  readonly requests: FakeRequest[];
  readonly faults: Fault[];
  readonly violations: string[];
  readonly global: number;
  readonly limit: { readonly posts: number; readonly ms: number };
  commands: Json[];
  gatewayUrl(): string;
  /** The callback and the edits of an interaction; the error to answer, or null. */
  acknowledge(id: string, token: string, body: Json): ApiError | null;
  edit(token: string, body: Json): ApiError | null;
}

export interface ApiError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** Posts of messages, and of posts in a forum. */
const POST_MESSAGE = /^POST \/channels\/(\d+)\/(?:messages|threads)$/;

/** The REST half: answers what Discord would, and counts whoever asks when it was told to wait. */
export function createRest(world: RestWorld) {
  const buckets = new Map<string, { left: number; resetAt: number }>();
  const blocked = new Map<string, number>();
  const messages = createMessages(world);
  const forums = createForums(world);
  const lately: number[] = [];
  const refused: number[] = [];

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
      countRefusal(status, headers?.['x-ratelimit-scope']);
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
      case 'silence':
        return;
      case 'hang':
        execute();
        if (fault.headers) response.writeHead(200, { 'content-type': 'application/json' }).write('{');
        return;
      case 'cut':
        execute();
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "1');
        return;
      case 'answer':
        return write({ status: 200, body: fault.body });
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

  /** Ten refused requests in a minute are more than a bot has any reason for. */
  function countRefusal(status: number, scope: string | undefined): void {
    if (status !== 401 && status !== 403 && (status !== 429 || scope === 'shared')) return;
    refused.push(Date.now());
    const within = refused.filter(at => Date.now() - at < 60_000).length;
    if (within > 10) world.violations.push(`${within} refused requests in a minute`);
  }

  /** So many requests a second for one bot, whatever they ask. */
  function tooManyAtOnce(): boolean {
    const now = Date.now();
    while (lately[0] !== undefined && now - lately[0] >= 1000) lately.shift();
    lately.push(now);
    // The road may bring some of the last second together with those of this one.
    return lately.length > world.global * 1.2;
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
    if (tooManyAtOnce()) {
      world.violations.push(`more than ${world.global} requests in a second`);
      return tooMany(1, 'global');
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
      'x-ratelimit-bucket': route.split('/').at(-1) ?? '',
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
    if (head === 'guilds' && id === GUILD && tail === 'threads') return forums.active();
    if (head === 'guilds' && id === GUILD)
      return { status: 200, body: tail === 'members' ? apiMember() : apiGuild(world.channels.values()) };
    if (head === 'users') return { status: 200, body: userOf(BOT, 'gwanbo') };
    if (head === 'interactions') return acknowledged(world.acknowledge(id, tail ?? '', fields));
    if (head === 'webhooks')
      return acknowledged(world.edit(tail ?? '', fields), { id: snowflake(), ...emptyMessage(id) });
    if (head === 'applications' && id === APPLICATION)
      return method === 'PUT' ? register(body) : { status: 200, body: world.commands };
    const channel = head === 'channels' ? world.channels.get(id) : undefined;
    if (!channel) return refusal(404, head === 'channels' ? 10003 : 0, 'Unknown Channel');
    if (!may(channel, 'ViewChannel')) return refusal(403, 50001, 'Missing Access');
    if (tail === undefined && method === 'PATCH') return forums.patch(channel, fields);
    if (tail === undefined) return { status: 200, body: apiChannel(channel) };
    if (tail === 'threads')
      return method === 'POST' ? forums.open(channel, fields) : forums.archived(channel, url.searchParams);
    if (method === 'POST') return messages.post(channel, fields);
    if (method === 'GET') return { status: 200, body: messages.history(channel, url.searchParams) };
    return method === 'DELETE' ? messages.remove(channel, last ?? '') : messages.patch(channel, last ?? '', fields);
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
}

const acknowledged = (error: ApiError | null, body?: unknown): Answer =>
  error ? refusal(error.status, error.code, error.message) : { status: body ? 200 : 204, body };

/** Discord leaves empty lists of options out of what it gives back. */
function withoutEmpty(command: Json): Json {
  const entries = Object.entries(command).filter(([name, value]) => name !== 'options' || (value as Json[]).length > 0);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'options' ? (value as Json[]).map(withoutEmpty) : value]),
  );
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
