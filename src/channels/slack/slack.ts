import type { RequestListener } from 'node:http';
import type { HTTPReceiver, webApi } from '@slack/bolt';
import type { Content } from '../../core/card.ts';
import type { Edited, History, Outcome, Receipt } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import { createRemoteClock } from '../../core/remote-clock.ts';
import type { Answerer, Channel, ChannelStatus } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import type { CallTools } from './calls.ts';
import { CODES, REINSTALL } from './codes.ts';
import { hearCommands } from './commands.ts';
import { readBack, type Self } from './history.ts';
import { createLanes, GIVEN_UP } from './lanes.ts';
import { adaptLog, type Bolt, clientOptions, guardFetch, loadBolt } from './library.ts';
import { TIMES } from './limits.ts';
import { judge, neededBy, readCode, refusedToken } from './outcomes.ts';
import { backOff, createMemory, pause } from './pace.ts';
import { change, post, takeAway } from './posting.ts';
import { renderContent } from './render.ts';
import { keepConnected, type SocketState } from './socket.ts';
import { BODY_LIMIT, ENDPOINT, listenTo } from './webhook.ts';

export interface SlackOptions {
  /** xoxb-...: enough to post. */
  readonly botToken: string;
  /** xapp-...: hears commands by Socket Mode. */
  readonly appToken?: string | undefined;
  /** Hears commands by HTTP, through `listener`. */
  readonly signingSecret?: string | undefined;
  /** Base of the Web API, https://slack.com/api/ where it is left out. */
  readonly apiUrl?: string | undefined;
  readonly log: Log;
  readonly now: () => Temporal.Instant;
}

export interface SlackChannel extends Channel {
  /** For POST /slack/events of the bot's own server; null without a signing secret. */
  readonly listener: RequestListener | null;
}

type Down = Extract<Outcome, { is: 'down' }>;
type Stopping = Extract<Outcome, { is: 'wait' }>;
type Suspend = Extract<Outcome, { is: 'suspend' }>;
const isDown = (outcome: { readonly is: string }): outcome is Down => outcome.is === 'down';

/** What is wrong with a token: the sentence, and what to do. */
interface Trouble {
  readonly what: string;
  readonly fix: string;
}

const FIX_BOT =
  'Put the Bot User OAuth Token (xoxb-..., "OAuth & Permissions" of the app) into SLACK_BOT_TOKEN and restart';
const FIX_APP =
  'Put an app-level token with the scope connections:write (xapp-..., "Basic Information" of the app) into SLACK_APP_TOKEN and restart';

/**
 * Opens Slack: nothing is loaded and nothing is called before the first send or listen. One workspace, that of the token.
 * A wrong token is a state, never an exception: the bot goes on watching and publishing.
 */
