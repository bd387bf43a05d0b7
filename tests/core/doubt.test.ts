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

/** A doubt whose first and last request started so many seconds ago. */
/** A minute before, by the clock of the platform. */
const minuteBefore = (seconds: number) => from(seconds - 60);
const doubt = (first: number, last = first, changes: Partial<Doubt> = {}): Doubt => ({
  key: 'k',
  part: 1,
  kept: true,
  firstAt: from(-first),
  firstThere: from(-first),
  lastAt: from(-last),
  nextAt: null,
  attempts: first === last ? 1 : 2,
  asked: 0,
  wanted: true,
  ...changes,
});

describe('what to do about a doubt', () => {
  test.each([
    ['at once a pause', doubt(0), { is: 'wait', at: from(1), keep: false }],
    ['after it the same request again', doubt(1), { is: 'repeat' }],
    ['after the second one a longer pause', doubt(2, 0), { is: 'wait', at: from(2), keep: false }],
    ['at most half a minute', doubt(60, 0, { attempts: 40 }), { is: 'wait', at: from(30), keep: false }],
    ['as long as the platform knows it when it comes late', doubt(90, 60), { is: 'repeat' }],
    ['longer it may not, and is asked', doubt(90.001, 60), { is: 'ask', since: minuteBefore(-90.001) }],
    ['but not before the last request has settled', doubt(125, 10), { is: 'wait', at: from(20), keep: false }],
    [
      'nor where the pause would end too late',
      doubt(80, 1, { attempts: 9 }),
      { is: 'wait', at: from(29), keep: false },
    ],
    ['nothing is repeated for nobody', doubt(5, 5, { wanted: false }), { is: 'wait', at: from(25), keep: false }],
    ['nor what is not kept', doubt(5, 5, { kept: false }), { is: 'wait', at: from(25), keep: false }],
    ['only asked', doubt(40, 40, { wanted: false }), { is: 'ask', since: minuteBefore(-40) }],
    ['a clock that went back: a time to wait that is kept', doubt(-60), { is: 'wait', at: from(30), keep: true }],
    ['which is waited for', doubt(-60, -60, { nextAt: from(9) }), { is: 'wait', at: from(9), keep: false }],
    ['then asked', doubt(-60, -60, { nextAt: from(-1) }), { is: 'ask', since: minuteBefore(60) }],
  ] as const)('%s', (_, of, step) => {
    expect(stepOf(of, patience, NOW, NOW)).toEqual(step);
  });

  test.each([
    ['when it left', { firstThere: null }, NOW],
    ['since a restart', {}, null],
    ['at all', { firstThere: null }, null],
  ] as const)(
    '16. where the platform did not tell the time %s nothing is repeated: our clock may have gone back',
    (_, of, there) => {
      expect(stepOf(doubt(20, 20, of), patience, NOW, there)).toEqual({ is: 'wait', at: from(10), keep: false });
    },
  );

  test.each([
    ['our clock alone', doubt(40, 40), null, from(-40)],
    ['our clock, which went back', doubt(-60, -60, { nextAt: from(-1) }), null, NOW],
    ['the platform, where our clock is days ahead', doubt(40, 40), from(-172_800), from(-172_800)],
    ['our clock, where the platform is ahead', doubt(40, 40), from(172_800), from(-40)],
  ] as const)(
    '16. where it is not known when it left by the platform a day more is read, by %s',
    (_, of, there, bound) => {
      const since = Temporal.Instant.from(bound).subtract({ hours: 24 }).toString();
      expect(stepOf({ ...of, firstThere: null }, patience, NOW, there)).toEqual({ is: 'ask', since });
    },
  );

  /** The platform's clock is an hour ahead of ours, and showed this when the first request started. */
  const THERE = from(3600);
  const first = (seconds: number) => ({ firstThere: from(3600 - seconds) });
  test.each([
    ['it is asked by its own clock, from a minute before', doubt(95, 95, first(95)), { is: 'ask', since: from(3445) }],
    [
      'though ours was an hour ahead then',
      doubt(-3500, -3500, { ...first(100), nextAt: from(-1) }),
      { is: 'ask', since: from(3440) },
    ],
    ['or was put forward since', doubt(3700, 3700, first(100)), { is: 'ask', since: from(3440) }],
    [
      'nothing is repeated after its window, though our clock went back',
      doubt(5, 5, first(200)),
      { is: 'wait', at: from(25), keep: false },
    ],
    [
      'nor asked before it has settled, though ours was put forward',
      doubt(3700, 3700, { ...first(10), wanted: false }),
      { is: 'wait', at: from(20), keep: false },
    ],
  ] as const)('16. where the clock of the platform is known %s', (_, of, step) => {
    expect(stepOf(of, patience, NOW, THERE)).toEqual(step);
  });

  test('who knows a message for ever by its key is sent it again, though a restored database does not keep it', () => {
    const ever = { repeatable: Number.POSITIVE_INFINITY, settle: 30_000 };
    expect(stepOf(doubt(1, 1, { kept: false }), ever, NOW, null)).toEqual({ is: 'repeat' });
  });

  test('a platform that knows no keys is only asked', () => {
    const none = { repeatable: 0, settle: 30_000 };
    expect(stepOf(doubt(1), none, NOW, NOW)).toEqual({ is: 'wait', at: from(29), keep: false });
    expect(stepOf(doubt(30), none, NOW, NOW)).toEqual({ is: 'ask', since: minuteBefore(-30) });
  });

  test('whatever the times: never repeated too late or for nobody, never asked too early, never waited in the past', () => {
    const times = fc.integer({ min: -7_200_000, max: 7_200_000 });
    const doubts = fc.record({
      first: times,
      last: times,
      nextAt: fc.option(times),
      attempts: fc.integer({ min: 1, max: 200 }),
      asked: fc.integer({ min: 0, max: 2000 }),
      wanted: fc.boolean(),
    });
    fc.assert(
      fc.property(doubts, fc.constantFrom(0, 120_000), ({ first, last, nextAt, ...rest }, repeatable) => {
        const at = (milliseconds: number) => from(milliseconds / 1000);
        const of: Doubt = {
          ...doubt(0),
          ...rest,
          firstAt: at(-first),
          firstThere: at(-first),
          lastAt: at(-Math.min(first, last)),
          nextAt: nextAt === null ? null : at(nextAt),
        };
        const step = stepOf(of, { repeatable, settle: 30_000 }, NOW, NOW);
        if (step.is === 'repeat') {
          expect(of.wanted).toBe(true);
          expect(first + 30_000).toBeLessThanOrEqual(repeatable);
          expect(first).toBeGreaterThanOrEqual(0);
        }
        if (step.is === 'ask' && Math.min(first, last) >= 0)
          expect(Math.min(first, last)).toBeGreaterThanOrEqual(30_000);
        if (step.is === 'wait') expect(Temporal.Instant.compare(step.at, NOW)).toBe(1);
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
    ['nothing: owed again', shows(), doubt(60, 60, { asked: 7 }), { state: 'queued', asked: 0 }],
    [
      'nothing, and nobody wants it: dead',
      shows(),
      doubt(60, 60, { wanted: false }),
      { state: 'dead', reason: expect.stringContaining('did not arrive'), asked: 0 },
    ],
    [
      'it, though nobody wants it any more: sent',
      shows(posted('k')),
      doubt(60, 60, { wanted: false }),
      { state: 'sent', receipt, sentAt: NOW, asked: 0 },
    ],
    [
      'nothing for now: later',
      { is: 'wait', at: from(1), reason: 'slow down' },
      doubt(60, 60, { asked: 2 }),
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
      doubt(60, 60, { asked: 1000 }),
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
      doubt(60, 60, { wanted: false }),
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
