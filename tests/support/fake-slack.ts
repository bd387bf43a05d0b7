import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { createPeople } from './fake-slack-people.ts';
import { decode, type Fault, json, read } from './fake-slack-wire.ts';
import { createWorkspace, type FakeMessage, type Json, refuse } from './fake-slack-workspace.ts';

interface Logged {
  readonly method: string;
  readonly body: Json;
  readonly at: number;
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

  const people = createPeople({ signingSecret, impolite, channels, stored, port: () => port });
  const { sockets } = people;

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
          const heard = people.hear(pathname.split('/').at(-1) ?? '', text);
          response.writeHead(heard ? 200 : 404).end(heard ? 'ok' : 'used_url');
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
      people.acknowledge(JSON.parse(String(raw)) as { envelope_id: string; payload: unknown });
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
    /** Slack carries out a request for a message a second time, long after it was given up. */
    copy(channel: string, ts: string) {
      const message = stored.get(channel)?.find(one => one.ts === ts);
      if (!message) return;
      const { ts: _, ...same } = message;
      say(channel, message.text, same);
    },
    /** Executes what was taken and not executed yet. */
    settle: () => {
      for (const execute of late.splice(0)) execute();
    },
    script: (fault: Fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    slash: people.slash,
    slashOverHttp: people.slashOverHttp,
    interact: people.interact,
    press: people.press,
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
