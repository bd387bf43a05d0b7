import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import type { Channel } from '../../src/ports/channel.ts';
import type { Store } from '../../src/ports/store.ts';
import { HERE, timeOf } from './delivering.ts';
import { openPlatform } from './memory-platform.ts';
import { silentLog } from './silent-log.ts';

/** A bot that breaks a rule on purpose, to see that the histories tell. */
export interface Broken {
  /** It forgets who asks later for what was published before. */
  readonly forgetful?: boolean;
  /** It takes for granted that what was not answered did not arrive: always, or only after it was put back. */
  readonly blind?: 'always' | 'put back';
  /** It changes a message again at once, whether or not an earlier change may still be carried out. */
  readonly hasty?: boolean;
}

/** When every history begins. */
export const START = '2025-12-05T01:00:00Z';
const SETTLE = 30_000;
/** The platform would like a change made again after so long: sooner than a late one may be carried out. */
const AGAIN = 5_000;

/** The lane of one channel in simulated time, and the platform that it posts to. */
export function openLane({ remembers, broken }: { readonly remembers: boolean; readonly broken: Broken }) {
  let clock = Temporal.Instant.from(START);
  const log = silentLog();
  const platform = openPlatform(() => clock, { window: remembers ? 120_000 : 0 });
  const newElapsed = () => createElapsed(() => clock.epochMilliseconds);
  let elapsed = newElapsed();
  let isBlind = broken.blind === 'always';
  /** By when requests are carried out whose answer was lost. */
  let lateBy: Temporal.Instant | null = null;

  const channel: Channel = {
    ...platform.channel,
    history: async (...of) => (isBlind ? { is: 'read', messages: [] } : platform.channel.history(...of)),
    async edit(...of) {
      const edited = await platform.channel.edit(...of);
      return edited.is === 'unsure' ? { ...edited, at: clock.add({ milliseconds: AGAIN }).toString() } : edited;
    },
  };
  const seenBy = (store: Store): Store => ({
    ...store,
    async next(...of) {
      const work = await store.next(...of);
      if (!broken.hasty || work === null || !('is' in work) || work.is !== 'edit' || !work.posted) return work;
      return { ...work, posted: { ...work.posted, unansweredAt: null } };
    },
  });

  const self = {
    platform,
    now: () => clock.toString(),
    /** So much later, RFC 3339 UTC. */
    later: (time: Temporal.DurationLike) => clock.add(time).toString(),
    tick() {
      clock = clock.add({ milliseconds: 1 });
    },
    /** At most so many turns. @returns when there is something to do again: not later than now where there is now */
    async turn(store: Store, most: number): Promise<Temporal.Instant | null> {
      const tools = {
        ...{
          store: seenBy(store),
          runtime: { now: () => clock, log },
          channels: new Map([['slack' as const, channel]]),
        },
        ...{ nameOf: (id: string) => id, labelsOf: () => [], headingOf: () => null, matches: () => true, page: null },
        ...{ settleMs: SETTLE, elapsed },
      };
      for (let turns = 0; turns < most; turns++) {
        const at = timeOf(await deliver(HERE, tools));
        if (platform.late.length > 0) lateBy ??= clock.add({ milliseconds: SETTLE - 1_000 });
        if (at === null || Temporal.Instant.compare(at, clock) > 0) return at;
      }
      return clock;
    },
    carryOutLate() {
      for (const carryOut of platform.late.splice(0)) carryOut();
      lateBy = null;
    },
    /** Lets time pass until then; what is carried out late is so in time. */
    pass(until: Temporal.Instant) {
      if (lateBy !== null && Temporal.Instant.compare(lateBy, until) <= 0) {
        clock = lateBy;
        self.carryOutLate();
      }
      clock = until;
    },
    /** Passes until something is to be done, or half a day where it is not known when. */
    await(at: Temporal.Instant | null) {
      const isLater = at !== null && Temporal.Instant.compare(at, clock) > 0;
      self.pass(isLater ? at : clock.add({ hours: 12 }));
    },
    /** Another process goes on, which heard of nothing that this one sent. */
    restart({ isPutBack }: { readonly isPutBack: boolean }) {
      elapsed = newElapsed();
      if (isPutBack && broken.blind === 'put back') isBlind = true;
    },
  };
  return self;
}
