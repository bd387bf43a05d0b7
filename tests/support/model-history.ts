import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { AWAITING } from '../../src/core/correction.ts';
import { BadTransition, type Delivery, type History } from '../../src/core/delivery.ts';
import { timeOf } from './delivering.ts';
import type { Ledger, LedgerHouse } from './model-ledger.ts';
import { openModelPlatform } from './model-platform.ts';
import type { Story } from './model-stories.ts';
import { silentLog } from './silent-log.ts';

/** What came of a story. */
export interface Ending {
  readonly channels: readonly {
    /** Titles in the order in which they were owed, each with its last version. */
    readonly owed: readonly {
      readonly title: string;
      readonly says: string;
      readonly state: string;
      readonly receipt: string | null;
    }[];
    /** Titles in the order in which people see them, each with its message and the version that this says. */
    readonly seen: readonly { readonly title: string; readonly says: string; readonly message: string }[];
    /** States of corrections, in the order in which they were owed; of an alert that is held `pending`. */
    readonly corrections: readonly string[];
    /** Titles that a person had to let go, so that they came later than the others. */
    readonly letGo: readonly string[];
  }[];
  readonly requests: number;
  readonly edits: number;
  readonly looks: number;
  /** Seconds. */
  readonly lasted: number;
}

const seesNothing = async (): Promise<History> => ({ is: 'read', messages: [] });

class Died extends Error {}

/** Settles a delivery with an answer, at a time. */
type Settle = (at: string) => Promise<Delivery>;

const START = Date.parse('2026-03-02T00:00:00Z');
const SETTLE = 30_000;
const HOUR = 3_600_000;
/** More turns than this are a lane that never comes to rest. */
const MOST_TURNS = 3_000;

/** A title without its version. */
const nameOf = (title: string): string => title.replace(/[,:].*$/, '');

/** Where no two stories share a channel. */
let lived = 0;

/** A bot that breaks a rule on purpose, to see that the stories tell. */
export interface Broken {
  /** It takes for granted that what was not answered did not arrive. */
  readonly blind?: boolean;
  /** It changes a message again at once, whether or not an earlier change may still be carried out. */
  readonly hasty?: boolean;
  /** It forgets over a restart that a change was not answered. */
  readonly forgetful?: boolean;
  /** It measures by its own clock how long ago a request left. */
  readonly trusting?: boolean;
  /** It takes its own clock for that of the platform. */
  readonly vain?: boolean;
  /** Milliseconds for which it thinks that a request may still be carried out. */
  readonly settleMs?: number;
}

