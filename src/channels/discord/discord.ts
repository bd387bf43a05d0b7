import type { REST } from 'discord.js';
import type { Card } from '../../core/card.ts';
import type { Outcome } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import type { Answerer, Channel, ChannelStatus, Message } from '../../ports/channel.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { persist, REPEAT } from './backoff.ts';
import { answerCommand, registerCommands } from './commands.ts';
import { type MessageBody, minimalBody, renderCard } from './embeds.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { type DiscordJs, loadDiscord } from './library.ts';
import { PACE } from './limits.ts';
import { concernsAll, describe, TOKEN_REFUSED, type Verdict, verdictOf } from './outcomes.ts';
import { namesOf, neededFor } from './rights.ts';

export interface DiscordOptions extends Runtime {
  readonly token: string;
  /** Without version and trailing slash; null or absent for Discord itself. */
  readonly apiUrl?: string | null;
  /** How long one request may take, milliseconds; ten seconds if absent. */
  readonly patience?: number;
}

/** What the gateway's close codes that end everything mean to whoever runs the bot. */
const REFUSALS: Readonly<Record<number, { readonly what: string; readonly fix: string }>> = {
  401: TOKEN_REFUSED,
  4004: TOKEN_REFUSED,
  4010: { what: 'the Discord gateway refused the shard', fix: 'restart gwanbo' },
  4011: {
    what: 'the bot is in too many servers for one connection',
    fix: 'run it for fewer servers, or in several shards',
  },
  4014: {
    what: 'the Discord gateway refused the intents of DISCORD_TOKEN',
    fix: 'in the Discord Developer Portal check that the application is not restricted; gwanbo asks for Guilds only',
  },
};

/** No channel's id. */
const ALL = '*';

/**
 * Discord: alerts are posted by REST as a bot (webhooks have no nonce), commands are heard through the gateway.
 * The library is loaded when it is first needed, so opening costs nothing.
 */
