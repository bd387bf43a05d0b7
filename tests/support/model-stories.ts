import fc from 'fast-check';
import type { EditRequest, Kind, Look, Request } from './model-platform.ts';

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

/** Much is published, and now and then corrected. */
const longStories = (kind: Kind): fc.Arbitrary<Story> =>
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
    changes: fc.array(changesOf(300), { maxLength: 4 }),
    edits: fc.array(editRequests, { maxLength: 4 }),
    looks: fc.array(fc.constantFrom<Look>('read', 'read', 'wait', 'down', 'suspend'), { maxLength: 4 }),
    deaths: fc.array(deathsOf({ step: 6, away: 600 }), { maxLength: 3 }),
    echoes: fc.boolean(),
  });

/** A message or two that are corrected again and again, in haste, where next to no answer comes. */
export const hastyStories = (kind: Kind): fc.Arbitrary<Story> =>
  fc.record({
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

/** Stories of a kind of platform. */
export const stories = (kind: Kind): fc.Arbitrary<Story> => fc.oneof(longStories(kind), hastyStories(kind));
