import { describe, expect, test } from 'vitest';
import type { Facets, Release } from '../../src/core/release.ts';
import { alert, asks, batch, later, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const found = (of: Release, version: string, topics: readonly string[] = of.topics): Facets => ({
  ...of.facets,
  topics,
  version,
});
const by = (version: string, key: string) => {
  const one = release(key);
  return { ...one, facets: found(one, version) };
};

export function vocabularyContract({ store, other }: StoreUnderTest): void {
  describe('vocabulary', () => {
    test('what another version found is outdated, in any order of versions, so many at a time', async () => {
      await store().record(batch([by('2-b', '1'), by('1-a', '2'), by('3-c', '3'), by('', '4')]));
      const outdated = async (limit: number) => (await store().outdated('2-b', limit)).map(({ key }) => key);
      expect((await outdated(10)).sort()).toEqual(['2', '3', '4']);
      expect(await outdated(2)).toHaveLength(2);
      expect(await store().outdated('', 10)).toHaveLength(3);
    });

    test('the releases of each value are counted, with the day of the newest', async () => {
      await store().record(
        batch([
          release('1', { topics: ['shipping', 'tides'], date: '2026-03-01', agencies: ['imo'] }),
          release('2', { topics: ['tides'], date: '2026-02-01' }),
          release('3', { topics: [], date: null }),
        ]),
      );
      expect([...(await (await other()).counts('topic'))].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 'shipping', count: 1, last: '2026-03-01' },
        { id: 'tides', count: 2, last: '2026-03-01' },
      ]);
      expect(await store().counts('country')).toEqual([{ id: 'kr', count: 3, last: T0.slice(0, 10) }]);
      expect(await store().counts('agency')).toEqual([{ id: 'imo', count: 1, last: '2026-03-01' }]);
    });

    test('new facets replace the old ones and nothing else: no revision, no new time, nothing owed', async () => {
      const { subscription } = await store().follow(asks('console'), T0);
      const one = by('1-a', '1');
      await store().record(batch([one], { deliveries: [alert(one, 'console', [subscription.id])] }));
      const before = await store().version();
      const facets = found(one, '2-b', ['tides']);
      expect(await store().reclassified([{ release: one.id, revision: 1, facets }])).toBe(1);
      expect(await (await other()).release(one.id)).toEqual({ ...one, topics: ['tides'], facets });
      expect(await store().outdated('2-b', 10)).toEqual([]);
      expect(await store().deliveries()).toHaveLength(1);
      expect(await store().revisions(one.id)).toHaveLength(1);
      expect(await store().version()).toBeGreaterThan(before);
    });

    test('a release that was revised meanwhile keeps the facets of its revision', async () => {
      const one = by('1-a', '1');
      await store().record(batch([one]));
      const after = { ...by('2-b', '1'), text: 'Another text.', revision: 2, updated: later(60) };
      await store().record(batch([], { at: later(60), revised: [{ after, fingerprint: 't-1' }] }));
      const version = await store().version();
      const late = { release: one.id, revision: 1, facets: found(one, '2-b', ['tides']) };
      expect(await store().reclassified([late])).toBe(0);
      expect(await store().release(one.id)).toEqual(after);
      expect(await store().version()).toBe(version);
      expect(await store().outdated('2-b', 10)).toEqual([]);
    });
  });
}
