import type { REST } from 'discord.js';
import { createRemoteClock } from '../../core/remote-clock.ts';
import { createRests } from '../../core/rests.ts';
import type { Act } from './codes.ts';
import { type DiscordJs, loadDiscord } from './library.ts';
import { PACE } from './limits.ts';
import { asksToPause, concernsAll, type Verdict, verdictOf } from './outcomes.ts';
import { createRefusals } from './refusals.ts';

/** What a request came to: what Discord answered, or why there is no answer. */
export type Called = { readonly is: 'answered'; readonly answer: unknown } | Verdict;

export type Make = (rest: REST, discord: DiscordJs, options: { readonly signal: AbortSignal }) => Promise<unknown>;

export interface Requests {
  /**
   * Makes one request about a channel, unless a limit of Discord that we know of forbids it. Never throws.
   * @param given aborted where nobody waits for it any more: what has not left yet does not, what is under way is cut
   */
  call(act: Act, channel: string, make: Make, given?: AbortSignal): Promise<Called>;
  /** What Discord's clock shows; null until it has answered something. */
  clock(): Temporal.Instant | null;
  /** For every other client of the same bot, so that what it is refused is counted too. */
  makeRequest(discord: DiscordJs): REST['options']['makeRequest'];
  load(): Promise<DiscordJs>;
  close(): Promise<void>;
}

export interface RequestsOptions {
  readonly token: string;
  readonly apiUrl: string;
  /** Milliseconds. */
  readonly patience: number;
  readonly now: () => Temporal.Instant;
  readonly closing: AbortSignal;
}

/** No channel's id. */
const ALL = '*';

/**
 * One request for one call: nothing is repeated, and nothing waits inside, since a wait or a retry that the outbox does
 * not know of is one it cannot keep over a crash. The library keeps the buckets and fifty requests a second.
 */
export function createRequests({ token, apiUrl, patience, now, closing }: RequestsOptions): Requests {
  const refusals = createRefusals();
  /** Until when nothing may be asked, by act and channel or for all: what is refused counts against the bot. */
  const pauses = createRests<string>(now);
  const theirs = createRemoteClock(() => performance.now());
  let loading: Promise<{ readonly discord: DiscordJs; readonly rest: REST }> | null = null;
  const load = () => {
    loading ??= loadDiscord().then(discord => {
      const options = { api: apiUrl, version: '10', retries: 0, timeout: patience, rejectOnRateLimit: () => true };
      const rest = new discord.REST({ ...options, makeRequest: makeRequest(discord) });
      return { discord, rest: rest.setToken(token) };
    });
    return loading;
  };

  const makeRequest =
    ({ DefaultRestOptions }: DiscordJs): REST['options']['makeRequest'] =>
    async (url, init) => {
      const response = await DefaultRestOptions.makeRequest(url, init);
      refusals.count(response.status, response.headers.get('x-ratelimit-scope'));
      theirs.heard(Date.parse(response.headers.get('date') ?? ''));
      return response;
    };

  function later(milliseconds: number): string {
    const { share, most } = PACE.jitter;
    const jitter = Math.random() * Math.min(milliseconds * share, most);
    return now()
      .add({ milliseconds: Math.ceil(Math.min(milliseconds, PACE.longestWait) + jitter) })
      .toString();
  }

  function over(given: AbortSignal | undefined): Extract<Verdict, { is: 'wait' }> | null {
    if (closing.aborted) return { is: 'wait', at: now().toString(), reason: 'The bot is stopping' };
    return given?.aborted ? { is: 'wait', at: now().toString(), reason: 'this was given up before it left' } : null;
  }

  async function call(act: Act, channel: string, make: Make, given?: AbortSignal): Promise<Called> {
    const early = over(given);
    if (early) return early;
    const lane = `${act} ${channel}`;
    const until = pauses.until(ALL) ?? pauses.until(lane);
    if (until) return { is: 'wait', at: until.toString(), reason: 'Discord asked to slow down' };
    const spent = await refusals.enter();
    if (spent !== null)
      return {
        is: 'wait',
        at: later(spent.after),
        reason: spent.busy
          ? 'many requests to Discord are under way'
          : 'Discord has refused many requests; gwanbo pauses by itself',
      };
    try {
      const { discord, rest } = await load();
      const late = over(given);
      if (late) return late;
      // The library's own timeout ends with the headers; this one covers the body too.
      const signal = AbortSignal.any([closing, AbortSignal.timeout(patience), ...(given ? [given] : [])]);
      return { is: 'answered', answer: await make(rest, discord, { signal }) };
    } catch (error) {
      const verdict = verdictOf(error, later, channel, act);
      if (verdict.is === 'wait' && asksToPause(error))
        pauses.rest(concernsAll(error) ? ALL : lane, Temporal.Instant.from(verdict.at));
      return verdict;
    } finally {
      refusals.leave();
    }
  }

  return {
    call,
    clock: theirs.now,
    makeRequest,
    load: async () => (await load()).discord,
    async close() {
      const rest = (await loading)?.rest;
      rest?.clearHashSweeper();
      rest?.clearHandlerSweeper();
    },
  };
}
