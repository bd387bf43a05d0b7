import type { IShardingStrategy } from 'discord.js';
import type { Log } from '../../ports/runtime.ts';
import type { Backoff } from './backoff.ts';
import type { DiscordJs } from './library.ts';
import { describe } from './outcomes.ts';

/** What of a shard of @discordjs/ws the guard holds on to; its typings keep these private. */
interface Shard {
  readonly status: number;
  readonly connection: { on(event: 'error', listener: () => void): void; terminate(): void } | null;
  onMessage(data: unknown, binary: boolean): Promise<void>;
  internalConnect(): Promise<void>;
}

/** discord.js has two classes of this name; meant is the one of @discordjs/ws. */
type Manager = ConstructorParameters<DiscordJs['SimpleShardingStrategy']>[0];

export interface Guard {
  /** For `ClientOptions.ws.buildStrategy`. */
  buildStrategy(manager: Manager): IShardingStrategy;
  /** Cuts what is still connected or connecting. */
  terminate(): void;
}

/**
 * Three things the library leaves open. A payload it does not expect (a null where data should be) throws out of its
 * event handler as an unhandled rejection, which ends the process. A lost connection is opened again twice a second,
 * for as long as it takes. And a shard that is destroyed in the pause before that opens its connection all the same.
 */
export function createGuard(discord: DiscordJs, backoff: Backoff, closed: AbortSignal, log: Log): Guard {
  const guarded: Shard[] = [];
  return {
    buildStrategy(manager) {
      const strategy = new discord.SimpleShardingStrategy(manager);
      const spawn = strategy.spawn.bind(strategy);
      strategy.spawn = async ids => {
        await spawn(ids);
        const { shards } = strategy as unknown as { readonly shards: ReadonlyMap<number, Shard> };
        for (const shard of shards.values()) {
          guard(shard, backoff, closed, log);
          guarded.push(shard);
        }
      };
      return strategy;
    },
    terminate() {
      for (const { connection } of guarded) {
        // Cutting a connection that is still opening is an error event, to which nobody listens any more.
        connection?.on('error', () => undefined);
        connection?.terminate();
      }
    },
  };
}

function guard(shard: Shard, backoff: Backoff, closed: AbortSignal, log: Log): void {
  const read = shard.onMessage.bind(shard);
  shard.onMessage = (data, binary) =>
    read(data, binary).catch((error: unknown) => {
      log.warn(
        { channel: 'discord', reason: describe(error) },
        'a gateway payload could not be handled and is left out',
      );
    });
  const connect = shard.internalConnect.bind(shard);
  let first = true;
  shard.internalConnect = async () => {
    // Whoever logs in has waited already.
    if (!first && !(await backoff.wait(closed))) return;
    first = false;
    if (closed.aborted) return;
    await connect().catch((error: unknown) => {
      log.warn({ channel: 'discord', reason: describe(error) }, 'the gateway connection could not be opened');
    });
  };
}
