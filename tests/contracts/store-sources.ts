import { describe, expect, test } from 'vitest';
import { batch, later, poll, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const validators = { etag: 'W/"a-1"', lastModified: 'Mon, 02 Mar 2026 00:00:00 GMT', hash: 'f00d', reader: 'board-1' };

export function sourceContract({ store }: StoreUnderTest): void {
  describe('sources', () => {
    test('an enrolled source is due at once, one that is no longer named is not', async () => {
      await store().enrol(['harbour', 'lights'], T0);
      expect((await store().due(T0)).map(source => source.id)).toEqual(['harbour', 'lights']);
      await store().enrol(['lights'], later(60));
      expect((await store().due(later(60))).map(source => source.id)).toEqual(['lights']);
      expect((await store().sources()).map(({ id, enrolled }) => [id, enrolled])).toEqual([
        ['harbour', false],
        ['lights', true],
      ]);
    });

    test('16. what was added while our clock was ahead and never asked is due all the same', async () => {
      await store().enrol(['harbour'], later(1_000_000));
      expect((await store().due(T0)).map(source => source.id)).toEqual(['harbour']);
    });

    test('enrolling again keeps what is known of a source', async () => {
      await store().enrol(['harbour'], T0);
      await store().polled(poll(T0, { status: 'baseline', validators }));
      await store().enrol(['harbour'], later(1));
      expect(await store().sources()).toEqual([
        {
          id: 'harbour',
          baselineAt: T0,
          polledAt: T0,
          readAt: T0,
          fullReadAt: null,
          dueAt: later(600),
          status: 'baseline',
          validators,
          failures: 0,
          fault: null,
          error: null,
          move: null,
          counts: { new: 0, revised: 0, adopted: 0 },
          enrolled: true,
        },
      ]);
    });

    test('the longest overdue comes first, and nobody before their time', async () => {
      await store().enrol(['a', 'b', 'c'], T0);
      await store().polled(poll(T0, { source: 'a', dueAt: later(30) }));
      await store().polled(poll(T0, { source: 'b', dueAt: later(20) }));
      await store().polled(poll(T0, { source: 'c', dueAt: later(40) }));
      expect((await store().due(later(30))).map(source => source.id)).toEqual(['b', 'a']);
    });

    test('unhealthy polls are counted in a row, and a good one ends the row', async () => {
      await store().enrol(['harbour'], T0);
      const trouble = { status: 'unhealthy', fault: 'timeout', error: 'no answer in 30 s' } as const;
      await store().polled(poll(T0, trouble));
      await store().polled(poll(later(600), trouble));
      expect(await store().sources()).toMatchObject([{ failures: 2, ...trouble }]);
      await store().polled(poll(later(1200), { status: 'unchanged' }));
      expect(await store().sources()).toMatchObject([{ failures: 0, fault: null, error: null, status: 'unchanged' }]);
    });

    test('a poll without validators keeps the stored ones, byte for byte', async () => {
      await store().enrol(['harbour'], T0);
      await store().polled(poll(T0, { validators }));
      await store().polled(poll(later(600), { status: 'unhealthy', fault: 'network', error: 'reset' }));
      expect(await store().sources()).toMatchObject([{ validators }]);
    });

    test('it is remembered when a source was last read, and when last in full', async () => {
      await store().enrol(['harbour'], T0);
      await store().polled(poll(T0, { full: true }));
      await store().polled(poll(later(600), { status: 'unchanged' }));
      await store().polled(poll(later(1200), { status: 'unhealthy', fault: 'timeout', full: true }));
      expect(await store().sources()).toMatchObject([{ polledAt: later(1200), readAt: later(600), fullReadAt: T0 }]);
    });

    test('the baseline is the first one and stays', async () => {
      await store().enrol(['harbour'], T0);
      await store().record(batch([release('1')], { poll: poll(T0, { status: 'baseline' }) }));
      await store().record(batch([release('2')], { at: later(600), poll: poll(later(600)) }));
      expect(await store().sources()).toMatchObject([
        { baselineAt: T0, polledAt: later(600), status: 'new', counts: { new: 1, revised: 0, adopted: 0 } },
      ]);
    });

    test('where a source lives is kept until a poll says otherwise', async () => {
      const move = { from: 'http://a/', to: 'http://b/', since: T0, polls: 1, switchedAt: null };
      await store().enrol(['harbour'], T0);
      await store().polled(poll(T0, { move }));
      await store().polled(poll(later(60), { status: 'unhealthy', fault: 'network', error: 'reset' }));
      expect(await store().sources()).toMatchObject([{ move }]);
      await store().polled(poll(later(120), { move: null }));
      expect(await store().sources()).toMatchObject([{ move: null }]);
    });

    test('arrivals are the instants at which polls brought releases after the baseline, each once', async () => {
      await store().enrol(['harbour'], T0);
      const listedAt = (at: string, keys: readonly string[], more: object = {}) => {
        const releases = keys.map(key => release(key, { firstSeen: at }));
        const listed = releases.map(({ id, key }) => ({ key, release: id }));
        return store().record(batch(releases, { at, poll: poll(at, more), listed }));
      };
      await listedAt(T0, ['1', '2'], { status: 'baseline' });
      await listedAt(later(600), ['3', '4']);
      await listedAt(later(1200), ['5']);
      // Imported, and listed later on.
      await store().record(batch([release('6', { firstSeen: later(1300) })], { at: later(1300) }));
      await store().record(
        batch([], { at: later(1400), poll: poll(later(1400)), listed: [{ key: '6', release: 'harbour/6' }] }),
      );
      expect(await store().arrivals('harbour', T0)).toEqual([later(600), later(1200)]);
      expect(await store().arrivals('harbour', later(601))).toEqual([later(1200)]);
      expect(await store().arrivals('lights', T0)).toEqual([]);
    });

    test('the newest day of a listing is that of what is listed now, as far as it is not ahead', async () => {
      const days = ['2026-03-01', '2026-02-27', '2099-01-01', '2026-02-28'];
      const releases = days.map((date, nth) => release(String(nth), { date }));
      const list = (keys: readonly string[]) => keys.map(key => ({ key, release: `harbour/${key}` }));
      await store().record(batch(releases, { poll: poll(T0), listed: list(['0', '1', '2', '3']) }));
      expect(await store().newestListed('harbour', '2026-03-02')).toBe('2026-03-01');
      expect(await store().newestListed('lights', '2026-03-02')).toBe(null);
      await store().record(batch([], { at: later(60), poll: poll(later(60)), listed: list(['1', '2', '3']) }));
      expect(await store().newestListed('harbour', '2026-03-02')).toBe('2026-02-28');
    });

    test('somebody may ask for a poll now', async () => {
      await store().enrol(['harbour'], T0);
      await store().polled(poll(T0));
      expect(await store().due(later(5))).toEqual([]);
      await store().requestPoll('harbour', later(5));
      expect((await store().due(later(5))).map(source => source.id)).toEqual(['harbour']);
      await store().requestPoll('harbour', later(9));
      expect(await store().sources()).toMatchObject([{ dueAt: later(5) }]);
    });

    test('32. pages of a reading are kept until a poll ends well, by page, of one page the latest first', async () => {
      await store().enrol(['harbour', 'lights'], T0);
      const keep = (page: number, content: unknown, at: string, mark = 'board/1', source = 'harbour') =>
        store().keepPage(source, mark, { page, content }, at);
      const kept = (since = T0) => store().keptPages('harbour', 'board/1', since);
      await keep(1, ['b'], T0);
      await keep(2, ['a'], later(1));
      await keep(1, ['c', 'b'], later(60));
      await keep(1, ['another reader'], later(60), 'board/2');
      await keep(1, ['another source'], later(60), 'board/1', 'lights');
      expect(await kept()).toEqual([
        { page: 1, content: ['c', 'b'] },
        { page: 1, content: ['b'] },
        { page: 2, content: ['a'] },
      ]);
      expect(await kept(later(30))).toEqual([{ page: 1, content: ['c', 'b'] }]);
      await store().polled(poll(later(70), { status: 'unhealthy', fault: 'network', error: 'reset' }));
      expect(await kept()).toHaveLength(3);
      await store().record(batch([release('1')], { at: later(80), poll: poll(later(80)) }));
      expect(await kept()).toEqual([]);
      expect(await store().keptPages('lights', 'board/1', T0)).toHaveLength(1);
    });

    test('an import leaves the source as it was', async () => {
      await store().enrol(['harbour'], T0);
      const before = await store().sources();
      await store().record(batch([release('1')]));
      expect(await store().sources()).toEqual(before);
    });
  });
}
