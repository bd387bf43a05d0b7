import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { checkSchema, mentionsOf, refuseMessage } from './fake-slack-rules.ts';

type Json = Record<string, unknown>;

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

/**
 * What is to go wrong, for as many calls of a method as named.
 * `before`: nothing is executed; `after`: the call is executed and its answer spoilt.
 */
export interface Fault {
  readonly method?: string;
  readonly channel?: string;
  readonly times?: number;
  readonly when: 'before' | 'after';
  readonly does:
    | { readonly error: string; readonly needed?: string }
    | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }
    | { readonly body: string; readonly type?: string }
    | { readonly reset: true }
    | { readonly silence: true }
    | { readonly delay: number };
}

export interface Logged {
  readonly method: string;
  readonly body: Json;
  readonly at: number;
}

/** A slash command on its way: what was acknowledged and what was answered. */
export interface SlashRun {
  readonly trigger: string;
  /** Bodies of acknowledgements, one a delivery that was acknowledged. */
  readonly acks: readonly unknown[];
  /** Milliseconds until the first acknowledgement. */
  readonly ackedAfter: number;
  /** What was posted to response_url so far. */
  readonly responses: readonly Json[];
  /** HTTP mode: the status of each delivery. */
  readonly statuses: readonly number[];
  /** The text of the first answer, waited for. */
  answer(patience?: number): Promise<string>;
}

export interface SlashInput {
  readonly text: string;
  readonly user?: string;
  readonly channel?: string;
  /** How often the same command is delivered. */
  readonly deliveries?: number;
}

export interface HttpInput extends SlashInput {
  /** Added to the time stamp, milliseconds: -360_000 is six minutes old. */
  readonly skew?: number;
  /** Another secret than ours: a forged signature. */
  readonly secret?: string;
}

