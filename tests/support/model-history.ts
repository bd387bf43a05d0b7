import fc from 'fast-check';
import { deliver } from '../../src/app/deliver.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { BadTransition, type History, type Outcome } from '../../src/core/delivery.ts';
import type { Ledger, LedgerHouse } from './model-ledger.ts';
import { type Kind, type Look, openModelPlatform, type Request } from './model-platform.ts';
import { silentLog } from './silent-log.ts';

/** What happens, all of it said beforehand. */
export interface Story {
  readonly kind: Kind;
  /** Releases that are published: so many, so many seconds after those before, for one of the channels. */
  readonly news: readonly { readonly after: number; readonly count: number; readonly to: number }[];
  readonly requests: readonly Request[];
  readonly looks: readonly Look[];
  /** The process dies so many writes after it started, before or after that write is kept, and is away for so many seconds. */
  readonly deaths: readonly { readonly step: number; readonly kept: boolean; readonly away: number }[];
  /** Whether every answer is heard twice, and answers of dead processes in the middle of later requests. */
  readonly echoes: boolean;
}

const seconds = (most: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max: most }));
/** Channels that know keys send at once; others may wait for their turn first. */
const requestsOf = (kind: Kind): fc.Arbitrary<Request> =>
  fc
    .tuple(
      kind === 'keys' ? fc.constant(0) : seconds(15),
      fc.oneof(
        { weight: 2, arbitrary: fc.record({ does: fc.constant('posts' as const), takes: seconds(9) }) },
        {
          weight: 4,
          arbitrary: fc.record({
            does: fc.constant('loses' as const),
            late: fc.oneof(fc.constant(null), fc.constant(0), fc.integer({ min: 1, max: 29 })),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({
            does: fc.constant('refuses' as const),
            as: fc.constantFrom(
              'wait' as const,
              'wait' as const,
              'hold' as const,
              'dead' as const,
              'suspend' as const,
              'down' as const,
            ),
            wait: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 300 })),
          }),
        },
      ),
    )
    .map(([turn, fate]) => ({ turn, ...fate }));

/** Stories of a kind of platform. */
export const stories = (kind: Kind): fc.Arbitrary<Story> =>
  fc.record({
    kind: fc.constant(kind),
    news: fc.array(
      fc.record({
        after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
        count: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 12 })),
        to: fc.nat({ max: 1 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    requests: fc.array(requestsOf(kind), { maxLength: 8 }),
    looks: fc.array(fc.constantFrom<Look>('read', 'read', 'wait', 'down', 'suspend'), { maxLength: 4 }),
    deaths: fc.array(
      fc.record({
        step: fc.nat({ max: 6 }),
        kept: fc.boolean(),
        away: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 600 })),
      }),
      { maxLength: 3 },
    ),
    echoes: fc.boolean(),
  });

/** What came of a story. */
export interface Ending {
  readonly channels: readonly {
    /** Titles in the order in which they were owed. */
    readonly owed: readonly { readonly title: string; readonly state: string; readonly receipt: string | null }[];
    /** Titles in the order in which people see them, each with its message. */
    readonly seen: readonly { readonly title: string; readonly message: string }[];
    /** Titles that a person had to let go, so that they came later than the others. */
    readonly letGo: readonly string[];
  }[];
  readonly requests: number;
  readonly looks: number;
  /** Seconds. */
  readonly lasted: number;
}

const seesNothing = async (): Promise<History> => ({ is: 'read', messages: [] });

class Died extends Error {}

const START = Date.parse('2026-03-02T00:00:00Z');
const SETTLE = 30_000;
/** More turns than this are a lane that never comes to rest. */
const MOST_TURNS = 3_000;

/** Where no two stories share a channel. */
let lived = 0;

/** A bot that breaks a rule on purpose, to see that the stories tell. */
export interface Broken {
  /** It takes for granted that what was not answered did not arrive. */
  readonly blind?: boolean;
  /** Milliseconds for which it thinks that a request may still be carried out. */
  readonly settleMs?: number;
}

