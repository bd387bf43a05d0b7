import type { ButtonInteraction, ChatInputCommandInteraction, Client, REST } from 'discord.js';
import type { Log } from '../../ports/runtime.ts';
import { createBackoff, pause, RECONNECT } from './backoff.ts';
import type { DiscordJs } from './library.ts';
import { PACE } from './limits.ts';
import type { Logins } from './logins.ts';
import { describe } from './outcomes.ts';
import { createGuard, type Guard } from './shard-guard.ts';

type GatewayState =
  | { readonly is: 'connecting' }
  | { readonly is: 'ready' }
  /** Final: trying again would be refused again. `code` is a close code of the gateway, or 401. */
  | { readonly is: 'refused'; readonly code: number };

export interface Gateway {
  state(): GatewayState;
  /** Resolves when connected, when refused, or after a while; the connecting then goes on in the background. */
  connect(): Promise<void>;
  /** Which of these permissions we lack in a channel, as far as the gateway has told us; null where it has not. */
  lacking(channel: string, needed: (kind: number) => readonly bigint[]): readonly bigint[] | null;
  /** Discord's number for the kind of a channel; null where the gateway has not told it. */
  kindOf(channel: string): number | null;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly discord: DiscordJs;
  readonly token: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** Called once for each client that becomes ready. */
  readonly ready: (client: Client<true>, closed: AbortSignal) => Promise<void>;
  readonly heard: (interaction: ChatInputCommandInteraction) => Promise<void>;
  readonly pressed: (interaction: ButtonInteraction) => Promise<void>;
  /** Counts and spaces the logins. */
  readonly logins: Logins;
  /** How the client's own requests are made. */
  readonly makeRequest: REST['options']['makeRequest'];
}

/** The gateway brings commands and nothing else: alerts are posted by REST, whether it is up or not. */
export function createGateway(options: GatewayOptions): Gateway {
  const { log } = options;
  const closing = new AbortController();
  const backoff = createBackoff(RECONNECT);
  let state: GatewayState = { is: 'connecting' };
  let client: Client | null = null;
  let guard: Guard | null = null;
  /** Resolved by the first thing that is known: connected, refused, failed once. */
  const settled = Promise.withResolvers<void>();

  const isRefused = () => state.is === 'refused';
  const become = (next: GatewayState) => {
    // What was refused for good stays so, whatever the library still says about the connection.
    if (isRefused()) return;
    if (next.is === 'ready') backoff.up();
    if (next.is !== 'connecting') settled.resolve();
    state = next;
  };

  async function run(): Promise<void> {
    while (!isRefused() && (await backoff.wait(closing.signal))) {
      guard = createGuard(options.discord, backoff, closing.signal, log);
      client = buildClient(options, guard, become, closing.signal);
      try {
        await client.login(options.token);
        // From here on the library connects again by itself, at the pace of the guard.
        return;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (isInvalidToken(error)) become({ is: 'refused', code: 401 });
        log.warn({ channel: 'discord', reason: describe(error), refused: isRefused() }, 'the gateway login failed');
        settled.resolve();
      }
    }
  }

  return {
    state: () => state,
    async connect() {
      run().catch(error => log.error({ channel: 'discord', reason: describe(error) }, 'the gateway loop ended'));
      await within(PACE.firstConnection, settled.promise);
    },
    lacking(id, needed) {
      const channel = client?.isReady() ? client.channels.cache.get(id) : undefined;
      const member = client?.user;
      if (!channel || !member || !('permissionsFor' in channel)) return null;
      const held = channel.permissionsFor(member);
      return held && needed(channel.type).filter(permission => !held.has(permission));
    },
    kindOf: id => (client?.isReady() ? (client.channels.cache.get(id)?.type ?? null) : null),
    async close() {
      closing.abort();
      settled.resolve();
      if (client) await within(PACE.goodbye, client.destroy());
      guard?.terminate();
    },
  };
}

