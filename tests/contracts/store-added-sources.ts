import { describe, expect, test } from 'vitest';
import type { NewSource } from '../../src/ports/added-source.ts';
import { later, poll, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

const LIMITS = { most: 3, perHour: 2 };

function source(id: string, changes: Partial<NewSource> = {}): NewSource {
  return {
    id,
    preset: null,
    kind: 'feed',
    url: `https://${id}.example/feed`,
    title: 'Tide tables',
    createdBy: 'slack:U1',
    ...changes,
  };
}

export function addedSourceContract({ store, other }: StoreUnderTest): void {
  describe('sources added in chat', () => {
    test('one that is added is due at once, and everyone who opens the data sees it', async () => {
      const added = { ...source('tides'), createdAt: T0, removedAt: null };
      expect(await store().addSource(source('tides'), LIMITS, T0)).toEqual({ is: 'added', source: added });
      const second = await other();
      expect(await second.addedSources()).toEqual([added]);
      expect(await second.due(T0)).toMatchObject([{ id: 'tides', enrolled: true, baselineAt: null }]);
    });

    test('an address is watched once', async () => {
      await store().addSource(source('tides'), LIMITS, T0);
      const again = source('tides-2', { url: 'https://tides.example/feed', createdBy: 'discord:9' });
      expect(await store().addSource(again, LIMITS, later(5))).toMatchObject({
        is: 'known',
        source: { id: 'tides', createdBy: 'slack:U1', createdAt: T0 },
      });
      expect(await store().addedSources()).toHaveLength(1);
    });

    test('one that is removed is due no more, stays known, and makes room', async () => {
      await store().addSource(source('tides'), LIMITS, T0);
      expect(await store().removeSource('tides', 'slack:U2', later(9))).toMatchObject({ removedAt: later(9) });
      expect(await store().due(later(60))).toEqual([]);
      expect(await store().addedSources()).toMatchObject([{ id: 'tides', removedAt: later(9) }]);
      expect(await store().removeSource('tides', 'slack:U2', later(10))).toBeNull();
      expect(await store().removeSource('lights', 'slack:U2', later(10))).toBeNull();
    });

    test('one that is added again begins with a silent reading again', async () => {
      await store().addSource(source('tides'), LIMITS, T0);
      const validators = { etag: '"a"', lastModified: null, hash: 'f', reader: 'feed/1' };
      await store().polled(poll(later(1), { source: 'tides', status: 'baseline', validators }));
      await store().removeSource('tides', 'slack:U1', later(2));
      await store().addSource(source('tides'), LIMITS, later(3));
      expect(await store().due(later(3))).toMatchObject([{ id: 'tides', baselineAt: null, validators: null }]);
      expect(await store().addedSources()).toMatchObject([{ removedAt: later(2) }, { removedAt: null }]);
    });

    test('no more are watched than may be, whoever adds them', async () => {
      for (const [at, id] of ['tides', 'lights', 'buoys'].entries())
        expect(await store().addSource(source(id, { createdBy: `slack:U${at}` }), LIMITS, T0)).toMatchObject({
          is: 'added',
        });
      expect(await store().addSource(source('wrecks', { createdBy: 'slack:U9' }), LIMITS, T0)).toEqual({ is: 'full' });
      await store().removeSource('buoys', 'slack:U1', T0);
      expect(await store().addSource(source('wrecks', { createdBy: 'slack:U9' }), LIMITS, T0)).toMatchObject({
        is: 'added',
      });
    });

    test('a person adds no more in an hour than they may; what was removed counts', async () => {
      await store().addSource(source('tides'), LIMITS, T0);
      await store().removeSource('tides', 'slack:U1', later(1));
      await store().addSource(source('lights'), LIMITS, later(600));
      await store().removeSource('lights', 'slack:U1', later(601));
      expect(await store().addSource(source('buoys'), LIMITS, later(3599))).toEqual({
        is: 'often',
        until: later(3600),
      });
      const somebody = source('buoys', { createdBy: 'slack:U2' });
      expect(await store().addSource(somebody, LIMITS, later(3599))).toMatchObject({ is: 'added' });
      expect(await store().addSource(source('wrecks'), LIMITS, later(3600))).toMatchObject({ is: 'added' });
    });

    test('what is kept of pages is made anew when a source comes or goes', async () => {
      const before = await store().version();
      await store().addSource(source('tides'), LIMITS, T0);
      const between = await store().version();
      expect(between).toBeGreaterThan(before);
      await store().removeSource('tides', 'slack:U1', later(1));
      expect(await store().version()).toBeGreaterThan(between);
    });
  });
}
