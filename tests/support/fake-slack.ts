import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { mentionsOf } from './fake-slack-rules.ts';
import { decode, type Fault, json, read } from './fake-slack-wire.ts';
import { createWorkspace, type FakeMessage, type Json, refuse, TEAM } from './fake-slack-workspace.ts';

interface Logged {
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
  /** The most messages that a page of a history has, whatever is asked for. */
  readonly page?: number;
  /** How far Slack's clock is ahead of ours, milliseconds: what its Date header says. */
  readonly skew?: number;
}

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;

/**
 * Slack on 127.0.0.1: Web API, Socket Mode and slash commands over HTTP, with a workspace T0TEST, the channel C0TRADE
 * (public, the bot is in it) and the member U0ANA. It refuses what Slack refuses and keeps what it sees as impolite.
 */
export async function startFakeSlack(options: FakeSlackOptions = {}) {
  const botToken = options.botToken ?? 'xoxb-1111-2222-fakebottoken';
  const appToken = options.appToken ?? 'xapp-1-A0TEST-3333-fakeapptoken';
  const signingSecret = options.signingSecret ?? '8f742231b10e8888abcd99yyyzzz85a5';

  const requests: Logged[] = [];
  const impolite: string[] = [];
  const { channels, users, stored, addChannel, addUser, say, answer, isTooFast } = createWorkspace(options, impolite);
  const late: (() => void)[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  const runs = new Map<string, { responses: Json[]; heard: ((body: Json) => void)[] }>();
  /** Until when a method may not be called again, after a 429. */
  const closedUntil = new Map<string, number>();
  const tokens = { bot: botToken as string | null, botError: 'invalid_auth', app: appToken as string | null };

  // Web API ---------------------------------------------------------------------------------------------------

  async function handleApi(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = decode(await read(request));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    requests.push({ method, body, at: Date.now() });
    const date = new Date(Date.now() + (options.skew ?? 0));
    response.setHeader('date', date.toUTCString());
    const fault = takeFault(method, body);
    if (fault?.does && 'late' in fault.does) {
      late.push(() => void answer(method, body));
      response.socket?.resetAndDestroy();
      return;
    }
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
    else {
      const tooFast = isTooFast(method, body);
      if (tooFast !== null) {
        impolite.push(`more than ${tooFast}`);
        return json(response, refuse('ratelimited'), 429, { 'retry-after': '1' });
      }
      result = answer(method, body);
    }
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
      team_id: TEAM,
      team_domain: 'test',
      channel_id: channel,
      channel_name: channels.get(channel)?.name ?? 'directmessage',
      user_id: input.user ?? 'U0ANA',
      user_name: 'ana',
      command: '/gwanbo',
      text: input.text,
      api_app_id: 'A0TEST',
      is_enterprise_install: 'false',
      response_url: `http://127.0.0.1:${port}/commands/${TEAM}/${id}`,
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

  /** Presses a button below a message as a person does. */
  async function press(ts: string, button: string, user = 'U0ANA', channel = 'C0TRADE'): Promise<SlashRun> {
    const message = stored.get(channel)?.find(one => one.ts === ts);
    if (!message || !JSON.stringify(message.blocks).includes(`"action_id":"${button}"`))
      throw new Error(`no message shows the button ${button}`);
    const { payload, ...run } = newRun({ text: button, user, channel });
    const asked = {
      type: 'block_actions',
      user: { id: user, team_id: TEAM },
      team: { id: TEAM, domain: 'test' },
      channel: { id: channel, name: payload.channel_name },
      message: { ts, text: message.text, blocks: message.blocks },
      container: { type: 'message', message_ts: ts, channel_id: channel },
      trigger_id: run.trigger,
      response_url: payload.response_url,
      api_app_id: 'A0TEST',
      actions: [
        { type: 'button', action_id: button, block_id: 'b', action_ts: ts, text: { type: 'plain_text', text: 'x' } },
      ],
    };
    return { ...run, acks: [await interact(asked)], ackedAfter: 0, statuses: [] };
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
    say,
    /** Executes what was taken and not executed yet. */
    settle: () => {
      for (const execute of late.splice(0)) execute();
    },
    script: (fault: Fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    slash,
    slashOverHttp,
    interact,
    press,
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
