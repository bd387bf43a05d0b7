import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BadTransition,
  type DeliveryState,
  type Doubt,
  type History,
  type Posted,
  resolve,
  stepOf,
} from '../../src/core/delivery.ts';

const NOW = '2025-12-04T01:00:00Z';
const from = (seconds: number) =>
  Temporal.Instant.from(NOW)
    .add({ milliseconds: Math.round(seconds * 1000) })
    .toString();
const receipt = { channel: 'C1', message: '1.2' };
const empty = { receipt: null, nextAt: null, sentAt: null, reason: null };
const patience = { repeatable: 120_000, settle: 30_000 };

/** A doubt whose first request started so many seconds ago. */
const doubt = (first: number, changes: Partial<Doubt> = {}): Doubt => ({
  key: 'k',
  part: 1,
  kept: true,
  firstAt: from(-first),
  firstThere: from(-first),
  attempts: 1,
  asked: 0,
  wanted: true,
  ...changes,
});
/** What the clocks show so many seconds after the last request; `first`: where this process sent the first one. */
const clocks = (last: number, changes: { readonly there?: string | null; readonly first?: number | null } = {}) => {
  const { there = NOW, first = null } = changes;
  return { now: NOW, there, since: { first: first === null ? null : first * 1000, last: last * 1000 } };
};
const waits = (seconds: number) => ({ is: 'wait', at: from(seconds) });
/** A minute before, by the clock of the platform. */
const asks = (seconds: number) => ({ is: 'ask', since: from(seconds - 60) });

describe('what to do about a doubt', () => {
  test.each([
    ['at once a pause', doubt(0), 0, waits(1)],
    ['after it the same request again', doubt(1), 1, { is: 'repeat' }],
    ['after the second one a longer pause', doubt(2, { attempts: 2 }), 0, waits(2)],
    ['at most half a minute', doubt(60, { attempts: 40 }), 0, waits(30)],
    ['as long as the platform knows it when it comes late', doubt(90, { attempts: 2 }), 60, { is: 'repeat' }],
    ['longer it may not, and is asked', doubt(90.001, { attempts: 2 }), 60, asks(-90.001)],
    ['but not before the last request has settled', doubt(125, { attempts: 2 }), 10, waits(20)],
    ['nor where the pause would end too late', doubt(80, { attempts: 9 }), 1, waits(29)],
    ['nothing is repeated for nobody', doubt(5, { wanted: false }), 5, waits(25)],
    ['nor what is not kept', doubt(5, { kept: false }), 5, waits(25)],
    ['only asked', doubt(40, { wanted: false }), 40, asks(-40)],
  ] as const)('%s', (_, of, last, step) => {
    expect(stepOf(of, patience, clocks(last))).toEqual(step);
  });

  test.each([
    ['when it left', { firstThere: null }, NOW],
    ['since a restart', {}, null],
    ['at all', { firstThere: null }, null],
  ] as const)(
    '16. where the platform did not tell the time %s nothing is repeated of another process: our clock may have gone back',
    (_, of, there) => {
      expect(stepOf(doubt(20, of), patience, clocks(20, { there }))).toEqual(waits(10));
    },
  );

  test.each([
    ['within the window it is repeated', 20, { is: 'repeat' }],
    ['after it no more, though our clock went back', 95, { is: 'ask', since: from(-95 - 24 * 3600) }],
  ] as const)('16. what this process sent itself before it knew the time there: %s', (_, first, step) => {
    expect(stepOf(doubt(20, { firstThere: null }), patience, clocks(30, { first }))).toEqual(step);
  });

  test.each([
    ['our clock alone', doubt(40), null, null, from(-40)],
    ['our clock, which went back', doubt(-60), null, null, NOW],
    ['the platform, where our clock is days ahead', doubt(40), from(-172_800), null, from(-172_800)],
    ['our clock, where the platform is ahead', doubt(40), from(172_800), null, from(-40)],
    ['how long ago it left, where our clock was days ahead then', doubt(-172_800), NOW, 259_200, from(-259_200)],
  ] as const)(
    '16. where it is not known when it left by the platform a day more is read, by %s',
    (_, of, there, first, bound) => {
      const since = Temporal.Instant.from(bound).subtract({ hours: 24 }).toString();
      const step = stepOf({ ...of, firstThere: null }, patience, clocks(40, { there, first }));
      expect(step).toEqual({ is: 'ask', since });
    },
  );

  /** The platform's clock is an hour ahead of ours, and showed this when the first request started. */
  const THERE = from(3600);
  const first = (seconds: number) => ({ firstThere: from(3600 - seconds) });
  test.each([
    ['it is asked by its own clock, from a minute before', doubt(95, first(95)), 95, asks(3505)],
    ['though ours was an hour ahead then', doubt(-3500, first(100)), 100, asks(3500)],
    ['or was put forward since', doubt(3700, first(100)), 100, asks(3500)],
    ['nothing is repeated after its window, though our clock went back', doubt(5, first(200)), 5, waits(25)],
    ['nor asked before it has settled, though ours was put forward', doubt(3700, first(10)), 10, waits(20)],
    ['nor before the last one has, though the first is old', doubt(3700, first(100)), 29, waits(1)],
  ] as const)('16. where the clock of the platform is known %s', (_, of, last, step) => {
    expect(stepOf(of, patience, clocks(last, { there: THERE }))).toEqual(step);
  });

  test('who knows a message for ever by its key is sent it again, though a restored database does not keep it', () => {
    const ever = { repeatable: Number.POSITIVE_INFINITY, settle: 30_000 };
    const of = doubt(-60, { kept: false, firstThere: null });
    expect(stepOf(of, ever, clocks(1, { there: null }))).toEqual({ is: 'repeat' });
  });

  test('a platform that knows no keys is only asked', () => {
    const none = { repeatable: 0, settle: 30_000 };
    expect(stepOf(doubt(1), none, clocks(1))).toEqual(waits(29));
    expect(stepOf(doubt(30), none, clocks(30))).toEqual(asks(-30));
  });

  test('whatever the clocks: never repeated too late or for nobody, never asked too early, at last one of the two', () => {
    const times = fc.integer({ min: -7_200_000, max: 7_200_000 });
    const ages = fc.nat({ max: 7_200_000 });
    const doubts = fc.record({
      first: times,
      /** How long ago the first request and the last one left, in truth. */
      age: ages,
      last: ages,
      own: fc.boolean(),
      told: fc.constantFrom('then', 'now', 'both', 'neither'),
      attempts: fc.integer({ min: 1, max: 200 }),
      wanted: fc.boolean(),
    });
    fc.assert(
      fc.property(doubts, fc.constantFrom(0, 120_000), ({ first, age, last, own, told, ...rest }, repeatable) => {
        const at = (milliseconds: number) => from(milliseconds / 1000);
        const firstThere = told === 'then' || told === 'both' ? at(-age) : null;
        const there = told === 'now' || told === 'both' ? NOW : null;
        const of: Doubt = { ...doubt(0), ...rest, firstAt: at(-first), firstThere };
        const since = { first: own ? age : null, last: Math.min(age, last) };
        const step = stepOf(of, { repeatable, settle: 30_000 }, { now: NOW, there, since });
        if (step.is === 'repeat') {
          expect(of.wanted).toBe(true);
          expect(age + 30_000).toBeLessThanOrEqual(repeatable);
        }
        if (step.is === 'ask') expect(since.last).toBeGreaterThanOrEqual(30_000);
        if (step.is === 'wait') {
          expect(Temporal.Instant.compare(step.at, NOW)).toBe(1);
          expect(since.last).toBeLessThan(30_000);
        }
      }),
    );
  });
});