export function openSlack(options: SlackOptions): SlackChannel {
  const { botToken, appToken, signingSecret, apiUrl, log, now } = options;
  const secrets = [botToken, appToken ?? '', signingSecret ?? ''];
  const closing = new AbortController();
  const handled = createMemory(now, TIMES.replay);
  const lanes = createLanes(now, closing.signal);
  const theirs = createRemoteClock(() => performance.now());
  const endings: Promise<unknown>[] = [];
  const underWay = new Set<Promise<unknown>>();

  let answerer: Answerer | null = null;
  let bot: 'unknown' | 'accepted' | Trouble = 'unknown';
  let socket: 'off' | 'connecting' | 'connected' | Trouble = appToken === undefined ? 'off' : 'connecting';
  let team: string | null = null;
  /** How often in a row Slack did not confirm the token, whatever it had said before. */
  let unconfirmed = 0;
  /** Our own bot, by which its messages are told from those of others. */
  let self: Self | null = null;
  /** How often in a row a list was said to go on and not how, by channel and thread. */
  const endless = new Map<string, number>();
  /** Until when nothing is asked of Slack, and what is said meanwhile: it refused our token. */
  let resting: { readonly until: Temporal.Instant; readonly outcome: Down } | null = null;

  interface Parts {
    readonly bolt: Bolt;
    readonly client: webApi.WebClient;
    /** @param given ends what is under way, as closing does */
    readonly options: (given?: AbortSignal) => webApi.WebClientOptions;
    readonly logger: ReturnType<typeof adaptLog>;
  }
  let loaded: Promise<Parts> | null = null;
  async function load(): Promise<Parts> {
    const bolt = await loadBolt();
    const logger = adaptLog(log, secrets);
    const fresh = (given?: AbortSignal) => {
      const ended = given ? AbortSignal.any([closing.signal, given]) : closing.signal;
      return clientOptions(apiUrl, guardFetch(ended, now, theirs.heard), logger);
    };
    return { bolt, client: new bolt.webApi.WebClient(botToken, fresh()), options: fresh, logger };
  }
  const parts = () => (loaded ??= load());

  /** auth.test: whose token it is. Null where Slack refuses it or cannot be reached; the state says which. */
  async function verify(): Promise<string | null> {
    const { client, bolt } = await parts();
    try {
      const who = await client.auth.test();
      bot = 'accepted';
      unconfirmed = 0;
      resting = null;
      team = who.team_id ?? null;
      self = who.user_id === undefined ? null : { user: who.user_id, bot: who.bot_id ?? null };
      log.info({ team, bot: who.user_id }, 'Slack accepted the bot token');
    } catch (error) {
      unconfirmed++;
      const { outcome, code } = judge(error, bolt.webApi, now(), 0);
      if (typeof outcome === 'object' && outcome.is === 'down') refuse(outcome);
      if (!closing.signal.aborted) log.warn({ code }, 'Slack did not confirm the bot token');
    }
    return bot === 'accepted' ? team : null;
  }

  function refuse(outcome: Down): void {
    if (bot === 'accepted' || bot === 'unknown') log.error({ reason: outcome.reason }, 'Slack refuses the bot token');
    // The reason of a delivery stands alone; here what to do follows.
    bot = { what: outcome.reason.replace(`: ${REINSTALL}`, ''), fix: FIX_BOT };
    resting = { until: now().add({ milliseconds: TIMES.refused }), outcome };
  }

  /** Nothing is asked while the bot stops, or for nobody, or soon after Slack refused the token. */
  function barred(given?: AbortSignal): Stopping | Down | null {
    if (closing.signal.aborted) return { is: 'wait', at: now().toString(), reason: 'The bot is stopping' };
    if (given?.aborted) return { is: 'wait', at: now().toString(), reason: GIVEN_UP };
    return resting !== null && Temporal.Instant.compare(now(), resting.until) < 0 ? resting.outcome : null;
  }

  /** Does something with Slack, unless that is barred, and keeps what it tells about the token. */
  async function ask<T extends { readonly is: string }>(
    work: (tools: CallTools) => Promise<T>,
    given?: AbortSignal,
  ): Promise<T | Stopping | Down> {
    const bar = barred(given);
    if (bar) return bar;
    const { client: shared, bolt, options: fresh } = await parts();
    // The library takes no signal for a call, so that one which may be given up has a client of its own.
    const client = given ? new bolt.webApi.WebClient(botToken, fresh(given)) : shared;
    const asking = work({ client, given, errors: bolt.webApi, lanes, now, log });
    underWay.add(asking);
    const outcome: T | Down = await asking.finally(() => underWay.delete(asking));
    if (outcome.is === 'sent' || outcome.is === 'read') bot = 'accepted';
    if (isDown(outcome)) refuse(outcome);
    return outcome;
  }

  /** Channels of another workspace than that of the token, once that is known, are none of ours. */
  function elsewhere({ workspace }: Destination): Suspend | null {
    if (workspace === null || team === null || workspace === team) return null;
    return { is: 'suspend', reason: `gwanbo is installed in workspace ${team}, not in ${workspace}` };
  }

  async function history(to: Destination, since: string, replyTo?: Receipt, given?: AbortSignal): Promise<History> {
    const bar = barred(given);
    if (bar) return bar;
    if (self === null) await verify();
    const own = self;
    if (own !== null)
      return elsewhere(to) ?? ask(tools => readBack(to, since, replyTo, { ...tools, self: own, endless }), given);
    const at = now().add({ milliseconds: TIMES.again }).toString();
    return barred() ?? { is: 'wait', at, reason: 'Slack does not tell yet who gwanbo is' };
  }

  /** Verifies at once, again after a failure with a growing pause, and daily. Resolves after the first try. */
  async function keepVerified(): Promise<void> {
    await verify();
    const goOn = async () => {
      const next = () =>
        unconfirmed === 0 ? TIMES.verify : typeof bot === 'object' ? TIMES.refused * 5 : backOff(unconfirmed + 2);
      while (await pause(next(), closing.signal)) await verify();
    };
    endings.push(goOn());
  }

  async function openApp(receiver: ConstructorParameters<Bolt['App']>[0]): Promise<void> {
    const { bolt, client, options: fresh, logger } = await parts();
    const app = new bolt.App({
      ...receiver,
      // Handed in, so that Bolt does not call auth.test with every command.
      authorize: async () => ({ botToken }),
      tokenVerificationEnabled: false,
      deferInitialization: true,
      convoStore: false,
      clientOptions: fresh(),
      logger,
    });
    await app.init();
    hearCommands(app, {
      client,
      errors: bolt.webApi,
      log,
      handled,
      answerer: () => answerer,
      team: async () => team ?? (await verify()) ?? Promise.reject(new Error('the workspace is not known')),
    });
  }

  async function openSocket(token: string): Promise<void> {
    const { bolt, options: fresh, logger } = await parts();
    const receiver = new bolt.SocketModeReceiver({
      appToken: token,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: fresh() },
      logger,
      processEventErrorHandler: async () => false,
    });
    await openApp({ receiver });
    const onState = (state: SocketState) => {
      if (typeof state === 'string') socket = state;
      else socket = troubleOf(state.failed, bolt) ?? 'connecting';
      if (state === 'connected') log.info({}, 'Slack Socket Mode is connected');
    };
    const patience = (error: unknown) => (troubleOf(error, bolt) === null ? null : TIMES.refused * 5);
    const { tried, ended } = keepConnected(receiver, { signal: closing.signal, log, now, onState, patience });
    endings.push(ended);
    await tried;
  }

  /** What is wrong with the app token, null where the connection failed for another reason. */
  function troubleOf(error: unknown, bolt: Bolt): Trouble | null {
    if (!(error instanceof bolt.webApi.WebAPIPlatformError)) return null;
    const code = readCode(error);
    const rule = code === null ? undefined : CODES[code];
    if (code === null || rule?.is !== 'down') return null;
    const say = 'commands are not heard; alerts are posted all the same';
    return { what: refusedToken('SLACK_APP_TOKEN', code, say, neededBy(error)), fix: FIX_APP };
  }

  let http: Promise<HTTPReceiver> | null = null;
  async function openHttp(secret: string): Promise<HTTPReceiver> {
    const { bolt, logger } = await parts();
    const receiver = new bolt.HTTPReceiver({
      signingSecret: secret,
      endpoints: [ENDPOINT],
      bodyLimit: BODY_LIMIT,
      logger,
    });
    await openApp({ receiver });
    return receiver;
  }
  const listener =
    signingSecret === undefined ? null : listenTo(() => (http ??= openHttp(signingSecret)), now, closing.signal);

  return {
    platform: 'slack',
    threaded: true,
    gap: TIMES.gap,
    listener,
    render: (content: Content, key: string) => renderContent(content, key),

    send: async (to, message, given): Promise<Outcome> =>
      elsewhere(to) ?? ask(tools => post(to, message, tools), given),
    // Slack knows no key of a message: the same one twice is two.
    repeatable: () => 0,
    clock: theirs.now,
    history,
    edit: async (to, receipt, message, given): Promise<Edited> =>
      elsewhere(to) ?? ask(tools => change(receipt, message, tools), given),
    remove: async (to, receipt, given): Promise<Edited> =>
      elsewhere(to) ?? ask(tools => takeAway(receipt, tools), given),

    async listen(answer: Answerer): Promise<void> {
      answerer = answer;
      await Promise.all([keepVerified(), appToken === undefined ? null : openSocket(appToken)]);
    },

    status(): ChannelStatus {
      if (typeof bot === 'object') return { state: 'down', ...bot };
      if (typeof socket === 'object') return { state: 'down', ...socket };
      if (bot === 'unknown')
        return { state: 'connecting', what: 'Slack has not confirmed the bot token yet', fix: null };
      if (socket === 'connecting')
        return { state: 'connecting', what: 'Slack Socket Mode is not connected: commands are not heard', fix: null };
      return { state: 'ready', what: null, fix: null };
    },

    async close(): Promise<void> {
      answerer = null;
      closing.abort();
      await Promise.allSettled([...endings, ...underWay]);
    },
  };
}
