import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { nextDue } from '../../src/core/cadence.ts';
import {
  BadTransition,
  type DeliveryState,
  type Edited,
  interrupted,
  type Outcome,
  ofRepeated,
  settle,
  settleEdit,
} from '../../src/core/delivery.ts';
import { BadDestination, parseDestination } from '../../src/core/destination.ts';
import { atomId, base32, deliveryKey } from '../../src/core/identity.ts';

const now = '2025-12-04T01:00:00Z';
const receipt = { channel: 'C1', message: '1.2' };
const empty = { receipt: null, nextAt: null, sentAt: null, reason: null };

const OUTCOMES: readonly [Outcome, object][] = [
  [
    { is: 'sent', receipt },
    { ...empty, state: 'sent', receipt, sentAt: now },
  ],
  [
    { is: 'wait', at: '2025-12-04T01:00:30Z', reason: '429' },
    { ...empty, state: 'waiting', nextAt: '2025-12-04T01:00:30Z', reason: '429' },
  ],
  [
    { is: 'unsure', reason: 'timeout' },
    { ...empty, state: 'unsure', reason: 'timeout' },
  ],
  [
    { is: 'hold', reason: 'tag needed' },
    { ...empty, state: 'held', reason: 'tag needed' },
  ],
  [
    { is: 'dead', reason: 'blocked' },
    { ...empty, state: 'dead', reason: 'blocked' },
  ],
  [
    { is: 'suspend', reason: 'archived' },
    { ...empty, state: 'queued', reason: 'archived' },
  ],
  [
    { is: 'down', reason: 'token' },
    { ...empty, state: 'queued', reason: 'token' },
  ],
];

test.each(OUTCOMES)('what is being sent and ends as %o is settled', (outcome, settled) => {
  expect(settle('sending', outcome, now)).toEqual(settled);
});

test.each<DeliveryState>(['queued', 'waiting', 'unsure', 'held', 'sent', 'dead'])(
  'what is %s cannot be settled',
  state => {
    expect(() => settle(state, { is: 'sent', receipt }, now)).toThrow(BadTransition);
  },
);

test.each(OUTCOMES)('that a repeated request ended as %o says nothing of the one before', outcome => {
  const { state, nextAt } = settle('sending', ofRepeated(outcome), now);
  expect(state).toBe(outcome.is === 'sent' ? 'sent' : 'unsure');
  expect(nextAt).toBe(outcome.is === 'wait' ? outcome.at : null);
});

test('what is refused for good goes one by one where it carried several', () => {
  expect(settle('sending', { is: 'dead', reason: 'blocked' }, now, 2)).toEqual({
    ...empty,
    state: 'queued',
    reason: 'blocked',
  });
});

test.each(OUTCOMES.filter(([{ is }]) => is !== 'unsure'))(
  'a change of a message that ends as %o is settled alike',
  (outcome, settled) => {
    expect(settleEdit('sending', outcome as Edited, now)).toEqual({ ...settled, form: 'edit' });
  },
);

test('a message that can no longer be changed is replied to', () => {
  expect(settleEdit('sending', { is: 'closed', reason: 'too old' }, now)).toEqual({
    ...empty,
    state: 'queued',
    reason: 'too old',
    form: 'reply',
  });
  expect(() => settleEdit('sent', { is: 'closed', reason: 'too old' }, now)).toThrow(BadTransition);
});

test('what was being sent when a process ended is unsure, except what may be done twice', () => {
  expect((['post', 'edit', 'reply'] as const).map(interrupted)).toEqual(['unsure', 'queued', 'unsure']);
});

test('base32 is that of RFC 4648 section 10, lower case', () => {
  const of = (text: string, length: number) => base32(new TextEncoder().encode(text), length);
  expect(of('foobar', 9)).toBe('mzxw6ytbo');
  expect(of('fooba', 8)).toBe('mzxw6ytb');
});

test('a delivery key is fixed by what it is for and by nothing else', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const owed = { installation: 'i', destination: 'slack:C1', kind: 'alert', subject: 'motir/2-2441' };
  expect(deliveryKey(owed, digest)).toMatch(/^[a-z2-7]{20}$/);
  expect(deliveryKey({ ...owed }, digest)).toBe(deliveryKey(owed, digest));
  const others = [{ installation: 'j' }, { destination: 'slack:C2' }, { kind: 'test' }, { subject: 'motir/2-2442' }];
  expect(new Set([owed, ...others.map(one => ({ ...owed, ...one }))].map(one => deliveryKey(one, digest))).size).toBe(
    5,
  );
});

test('an Atom id is a tag URI of the authority, its year and the release', () => {
  expect(atomId({ authority: 'desk.example', year: 2025 }, 'motir/2-2441')).toBe('tag:desk.example,2025:motir/2-2441');
});

test('destinations are read in their written form', () => {
  expect(parseDestination('slack:T0AB/C0123')).toEqual({
    id: 'slack:C0123',
    platform: 'slack',
    workspace: 'T0AB',
    channel: 'C0123',
  });
  expect(parseDestination(' discord:123456789012345678 ')).toMatchObject({
    platform: 'discord',
    channel: '123456789012345678',
  });
  expect(parseDestination('console').id).toBe('console');
});

test.each([
  '',
  'discord:0123456',
  'slack',
  'slack:',
  'slack:#general',
  'discord:general',
  'irc:x',
  'console:2',
  'slack:T1/',
])('"%s" is no destination, and the error says what is', text => {
  expect(() => parseDestination(text)).toThrow(BadDestination);
  expect(() => parseDestination(text)).toThrow(/slack:C|discord:\d|console/);
});

const minutes = (count: number) => count * 60_000;
const after = (from: Temporal.Instant, to: Temporal.Instant) => to.since(from).total('minutes');
const start = Temporal.Instant.from(now);
const unhurried = { floor: minutes(5), maxAge: null, hours: null, zone: 'UTC' };
const healthy = { every: minutes(10), failures: 0, retryAfter: null };

test.each([
  ['a healthy source is due after its interval', { every: minutes(10), failures: 0, retryAfter: null }, 10],
  ['trouble doubles the interval', { every: minutes(10), failures: 2, retryAfter: null }, 40],
  ['up to six hours', { every: minutes(10), failures: 12, retryAfter: null }, 360],
  ['an interval longer than that is kept', { every: minutes(720), failures: 12, retryAfter: null }, 720],
  ['Retry-After is respected', { every: minutes(10), failures: 1, retryAfter: minutes(90) }, 90],
  ['but never beyond a day', { every: minutes(10), failures: 1, retryAfter: minutes(5_256_000) }, 1440],
  ['an answer that is fresh for an hour is asked for after it', { ...healthy, maxAge: minutes(60) }, 60],
  ['one that is fresh for a minute after the interval', { ...healthy, maxAge: minutes(1) }, 10],
  ['one that is fresh for a year after a day', { ...healthy, maxAge: minutes(525_600) }, 1440],
  ['and never shortens the interval', { every: minutes(10), failures: 1, retryAfter: 1 }, 20],
])('%s', (_, pulse, expected) => {
  const wait = (chance: number) => after(start, nextDue(start, { ...unhurried, ...pulse }, chance));
  expect(wait(0.5)).toBeCloseTo(expected);
  // Chance never undercuts what a server asked for.
  const maxAge = 'maxAge' in pulse ? pulse.maxAge : 0;
  const asked = Math.min(Math.max(pulse.retryAfter ?? 0, maxAge) / minutes(1), 1440);
  expect(wait(0)).toBeCloseTo(Math.max(expected * 0.9, asked));
  expect(wait(1)).toBeCloseTo(expected * 1.1);
});
