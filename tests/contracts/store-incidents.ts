import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/incident.ts';
import type { Health } from '../../src/ports/store.ts';
import { alert, asks, batch, later, poll, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const OPS = 'slack:C0OPS';
const trouble = (changes: Partial<Extract<Finding, { is: 'trouble' }>> = {}): Finding => ({
  is: 'trouble',
  concern: 'reading',
  kind: 'network',
  what: 'no route',
  since: T0,
  count: 2,
  ...changes,
});
const well = (concern: Finding['concern'] = 'reading'): Finding => ({ is: 'well', concern });
const health = (...findings: Finding[]): Health => ({ findings, tell: OPS });

export function incidentContract({ store, other }: StoreUnderTest): void {
  const told = (at: string, ...findings: Finding[]) =>
    store().polled(poll(at, { status: 'unhealthy', health: health(...findings) }));

  describe('incidents', () => {
    test('one opens, goes on, closes, and is told of by one message', async () => {
      const opened = {
        id: 'i1',
        source: 'harbour',
        concern: 'reading',
        kind: 'network',
        what: 'no route',
        since: T0,
        lastSeen: later(60),
        count: 2,
        closedAt: null,
        trail: [{ since: T0, kind: 'network', what: 'no route', polls: 2 }],
      };
      expect(await told(later(60), trouble())).toEqual({ destinations: [OPS], incidents: [opened] });
      expect(await told(later(120), trouble({ kind: 'tls', what: 'expired' }))).toEqual({
        destinations: [],
        incidents: [],
      });
      const trail = [...opened.trail, { since: later(120), kind: 'tls', what: 'expired', polls: 1 }];
      const seen = { ...opened, kind: 'tls', what: 'expired', lastSeen: later(120), count: 3, trail };
      expect(await (await other()).incidents({ open: true })).toEqual([seen]);
      const closed = { ...seen, closedAt: later(180) };
      expect(await told(later(180), well())).toEqual({ destinations: [OPS], incidents: [closed] });
      expect(await told(later(240), well())).toEqual({ destinations: [], incidents: [] });
      expect(await store().incidents({ open: true })).toEqual([]);
      expect(await store().incidents({ source: 'harbour' })).toEqual([closed]);
      expect(await store().incidents({ source: 'lights' })).toEqual([]);
      // Nothing was sent yet: the one message says how it ended.
      expect((await store().deliveries()).map(({ kind, subject, state }) => [kind, subject, state])).toEqual([
        ['notice', 'i1', 'queued'],
      ]);
      expect(await store().next(OPS, later(240))).toMatchObject({ is: 'notice', incident: { closedAt: later(180) } });
    });

    test('the message that was sent is changed: when it says something else, every half hour, and at the end', async () => {
      const subjects = async () => (await store().deliveries()).map(({ subject, form }) => `${form} ${subject}`);
      const send = async (now: string) => {
        const next = await store().next(OPS, now);
        if (next === null || !('delivery' in next)) return;
        const { id } = next.delivery;
        if (next.is !== 'edit' || next.posted === null) {
          await store().claim(id, { text: 'trouble' }, now);
          await store().settle(id, { is: 'sent', receipt: { channel: 'C0OPS', message: '1' } }, now);
          return;
        }
        expect(next.posted.receipt).toEqual({ channel: 'C0OPS', message: '1' });
        expect(await store().claimEdit(id, next.posted, now)).toBe(0);
        await store().settleEdit(id, { is: 'sent', receipt: next.posted.receipt }, { ...next.posted, body: {} }, now);
      };
      await told(T0, trouble());
      await send(T0);
      expect(await told(later(60), trouble())).toEqual({ destinations: [], incidents: [] });
      expect(await told(later(120), trouble({ what: 'no name' }))).toEqual({ destinations: [OPS], incidents: [] });
      await told(later(180), trouble({ what: 'no host' }));
      expect(await subjects()).toEqual([`edit i1@${later(120)}`, 'post i1']);
      await send(later(190));
      await told(later(200), trouble({ what: 'no host' }));
      expect(await subjects()).toHaveLength(2);
      await told(later(2_000), trouble({ what: 'no host' }));
      await told(later(2_060), well());
      expect(await subjects()).toEqual([
        'edit i1/closed',
        `edit i1@${later(2_000)}`,
        `edit i1@${later(120)}`,
        'post i1',
      ]);
      await send(later(2_070));
      await send(later(2_070));
      expect((await store().deliveries()).map(({ state, receipt }) => [state, receipt?.message])).toEqual(
        Array.from({ length: 4 }, () => ['sent', '1']),
      );
    });

    test.each(['goes on', 'ends'] as const)(
      'a notice that was refused for now and has not left says how it is by then, where the incident %s',
      async how => {
        await told(T0, trouble());
        const [notice] = await store().deliveries();
        const id = notice?.id ?? 0;
        await store().claim(id, { text: 'no route' }, T0, { carries: [], over: false });
        await store().settle(id, { is: 'wait', at: later(600), reason: 'slow down' }, T0);
        await told(later(60), how === 'ends' ? well() : trouble({ what: 'no name' }));
        expect((await store().deliveries()).map(({ subject, form }) => `${form} ${subject}`)).toEqual(['post i1']);
        expect(await store().next(OPS, later(120))).toEqual({ at: later(600) });
        expect(await store().next(OPS, later(600))).toMatchObject({
          incident: how === 'ends' ? { closedAt: later(60) } : { what: 'no name' },
        });
        const rendered = { carries: [], over: how === 'ends' };
        expect(await store().claim(id, { text: 'anew' }, later(600), rendered)).toMatchObject({
          key: notice?.key,
          body: { text: 'anew' },
        });
      },
    );

    test('a notice that a webhook has not taken stays the event that it is, and its end is one of its own', async () => {
      const tell = 'webhook:https://receiver.example/hook';
      const found = (at: string, finding: Finding) =>
        store().polled(poll(at, { status: 'unhealthy', health: { findings: [finding], tell } }));
      await found(T0, trouble());
      const [notice] = await store().deliveries();
      await store().claim(notice?.id ?? 0, { text: 'no route' }, T0, { carries: [], over: false });
      await store().settle(notice?.id ?? 0, { is: 'wait', at: later(600), reason: 'answered 503' }, T0);
      await found(later(60), well());
      expect((await store().deliveries()).map(({ subject, form }) => `${form} ${subject}`)).toEqual([
        'edit i1/closed',
        'post i1',
      ]);
    });

    test('a notice of which nobody knows whether it arrived is asked for first, and changed', async () => {
      await told(T0, trouble());
      const [notice] = await store().deliveries();
      await store().claim(notice?.id ?? 0, { text: 'no route' }, T0, { carries: [], over: false });
      await store().settle(notice?.id ?? 0, { is: 'unsure', reason: 'no answer' }, T0);
      await told(later(60), well());
      expect((await store().deliveries()).map(({ subject, form }) => `${form} ${subject}`)).toEqual([
        'edit i1/closed',
        'post i1',
      ]);
      expect(await store().next(OPS, later(120))).toMatchObject({ is: 'unsure', delivery: { id: notice?.id } });
    });

    test('a notice that is claimed as the incident ends is made again', async () => {
      await told(T0, trouble());
      await told(later(60), well());
      const [notice] = await store().deliveries();
      expect(await store().claim(notice!.id, {}, later(61), { carries: [], over: false })).toBe(null);
      expect(await store().claim(notice!.id, {}, later(61), { carries: [], over: true })).not.toBe(null);
    });

    test('what it shows is kept in order, the same in a row once, and a long tale keeps its beginning', async () => {
      await told(T0, trouble());
      for (let nth = 1; nth <= 40; nth++)
        await told(later(60 * nth), trouble({ what: `reset ${Math.floor(nth / 2)}` }));
      await told(later(60 * 40), trouble({ what: 'a second run of the same poll' }));
      const [{ trail = [], count = 0 } = {}] = await store().incidents();
      expect(count).toBe(42);
      expect(trail).toHaveLength(12);
      expect(trail.map(({ what, polls }) => [what, polls])).toEqual([
        ['no route', 2],
        ...Array.from({ length: 10 }, (_, nth) => [`reset ${nth + 10}`, 2]),
        ['reset 20', 1],
      ]);
      expect(trail.at(-1)?.since).toBe(later(60 * 40));
    });

    test('each concern of each source has its own', async () => {
      await told(T0, trouble(), trouble({ concern: 'silence', kind: 'silent' }));
      await store().polled(poll(T0, { source: 'lights', status: 'unhealthy', health: health(trouble()) }));
      await told(later(60), well('silence'));
      const open = await store().incidents({ open: true });
      expect(open.map(({ source, concern }) => [source, concern])).toEqual([
        ['lights', 'reading'],
        ['harbour', 'reading'],
      ]);
    });

    test('the poll and its incident are written together, a second run of the same poll adds nothing', async () => {
      const read = batch([release('1')], { poll: poll(later(60), { health: health(trouble()) }) });
      expect(await store().record(read)).toMatchObject({ new: 1, incidents: [{ id: 'i1' }], destinations: [OPS] });
      expect(await store().record(read)).toMatchObject({ new: 0, incidents: [], destinations: [] });
      expect(await store().incidents()).toMatchObject([{ count: 2 }]);
      expect(await store().deliveries()).toHaveLength(1);
    });

    test('a notice is work like any other: claimed and settled once', async () => {
      await told(T0, trouble());
      const work = await store().next(OPS, T0);
      expect(work).toMatchObject({
        delivery: { kind: 'notice', subject: 'i1', release: null },
        incident: { id: 'i1' },
      });
      const id = (work as { delivery: { id: number } }).delivery.id;
      await store().claim(id, { text: 'trouble' }, T0);
      await store().settle(id, { is: 'sent', receipt: { channel: 'C0OPS', message: '1' } }, T0);
      expect(await store().next(OPS, later(1))).toBe(null);
    });
  });

  describe('what an incident holds', () => {
    const flood = trouble({ concern: 'flood', kind: 'flood', what: '2 new at once', count: 1 });
    async function flooded() {
      const { subscription } = await store().follow(asks('console'), T0);
      const releases = [release('1'), release('2')];
      return store().record(
        batch(releases, {
          poll: poll(T0, { health: health(flood) }),
          deliveries: releases.map(one => alert(one, 'console', [subscription.id])),
          hold: true,
        }),
      );
    }
    const states = async () =>
      (await store().deliveries({ destination: 'console' })).map(({ release: of, state, reason }) => [
        of,
        state,
        reason,
      ]);

    test('is recorded as held, wakes nobody and cannot be claimed', async () => {
      expect(await flooded()).toMatchObject({ new: 2, destinations: [OPS] });
      expect(await states()).toEqual([
        ['harbour/2', 'held', 'held by incident i1'],
        ['harbour/1', 'held', 'held by incident i1'],
      ]);
      expect(await store().ready(T0)).toEqual([OPS]);
      expect(await store().next('console', T0)).toBe(null);
    });

    test('keeps it open, and lets go at once', async () => {
      await flooded();
      expect(await told(later(60), well('flood'))).toEqual({ destinations: [], incidents: [] });
      const { deliveries, incidents } = await store().letGo({ incident: 'i1' }, 'send', OPS, later(90));
      expect(deliveries.map(({ release: of, state, subscriptions }) => [of, state, subscriptions])).toEqual([
        ['harbour/1', 'queued', [1]],
        ['harbour/2', 'queued', [1]],
      ]);
      expect(incidents).toMatchObject([{ id: 'i1', closedAt: later(90) }]);
      expect(await store().ready(later(90))).toEqual([OPS, 'console']);
      expect(await store().next('console', later(90))).toMatchObject({ entries: [{ release: { id: 'harbour/1' } }] });
      expect(await store().letGo({ incident: 'i1' }, 'send', OPS, later(99))).toEqual({
        deliveries: [],
        incidents: [],
      });
    });

    test('is let go one by one, the last one closes it', async () => {
      await flooded();
      const held = (await store().deliveries({ state: 'held' })).map(({ id }) => id);
      expect(await store().letGo({ delivery: held[0]! }, 'send', OPS, later(60))).toMatchObject({ incidents: [] });
      expect(await store().letGo({ delivery: held[1]! }, 'drop', OPS, later(61))).toMatchObject({
        deliveries: [{ state: 'dead' }],
        incidents: [{ id: 'i1', closedAt: later(61) }],
      });
      expect((await states()).map(([, state]) => state)).toEqual(['queued', 'dead']);
    });

    test('nothing that is not held is let go', async () => {
      await flooded();
      await store().letGo({ incident: 'i1' }, 'drop', OPS, later(60));
      const ids = (await store().deliveries()).map(({ id }) => id);
      for (const id of [...ids, 99])
        expect(await store().letGo({ delivery: id }, 'send', OPS, later(61))).toEqual({
          deliveries: [],
          incidents: [],
        });
      for (const incident of ['i1', 'i99', 'x'])
        expect(await store().letGo({ incident }, 'send', OPS, later(61))).toEqual({ deliveries: [], incidents: [] });
    });

    test('a hold without an incident that holds is refused, and nothing of the batch is written', async () => {
      const { subscription } = await store().follow(asks('console'), T0);
      const one = release('1');
      const deliveries = [alert(one, 'console', [subscription.id])];
      await expect(store().record(batch([one], { poll: poll(T0), deliveries, hold: true }))).rejects.toThrow(
        'no incident',
      );
      expect(await store().count()).toBe(0);
    });
  });
}