export interface FakeSlackOptions {
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** Scopes of the bot token; a method that needs another answers missing_scope. */
  readonly scopes?: readonly string[];
  /** Messages that one channel takes at once before the limit of one a second holds. */
  readonly burst?: number;
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

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;

/**
 * Slack on 127.0.0.1: Web API, Socket Mode and slash commands over HTTP, with a workspace T0TEST, the channel C0TRADE
 * (public, the bot is in it) and the member U0ANA. It refuses what Slack refuses and keeps what it sees as impolite.
 */
export async function startFakeSlack(options: FakeSlackOptions = {}) {
  const botToken = options.botToken ?? 'xoxb-1111-2222-fakebottoken';
  const appToken = options.appToken ?? 'xapp-1-A0TEST-3333-fakeapptoken';
  const signingSecret = options.signingSecret ?? '8f742231b10e8888abcd99yyyzzz85a5';
  const scopes = new Set(options.scopes ?? ALL_SCOPES);
  const burst = options.burst ?? 5;
  const team = 'T0TEST';

  const channels = new Map<string, FakeChannel>();
  const users = new Map<string, FakeUser>();
  const stored = new Map<string, FakeMessage[]>();
  const requests: Logged[] = [];
  const impolite: string[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  const runs = new Map<string, { responses: Json[]; heard: ((body: Json) => void)[] }>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  /** Until when a method may not be called again, after a 429. */
  const closedUntil = new Map<string, number>();
  const tokens = { bot: botToken as string | null, botError: 'invalid_auth', app: appToken as string | null };
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
  const addUser = (user: FakeUser) => users.set(user.id, { team_id: team, ...user });
  addChannel({ id: 'C0TRADE', name: 'trade', members: new Set(['U0ANA']) });
  addUser({ id: 'U0ANA' });

  // Web API ---------------------------------------------------------------------------------------------------

  const refuse = (error: string, more: Json = {}): Json => ({ ok: false, error, ...more });

  function mayCall(method: string, channel: FakeChannel | undefined): Json | null {
    const scope = SCOPES[method];
    if (scope === undefined) return refuse('unknown_method', { req_method: method });
    const needed = channel?.isPrivate ? (scope?.replace('channels:', 'groups:') ?? null) : scope;
    return needed === null || scopes.has(needed)
      ? null
      : refuse('missing_scope', { needed, provided: [...scopes].join(',') });
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
          team_id: team,
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

  async function handleApi(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = decode(await read(request));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    requests.push({ method, body, at: Date.now() });
    const fault = takeFault(method, body);
    if (fault?.does && 'delay' in fault.does && fault.when === 'before') await sleep(fault.does.delay);
    else if (fault?.when === 'before') return spoil(fault, response, null, method);
    if ((closedUntil.get(method) ?? 0) > Date.now())
      impolite.push(`${method} was called again before Retry-After was over`);
    let result: Json;
    if (method === 'apps.connections.open') {
      result =
        token !== undefined && token === tokens.app
          ? { ok: true, url: `ws://127.0.0.1:${port}/link/?ticket=${randomUUID()}&app_id=A0TEST` }
          : refuse('invalid_auth');
    } else if (token === undefined) result = refuse('not_authed');
    else if (token !== tokens.bot) result = refuse(tokens.bot === null ? tokens.botError : 'invalid_auth');
    else if (method === 'chat.postMessage' && isTooFast(String(body.channel))) {
      impolite.push(`more than one message a second in ${String(body.channel)}`);
      return json(response, refuse('ratelimited'), 429, { 'retry-after': '1' });
    } else result = answer(method, body);
    if (fault?.when === 'after') {
      if ('delay' in fault.does) await sleep(fault.does.delay);
      else return spoil(fault, response, result, method);
    }
    json(response, result);
  }

  function takeFault(method: string, body: Json): Fault | null {
    const found = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method ?? 'chat.postMessage') === method &&
        (fault.channel === undefined || fault.channel === body.channel),
    );
    if (!found) return null;
    found.left--;
    return found.fault;
  }

  function spoil(fault: Fault, response: ServerResponse, result: Json | null, method: string): void {
    const { does } = fault;
    if ('error' in does) {
      json(response, refuse(does.error, does.needed === undefined ? {} : { needed: does.needed }));
    } else if ('status' in does) {
      const seconds = Number(does.headers?.['retry-after']);
      if (does.status === 429 && seconds > 0) closedUntil.set(method, Date.now() + seconds * 1000);
      response.writeHead(does.status, does.headers ?? {}).end(does.text ?? '');
    } else if ('body' in does) {
      const whole = result === null ? '' : JSON.stringify(result);
      response
        .writeHead(200, { 'content-type': does.type ?? 'application/json' })
        .end(does.body === 'cut' ? whole.slice(0, -9) : does.body);
    } else if ('reset' in does) response.socket?.resetAndDestroy();
    // Silence: the connection stays open and nothing comes.
  }

  // Commands --------------------------------------------------------------------------------------------------

  function newRun(input: SlashInput) {
    const trigger = `${Date.now()}.${randomUUID()}`;
    const run = { responses: [] as Json[], heard: [] as ((body: Json) => void)[] };
    const id = randomUUID();
    runs.set(id, run);
    const channel = input.channel ?? 'C0TRADE';
    const payload = {
      token: 'legacyVerificationToken',
      team_id: team,
      team_domain: 'test',
      channel_id: channel,
      channel_name: channels.get(channel)?.name ?? 'directmessage',
      user_id: input.user ?? 'U0ANA',
      user_name: 'ana',
      command: '/gwanbo',
      text: input.text,
      api_app_id: 'A0TEST',
      is_enterprise_install: 'false',
      response_url: `http://127.0.0.1:${port}/commands/${team}/${id}`,
      trigger_id: trigger,
    };
    const answer = async (patience = 5000): Promise<string> => {
      const [first] = run.responses;
      if (first) return String(first.text);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const timer = setTimeout(() => reject(new Error(`no answer to "${input.text}" came`)), patience);
      run.heard.push(body => {
        clearTimeout(timer);
        resolve(String(body.text));
      });
      return promise;
    };
    return { payload, trigger, responses: run.responses, answer };
  }

  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (payload: unknown) => void>();

  /** Delivers through Socket Mode. Resolves when every delivery was acknowledged. */
  async function slash(input: SlashInput): Promise<SlashRun> {
    const run = newRun(input);
    const [socket] = sockets;
    if (!socket) throw new Error('nobody is connected by Socket Mode');
    const started = Date.now();
    const acks: unknown[] = [];
    let ackedAfter = Number.NaN;
    for (let attempt = 0; attempt < (input.deliveries ?? 1); attempt++) {
      acks.push(await deliver(socket, 'slash_commands', run.payload));
      if (attempt === 0) ackedAfter = Date.now() - started;
    }
    if (ackedAfter > 3000) impolite.push(`"${input.text}" was acknowledged after ${ackedAfter} ms`);
    return { ...run, acks, ackedAfter, statuses: [] };
  }

  async function deliver(socket: WebSocket, type: string, payload: unknown): Promise<unknown> {
    const envelope = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(envelope, resolve);
    const timer = setTimeout(() => reject(new Error(`${type} was not acknowledged within 3 seconds`)), 3000);
    socket.send(JSON.stringify({ envelope_id: envelope, type, payload, accepts_response_payload: true }));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(envelope);
    }
  }

