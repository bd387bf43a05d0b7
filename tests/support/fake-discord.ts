import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeGateway, openGateway } from './fake-discord-gateway.ts';
import { createInteractions, type Slash, type SlashInput, USER } from './fake-discord-interactions.ts';
import { createRest, type RestWorld } from './fake-discord-rest.ts';
import {
  APPLICATION,
  apiGuild,
  BOT,
  type FakeChannel,
  type FakeMessage,
  type FakeRequest,
  type Fault,
  GUILD,
  isThread,
  POSTING,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export type { Fault } from './fake-discord-world.ts';

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
  /** The posts of a forum, oldest first. */
  posts(forum: string): readonly FakeChannel[];
  /** Nobody has written in a post for days. */
  archive(post: string, at?: string): void;
  /** A moderator deletes a message. */
  deleteMessage(id: string): void;
  /** Somebody else writes a message, with buttons as they like. */
  say(channel: string, content: string, components?: unknown[]): FakeMessage;
  /** Discord carries out a request for a message a second time, long after it was given up. */
  copy(id: string): void;
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

/** Discord on 127.0.0.1: REST under `/api`, the gateway on the same port. Refuses what Discord refuses. */
export async function startFakeDiscord(options: FakeDiscordOptions): Promise<FakeDiscord> {
  const interactions = createInteractions({
    gateway: () => gateway,
    channels: () => world.channels,
    messages: () => world.messages,
    commands: () => world.commands,
  });
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
    acknowledge: interactions.acknowledge,
    edit: interactions.edit,
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

  return {
    url: `http://127.0.0.1:${port}/api`,
    guild: GUILD,
    bot: BOT,
    channels: world.channels,
    addChannel,
    removeChannel: id => void world.channels.delete(id),
    messages: channel => world.messages.filter(one => one.channel === channel && !one.deleted),
    posts: forum => [...world.channels.values()].filter(one => isThread(one) && one.parent === forum),
    archive(id, at = new Date().toISOString()) {
      const post = world.channels.get(id);
      if (post) Object.assign(post, { archived: true, archivedAt: at });
    },
    deleteMessage(id) {
      for (const message of world.messages) if (message.id === id) message.deleted = true;
    },
    say(channel, content, components = []) {
      const none = { embeds: [], pings: [], nonce: null, reference: null, edits: 0, deleted: false };
      const message = { id: snowflake(), channel, content, components, author: USER, ...none };
      world.messages.push(message);
      return message;
    },
    copy(id) {
      const message = world.messages.find(one => one.id === id);
      if (!message) return;
      const copy = snowflake();
      const post = message.channel === message.id ? world.channels.get(message.id) : undefined;
      if (post) world.channels.set(copy, { ...post, id: copy });
      world.messages.push({ ...message, id: copy, ...(post && { channel: copy }) });
    },
    forgetNonces: () => world.nonces.clear(),
    script: (...faults) => void world.faults.push(...faults),
    requests: world.requests,
    gateway,
    get commands() {
      return world.commands;
    },
    slash: interactions.slash,
    press: interactions.press,
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
