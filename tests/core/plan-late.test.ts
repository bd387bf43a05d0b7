import { describe, expect, test } from 'vitest';
import { cardOf, lateNote } from '../../src/core/card.ts';
import { type Match, type Matcher, plan, planLate } from '../../src/core/plan.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { turnsOf } from '../../src/core/turns.ts';
import { asks, later, release, T0 } from '../support/store-samples.ts';

const follower = (id: number, to: string, changes: Partial<Subscription> = {}): Subscription => ({
  ...asks(to),
  id,
  state: 'active',
  reason: null,
  createdAt: T0,
  pausedUntil: null,
  lastMatch: null,
  ...changes,
});

/** Everyone asks for what has their word in the title. */
const matcher =
  (asked: ReadonlyMap<Subscription, string>): Matcher =>
  ({ title }) =>
    [...asked].flatMap(([subscription, word]): Match[] =>
      title.includes(word) ? [{ subscription, clauses: [{ clause: word, evidence: [] }] }] : [],
    );

describe('new releases', () => {
  test('are one alert a destination, naming every subscription that matched by its number', () => {
    const asked = new Map([
      [follower(7, 'console'), 'Note'],
      [follower(2, 'slack:C1'), 'Note'],
      [follower(3, 'console'), 'harbour'],
      [follower(4, 'console'), 'zinc'],
    ]);
    const planned = plan([release('1'), release('2', { title: 'Zebra' })], matcher(asked));
    expect(
      planned.map(({ destination, subject, why }) => [destination, subject, why.map(one => one.subscription)]),
    ).toEqual([
      ['console', 'harbour/1', [3, 7]],
      ['slack:C1', 'harbour/1', [2]],
    ]);
    expect(planned[0]?.why[0]).toEqual({
      subscription: 3,
      query: 'topic:shipping',
      createdBy: 'cli',
      clauses: [{ clause: 'harbour', evidence: [] }],
    });
  });
});

describe('corrected releases', () => {
  const before = release('1', { title: 'A quay' });
  const after = { ...before, title: 'A quay of steel', revision: 2, updated: later(600) };
  const corrected = [{ before, after, fingerprint: 't-1' }];

  test('come late to whoever did not ask for them before, as the alert of the release that they are', () => {
    const asked = new Map([
      [follower(1, 'console'), 'steel'],
      [follower(2, 'slack:C1'), 'quay'],
      [follower(3, 'slack:C1'), 'zinc'],
    ]);
    expect(planLate(corrected, matcher(asked))).toEqual([
      {
        destination: 'console',
        kind: 'alert',
        subject: 'harbour/1',
        release: 'harbour/1',
        revision: 2,
        why: [
          {
            subscription: 1,
            query: 'topic:shipping',
            createdBy: 'cli',
            clauses: [{ clause: 'steel', evidence: [] }],
            late: true,
          },
        ],
      },
    ]);
  });

  test('do not come to whoever follows since the correction', () => {
    const since = (createdAt: string) =>
      planLate(corrected, matcher(new Map([[follower(1, 'console', { createdAt }), 'steel']])));
    expect(since(later(600))).toHaveLength(1);
    expect(since(later(601))).toEqual([]);
  });

  test('that no longer match undo nothing', () => {
    const undone = [{ before: after, after: { ...before, revision: 3 }, fingerprint: 't-1' }];
    expect(planLate(undone, matcher(new Map([[follower(1, 'console'), 'steel']])))).toEqual([]);
  });

  test('that match no more, or now, are told for each subscription', () => {
    const asked = new Map([
      [follower(1, 'console'), 'steel'],
      [follower(2, 'slack:C1'), 'quay'],
      [follower(3, 'slack:C1'), 'zinc'],
    ]);
    const turn = { release: 'harbour/1', subscription: 1 };
    const back = { before: after, after: { ...before, revision: 3, updated: later(900) }, fingerprint: 't-1' };
    expect(turnsOf([...corrected, back], matcher(asked))).toEqual([
      { ...turn, revision: 2, at: later(600), match: true },
      { ...turn, revision: 3, at: later(900), match: false },
    ]);
  });

  test('say on their card that they come late', () => {
    const [late] = planLate(corrected, matcher(new Map([[follower(1, 'console'), 'steel']])));
    const context = { kind: 'alert', source: 'Harbour', subscriptions: [], labels: [] } as const;
    expect(lateNote(cardOf(after, { ...context, why: late?.why ?? [] }))).toBe('Late match: the text was corrected');
    const [onTime] = plan([before], matcher(new Map([[follower(1, 'console'), 'quay']])));
    expect(lateNote(cardOf(before, { ...context, why: onTime?.why ?? [] }))).toBe(null);
  });
});
