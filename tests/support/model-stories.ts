import fc from 'fast-check';
import type { EditRequest, Kind, Look, Request, Tells } from './model-platform.ts';

/** What happens, all of it said beforehand. */
export interface Story {
  readonly kind: Kind;
  /** Releases that are published: so many, so many seconds after those before, for one of the channels. */
  readonly news: readonly { readonly after: number; readonly count: number; readonly to: number }[];
  readonly requests: readonly Request[];
  /** What befalls releases: so many seconds after what befell before, the nth of those published by then. */
  readonly changes: readonly { readonly after: number; readonly nth: number; readonly what: 'revised' | 'withdrawn' }[];
  readonly edits: readonly EditRequest[];
  readonly looks: readonly Look[];
  /** The process dies so many writes after it started, before or after that write is kept, and is away for so many seconds. */
  readonly deaths: readonly { readonly step: number; readonly kept: boolean; readonly away: number }[];
  /** Our own clock is put forward or back: so many seconds after it was before, by so many. */
  readonly jumps: readonly { readonly after: number; readonly by: number }[];
  readonly tells: Tells;
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

const editRequests: fc.Arbitrary<EditRequest> = fc
  .tuple(
    seconds(15),
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ does: fc.constant('posts' as const), takes: seconds(9) }) },
      {
        weight: 5,
        arbitrary: fc.record({
          does: fc.constant('loses' as const),
          late: fc.oneof(fc.constant(null), fc.constant(0), { weight: 3, arbitrary: fc.integer({ min: 1, max: 29 }) }),
          twice: fc.boolean(),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          does: fc.constant('refuses' as const),
          as: fc.constantFrom('wait' as const, 'wait' as const, 'hold' as const, 'suspend' as const, 'down' as const),
          wait: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 300 })),
        }),
      },
    ),
  )
  .map(([turn, fate]) => ({ turn, ...fate }));

const changesOf = (most: number): fc.Arbitrary<Story['changes'][number]> =>
  fc.record({
    after: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.integer({ min: 0, max: most })),
    nth: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 8 })),
    what: fc.constantFrom('revised' as const, 'revised' as const, 'withdrawn' as const),
  });

const deathsOf = (most: { readonly step: number; readonly away: number }): fc.Arbitrary<Story['deaths'][number]> =>
  fc.record({
    step: fc.nat({ max: most.step }),
    kept: fc.boolean(),
    away: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: most.away })),
  });

/** By less than a request takes, by hours, and by more than a day: most of them before or while the first message leaves. */
const jumps: fc.Arbitrary<Story['jumps']> = fc.array(
  fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 300 })),
    by: fc
      .tuple(fc.constantFrom(1, -1), fc.constantFrom(20, 60, 120, 7_200, 200_000, 300_000))
      .map(([sign, seconds]) => sign * seconds),
  }),
  { maxLength: 3 },
);

/** A platform that never tells the time is one whose messages can only be dated by our own clock: that does not jump then. */
const clocksOf = (jumping: number): fc.Arbitrary<Pick<Story, 'jumps' | 'tells'>> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ jumps: fc.constant([]), tells: fc.constantFrom('at once', 'with an answer', 'never') }),
    },
    { weight: jumping, arbitrary: fc.record({ jumps, tells: fc.constantFrom('at once', 'with an answer') }) },
  );

type Untimed = Omit<Story, 'jumps' | 'tells'>;
/** @param jumping in how many stories our clock jumps, for three in which it does not */
const timed = (
  jumping: number,
  untimed: { [Field in keyof Untimed]: fc.Arbitrary<Untimed[Field]> },
): fc.Arbitrary<Story> =>
  fc.tuple(fc.record(untimed), clocksOf(jumping)).map(([story, times]) => ({ ...story, ...times }));

/** Much is published, and now and then corrected. */
const longStories = (kind: Kind, jumping = 4): fc.Arbitrary<Story> =>
  timed(jumping, {
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
    changes: fc.array(changesOf(300), { maxLength: 4 }),
    edits: fc.array(editRequests, { maxLength: 4 }),
    looks: fc.array(fc.constantFrom<Look>('read', 'read', 'wait', 'down', 'suspend'), { maxLength: 4 }),
    deaths: fc.array(deathsOf({ step: 6, away: 600 }), { maxLength: 3 }),
    echoes: fc.boolean(),
  });

/** A message or two that are corrected again and again, in haste, where next to no answer comes. */
export const hastyStories = (kind: Kind): fc.Arbitrary<Story> =>
  timed(1, {
    kind: fc.constant(kind),
    news: fc.array(fc.record({ after: seconds(30), count: fc.constantFrom(1, 1, 7), to: fc.constant(0) }), {
      minLength: 1,
      maxLength: 2,
    }),
    requests: fc.array(requestsOf(kind), { maxLength: 1 }),
    changes: fc.array(changesOf(40), { minLength: 2, maxLength: 6 }),
    edits: fc.array(editRequests, { minLength: 1, maxLength: 6 }),
    looks: fc.constant([]),
    deaths: fc.array(deathsOf({ step: 5, away: 15 }), { maxLength: 3 }),
    echoes: fc.boolean(),
  });

/** Our clock jumps in nearly all of them. */
export const jumpyStories = (kind: Kind): fc.Arbitrary<Story> => longStories(kind, 40);

/** Stories of a kind of platform. */
export const stories = (kind: Kind): fc.Arbitrary<Story> => fc.oneof(longStories(kind), hastyStories(kind));