function buildClient(
  { discord, apiUrl, log, ready, heard, pressed, logins, makeRequest }: GatewayOptions,
  guard: Guard,
  become: (state: GatewayState) => void,
  closed: AbortSignal,
): Client {
  const { Client, Events, GatewayIntentBits, Options } = discord;
  const client: Client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    waitGuildTimeout: PACE.guilds,
    // Guilds, channels and roles are what permissions are computed from; all else would only grow.
    makeCache: Options.cacheWithLimits({
      AutoModerationRuleManager: 0,
      ApplicationCommandManager: 0,
      BaseGuildEmojiManager: 0,
      DMMessageManager: 0,
      EntitlementManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: member => member.id === client.user?.id },
      GuildMessageManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: 0, keepOverLimit: user => user.id === client.user?.id },
      VoiceStateManager: 0,
    }),
    rest: {
      api: apiUrl,
      makeRequest,
      retries: 0,
      timeout: PACE.request,
      // 0 is a refusal without a time, which the library would repeat at once and without end.
      rejectOnRateLimit: limit => limit.retryAfter > 5000 || limit.retryAfter === 0,
    },
    ws: {
      buildStrategy: guard.buildStrategy,
      buildIdentifyThrottler: async manager => {
        const { session_start_limit: limit } = await manager.fetchGatewayInformation();
        const throttler = new discord.SimpleIdentifyThrottler(limit.max_concurrency);
        return {
          async waitForIdentify(shard, signal) {
            await throttler.waitForIdentify(shard, signal);
            if (!(await logins.enter(AbortSignal.any([signal, closed])))) throw new Error('not connected any more');
          },
        };
      },
    },
  });
  survive(client, log);
  client.on(Events.Error, error =>
    log.error({ channel: 'discord', reason: describe(error) }, 'the Discord client failed'),
  );
  client.on(Events.ShardError, error =>
    log.warn({ channel: 'discord', reason: describe(error) }, 'the gateway connection failed'),
  );
  client.on(Events.ShardReconnecting, () => become({ is: 'connecting' }));
  client.on(Events.ShardReady, () => become({ is: 'ready' }));
  client.on(Events.ShardResume, () => become({ is: 'ready' }));
  client.on(Events.ShardDisconnect, ({ code }) => {
    if (closed.aborted) return;
    log.error({ channel: 'discord', code }, 'the gateway refused us for good');
    become({ is: 'refused', code });
  });
  client.once(Events.ClientReady, readied => {
    become({ is: 'ready' });
    log.info({ channel: 'discord', guilds: readied.guilds.cache.size }, 'connected to the gateway');
    ready(readied, closed).catch(error =>
      log.error({ channel: 'discord', reason: describe(error) }, 'the first steps failed'),
    );
  });
  client.on(Events.InteractionCreate, interaction => {
    const answered = interaction.isChatInputCommand()
      ? heard(interaction)
      : interaction.isButton()
        ? pressed(interaction)
        : null;
    answered?.catch(error =>
      log.error({ channel: 'discord', reason: describe(error) }, 'a command could not be answered'),
    );
  });
  return client;
}

/** Payloads that waited for the client to be ready are handled from a timer, beyond the guard of the shard. */
function survive(client: Client, log: Log): void {
  const manager = client.ws as unknown as { handlePacket(packet: unknown, shard: unknown): boolean };
  const handle = manager.handlePacket.bind(manager);
  manager.handlePacket = (packet, shard) => {
    try {
      return handle(packet, shard);
    } catch (error) {
      log.warn(
        { channel: 'discord', reason: describe(error) },
        'a gateway payload could not be handled and is left out',
      );
      return false;
    }
  };
}

/** Resolves with `work`, or without it after so many milliseconds. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work, pause(milliseconds, patience.signal)]);
  patience.abort();
}

function isInvalidToken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'TokenInvalid';
}