describe('what the platform shows', () => {
  const shows = (...messages: Posted[]): History => ({ is: 'read', messages });
  const posted = (key: string, part = 1): Posted => ({ key, part, receipt });
  test.each<[string, History, Doubt, object]>([
    ['it: sent', shows(posted('a'), posted('k')), doubt(60), { state: 'sent', receipt, sentAt: NOW, asked: 0 }],
    ['another part: owed again', shows(posted('k', 2)), doubt(60), { state: 'queued', asked: 0 }],
    ['nothing: owed again', shows(), doubt(60, { asked: 7 }), { state: 'queued', asked: 0 }],
    [
      'nothing, and nobody wants it: dead',
      shows(),
      doubt(60, { wanted: false }),
      { state: 'dead', reason: expect.stringContaining('did not arrive'), asked: 0 },
    ],
    [
      'it, though nobody wants it any more: sent',
      shows(posted('k')),
      doubt(60, { wanted: false }),
      { state: 'sent', receipt, sentAt: NOW, asked: 0 },
    ],
    [
      'nothing for now: later',
      { is: 'wait', at: from(1), reason: 'slow down' },
      doubt(60, { asked: 2 }),
      { state: 'unsure', nextAt: from(20), reason: 'slow down', asked: 3 },
    ],
    [
      'nothing before its own time: then',
      { is: 'wait', at: from(900), reason: 'slow down' },
      doubt(60),
      { state: 'unsure', nextAt: from(900), reason: 'slow down', asked: 1 },
    ],
    [
      'nothing as its adapter is down: later, at the longest in five minutes',
      { is: 'down', reason: 'token' },
      doubt(60, { asked: 1000 }),
      { state: 'unsure', nextAt: from(300), reason: 'token', asked: 1001 },
    ],
    [
      'nothing as the destination refuses: when it is back',
      { is: 'suspend', reason: 'archived' },
      doubt(60),
      { state: 'unsure', reason: 'archived', asked: 0 },
    ],
    [
      'nothing ever: held',
      { is: 'hold', reason: 'no record' },
      doubt(60),
      { state: 'held', reason: 'no record', asked: 1 },
    ],
    [
      'nothing ever, and nobody wants it: dead',
      { is: 'hold', reason: 'no record' },
      doubt(60, { wanted: false }),
      { state: 'dead', reason: expect.stringContaining('cannot be asked'), asked: 0 },
    ],
  ])('%s', (_, history, of, becomes) => {
    expect(resolve('unsure', of, history, 'hold', NOW)).toEqual({ ...empty, ...becomes });
  });

  test('who prefers a copy to a gap says so', () => {
    const never: History = { is: 'hold', reason: 'no record' };
    expect(resolve('unsure', doubt(60), never, 'resend', NOW)).toEqual({ ...empty, state: 'queued', asked: 0 });
  });

  test.each<DeliveryState>(['queued', 'sending', 'waiting', 'held', 'sent', 'dead'])(
    'what is %s is in no doubt',
    state => {
      expect(() => resolve(state, doubt(60), shows(), 'hold', NOW)).toThrow(BadTransition);
    },
  );
});
