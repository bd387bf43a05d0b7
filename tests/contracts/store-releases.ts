import { describe, expect, test } from 'vitest';
import type { Release } from '../../src/core/release.ts';
import { alert, asks, batch, fresh, later, poll, release, T0 } from '../support/store-samples.ts';
import type { StoreUnderTest } from './store.ts';

export function releaseContract(under: StoreUnderTest): void {
  recordContract(under);
  identityContract(under);
  pageContract(under);
}

function recordContract({ store, other }: StoreUnderTest): void {
  describe('record', () => {
    test('what was recorded comes back as it was, in any script', async () => {
      const one = release('1', {
        title: '항만 공지 — “Ægir” 🚢👩‍👩‍👧',
        text: 'a\u0000b\n\n한국어\t\u202f—\u{1f6a2}',
        html: '<p lang="ko">한국어</p>',
        published: '2026-03-01T15:00:00Z',
        updated: '2026-03-01T15:00:00.12Z',
        author: '부두',
        category: 'Press Releases',
        state: 'withdrawn',
        date: null,
      });
      await store().record(batch([one]));
      expect(await store().release(one.id)).toEqual(one);
    });

    test('the same batch a second time changes nothing', async () => {
      const { subscription } = await store().follow(asks('console'), T0);
      const [one, two] = [release('1'), release('2')];
      const read = batch([one, two], {
        poll: poll(T0),
        deliveries: [alert(one, 'console', [subscription.id])],
        listed: [two, one].map(({ key, id }) => ({ key, release: id })),
      });
      await store().enrol(['harbour'], T0);
      expect(await store().record(read)).toEqual({
        new: 2,
        revised: 0,
        adopted: 0,
        destinations: ['console'],
        incidents: [],
      });
      const everything = async () => [
        await store().sources(),
        await store().releases({ limit: 10 }),
        await store().revisions(one.id),
        await store().deliveries(),
        await store().subscriptions(),
        await store().version(),
      ];
      const before = await everything();
      expect(await store().record(read)).toEqual({ new: 0, revised: 0, adopted: 0, destinations: [], incidents: [] });
      expect(await everything()).toEqual(before);
    });

    test('of two processes that record the same at once one does, and nothing is owed twice', async () => {
      const second = await other();
      const { subscription } = await store().follow(asks('console'), T0);
      const releases = Array.from({ length: 20 }, (_, at) => release(`${at}`));
      const read = batch(releases, { deliveries: releases.map(one => alert(one, 'console', [subscription.id])) });
      const done = await Promise.all([store().record(read), second.record(read)]);
      expect(done.map(recorded => recorded.new).sort()).toEqual([0, 20]);
      expect(await store().count()).toBe(20);
      expect(await store().deliveries()).toHaveLength(20);
    });

    test('a release that another reading recorded silently is not alerted by the one that came second', async () => {
      const { subscription } = await store().follow(asks('console'), T0);
      const one = release('1');
      await store().record(batch([one]));
      const late = batch([one, release('2')], {
        deliveries: [alert(one, 'console', [subscription.id]), alert(release('2'), 'console', [subscription.id])],
      });
      expect(await store().record(late)).toMatchObject({ new: 1, destinations: ['console'] });
      expect((await store().deliveries()).map(delivery => delivery.release)).toEqual(['harbour/2']);
    });

    test('a key that is an alias already makes no second release', async () => {
      await store().record(batch([release('1')]));
      const again = release('1', { id: 'harbour/h-other' });
      expect(await store().record(batch([again]))).toMatchObject({ new: 0 });
      expect(await store().count()).toBe(1);
    });

    test('the same key in two sources is two releases', async () => {
      await store().record(batch([release('1')]));
      const elsewhere = release('1', { id: 'lights/1', source: 'lights' });
      await store().record(batch([elsewhere], { source: 'lights' }));
      expect(await store().count()).toBe(2);
      expect(await store().known('lights', ['1'], [])).toMatchObject([{ release: { id: 'lights/1' } }]);
    });

    test('a thousand releases with their alerts are recorded at once, in their order', async () => {
      const { subscription } = await store().follow(asks('console'), T0);
      const releases = Array.from({ length: 1000 }, (_, at) => release(`${at}`));
      const deliveries = releases.map(one => alert(one, 'console', [subscription.id]));
      expect(await store().record(batch(releases, { deliveries }))).toMatchObject({ new: 1000 });
      const owed = await store().deliveries({ limit: 1000 });
      expect(owed.map(delivery => delivery.release).reverse()).toEqual(releases.map(one => one.id));
      const known = await store().known(
        'harbour',
        releases.map(one => one.key),
        [],
      );
      expect(new Set(known.map(one => one.release.id))).toEqual(new Set(releases.map(one => one.id)));
    });
  });
}