export function openDiscord(options: DiscordOptions): Channel {
  const { log } = options;
  // Both are pasted with the token often enough.
  const token = options.token.trim().replace(/^Bot\s+/i, '');
  const apiUrl = (options.apiUrl ?? 'https://discord.com/api').replace(/\/+$/, '');
  const patience = options.patience ?? PACE.request;
  let refused = !/^[\x21-\x7e]+$/.test(token);
  let gateway: Gateway | null = null;
  const closing = new AbortController();
  let loading: Promise<{ readonly discord: DiscordJs; readonly rest: REST }> | null = null;
  const load = () => {
    loading ??= loadDiscord().then(discord => ({ discord, rest: buildRest(discord, token, apiUrl, patience) }));
    return loading;
  };

  /** Until when nothing may be asked, by channel or for all: what is refused counts against the bot. */
  const pauses = new Map<string, Temporal.Instant>();

  function pausedUntil(channel: string): Temporal.Instant | null {
    const until = [ALL, channel]
      .map(key => pauses.get(key))
      .find(time => time && Temporal.Instant.compare(time, options.now()) > 0);
    return until ?? null;
  }

  async function post(channel: string, body: object): Promise<Verdict> {
    const until = pausedUntil(channel);
    if (until) return { is: 'wait', at: until.toString(), reason: 'Discord asked to slow down' };
    const at = (milliseconds: number) =>
      options
        .now()
        .add({ milliseconds: Math.ceil(Math.min(milliseconds, PACE.longestWait) + Math.random() * PACE.jitter) })
        .toString();
    try {
      const { discord, rest } = await load();
      const answer = await rest.post(discord.Routes.channelMessages(channel), {
        body,
        // The library's own timeout ends with the headers; this one covers the body too.
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(patience)]),
      });
      const id = idOf(answer);
      if (id === null) return { is: 'unsure', reason: 'Discord answered 200 with something that is no message' };
      return { is: 'sent', receipt: { channel, message: id } };
    } catch (error) {
      const verdict = verdictOf(error, at, channel);
      if (verdict.is === 'down') refused = true;
      if (verdict.is === 'wait') pauses.set(concernsAll(error) ? ALL : channel, Temporal.Instant.from(verdict.at));
      return verdict;
    }
  }

  /** Where the gateway has told us the rights in a channel, what is missing is named in place of all that is needed. */
  async function named(verdict: Verdict, channel: string): Promise<Verdict> {
    if (verdict.is !== 'suspend' || gateway === null) return verdict;
    const { discord } = await load();
    const lacking = gateway.lacking(channel, thread => neededFor(discord, thread));
    if (lacking === null || lacking.length === 0) return verdict;
    return {
      is: 'suspend',
      reason: `gwanbo lacks ${namesOf(discord, lacking)} in the channel; grant that there, then resume`,
    };
  }

  async function send({ channel }: Destination, message: Message): Promise<Outcome> {
    if (closing.signal.aborted) return { is: 'wait', at: options.now().toString(), reason: 'The bot is stopping' };
    if (refused) return { is: 'down', reason: TOKEN_REFUSED.what };
    if (!isBody(message.body)) return { is: 'dead', reason: 'The stored message is no message for Discord' };
    const { body } = message;
    // The part of its own: two texts that share a nonce would be one message.
    const once = { nonce: `${message.key}-${message.part}`, enforce_nonce: true };
    const verdict = await named(await post(channel, { ...body, ...once }), channel);
    if (verdict.is !== 'minimal') return verdict;
    log.error({ channel: 'discord', message: message.key, reason: verdict.reason }, 'a message was refused as invalid');
    const least = minimalBody(body);
    const second = least === null ? verdict : await post(channel, { ...least, ...once });
    return second.is === 'minimal' ? { is: 'dead', reason: second.reason } : second;
  }

  return {
    platform: 'discord',
    gap: PACE.gap,
    render: (card: Card, key: string): MessageBody => renderCard(card, key),
    send,
    async listen(answer: Answerer) {
      if (refused || closing.signal.aborted) return;
      const { discord } = await load();
      // Closed, or asked twice, while the library was loading.
      if (closing.signal.aborted || gateway !== null) return;
      gateway = createGateway({
        discord,
        token,
        apiUrl,
        log,
        ready: (client, closing) =>
          persist(
            () => registerCommands(discord, client, log),
            REPEAT,
            closing,
            error => log.warn({ channel: 'discord', reason: describe(error) }, 'commands could not be registered yet'),
          ),
        heard: interaction => answerCommand(discord, interaction, answer, log),
      });
      await gateway.connect();
    },
    status(): ChannelStatus {
      if (refused) return { state: 'down', ...TOKEN_REFUSED };
      const state = gateway?.state();
      if (state?.is === 'ready') return { state: 'ready', what: null, fix: null };
      if (state?.is === 'refused') {
        const what = `the Discord gateway refused us with code ${state.code}`;
        return { state: 'down', what, fix: 'restart gwanbo', ...REFUSALS[state.code] };
      }
      const what = 'not connected to the Discord gateway: commands are not heard, alerts are posted all the same';
      return { state: 'connecting', what: gateway && what, fix: null };
    },
    async close() {
      closing.abort();
      await gateway?.close();
      const rest = (await loading)?.rest;
      rest?.clearHashSweeper();
      rest?.clearHandlerSweeper();
    },
  };
}

/**
 * One request for one post: nothing is repeated, and nothing waits inside, since a wait or a retry that the outbox
 * does not know of is one it cannot keep over a crash.
 */
function buildRest({ REST }: DiscordJs, token: string, api: string, timeout: number): REST {
  return new REST({
    api,
    version: '10',
    retries: 0,
    timeout,
    rejectOnRateLimit: () => true,
  }).setToken(token);
}

/** Whether a frozen body has something to show, whichever version of the bot rendered it. */
function isBody(body: unknown): body is MessageBody {
  if (typeof body !== 'object' || body === null) return false;
  const { content, embeds } = body as Readonly<Record<string, unknown>>;
  return typeof content === 'string' || (Array.isArray(embeds) && embeds.length > 0);
}

function idOf(answer: unknown): string | null {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null;
  return typeof id === 'string' ? id : null;
}
