import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import type { Release } from '../../src/core/release.ts';
import type { Idle } from '../../src/ports/dispatcher.ts';
import { type MemoryPlatform, openPlatform } from './memory-platform.ts';
import { alert, asks, batch, release } from './store-samples.ts';
import { openTools } from './tools.ts';

export const HERE = 'slack:C0001';

/** A bot that delivers to one channel of a platform within the process: the test says when it works and what time it is. */
export interface Delivering {
  readonly tools: Awaited<ReturnType<typeof openTools>>;
  readonly platform: MemoryPlatform;
  /** What its lane works with. */
  readonly how: DeliverTools;
  /** Makes the channel owed an alert for each key, oldest first. */
  owe(...keys: readonly string[]): Promise<void>;
  /** Records the next revision of a release, or what else a reading found. */
  revise(key: string, changes: Partial<Release>): Promise<void>;
  /** One turn of the channel's lane. */
  turn(): Promise<Temporal.Instant | null>;
  /** The process dies, and the next one starts. */
  restart(): Promise<void>;
  /** Turns until nothing is left to do now. @returns when there is again */
  drain(): Promise<Temporal.Instant | null>;
  /** Turns and lets time pass until nothing is left to do at all. */
  finish(): Promise<void>;
  /** State and reason of each delivery, the oldest first. */
  states(): Promise<readonly string[]>;
}

/** When a lane looks again, whether it is left alone until then or woken by what is new. */
export const timeOf = (next: Temporal.Instant | Idle | null): Temporal.Instant | null =>
  next !== null && 'idleUntil' in next ? next.idleUntil : next;

/** More turns than this are a loop that never ends. */
const MOST_TURNS = 500;

export async function openDelivering(
  options: {
    readonly window?: number;
    readonly matches?: DeliverTools['matches'];
    /** A clock in place of the one of its tools. */
    readonly now?: () => Temporal.Instant;
  } = {},
): Promise<Delivering> {
  const tools = await openTools();
  const now = options.now ?? tools.clock.now;
  const truth = options.now ?? tools.truth;
  const newElapsed = () => createElapsed(() => truth().epochMilliseconds);
  const platform = openPlatform(truth, options);
  let how: DeliverTools = {
    store: tools.store,
    runtime: { now, log: tools.log },
    channels: new Map([['slack', platform.channel]]),
    nameOf: id => id,
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: newElapsed(),
    headingOf: ({ topics: [first] }) => first ?? null,
    matches: options.matches ?? (() => true),
    page: null,
  };
  const turn = async () => timeOf(await deliver(HERE, how));
  const restart = async () => {
    how = { ...how, elapsed: newElapsed() };
    await tools.store.recover(now().toString());
  };
  const isNow = (at: Temporal.Instant) => Temporal.Instant.compare(at, now()) <= 0;
  const self: Delivering = {
    tools,
    platform,
    get how() {
      return how;
    },
    turn,
    restart,
    async owe(...keys) {
      const at = now().toString();
      const { subscription } = await tools.store.follow(asks(HERE), at);
      const releases = keys.map(key => release(key));
      const deliveries = releases.map(one => alert(one, HERE, [subscription.id]));
      await tools.store.record({ ...batch(releases, { deliveries }), at });
    },
    async revise(key, changes) {
      const before = await tools.store.release(`harbour/${key}`);
      if (!before) throw new Error(`no release ${key}`);
      const at = now().toString();
      const after = { ...before, ...changes, revision: before.revision + 1, updated: at };
      await tools.store.record({ ...batch([], { revised: [{ after, fingerprint: `t-${key}` }] }), at });
    },
    async drain() {
      for (let turns = 0; turns < MOST_TURNS; turns++) {
        const at = await turn();
        if (at === null || !isNow(at)) return at;
      }
      throw new Error('it never comes to rest');
    },
    async finish() {
      for (let turns = 0; turns < MOST_TURNS; turns++) {
        const at = await self.drain();
        if (at === null) return;
        tools.later(at.since(now()));
      }
      throw new Error('it never comes to an end');
    },
    states: async () => (await tools.store.deliveries()).toReversed().map(one => one.state),
  };
  return self;
}
