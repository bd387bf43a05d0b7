import type { Content } from '../../core/card.ts';
import type { History, Outcome, Receipt } from '../../core/delivery.ts';
import type { Answerer, Channel, ChannelStatus } from '../../ports/channel.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { persist, REPEAT } from './backoff.ts';
import type { MessageBody } from './body.ts';
import { type Act, TOKEN_REFUSED } from './codes.ts';
import { answerButton, answerCommand, registerCommands } from './commands.ts';
import { createForumHistory } from './forum-history.ts';
import { createForums } from './forums.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createHistory } from './history.ts';
import { PACE } from './limits.ts';
import { createLogins } from './logins.ts';
import { describe } from './outcomes.ts';
import { createPosting } from './posting.ts';
import { renderContent } from './render.ts';
import { type Called, createRequests, type Make, type Requests } from './requests.ts';
import { namesOf, neededFor } from './rights.ts';

export interface DiscordOptions extends Runtime {
  readonly token: string;
  /** Without version and trailing slash; null or absent for Discord itself. */
  readonly apiUrl?: string | null;
  /** How long one request may take, milliseconds; ten seconds if absent. */
  readonly patience?: number;
  /**
   * Where the times of our logins outlive the process, RFC 3339 UTC: what is kept, and what is to be kept in its place.
   * Without both they are counted for this process alone.
   */
  readonly kept?: () => Promise<readonly string[]>;
  readonly keep?: (logins: readonly string[]) => Promise<void>;
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
  const requests = createRequests({ token, apiUrl, patience, now: options.now, closing: closing.signal });
  const { kept, keep } = options;
  const logins = createLogins(options.now, kept && keep ? { kept, keep } : null, error =>
    log.warn({ channel: 'discord', reason: describe(error) }, 'the record of logins cannot be read or written yet'),
  );
  const forums = createForums(requests, channel => gateway?.kindOf(channel) ?? null);
  const me = { id: null };
  async function mayRead(channel: string): Promise<boolean | null> {
    if (gateway === null) return null;
    const { PermissionFlagsBits } = await requests.load();
    const lacking = gateway.lacking(channel, () => [
      PermissionFlagsBits.ViewChannel,
      PermissionFlagsBits.ReadMessageHistory,
    ]);
    return lacking && lacking.length === 0;
  }

  /** Of a forum its posts; of one of them, asked for the replies to it, what was written there. */
  async function look(channel: string, since: string, replyTo?: Receipt, given?: AbortSignal): Promise<History> {
    const call: Requests['call'] = (act, where, make) => requests.call(act, where, make, given);
    const { now } = options;
    const history = createHistory({ requests: { ...requests, call }, me, now, closing: closing.signal, mayRead });
    if (replyTo && replyTo.message !== '' && replyTo.channel !== channel) return history.read(replyTo.channel, since);
    if (!(await forums.is(channel))) return history.read(channel, since);
    const forum = await forums.read(channel);
    if (forum === null) return history.read(channel, since);
    return 'is' in forum ? forum : createForumHistory({ ...history, now })(forum, since);
  }

  /** Nothing is asked while the bot stops, or with a token that Discord refused. */
  const barred = (): Extract<Outcome, { is: 'wait' | 'down' }> | null => {
    if (closing.signal.aborted) return { is: 'wait', at: options.now().toString(), reason: 'The bot is stopping' };
    return refused ? { is: 'down', reason: TOKEN_REFUSED.what } : null;
  };

  async function call(act: Act, channel: string, make: Make, given?: AbortSignal): Promise<Called> {
    const called = await requests.call(act, channel, make, given);
    if (called.is === 'down') refused = true;
    return called;
  }

  /** Where the gateway has told us the rights in a channel, what is missing is named in place of all that is needed. */
  async function lacking(channel: string): Promise<string | null> {
    if (gateway === null) return null;
    const discord = await requests.load();
    const missing = gateway.lacking(channel, kind => neededFor(discord, kind));
    return missing === null || missing.length === 0 ? null : namesOf(discord, missing);
  }

  /** @param given aborted where nobody waits for it any more */
  const posting = (given?: AbortSignal) =>
    createPosting({
      call: (act, channel, make) => call(act, channel, make, given),
      barred,
      lacking,
      forums,
      log,
    });

  return {
    platform: 'discord',
    gap: PACE.gap,
    render: (content: Content, key: string): MessageBody => renderContent(content, key),
    send: (to, message, given) => posting(given).send(to, message),
    // What is begun within that time has still left before the nonce is forgotten.
    // A post has no nonce; where nobody can tell whether it is one, nothing is risked.
    repeatable: async ({ channel }) => ((await forums.is(channel)) === false ? PACE.nonce - PACE.turn : 0),
    clock: requests.clock,
    apart: async ({ channel }) => (await forums.is(channel)) === true,
    async history({ channel }, since, replyTo, given) {
      const bar = barred();
      if (bar) return bar;
      const read = await look(channel, since, replyTo, given);
      if (read.is === 'down') refused = true;
      return read;
    },
    edit: (to, receipt, message, given) => posting(given).edit(to, receipt, message),
    remove: (to, receipt, given) => posting(given).remove(to, receipt),
    async listen(answer: Answerer) {
      if (refused || closing.signal.aborted) return;
      const discord = await requests.load();
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
        pressed: interaction => answerButton(discord, interaction, answer, log),
        logins,
        makeRequest: requests.makeRequest(discord),
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
      const rest = logins.waitsUntil();
      const why = rest === null ? '' : `; it logs in again at ${rest.toString({ smallestUnit: 'second' })}`;
      const what = 'not connected to the Discord gateway: commands are not heard, alerts are posted all the same';
      return { state: 'connecting', what: gateway && `${what}${why}`, fix: null };
    },
    async close() {
      closing.abort();
      await gateway?.close();
      await requests.close();
    },
  };
}
