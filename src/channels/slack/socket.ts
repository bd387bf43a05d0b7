import type { SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../ports/runtime.ts';
import { TIMES } from './limits.ts';
import { backOff, pause } from './pace.ts';

export type SocketState = 'connecting' | 'connected' | { readonly failed: unknown };

/**
 * Keeps a Socket Mode connection, and goes on until the signal ends it. The library's own reconnecting is switched
 * off: where Slack cannot be reached it rejects a promise that nobody holds, which ends the process.
 * @returns resolves when the first try has ended, well or not
 */
export function keepConnected(
  receiver: SocketModeReceiver,
  watch: {
    readonly signal: AbortSignal;
    readonly log: Log;
    readonly now: () => Temporal.Instant;
    readonly onState: (state: SocketState) => void;
    /** Milliseconds before the next try after a failure that trying soon will not mend; null for the usual pause. */
    readonly patience: (error: unknown) => number | null;
  },
): { readonly tried: Promise<void>; readonly ended: Promise<void> } {
  const { signal, log, now, onState, patience } = watch;
  const { client } = receiver;
  const tried = Promise.withResolvers<void>();

  async function live(): Promise<void> {
    const stopped = aborted(signal);
    let failures = 0;
    while (!signal.aborted) {
      const closed = Promise.withResolvers<void>();
      client.once('disconnected', closed.resolve);
      let rest: number | null = null;
      try {
        await greet(receiver, signal);
        if (signal.aborted) break;
        const since = now();
        onState('connected');
        tried.resolve();
        await Promise.race([closed.promise, stopped]);
        if (signal.aborted) break;
        onState('connecting');
        failures = now().since(since).total('milliseconds') < TIMES.settled ? failures + 1 : 0;
      } catch (error) {
        if (signal.aborted) break;
        failures++;
        onState({ failed: error });
        rest = patience(error);
      } finally {
        client.removeListener('disconnected', closed.resolve);
      }
      const wait = rest ?? backOff(failures);
      log.info({ failures, milliseconds: Math.round(wait) }, 'Slack Socket Mode is not connected; trying again');
      tried.resolve();
      await pause(wait, signal);
    }
    tried.resolve();
    await leave(receiver);
  }
  return { tried: tried.promise, ended: live() };
}

/** Connects, and gives up where no hello comes. Returns early where the signal ends it. */
async function greet(receiver: SocketModeReceiver, signal: AbortSignal): Promise<void> {
  const given = new AbortController();
  const greeted = receiver.start();
  // Once it was given up nobody waits for it; its failure is then ours already.
  greeted.catch(() => {});
  try {
    const late = pause(TIMES.hello, AbortSignal.any([given.signal, signal]));
    const isLate = await Promise.race([greeted.then(() => false), late]);
    if (!isLate) return;
    await leave(receiver);
    throw new Error('Slack opened a connection and said no hello');
  } finally {
    given.abort();
  }
}

/** Says good-bye; a peer that does not answer is cut off, for which the library wants to be told twice. */
async function leave({ client }: SocketModeReceiver): Promise<void> {
  const gone = client.disconnect();
  const given = new AbortController();
  const patient = await Promise.race([gone.then(() => true), pause(TIMES.farewell, given.signal).then(() => false)]);
  given.abort();
  if (!patient) await client.disconnect();
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
