import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeGateway, openGateway } from './fake-discord-gateway.ts';
import { emptyMessage } from './fake-discord-messages.ts';
import { type ApiError, createRest, type RestWorld } from './fake-discord-rest.ts';
import { faultsOf } from './fake-discord-schema.ts';
import {
  APPLICATION,
  apiChannel,
  apiGuild,
  BOT,
  bitsOf,
  type FakeChannel,
  type FakeMessage,
  type FakeRequest,
  type Fault,
  GUILD,
  type Permission,
  POSTING,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export type { Fault } from './fake-discord-world.ts';

export interface SlashInput {
  readonly subcommand: string;
  /** The group that the subcommand is in. */
  readonly group?: string;
  readonly options?: Readonly<Record<string, string | number>>;
  /** Where it is typed; a direct message if `direct`. */
  readonly channel: string;
  readonly direct?: boolean;
  readonly user?: string;
  /** What the member may do in the channel of the command, and in a channel it names unless `thereBe` says otherwise. */
  readonly permissions?: readonly Permission[];
  readonly thereBe?: readonly Permission[];
  /** Roles that may be named as a mention, with whether anyone may mention them. */
  readonly roles?: Readonly<Record<string, { readonly name: string; readonly mentionable: boolean }>>;
}

/** A slash command that was acknowledged: `reply` is the text of the edit that follows. */
interface Slash {
  readonly ephemeral: boolean;
  /** 5 is "an answer is coming". */
  readonly type: number;
  readonly edits: readonly string[];
  reply(): Promise<string>;
}

export interface FakeDiscord {
  /** For DISCORD_API_URL; ends in /api. */
  readonly url: string;
  readonly guild: string;
  readonly bot: string;
  readonly channels: ReadonlyMap<string, FakeChannel>;
  addChannel(channel: Partial<FakeChannel> & { readonly id: string }): FakeChannel;
  removeChannel(id: string): void;
  /** What a channel shows, oldest first. */
  messages(channel: string): readonly FakeMessage[];
  /** A moderator deletes a message. */
  deleteMessage(id: string): void;
  /** Somebody else writes a message, with buttons as they like. */
  say(channel: string, content: string, components?: unknown[]): FakeMessage;
  /** The window in which nonces are remembered is over. */
  forgetNonces(): void;
  script(...faults: readonly Fault[]): void;
  readonly requests: readonly FakeRequest[];
  readonly gateway: FakeGateway;
  /** Registered by the bot, as Discord gives them back. */
  readonly commands: readonly unknown[];
  /** Types a command as a person does, once the bot is connected and has registered it; resolves when it is acknowledged. */
  slash(input: SlashInput): Promise<Slash>;
  /** Presses a button below a message as a person does; resolves when it is acknowledged. */
  press(message: string, button: string, by?: Pick<SlashInput, 'user' | 'permissions'>): Promise<Slash>;
  /** Throws where a request came that an earlier answer had told to wait. */
  assertPolite(): void;
  close(): Promise<void>;
}

export interface FakeDiscordOptions {
  readonly token: string;
  /** Ids of text channels the bot may post in; one is there if left out. */
  readonly channels?: readonly string[];
  /** Posts a channel takes in so many milliseconds. */
  readonly limit?: { readonly posts: number; readonly ms: number };
  /** Requests of the bot that are taken in a second; 50. */
  readonly global?: number;
  readonly heartbeat?: number;
  /** The guild is named at the start and never comes, as in an outage. */
  readonly outage?: boolean;
}

export const CHANNEL = '800000000000000001';
const USER = '900000000000000001';

interface Pending {
  readonly id: string;
  readonly dispatchedAt: number;
  readonly edits: string[];
  readonly acknowledged: PromiseWithResolvers<{ readonly type: number; readonly flags: number }>;
  readonly edited: PromiseWithResolvers<void>;
  answered: boolean;
}

/** Discord on 127.0.0.1: REST under `/api`, the gateway on the same port. Refuses what Discord refuses. */
export async function startFakeDiscord(options: FakeDiscordOptions): Promise<FakeDiscord> {
  const pending = new Map<string, Pending>();
  let port = 0;
  const world: RestWorld = {
    token: options.token,
    channels: new Map(),
    messages: [],
    nonces: new Map(),
    requests: [],
    faults: [],
    violations: [],
    global: options.global ?? 50,
    limit: options.limit ?? { posts: 5, ms: 1000 },
    commands: [],
    gatewayUrl: () => `ws://127.0.0.1:${port}`,
    acknowledge,
    edit,
  };
  for (const id of options.channels ?? [CHANNEL]) addChannel({ id });
  const handle = createRest(world);
  const server = createServer((request, response) => {
    handle(request, response).catch(error => response.destroy(error as Error));
  });
  const gateway = openGateway(server, {
    token: options.token,
    heartbeat: options.heartbeat ?? 45_000,
    url: world.gatewayUrl,
    ready: () => ({
      v: 10,
      user: userOf(BOT, 'gwanbo'),
      guilds: [{ id: GUILD, unavailable: true }],
      application: { id: APPLICATION, flags: 0 },
    }),
    guilds: () => (options.outage ? [] : [apiGuild(world.channels.values())]),
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;

  function addChannel(channel: Partial<FakeChannel> & { readonly id: string }): FakeChannel {
    const whole = { name: `news-${channel.id.slice(-2)}`, type: 0, permissions: [...POSTING], ...channel };
    world.channels.set(whole.id, whole);
    return whole;
  }

  /** Within three seconds, once. */
  function acknowledge(id: string, token: string, body: Readonly<Record<string, unknown>>): ApiError | null {
    const waiting = pending.get(token);
    if (waiting?.id !== id || Date.now() - waiting.dispatchedAt > 3000)
      return { status: 404, code: 10062, message: 'Unknown interaction' };
    if (waiting.answered) return { status: 400, code: 40060, message: 'Interaction has already been acknowledged.' };
    const faults = faultsOf('CreateMessageInteractionCallbackRequest', body);
    if (faults.length > 0) return { status: 400, code: 50035, message: faults.join('; ') };
    waiting.answered = true;
    const flags = (body.data as { flags?: number } | undefined)?.flags ?? 0;
    waiting.acknowledged.resolve({ type: Number(body.type), flags });
    return null;
  }

  function edit(token: string, body: Readonly<Record<string, unknown>>): ApiError | null {
    const waiting = pending.get(token);
    if (!waiting?.answered) return { status: 404, code: 10015, message: 'Unknown Webhook' };
    const faults = faultsOf('IncomingWebhookUpdateRequestPartial', body);
    if (faults.length > 0) return { status: 400, code: 50035, message: faults.join('; ') };
    waiting.edits.push(String(body.content ?? ''));
    waiting.edited.resolve();
    return null;
  }

  async function slash(input: SlashInput): Promise<Slash> {
    await heldWithin(5000, () => gateway.connected && world.commands.length > 0, 'a registered command');
    return await interact(`/gwanbo ${input.subcommand}`, (id, token) => interactionOf(input, id, token));
  }

  async function press(
    message: string,
    button: string,
    by: Pick<SlashInput, 'user' | 'permissions'> = {},
  ): Promise<Slash> {
    await heldWithin(5000, () => gateway.connected, 'a connection');
    const shown = world.messages.find(one => one.id === message && !one.deleted);
    if (!shown || !JSON.stringify(shown.components).includes(`"custom_id":"${button}"`))
      throw new Error(`no message shows the button ${button}`);
    return await interact(button, (id, token) => {
      const input = { ...by, subcommand: 'help', channel: shown.channel };
      const { data: _, ...asked } = interactionOf(input, id, token) as { data: unknown };
      const told = { ...emptyMessage(shown.channel), id: shown.id, components: shown.components };
      return { ...asked, type: 3, message: told, data: { component_type: 2, custom_id: button } };
    });
  }

  async function interact(what: string, interaction: (id: string, token: string) => object): Promise<Slash> {
    const id = snowflake();
    const token = `interaction-${id}`;
    const waiting: Pending = {
      id,
      dispatchedAt: Date.now(),
      edits: [],
      acknowledged: Promise.withResolvers(),
      edited: Promise.withResolvers(),
      answered: false,
    };
    pending.set(token, waiting);
    gateway.dispatch('INTERACTION_CREATE', interaction(id, token));
    const { type, flags } = await within(3000, waiting.acknowledged.promise, `${what} in 3 seconds`);
    return {
      type,
      ephemeral: (flags & 64) !== 0,
      edits: waiting.edits,
      async reply() {
        await within(10_000, waiting.edited.promise, `an answer to ${what}`);
        return waiting.edits.at(-1) ?? '';
      },
    };
  }

  function interactionOf(input: SlashInput, id: string, token: string): object {
    const user = userOf(input.user ?? USER, 'reader');
    const command = world.commands[0] as { id: string; name: string; options: Definition[] } | undefined;
    const among = input.group
      ? command?.options.find(option => option.name === input.group)?.options
      : command?.options;
    const definition = among?.find(option => option.name === input.subcommand);
    if (!command || !definition) throw new Error(`/gwanbo ${input.subcommand} is not registered`);
    const here = world.channels.get(input.channel);
    const options = Object.entries(input.options ?? {}).map(([name, value]) => {
      const option = definition.options?.find(one => one.name === name);
      if (!option) throw new Error(`/gwanbo ${input.subcommand} has no option ${name}`);
      return { name, type: option.type, value };
    });
    const channel = here && !input.direct ? apiChannel(here) : { id: input.channel, type: 1, recipients: [user] };
    const member = { user, roles: [], joined_at: '2025-01-01T00:00:00.000Z', deaf: false, mute: false, flags: 0 };
    return {
      id,
      token,
      application_id: APPLICATION,
      type: 2,
      version: 1,
      channel_id: input.channel,
      channel,
      locale: 'en-US',
      entitlements: [],
      attachment_size_limit: 10_485_760,
      app_permissions: bitsOf(here?.permissions ?? POSTING),
      context: input.direct ? 1 : 0,
      authorizing_integration_owners: input.direct ? {} : { 0: GUILD },
      ...(input.direct
        ? { user }
        : {
            guild_id: GUILD,
            guild: { id: GUILD, locale: 'en-US', features: [] },
            member: { ...member, permissions: bitsOf(input.permissions ?? []) },
          }),
      data: {
        id: command.id,
        name: command.name,
        type: 1,
        options: grouped(input.group, [{ name: input.subcommand, type: 1, options }]),
        resolved: resolvedOf(input, options),
      },
    };
  }

  function resolvedOf(input: SlashInput, options: readonly { type: number; value: string | number }[]): object {
    const given = (type: number) => options.find(option => option.type === type)?.value;
    const channel = world.channels.get(String(given(7)));
    const mention = given(9) === undefined ? undefined : String(given(9));
    const role = mention === undefined ? undefined : input.roles?.[mention];
    const theirs = bitsOf(input.thereBe ?? input.permissions ?? []);
    return {
      ...(channel && {
        channels: {
          [channel.id]: { ...apiChannel(channel), permissions: theirs, app_permissions: bitsOf(channel.permissions) },
        },
      }),
      ...(mention !== undefined &&
        role && {
          roles: {
            [mention]: {
              id: mention,
              permissions: '0',
              position: 1,
              color: 0,
              colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
              hoist: false,
              managed: false,
              flags: 0,
              ...role,
            },
          },
        }),
      ...(mention !== undefined && !role && { users: { [mention]: userOf(mention, 'friend') } }),
    };
  }

  return {
    url: `http://127.0.0.1:${port}/api`,
    guild: GUILD,
    bot: BOT,
    channels: world.channels,
    addChannel,
    removeChannel: id => void world.channels.delete(id),
    messages: channel => world.messages.filter(one => one.channel === channel && !one.deleted),
    deleteMessage(id) {
      for (const message of world.messages) if (message.id === id) message.deleted = true;
    },
    say(channel, content, components = []) {
      const none = { embeds: [], pings: [], nonce: null, reference: null, edits: 0, deleted: false };
      const message = { id: snowflake(), channel, content, components, author: USER, ...none };
      world.messages.push(message);
      return message;
    },
    forgetNonces: () => world.nonces.clear(),
    script: (...faults) => void world.faults.push(...faults),
    requests: world.requests,
    gateway,
    get commands() {
      return world.commands;
    },
    slash,
    press,
    assertPolite() {
      if (world.violations.length > 0) throw new Error(`impolite: ${world.violations.join('; ')}`);
    },
    async close() {
      await gateway.close();
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

const grouped = (name: string | undefined, options: readonly object[]) =>
  name === undefined ? options : [{ name, type: 2, options }];

interface Definition {
  readonly name: string;
  readonly type: number;
  readonly options?: readonly Definition[];
}

async function heldWithin(milliseconds: number, holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`the bot did not give ${what}`);
    await sleep(5);
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the bot did not give ${what}`)), milliseconds);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