/** Lives through a story until nothing is left to do: what is suspended is resumed, what was refused is let go. */
export async function live(story: Story, house: LedgerHouse, broken: Broken = {}): Promise<Ending> {
  const clock = { now: START };
  let jumped = START;
  const jumps = story.jumps.map(({ after, by }) => {
    jumped += after * 1000;
    return { at: jumped, by: by * 1000 };
  });
  /** What our own clock shows. */
  const ours = () => {
    let shown = clock.now;
    for (const { at, by } of jumps) if (at <= clock.now) shown += by;
    return shown;
  };
  const now = () => Temporal.Instant.fromEpochMilliseconds(ours());
  const nth = lived++;
  const channels = [0, 1].map(one => `slack:C${nth}X${one}`);
  const letGo = channels.map(() => new Set<string>());
  const deaths = [...story.deaths];
  /** Answers that come again, or too late. */
  const strays: { readonly delivery: number; readonly settle: Settle }[] = [];
  let current = 0;

  const platform = openModelPlatform(story.kind, clock, ours, story, async () => {
    if (!story.echoes) return;
    for (const { delivery, settle } of strays) if (delivery !== current) await refuses(delivery, settle);
  });

  async function refuses(delivery: number, settle: Settle): Promise<void> {
    const taken = await settle(now().toString()).then(
      () => true,
      error => {
        if (error instanceof BadTransition) return false;
        throw error;
      },
    );
    if (taken) throw new Error(`an answer was taken for delivery ${delivery} that was none of its`);
  }

  /** A process, which dies when its time has come. */
  async function start() {
    const ledger = await house.open();
    platform.restart();
    const stopping = new AbortController();
    const death = deaths.shift();
    let step = 0;
    const doomed = async <T>(write: () => Promise<T>, lost: () => void = () => {}): Promise<T> => {
      const dies = death !== undefined && step++ === death.step;
      if (!dies) return write();
      stopping.abort();
      if (death.kept) await write();
      else lost();
      clock.now += death.away * 1000;
      throw new Died();
    };
    await ledger.recover(now().toString());
    /** Writes down an answer, which may come again. */
    const settling = (delivery: number, write: () => Promise<Delivery>, settle: Settle): Promise<Delivery> =>
      doomed(
        async () => {
          const settled = await write();
          if (story.echoes) {
            await refuses(delivery, settle);
            strays.push({ delivery, settle });
          }
          return settled;
        },
        () => strays.push({ delivery, settle }),
      );
    const startedAt = now();
    const mortal: Ledger = {
      recover: ledger.recover,
      async next(...of) {
        const work = await ledger.next(...of);
        if (work === null || !('is' in work) || work.is !== 'edit' || work.posted === null) return work;
        const { unansweredAt } = work.posted;
        const isOld = unansweredAt !== null && Temporal.Instant.compare(unansweredAt, startedAt) <= 0;
        if (!broken.hasty && !(broken.forgetful && isOld)) return work;
        return { ...work, posted: { ...work.posted, unansweredAt: null } };
      },
      claim: (...of) => {
        current = of[0];
        return doomed(() => ledger.claim(...of));
      },
      claimAgain: (...of) => {
        current = of[0];
        return doomed(() => ledger.claimAgain(...of));
      },
      claimEdit: (...of) => {
        current = of[0];
        return doomed(() => ledger.claimEdit(...of));
      },
      restEdit: (...of) => doomed(() => ledger.restEdit(...of)),
      postpone: (...of) => doomed(() => ledger.postpone(...of)),
      gather: (...of) => doomed(() => ledger.gather(...of)),
      drop: (...of) => doomed(() => ledger.drop(...of)),
      settle: (id, outcome, at) =>
        settling(
          id,
          () => ledger.settle(id, outcome, at),
          later => ledger.settle(id, outcome, later),
        ),
      settleEdit: (id, edited, shown, at) =>
        settling(
          id,
          () => ledger.settleEdit(id, edited, shown, at),
          later => ledger.settleEdit(id, edited, shown, later),
        ),
      resolve: (...of) => doomed(() => ledger.resolve(...of)),
    };
    const tools: DeliverTools = {
      store: mortal as DeliverTools['store'],
      runtime: { now, log: silentLog() },
      channels: new Map([['slack', { ...platform.channel, ...faults }]]),
      nameOf: id => id,
      labelsOf: () => [],
      headingOf: () => null,
      matches: () => true,
      settleMs: broken.settleMs ?? SETTLE,
      elapsed: createElapsed(broken.trusting ? ours : () => clock.now),
      page: null,
      stopping: stopping.signal,
    };
    return tools;
  }

  const faults = { ...(broken.blind && { history: seesNothing }), ...(broken.vain && { clock: now }) };

  /** What people do when nothing moves any more. */
  async function act(): Promise<boolean> {
    for (const [at, to] of channels.entries()) {
      if (await house.resume(to)) {
        clock.now += 60_000;
        return true;
      }
      // What could not be asked stays held: a person would look at the channel first.
      const all = await house.deliveries(to);
      const held = all.find(one => one.state === 'held' && one.reason?.startsWith('refused'));
      if (!held) continue;
      // What its message carries goes with it.
      for (const { id, carrier, kind, title } of all)
        if (kind === 'alert' && (id === held.id || carrier === held.id)) letGo[at]?.add(nameOf(title));
      await house.letGo(held.id, now().toString());
      return true;
    }
    return false;
  }

  let news = [...story.news];
  let newsAt = START;
  const published: string[] = [];
  const publish = async () => {
    for (;;) {
      const [first, ...later] = news;
      if (!first || newsAt + first.after * 1000 > clock.now) return;
      newsAt += first.after * 1000;
      news = later;
      published.push(...(await house.owe(channels[first.to] ?? '', first.count, now().toString())));
    }
  };
  const changes = [...story.changes];
  let changedAt = START;
  const change = async () => {
    for (let [first] = changes; first && changedAt + first.after * 1000 <= clock.now; [first] = changes) {
      changedAt += first.after * 1000;
      changes.shift();
      const release = published[first.nth % published.length];
      if (release !== undefined) await house.befall(release, first.what, now().toString());
    }
  };

  let bot = await start();
  for (let turns = 0; ; turns++) {
    if (turns > MOST_TURNS) throw new Error('it never comes to rest');
    await publish();
    await change();
    let soonest = Number.POSITIVE_INFINITY;
    try {
      for (const to of channels) {
        const at = timeOf(await deliver(to, bot));
        if (at !== null) soonest = Math.min(soonest, clock.now + at.epochMilliseconds - ours());
      }
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      bot = await start();
      continue;
    }
    const [next] = news;
    if (next) soonest = Math.min(soonest, newsAt + next.after * 1000);
    const [coming] = changes;
    if (coming) soonest = Math.min(soonest, changedAt + coming.after * 1000);
    // A lane that waits looks again in between: what it waits for comes sooner or later by a clock that has jumped.
    const jump = jumps.find(({ at }) => at > clock.now);
    if (soonest < Number.POSITIVE_INFINITY) {
      const until = Math.min(soonest, jump?.at ?? soonest);
      if (until <= clock.now + HOUR) clock.now = Math.max(clock.now, until);
      else {
        clock.now += HOUR;
        await house.sweep(now());
      }
    } else if (!(await act())) break;
  }
  platform.settle();
  return {
    channels: await Promise.all(
      channels.map(async (to, at) => {
        const all = await house.deliveries(to);
        const owed = all.filter(({ kind }) => kind === 'alert');
        const shown = platform.shown.filter(one => `slack:${one.to}` === to);
        const isHeld = (release: string | null) => owed.some(one => one.release === release && one.state === 'held');
        return {
          owed: owed.map(({ title, says, state, receipt }) => ({
            ...{ title: nameOf(title), says, state },
            receipt: receipt?.message ?? null,
          })),
          seen: shown.flatMap(one => one.says.map(says => ({ title: nameOf(says), says, message: one.id }))),
          corrections: all
            .filter(({ kind }) => kind === 'correction')
            .map(({ state, release, slot }) => (slot === AWAITING && isHeld(release) ? 'pending' : state)),
          letGo: [...(letGo[at] ?? [])],
        };
      }),
    ),
    requests: platform.counts.posts,
    edits: platform.counts.edits,
    looks: platform.counts.looks,
    lasted: (clock.now - START) / 1000,
  };
}