/** Lives through a story until nothing is left to do: what is suspended is resumed, what was refused is let go. */
export async function live(story: Story, house: LedgerHouse, broken: Broken = {}): Promise<Ending> {
  const clock = { now: START };
  const now = () => Temporal.Instant.fromEpochMilliseconds(clock.now);
  const nth = lived++;
  const channels = [0, 1].map(one => `slack:C${nth}X${one}`);
  const letGo = channels.map(() => new Set<string>());
  const deaths = [...story.deaths];
  /** Answers that come again, or too late. */
  const strays: { readonly ledger: Ledger; readonly delivery: number; readonly outcome: Outcome }[] = [];
  let current = 0;

  const platform = openModelPlatform(story.kind, clock, story, async () => {
    if (!story.echoes) return;
    for (const { ledger, delivery, outcome } of strays)
      if (delivery !== current) await refuses(ledger, delivery, outcome);
  });

  async function refuses(ledger: Ledger, delivery: number, outcome: Outcome): Promise<void> {
    const taken = await ledger.settle(delivery, outcome, now().toString()).then(
      () => true,
      error => {
        if (error instanceof BadTransition) return false;
        throw error;
      },
    );
    if (taken) throw new Error(`an answer was taken for delivery ${delivery} that was none of its: ${outcome.is}`);
  }

  /** A process, which dies when its time has come. */
  async function start() {
    const ledger = await house.open();
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
    const mortal: Ledger = {
      recover: ledger.recover,
      next: (...of) => ledger.next(...of),
      claim: (...of) => {
        current = of[0];
        return doomed(() => ledger.claim(...of));
      },
      claimAgain: (...of) => {
        current = of[0];
        return doomed(() => ledger.claimAgain(...of));
      },
      settle: (...of) =>
        doomed(
          async () => {
            const settled = await ledger.settle(...of);
            if (story.echoes) {
              await refuses(ledger, of[0], of[1]);
              strays.push({ ledger, delivery: of[0], outcome: of[1] });
            }
            return settled;
          },
          () => strays.push({ ledger, delivery: of[0], outcome: of[1] }),
        ),
      resolve: (...of) => doomed(() => ledger.resolve(...of)),
      rest: (...of) => doomed(() => ledger.rest(...of)),
    };
    const tools: DeliverTools = {
      store: mortal as DeliverTools['store'],
      runtime: { now, log: silentLog() },
      channels: new Map([['slack', broken.blind ? { ...platform.channel, history: seesNothing } : platform.channel]]),
      nameOf: id => id,
      labelsOf: () => [],
      headingOf: () => null,
      matches: () => true,
      settleMs: broken.settleMs ?? SETTLE,
      page: null,
      stopping: stopping.signal,
    };
    return tools;
  }

  /** What people do when nothing moves any more. */
  async function act(): Promise<boolean> {
    for (const [at, to] of channels.entries()) {
      if (await house.resume(to)) {
        clock.now += 60_000;
        return true;
      }
      // What could not be asked stays held: a person would look at the channel first.
      const held = (await house.deliveries(to)).find(one => one.state === 'held' && one.reason?.startsWith('refused'));
      if (!held) continue;
      letGo[at]?.add(held.title);
      await house.letGo(held.id, now().toString());
      return true;
    }
    return false;
  }

  let news = [...story.news];
  let newsAt = START;
  const publish = async () => {
    for (;;) {
      const [first, ...later] = news;
      if (!first || newsAt + first.after * 1000 > clock.now) return;
      newsAt += first.after * 1000;
      news = later;
      await house.owe(channels[first.to] ?? '', first.count, now().toString());
    }
  };

  let bot = await start();
  for (let turns = 0; ; turns++) {
    if (turns > MOST_TURNS) throw new Error('it never comes to rest');
    await publish();
    let soonest = Number.POSITIVE_INFINITY;
    try {
      for (const to of channels) {
        const at = await deliver(to, bot);
        if (at !== null) soonest = Math.min(soonest, at.epochMilliseconds);
      }
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      bot = await start();
      continue;
    }
    const [next] = news;
    if (next) soonest = Math.min(soonest, newsAt + next.after * 1000);
    if (soonest < Number.POSITIVE_INFINITY) clock.now = Math.max(clock.now, soonest);
    else if (!(await act())) break;
  }
  platform.settle();
  return {
    channels: await Promise.all(
      channels.map(async (to, at) => {
        const owed = await house.deliveries(to);
        const shown = platform.shown.filter(one => `slack:${one.to}` === to);
        return {
          owed: owed.map(({ title, state, receipt }) => ({ title, state, receipt: receipt?.message ?? null })),
          seen: shown.flatMap(one => one.titles.map(title => ({ title, message: one.id }))),
          letGo: [...(letGo[at] ?? [])],
        };
      }),
    ),
    requests: platform.counts.posts,
    looks: platform.counts.looks,
    lasted: (clock.now - START) / 1000,
  };
}
