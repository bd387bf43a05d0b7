import { createHmac, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { mentionsOf } from './fake-slack-rules.ts';
import { type FakeChannel, type FakeMessage, type Json, TEAM } from './fake-slack-workspace.ts';

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

/** What people do things to. */
interface World {
  readonly signingSecret: string;
  readonly impolite: string[];
  readonly channels: ReadonlyMap<string, FakeChannel>;
  readonly stored: ReadonlyMap<string, readonly FakeMessage[]>;
  port(): number;
}

/** What people do with the bot, beside writing: slash commands and buttons, and how the bot answers them. */
export function createPeople(world: World) {
  const runs = new Map<string, { responses: Json[]; heard: ((body: Json) => void)[] }>();

  function newRun(input: SlashInput) {
    const trigger = `${Date.now()}.${randomUUID()}`;
    const run = { responses: [] as Json[], heard: [] as ((body: Json) => void)[] };
    const id = randomUUID();
    runs.set(id, run);
    const channel = input.channel ?? 'C0TRADE';
    const payload = {
      token: 'legacyVerificationToken',
      team_id: TEAM,
      team_domain: 'example-desk',
      channel_id: channel,
      channel_name: world.channels.get(channel)?.name ?? 'directmessage',
      user_id: input.user ?? 'U0ANA',
      user_name: 'ana.example',
      command: '/gwanbo',
      text: input.text,
      api_app_id: 'A0TEST',
      is_enterprise_install: 'false',
      response_url: `http://127.0.0.1:${world.port()}/commands/${TEAM}/${id}`,
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
    if (ackedAfter > 3000) world.impolite.push(`"${input.text}" was acknowledged after ${ackedAfter} ms`);
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
    const message = world.stored.get(channel)?.find(one => one.ts === ts);
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
    const signature = createHmac('sha256', input.secret ?? world.signingSecret)
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

  /** The bot acknowledged an envelope. */
  const acknowledge = ({ envelope_id: id, payload }: { envelope_id: string; payload: unknown }) =>
    waiting.get(id)?.(payload);

  /** The bot posted to a response_url; false where it may not any more. */
  function hear(id: string, text: string): boolean {
    const run = runs.get(id);
    const body = JSON.parse(text) as Json;
    if (!run || run.responses.length >= 5) return false;
    if (mentionsOf(body).length > 0) world.impolite.push(`an answer mentions: ${text.slice(0, 200)}`);
    run.responses.push(body);
    for (const heard of run.heard.splice(0)) heard(body);
    return true;
  }

  return { sockets, acknowledge, hear, slash, slashOverHttp, interact, press };
}
