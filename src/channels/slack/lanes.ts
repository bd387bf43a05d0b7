import { createRests } from '../../core/rests.ts';
import { BURST, TIMES } from './limits.ts';
import { pause } from './pace.ts';

export type Method =
  | 'chat.postMessage'
  | 'chat.update'
  | 'chat.delete'
  | 'conversations.history'
  | 'conversations.replies';

/** Refused for now by ourselves: nothing left. */
export interface Waits {
  readonly is: 'wait';
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly reason: string;
}

export interface Lanes {
  /**
   * Waits for the turn of a call; where that is far off or Slack has asked for a pause, says until when to leave it. A
   * call whose turn it is ends with `leave`, however it ended.
   * @param given aborted where nobody waits for the call any more: its turn never comes
   */
  enter(method: Method, channel: string, given?: AbortSignal): Promise<Waits | null>;
  leave(method: Method, channel: string): void;
  /** Slack asked for a pause: it holds for the method in the whole workspace, and for no other method. */
  rest(method: Method, until: Temporal.Instant): void;
}

/**
 * Slack limits each method in each workspace, and posts in each channel too. One lane a method, and within that of posts
 * one a channel: calls are spaced so that none is refused, and a refusal of one method leaves the others alone.
 */
export function createLanes(now: () => Temporal.Instant, closing: AbortSignal): Lanes {
  const rests = createRests<Method>(now);
  /** When the next call of a method would start if all were spaced, monotonic milliseconds. */
  const next = new Map<Method, number>();
  /** Channels that are being posted in, and until when the others rest after their last post. */
  const busy = new Map<string, PromiseWithResolvers<void>>();
  const free = new Map<string, number>();

  const later = (milliseconds: number, reason: string): Waits => ({
    is: 'wait',
    at: now()
      .add({ milliseconds: Math.max(0, Math.ceil(milliseconds)) })
      .toString(),
    reason,
  });

  function restOf(method: Method): Waits | null {
    const until = rests.until(method);
    return until && { is: 'wait', at: until.toString(), reason: 'Slack asks for a pause (HTTP 429)' };
  }

  /** A place in the lane of a method, and the milliseconds until it may start; not taken where that is too far off. */
  function reserve(method: Method): { readonly wait: number; readonly taken: boolean } {
    const at = performance.now();
    const [apart, burst] = method === 'chat.postMessage' ? [TIMES.workspacePosts, 1] : [TIMES.tier3, BURST];
    const planned = Math.max(at, next.get(method) ?? 0);
    const wait = Math.max(0, planned - (burst - 1) * apart - at);
    const taken = wait <= TIMES.turn;
    if (taken) next.set(method, planned + apart);
    return { wait, taken };
  }

  /**
   * Takes a channel once the post before it was answered a second ago: counted from its start, the two might come to
   * Slack closer together than they left.
   */
  async function take(channel: string, ended: AbortSignal): Promise<Waits | null> {
    const deadline = performance.now() + TIMES.turn;
    for (;;) {
      const at = performance.now();
      for (const [one, until] of free) if (until <= at) free.delete(one);
      const posting = busy.get(channel);
      const until = free.get(channel) ?? at;
      if (!posting && until <= at) break;
      if (at >= deadline) return later(TIMES.channelPosts, 'another message is on its way to this channel');
      const given = new AbortController();
      const patience = pause(posting ? deadline - at : until - at, AbortSignal.any([ended, given.signal]));
      await (posting ? Promise.race([posting.promise, patience]) : patience);
      given.abort();
      if (ended.aborted) return later(0, closing.aborted ? STOPPING : GIVEN_UP);
    }
    busy.set(channel, Promise.withResolvers());
    return null;
  }

  function leave(method: Method, channel: string): void {
    if (method !== 'chat.postMessage') return;
    busy.get(channel)?.resolve();
    busy.delete(channel);
    free.set(channel, performance.now() + TIMES.channelPosts);
  }

  return {
    async enter(method, channel, given) {
      const ended = given ? AbortSignal.any([closing, given]) : closing;
      const rest = restOf(method);
      if (rest) return rest;
      const { wait, taken } = reserve(method);
      if (!taken) return later(wait, 'many messages are on their way to this workspace');
      if (wait > 0 && !(await pause(wait, ended))) return later(0, closing.aborted ? STOPPING : GIVEN_UP);
      if (method === 'chat.postMessage') {
        const kept = await take(channel, ended);
        if (kept) return kept;
      }
      // While it waited, an earlier call may have been told to rest.
      const since = restOf(method);
      if (since) leave(method, channel);
      return since;
    },
    leave,
    rest: rests.rest,
  };
}

const STOPPING = 'The bot is stopping';
export const GIVEN_UP = 'this was given up before it left';