  /** A click or another interaction through Socket Mode; resolves when acknowledged. */
  const interact = async (payload: Json): Promise<unknown> => {
    const [socket] = sockets;
    if (!socket) throw new Error('nobody is connected by Socket Mode');
    return await deliver(socket, 'interactive', payload);
  };

  /** Delivers over HTTP with Slack's signature, to the address that the app's settings would name. */
  async function slashOverHttp(url: string, input: HttpInput): Promise<SlashRun> {
    const run = newRun(input);
    const body = new URLSearchParams(run.payload).toString();
    const stamp = String(Math.floor((Date.now() + (input.skew ?? 0)) / 1000));
    const signature = createHmac('sha256', input.secret ?? signingSecret)
      .update(`v0:${stamp}:${body}`)
      .digest('hex');
    const started = Date.now();
    const statuses: number[] = [];
    const acks: unknown[] = [];
    for (let attempt = 0; attempt < (input.deliveries ?? 1); attempt++) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': stamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body,
      });
      statuses.push(response.status);
      const text = await response.text();
      if (response.ok) acks.push(text);
    }
    return { ...run, acks, ackedAfter: Date.now() - started, statuses };
  }

  // Server ----------------------------------------------------------------------------------------------------

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://fake');
    const fail = (error: unknown) => {
      impolite.push(`the fake failed at ${pathname}: ${String(error)}`);
      response.destroy();
    };
    if (pathname.startsWith('/api/')) handleApi(pathname.slice(5), request, response).catch(fail);
    else if (pathname.startsWith('/commands/')) {
      read(request)
        .then(text => {
          const run = runs.get(pathname.split('/').at(-1) ?? '');
          const body = JSON.parse(text) as Json;
          if (!run || run.responses.length >= 5) return void response.writeHead(404).end('used_url');
          if (mentionsOf(body).length > 0) impolite.push(`an answer mentions: ${text.slice(0, 200)}`);
          run.responses.push(body);
          for (const heard of run.heard.splice(0)) heard(body);
          return void response.writeHead(200).end('ok');
        })
        .catch(fail);
    } else response.writeHead(404).end();
  });
  const hub = new WebSocketServer({ server });
  let greets = true;
  const connected: (() => void)[] = [];
  hub.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => sockets.delete(socket));
    socket.on('message', raw => {
      const { envelope_id, payload } = JSON.parse(String(raw)) as { envelope_id: string; payload: unknown };
      waiting.get(envelope_id)?.(payload);
    });
    if (!greets) return;
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: sockets.size, connection_info: { app_id: 'A0TEST' } }),
    );
    for (const resolve of connected.splice(0)) resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/api/`,
    botToken,
    appToken,
    signingSecret,
    channels,
    users,
    requests,
    /** What Slack holds and takes; set `bot` to null to revoke the token, with the error to answer. */
    tokens,
    addChannel,
    addUser,
    /** What people see in a channel, oldest first. */
    messages: (channel: string): readonly FakeMessage[] => stored.get(channel) ?? [],
    /** Removes a message as a moderator would. */
    remove: (channel: string, ts: string) =>
      stored.set(
        channel,
        (stored.get(channel) ?? []).filter(one => one.ts !== ts),
      ),
    script: (fault: Fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    slash,
    slashOverHttp,
    interact,
    connections: () => sockets.size,
    /** Resolves at the next hello. */
    nextConnection: () => new Promise<void>(resolve => void connected.push(resolve)),
    /** Whether new connections are greeted; a mute one is what a broken back end looks like. */
    greet: (on: boolean) => {
      greets = on;
    },
    /** Slack asks to reconnect, as it does every few hours; `hard` cuts the line without a word. */
    disconnect: (how: 'refresh' | 'hard' = 'refresh') => {
      for (const socket of sockets)
        if (how === 'hard') socket.terminate();
        else socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    },
    /** Throws where a limit of Slack was passed or something was sent that Slack refuses by its form. */
    assertPolite: () => {
      if (impolite.length > 0) throw new Error(`Slack would complain:\n${impolite.join('\n')}`);
    },
    /** What it would complain of; emptied where a test provokes it on purpose. */
    impolite,
    close: async () => {
      for (const socket of hub.clients) socket.terminate();
      hub.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Requests are form-encoded; what is no plain string is JSON inside. */
function decode(text: string): Json {
  const body: Json = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (['blocks', 'metadata', 'attachments'].includes(name)) body[name] = JSON.parse(value);
    else if (value === 'true' || value === 'false') body[name] = value === 'true';
    else if (name === 'limit') body[name] = Number(value);
    else body[name] = value;
  }
  return body;
}

function json(response: ServerResponse, body: Json, status = 200, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}
