import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a test may do to the gateway, and what it has seen. */
export interface FakeGateway {
  readonly identifies: number;
  readonly resumes: number;
  readonly connections: number;
  /** Connections asked for, those refused included. */
  readonly knocks: number;
  readonly connected: boolean;
  /** Connections that stall and that the bot has not given up. */
  readonly stalled: number;
  /** Sends an event to whoever is connected, and keeps it for those who resume. */
  dispatch(event: string, data: unknown): void;
  /** Sends any text as it is. */
  raw(text: string): void;
  /** Closes every connection with a code; 1006 cuts it without a word. */
  drop(code: number): void;
  /** While refusing, no new connection is let in; with 'stall' it is not even answered. */
  refuse(how: boolean | 'stall'): void;
  /** While mute, heartbeats are not acknowledged. */
  mute(on: boolean): void;
  /** The next IDENTIFY is answered by closing with this code. */
  rejectNext(code: number): void;
  close(): Promise<void>;
}

export interface GatewayWorld {
  readonly token: string;
  readonly heartbeat: number;
  /** `ws://127.0.0.1:PORT`; known once the server listens. */
  url(): string;
  ready(): object;
  guilds(): readonly object[];
}

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, invalidSession: 9, hello: 10, ack: 11 } as const;
/** The privileged intents (presences, members, message content): a bot that did not apply for them is closed with 4014. */
const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);

export function openGateway(server: Server, world: GatewayWorld): FakeGateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, { readonly text: string; readonly s: number }[]>();
  const live = new Map<WebSocket, string | null>();
  const seen = { identifies: 0, resumes: 0, connections: 0, knocks: 0 };
  const stalled = new Set<Duplex>();
  const rejections: number[] = [];
  let sequence = 0;
  let refusing: boolean | 'stall' = false;
  let muted = false;

  server.on('upgrade', (request, socket, head) => {
    seen.knocks++;
    if (refusing === 'stall') stall(socket);
    else if (refusing) socket.destroy();
    else sockets.handleUpgrade(request, socket, head, welcome);
  });

  function stall(socket: Duplex): void {
    stalled.add(socket);
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy()).on('close', () => stalled.delete(socket));
    socket.resume();
  }

  function welcome(socket: WebSocket): void {
    seen.connections++;
    live.set(socket, null);
    socket.on('close', () => live.delete(socket));
    socket.on('error', () => undefined);
    socket.on('message', data => hear(socket, JSON.parse(String(data)) as { op: number; d: never }));
    socket.send(JSON.stringify({ op: OP.hello, d: { heartbeat_interval: world.heartbeat } }));
  }

  function hear(socket: WebSocket, { op, d }: { op: number; d: unknown }): void {
    if (op === OP.heartbeat && !muted) socket.send(JSON.stringify({ op: OP.ack }));
    if (op === OP.identify) identify(socket, d as { token: string; intents: number });
    if (op === OP.resume) resume(socket, d as { token: string; session_id: string; seq: number });
  }

  function identify(socket: WebSocket, { token, intents }: { token: string; intents: number }): void {
    seen.identifies++;
    const rejection = rejections.shift();
    const refusal = rejection ?? (token !== world.token ? 4004 : intents & PRIVILEGED ? 4014 : null);
    if (refusal !== null) {
      socket.close(refusal);
      return;
    }
    const session = `session-${sessions.size + 1}`;
    sessions.set(session, []);
    live.set(socket, session);
    tell(socket, 'READY', { ...world.ready(), session_id: session, resume_gateway_url: world.url() });
    for (const guild of world.guilds()) tell(socket, 'GUILD_CREATE', guild);
  }

  function resume(socket: WebSocket, asked: { token: string; session_id: string; seq: number }): void {
    seen.resumes++;
    const missed = sessions.get(asked.session_id);
    if (asked.token !== world.token || !missed) {
      if (missed) socket.close(4004);
      else socket.send(JSON.stringify({ op: OP.invalidSession, d: false }));
      return;
    }
    live.set(socket, asked.session_id);
    for (const event of missed) if (event.s > asked.seq) socket.send(event.text);
    tell(socket, 'RESUMED', {});
  }

  function tell(socket: WebSocket, event: string, data: unknown): void {
    socket.send(JSON.stringify({ op: OP.dispatch, t: event, s: ++sequence, d: data }));
  }

  return {
    get identifies() {
      return seen.identifies;
    },
    get resumes() {
      return seen.resumes;
    },
    get connections() {
      return seen.connections;
    },
    get knocks() {
      return seen.knocks;
    },
    get stalled() {
      return stalled.size;
    },
    get connected() {
      return [...live.values()].some(session => session !== null);
    },
    dispatch(event, data) {
      const text = JSON.stringify({ op: OP.dispatch, t: event, s: ++sequence, d: data });
      for (const events of sessions.values()) events.push({ text, s: sequence });
      for (const [socket, session] of live) if (session !== null) socket.send(text);
    },
    raw(text) {
      for (const socket of live.keys()) socket.send(text);
    },
    drop(code) {
      for (const socket of live.keys()) code === 1006 ? socket.terminate() : socket.close(code);
    },
    refuse(how) {
      refusing = how;
    },
    mute(on) {
      muted = on;
    },
    rejectNext(code) {
      rejections.push(code);
    },
    async close() {
      for (const socket of live.keys()) socket.terminate();
      for (const socket of stalled) socket.destroy();
      await new Promise<void>(done => sockets.close(() => done()));
    },
  };
}
