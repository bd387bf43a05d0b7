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
  /** Waits for the turn of a call; where that is far off or Slack has asked for a pause, says until when to leave it. */
  enter(method: Method, channel: string): Promise<Waits | null>;
  /** Slack asked for a pause: it holds for the method in the whole workspace, and for no other method. */
  rest(method: Method, until: Temporal.Instant): void;
}

interface Lane {
  readonly key: string;
  /** Between two calls, milliseconds. */
  readonly apart: number;
  /** How much before its time a call may start, milliseconds. */
  readonly early: number;
}

/**
 * Slack limits each method in each workspace, and posts in each channel too. One lane a method, and within that of posts
 * one a channel: calls are spaced so that none is refused, and a refusal of one method leaves the others alone.
 */
export function createLanes(now: () => Temporal.Instant, closing: AbortSignal): Lanes {
  const resting = new Map<Method, Temporal.Instant>();
  /** When the next call of a lane would start if all were spaced, monotonic milliseconds. */
  const next = new Map<string, number>();

  function restOf(method: Method): Waits | null {
    const until = resting.get(method);
    if (until === undefined) return null;
    if (Temporal.Instant.compare(now(), until) < 0)
      return { is: 'wait', at: until.toString(), reason: 'Slack asks for a pause (HTTP 429)' };
    resting.delete(method);
    return null;
  }

  return {
    async enter(method, channel) {
      const rest = restOf(method);
      if (rest) return rest;
      const at = performance.now();
      const posts = method === 'chat.postMessage';
      const lanes: readonly Lane[] = posts
        ? [
            { key: method, apart: TIMES.workspacePosts, early: 0 },
            { key: `${method} ${channel}`, apart: TIMES.channelPosts, early: 0 },
          ]
        : [{ key: method, apart: TIMES.tier3, early: (BURST - 1) * TIMES.tier3 }];
      const turn = Math.max(at, ...lanes.map(({ key, early }) => (next.get(key) ?? 0) - early));
      const wait = turn - at;
      const later = (reason: string): Waits => ({
        is: 'wait',
        at: now()
          .add({ milliseconds: Math.ceil(wait) })
          .toString(),
        reason,
      });
      if (wait > TIMES.turn) return later('many messages are on their way to this workspace');
      for (const { key, apart } of lanes) next.set(key, Math.max(turn, next.get(key) ?? 0) + apart);
      for (const [lane, free] of next) if (free < at) next.delete(lane);
      if (wait > 0 && !(await pause(wait, closing))) return later('The bot is stopping');
      // While it waited, an earlier call may have been told to rest.
      return wait > 0 ? restOf(method) : null;
    },
    rest: (method, until) => void resting.set(method, until),
  };
}