function identityContract({ store }: StoreUnderTest): void {
  const original = release('1');
  const changed = (title: string, revision: number): Release => ({
    ...original,
    title,
    revision,
    updated: later(3600),
  });

  describe('revisions and adoption', () => {
    test('a revision replaces the text and the first version stays readable', async () => {
      await store().record(batch([original]));
      const second = { ...changed('Note 1, corrected', 2), date: '2026-03-02' };
      const revised = [{ after: second, fingerprint: 't-new' }];
      expect(await store().record(batch([], { at: later(3600), revised }))).toMatchObject({ revised: 1 });
      expect(await store().release(original.id)).toEqual(second);
      expect(await store().revisions(original.id)).toEqual([
        {
          release: original.id,
          revision: 1,
          title: original.title,
          text: original.text,
          date: original.date,
          recordedAt: T0,
        },
        {
          release: original.id,
          revision: 2,
          title: 'Note 1, corrected',
          text: original.text,
          date: '2026-03-02',
          recordedAt: later(3600),
        },
      ]);
      expect(await store().known('harbour', [], ['t-new'])).toHaveLength(1);
      expect(await store().known('harbour', [], ['t-1'])).toEqual([]);
    });

    test('of two writers with the same next revision the first one stands', async () => {
      await store().record(batch([original]));
      await store().record(batch([], { revised: [{ after: changed('The first', 2), fingerprint: 't-1' }] }));
      const second = await store().record(
        batch([], { revised: [{ after: changed('The second', 2), fingerprint: 't-1' }] }),
      );
      expect(second).toMatchObject({ revised: 0 });
      expect(await store().release(original.id)).toMatchObject({ title: 'The first', revision: 2 });
      expect(await store().revisions(original.id)).toHaveLength(2);
    });

    const provisional = release('t-abc', { url: null });
    const adopted = [{ release: provisional.id, key: '2-77' }];

    test('a numbered item adopts a provisional release, which keeps its id and answers to both keys', async () => {
      await store().record(batch([], { fresh: [fresh(provisional, { provisional: true, fingerprint: 't-abc' })] }));
      expect(await store().record(batch([], { adopted }))).toMatchObject({ adopted: 1 });
      const now = await store().release('harbour/2-77');
      expect(now).toEqual({ ...provisional, key: '2-77' });
      expect(await store().release('harbour/t-abc')).toEqual(now);
      expect(await store().revisions('harbour/2-77')).toHaveLength(1);
      expect(await store().known('harbour', ['2-77'], [])).toEqual([
        { release: now, keys: ['2-77', 't-abc'], provisional: false, fingerprint: 't-abc' },
      ]);
    });

    test('what becomes known of a release changes its facts, and neither its words nor its number', async () => {
      await store().record(batch([], { fresh: [fresh(provisional, { provisional: true, fingerprint: 't-abc' })] }));
      const before = await store().version();
      const facts = {
        url: 'https://harbour.example/77',
        html: '<p>Ships</p>',
        published: '2026-03-01T09:00:00Z',
        category: 'Press',
        categories: ['Press', 'Ships'],
        author: 'Pilots',
        attachments: [],
      };
      const completed = [{ after: { ...provisional, ...facts } }];
      expect(await store().record(batch([], { adopted, completed }))).toEqual({
        new: 0,
        revised: 0,
        adopted: 1,
        destinations: [],
        incidents: [],
      });
      expect(await store().release(provisional.id)).toEqual({ ...provisional, ...facts, key: '2-77' });
      expect(await store().revisions(provisional.id)).toHaveLength(1);
      expect(await store().version()).toBeGreaterThan(before);
    });

    test('facts of a version that another reading has replaced are left out', async () => {
      await store().record(batch([original]));
      await store().record(batch([], { revised: [{ after: changed('The second', 2), fingerprint: 't-1' }] }));
      await store().record(batch([], { completed: [{ after: { ...original, category: 'Late' } }] }));
      expect(await store().release(original.id)).toEqual(changed('The second', 2));
    });

    test('only a provisional release is adopted, and a taken number adopts nothing', async () => {
      await store().record(batch([], { fresh: [fresh(provisional, { provisional: true }), fresh(original)] }));
      const refused = [
        { release: original.id, key: '2-79' },
        { release: provisional.id, key: original.key },
      ];
      expect(await store().record(batch([], { adopted: refused }))).toMatchObject({ adopted: 0 });
      expect(await store().release('harbour/2-79')).toBe(null);
      expect(await store().release(provisional.id)).toMatchObject({ key: 't-abc' });
    });

    test('known finds by key, by former key and by fingerprint, within one source', async () => {
      await store().record(batch([original, release('2')]));
      const ids = async (keys: string[], fingerprints: string[], source = 'harbour') =>
        (await store().known(source, keys, fingerprints)).map(known => known.release.id).sort();
      expect(await ids(['1', 'nothing'], ['t-2'])).toEqual(['harbour/1', 'harbour/2']);
      expect(await ids(['1'], ['t-1'])).toEqual(['harbour/1']);
      expect(await ids(['1'], ['t-2'], 'lights')).toEqual([]);
      expect(await ids([], [])).toEqual([]);
    });

    test('a name that no release has is null', async () => {
      await store().record(batch([original]));
      for (const name of ['harbour/2', 'lights/1', 'harbour', '', '/', "harbour/1' or '1", 'harbour/']) {
        expect(await store().release(name), name).toBe(null);
        expect(await store().revisions(name), name).toEqual([]);
      }
    });
  });
}

