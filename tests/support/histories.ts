import fc from 'fast-check';
import type { SettingChanges } from '../../src/core/settings.ts';
import type { When } from '../../src/core/when.ts';

/** How a platform takes a request to post or to change; `wait` for half a minute. */
export const ANSWERS = [
  'lost before',
  'lost after',
  'lost, late',
  'wait',
  'hold',
  'dead',
  'suspend',
  'down',
  'closed',
] as const;

/** What is done in a history. `nth`, `which`: of what there is by then, counted on from the first again; `by`, `who`: followers. */
export type Deed =
  /** The source publishes so many releases, which these followers ask for. */
  | { readonly does: 'publish'; readonly count: number; readonly by: readonly number[] }
  /** A corrected release is asked for by others, too. */
  | { readonly does: 'join'; readonly nth: number; readonly by: readonly number[] }
  | { readonly does: 'replay' | 'revise' | 'withdraw or list again'; readonly nth: number }
  /** What the platform answers to the next request that has no answer yet. */
  | { readonly does: 'answer'; readonly as: (typeof ANSWERS)[number] }
  /** What it answers when it is asked for its record. */
  | { readonly does: 'look'; readonly as: 'wait' | 'down' | 'suspend' }
  /** Requests are carried out of which nobody heard. */
  | { readonly does: 'carry out late' }
  | { readonly does: 'let go'; readonly which: number; readonly verdict: 'send' | 'drop' }
  /** The process ends, and the next one starts. */
  | { readonly does: 'restart' }
  | { readonly does: 'unfollow' | 'pause' | 'go on'; readonly who: number }
  | { readonly does: 'retime'; readonly who: number; readonly when: When }
  | { readonly does: 'set'; readonly changes: SettingChanges }
  /** Its suspension is lifted. */
  | { readonly does: 'mend' }
  | { readonly does: 'back up' | 'put back' }
  /** The lane takes so many turns. */
  | { readonly does: 'turn'; readonly most: number }
  /** So many seconds pass, and the lane works for as long as there is something to do. */
  | { readonly does: 'pass'; readonly seconds: number };

export interface History {
  /** Whether the platform knows a key again for two minutes, or only shows what was posted. */
  readonly remembers: boolean;
  readonly deeds: readonly Deed[];
}

/** When followers want what they ask for, the first first. */
export const FOLLOWERS = [
  { when: 'now', urgent: false },
  { when: 'now', urgent: true },
  { when: 'daily 09:00', urgent: false },
  { when: 'hourly', urgent: false },
] as const;

const nth = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: 20 }));
const who = fc.nat({ max: FOLLOWERS.length - 1 });
const some = fc.subarray([...FOLLOWERS.keys()]);
const asOne = <Does extends string>(does: Does) => fc.record({ does: fc.constant(does) });
const asOf = <Does extends string>(does: Does) => fc.record({ does: fc.constant(does), nth });
const asBy = <Does extends string>(does: Does) => fc.record({ does: fc.constant(does), who });

const settings: fc.Arbitrary<SettingChanges> = fc.oneof(
  fc.record({ quiet: fc.constantFrom('22:00-07:00', '00:00-05:00', null) }),
  fc.record({ zone: fc.constantFrom('UTC', 'Asia/Seoul', 'America/St_Johns') }),
  fc.record({ corrections: fc.constantFrom('edit' as const, 'edit+note' as const) }),
);

const publish = (counts: readonly number[]) =>
  fc.record({
    does: fc.constant('publish' as const),
    count: fc.constantFrom(...counts),
    by: fc.oneof({ weight: 3, arbitrary: some }, fc.constant([])),
  });
const answer = fc.record({ does: fc.constant('answer' as const), as: fc.constantFrom(...ANSWERS) });
const turn = fc.record({ does: fc.constant('turn' as const), most: fc.constantFrom(1, 2, 5) });
const pass = (...seconds: readonly number[]) =>
  fc.record({ does: fc.constant('pass' as const), seconds: fc.constantFrom(...seconds) });

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 16, arbitrary: publish([1, 1, 2, 7]) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('join' as const), nth, by: some }) },
  { weight: 3, arbitrary: asOf('replay' as const) },
  { weight: 10, arbitrary: asOf('revise' as const) },
  { weight: 3, arbitrary: asOf('withdraw or list again' as const) },
  { weight: 14, arbitrary: answer },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('look' as const),
      as: fc.constantFrom('wait' as const, 'down' as const, 'suspend' as const),
    }),
  },
  { weight: 2, arbitrary: asOne('carry out late' as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('let go' as const),
      which: nth,
      verdict: fc.constantFrom('send' as const, 'send' as const, 'drop' as const),
    }),
  },
  { weight: 4, arbitrary: asOne('restart' as const) },
  { weight: 2, arbitrary: asBy('unfollow' as const) },
  { weight: 3, arbitrary: asBy('pause' as const) },
  { weight: 3, arbitrary: asBy('go on' as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('retime' as const),
      who,
      when: fc.constantFrom<When>('now', 'hourly', 'daily 09:00', 'weekly mon 09:00'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('set' as const), changes: settings }) },
  { weight: 3, arbitrary: asOne('mend' as const) },
  { weight: 10, arbitrary: turn },
  { weight: 10, arbitrary: pass(10, 31, 2_400, 18_000, 72_000) },
);

const listOf = (of: fc.Arbitrary<Deed>, most: number) => fc.array(of, { maxLength: most, size: 'max' });
const long = listOf(deed, 60);

/** A database is put back from a backup. */
const putBack = fc
  .tuple(listOf(deed, 25), listOf(deed, 15), listOf(deed, 20))
  .map(([first, then, last]): readonly Deed[] => [
    ...first,
    { does: 'back up' },
    ...then,
    { does: 'put back' },
    ...last,
  ]);

const late: fc.Arbitrary<Deed> = fc.record({
  does: fc.constant('answer' as const),
  as: fc.oneof({ weight: 3, arbitrary: fc.constant('lost, late' as const) }, fc.constantFrom(...ANSWERS)),
});

/** What was just published is corrected again and again, where next to no answer comes. */
const hasty = fc
  .tuple(
    fc.constantFrom(1, 7),
    fc.array(
      fc.tuple(
        fc.array(late, { maxLength: 1 }),
        fc.oneof({ weight: 4, arbitrary: asOf('revise' as const) }, asOf('withdraw or list again' as const)),
        turn,
        listOf(fc.oneof({ weight: 4, arbitrary: pass(10, 10, 31) }, asOne('restart' as const)), 1),
      ),
      { minLength: 1, maxLength: 5, size: 'max' },
    ),
  )
  .map(([count, changes]): readonly Deed[] => [
    { does: 'publish', count, by: [0] },
    { does: 'turn', most: 5 },
    ...changes.flatMap(([answers, change, turn, then]) => [...answers, change, turn, ...then]),
  ]);

const historyOf = (deeds: fc.Arbitrary<readonly Deed[]>): fc.Arbitrary<History> =>
  fc.record({ remembers: fc.boolean(), deeds });

export const histories = historyOf(fc.oneof(long, putBack, hasty));
export const hastyHistories = historyOf(hasty);
export const putBackHistories = historyOf(putBack);
