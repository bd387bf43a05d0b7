import type { Runtime } from '../ports/runtime.ts';

/** How long a call of a channel may take, milliseconds. */
export interface Deadlines {
  /** To post, to change, to take away. */
  readonly request: number;
  /** To read back what a destination shows. */
  readonly record: number;
}

/**
 * A call that has not come back by then is given up: what of it has not left yet never will. Channels give up by
 * themselves long before: a request of theirs waits half a minute for its turn at most and ten to fifteen seconds for its
 * answer, and is made twice where the platform finds fault with its form. A record has up to a hundred pages, of which fifty a minute are read.
 */
const DEADLINES: Deadlines = { request: 180_000, record: 600_000 };

/** What a channel is called for, as the log says it. */
export type Doing = 'sending' | 'changing a message' | 'asked what it shows' | 'looked through' | 'taking a copy away';

/** Why there is no answer of a channel, for people. */
export interface NoAnswer {
  readonly is: 'none';
  readonly reason: string;
}

const RECORDS: ReadonlySet<Doing> = new Set<Doing>(['asked what it shows', 'looked through']);

export interface CallTools {
  readonly runtime: Pick<Runtime, 'log'>;
  /** `DEADLINES` if absent. */
  readonly deadlines?: Deadlines;
}

/**
 * Calls a channel, which turns every failure into an answer. Where one breaks all the same, or never answers, that is
 * logged, and nobody knows what it did; what it may say later is not heard.
 * @param of what the log names
 * @param make the call; its signal is aborted at the deadline
 */
export async function call<T>(
  doing: Doing,
  of: { readonly delivery?: number; readonly destination: string },
  make: (signal: AbortSignal) => Promise<T>,
  { runtime: { log }, deadlines = DEADLINES }: CallTools,
): Promise<T | NoAnswer> {
  const most = RECORDS.has(doing) ? deadlines.record : deadlines.request;
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const given = new AbortController();
  const giveUp = () => {
    // First, so that nothing which the channel says of being given up is taken for an answer.
    resolve('late');
    given.abort();
  };
  const timer = setTimeout(giveUp, most).unref();
  try {
    const answer = await Promise.race([make(given.signal), late]);
    if (answer !== 'late') return answer;
    log.error({ ...of, seconds: most / 1000 }, `a channel never answered while it was ${doing}`);
    return { is: 'none', reason: `gwanbo waited for an answer for ${most / 1000} seconds, and none came` };
  } catch (error) {
    log.error({ ...of, error }, `a channel failed while it was ${doing}`);
    return { is: 'none', reason: 'gwanbo failed while it was doing this; its log says how' };
  } finally {
    clearTimeout(timer);
  }
}