function pageContract({ store }: StoreUnderTest): void {
  // As on a listing page: several a day, one without a date.
  const days = ['2026-02-27', '2026-02-27', '2026-03-01', null, '2026-02-28', '2026-03-01', '2026-02-28', '2026-03-02'];
  const releases = days.map((date, at) => release(`n${at}`, { date }));
  const newest = ['n7', 'n3', 'n5', 'n2', 'n6', 'n4', 'n1', 'n0'].map(key => `harbour/${key}`);
  const ids = (page: readonly Release[]) => page.map(one => one.id);

  describe('pages', () => {
    test('newest first: by day, then by when it was recorded; without a date the day it was first seen', async () => {
      await store().record(batch(releases));
      expect(ids(await store().releases({ limit: 8 }))).toEqual(newest);
    });

    test('after the last one of a page comes the next, until there is none', async () => {
      await store().record(batch(releases));
      const walked: string[] = [];
      for (let last: string | undefined; ; last = walked.at(-1)) {
        const page = await store().releases({ limit: 3, ...(last === undefined ? {} : { after: last }) });
        walked.push(...ids(page));
        if (page.length < 3) break;
      }
      expect(walked).toEqual(newest);
      expect(await store().releases({ limit: 3, after: 'harbour/none' })).toEqual([]);
    });

    test('a re-dated release moves to its new day', async () => {
      await store().record(batch(releases));
      const moved = { ...releases[0]!, date: '2026-03-03', revision: 2 };
      await store().record(batch([], { revised: [{ after: moved, fingerprint: 't-n0' }] }));
      expect(ids(await store().releases({ limit: 2 }))).toEqual(['harbour/n0', 'harbour/n7']);
    });

    test('one source by itself', async () => {
      await store().record(batch(releases));
      const lamp = release('x', { id: 'lights/x', source: 'lights' });
      await store().record(batch([lamp], { source: 'lights' }));
      expect(ids(await store().releases({ limit: 20, source: 'lights' }))).toEqual(['lights/x']);
      expect(ids(await store().releases({ limit: 20, source: 'harbour' }))).toEqual(newest);
      expect(await store().count()).toBe(9);
    });
  });
}
