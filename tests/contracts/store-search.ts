import { describe, expect, test } from 'vitest';
import { lineOf, wordOf } from '../../src/core/search-line.ts';
import { EVERYTHING, type Superset, type Words } from '../../src/core/superset.ts';
import { asks, batch, fresh, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const words = (...words: readonly string[]): Words => ({ is: 'words', words, open: false });
const all = (...of: readonly Words[]): Words => ({ is: 'all', of });
const any = (...of: readonly Words[]): Words => ({ is: 'any', of });
const asked = (words: Words): Superset => ({ ...EVERYTHING, words });

export function searchContract(under: StoreUnderTest): void {
  candidateContract(under);
  versionContract(under);
}

function candidateContract({ store, other }: StoreUnderTest): void {
  const found = async (superset: Superset, page: { limit?: number; after?: string } = {}) =>
    (await store().candidates(superset, { limit: 10, ...page })).map(one => one.id.replace('harbour/', ''));

  /** Four, the last recorded the oldest. */
  const fill = () =>
    store().record(
      batch([
        release('1', { title: 'Ferry to the east quay', date: '2026-03-01' }),
        release('2', { title: 'East of the quay', date: '2026-03-03', topics: [] }),
        release('3', { title: '부두 공지', text: '동쪽 부두', date: null }),
        release('4', { title: 'Ferries', date: '2026-02-01', category: 'Port news' }),
      ]),
    );

  describe('candidates', () => {
    test('are found by words side by side, by beginnings, by facts, and by all or one of several', async () => {
      await fill();
      expect(await found(asked(words('east', 'quay')))).toEqual(['1']);
      expect(await found(asked(all(words('east'), words('quay'))))).toEqual(['2', '1']);
      expect(await found(asked(any(words('ferry'), words('of', 'the'))))).toEqual(['2', '1', '4']);
      expect(await found(asked({ is: 'words', words: ['fer'], open: true }))).toEqual(['1', '4']);
      expect(await found(asked(words(wordOf('topic:shipping'))))).toEqual(['3', '1', '4']);
      expect(await found(asked(words(wordOf('category:port news'))))).toEqual(['4']);
      expect(await found(asked(words(...[...'부두'].map(wordOf))))).toEqual(['3']);
      expect(await found(asked(all(any(words('east'), words('ferry')), words(wordOf('topic:shipping')))))).toEqual([
        '1',
        '4',
      ]);
      expect(await found(asked(words('north')))).toEqual([]);
    });

    test('are everything where nothing can be looked up, in the order of releases', async () => {
      await fill();
      const order = (await store().releases({ limit: 10 })).map(({ key }) => key);
      expect(await found(EVERYTHING)).toEqual(order);
      expect(order).toEqual(['2', '3', '1', '4']);
    });

    test('lie between two days, both included; an undated one on the day it was seen', async () => {
      await fill();
      expect(await found({ ...EVERYTHING, from: '2026-03-02' })).toEqual(['2', '3']);
      expect(await found({ ...EVERYTHING, to: '2026-03-01' })).toEqual(['1', '4']);
      expect(await found({ ...asked(words('quay')), from: '2026-03-01', to: '2026-03-02' })).toEqual(['1']);
    });

    test('come in pages', async () => {
      await fill();
      const shipping = asked(words(wordOf('topic:shipping')));
      expect(await found(shipping, { limit: 2 })).toEqual(['3', '1']);
      expect(await found(shipping, { limit: 2, after: 'harbour/1' })).toEqual(['4']);
      expect(await found(EVERYTHING, { limit: 2, after: 'harbour/3' })).toEqual(['1', '4']);
      expect(await found(shipping, { after: 'harbour/none' })).toEqual([]);
    });

    test('carry the day and the line; the releases are read by their ids', async () => {
      await fill();
      const [first, undated] = await store().candidates(EVERYTHING, { limit: 2 });
      expect(undated).toMatchObject({ id: 'harbour/3', day: T0.slice(0, 10) });
      expect(await store().releasesOf(['harbour/4', 'harbour/none', 'harbour/1'])).toEqual([
        await store().release('harbour/4'),
        await store().release('harbour/1'),
      ]);
      expect(first).toEqual({
        id: 'harbour/2',
        day: '2026-03-03',
        line: lineOf(release('2', { title: 'East of the quay', topics: [] }), { formulae: [] }),
      });
    });

    test('follow corrections and adoptions, also those of another process', async () => {
      const second = await other();
      const unnumbered = release('t-1', { title: 'Ferry', url: null });
      await store().record(batch([], { fresh: [fresh(unnumbered, { provisional: true })] }));
      const labelled = { ...unnumbered, key: '7', category: 'Timetables' };
      const adopted = { release: unnumbered.id, key: '7' };
      await second.record(batch([], { adopted: [adopted], completed: [{ after: labelled }] }));
      expect(await found(asked(words(wordOf('category:timetables'))))).toEqual(['t-1']);
      const after = { ...labelled, title: 'Barge', date: '2026-04-01', revision: 2 };
      await second.record(batch([], { revised: [{ after, fingerprint: 't-t-1' }] }));
      expect(await found(asked(words('ferry')))).toEqual([]);
      expect(await found({ ...asked(words('barge')), from: '2026-04-01' })).toEqual(['t-1']);
    });

    test('of an empty archive are none', async () => {
      expect(await found(EVERYTHING)).toEqual([]);
      expect(await store().since()).toBe(null);
      await store().catchUp();
    });

    test('the oldest date is known', async () => {
      await fill();
      expect(await store().since()).toBe('2026-02-01');
    });
  });
}

function versionContract({ store, other }: StoreUnderTest): void {
  test('the version of the subscriptions grows with what changes who follows what, and with nothing else', async () => {
    const second = await other();
    const grows = async (change: () => Promise<unknown>) => {
      const before = await store().subscriptionsVersion();
      await change();
      return (await store().subscriptionsVersion()) > before;
    };
    expect(await grows(() => second.follow(asks('console'), T0))).toBe(true);
    expect(await grows(() => second.follow(asks('console'), T0))).toBe(false);
    expect(await grows(() => store().setState(1, 'paused', 'holiday'))).toBe(true);
    expect(await grows(() => store().setState(1, 'active', null))).toBe(true);
    const one = release('1');
    const why = [{ subscription: 1, query: 'topic:shipping', createdBy: 'cli', clauses: [] }];
    const owed = { destination: 'console', kind: 'alert', subject: one.id, release: one.id, revision: 1, why } as const;
    expect(await grows(() => store().record(batch([one], { deliveries: [owed] })))).toBe(false);
    expect((await store().subscription(1))?.lastMatch).toBe(T0);
    await store().claim(1, {}, T0);
    expect(await grows(() => store().settle(1, { is: 'suspend', reason: 'archived' }, T0))).toBe(true);
    expect(await grows(() => store().unfollow(1, T0))).toBe(true);
    expect(await grows(() => store().unfollow(1, T0))).toBe(false);
    expect(await grows(() => store().syncConfig([asks('console', { createdBy: 'config' })], T0))).toBe(true);
  });
}
