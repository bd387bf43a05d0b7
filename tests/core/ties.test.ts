import { describe, expect, test } from 'vitest';
import type { Release } from '../../src/core/release.ts';
import { lineOf } from '../../src/core/search-line.ts';
import type { Words } from '../../src/core/superset.ts';
import { relatedBy, tiesOf } from '../../src/core/ties.ts';
import { release } from '../support/store-samples.ts';

const label = (_: string, id: string) => id.toUpperCase();

/** Looks through an archive, newest first, as a store's index does. */
function related(one: Release, archive: readonly Release[], size = 1000): readonly string[] {
  const has = (line: string, words: Words): boolean =>
    words.is === 'words'
      ? line.includes(` ${words.words.join(' ')} `)
      : words.of[words.is === 'all' ? 'every' : 'some'](part => has(line, part));
  const found = tiesOf(one, label, size).map(tie => {
    const { words, from, to } = tie.superset;
    const others = archive.filter(
      ({ date, ...other }) =>
        (words === null || has(lineOf(other, { formulae: [] }), words)) &&
        (from === null || (date ?? '') >= from) &&
        (to === null || (date ?? '') <= to),
    );
    return [tie, others.slice(0, tie.most)] as const;
  });
  return relatedBy(one, found).map(({ release: { id }, because }) => `${id}: ${because}`);
}

const bare = (key: string, changes: Partial<Release> = {}) =>
  release(key, { title: `Title ${key}`, topics: [], countries: [], ...changes });
const inSeries = (key: string, ordinal: number | null, date: string) => {
  const one = bare(key, { date });
  return { ...one, facets: { ...one.facets, series: { name: 'korea-norway-harbour-forum', ordinal } } } as Release;
};

describe('what ties releases', () => {
  test('a series, with the how-manieth and the day', () => {
    const archive = [
      inSeries('3', 23, '2025-12-05'),
      inSeries('2', 11, '2024-12-05'),
      inSeries('1', null, '2023-12-05'),
    ];
    expect(related(inSeries('4', 24, '2026-12-05'), archive)).toEqual([
      'harbour/3: same series, 23rd forum, 2025-12-05',
      'harbour/2: same series, 11th forum, 2024-12-05',
      'harbour/1: same series, 2023-12-05',
    ]);
    expect(related(inSeries('5', 202512, '2026-12-05'), [inSeries('4', 202511, '2025-12-01')])).toEqual([
      'harbour/4: same series, 2025-12-01',
    ]);
  });

  test('a nearly equal title within three days', () => {
    const one = bare('1', { title: 'Harbour opens second quay for steel carriers', date: '2026-03-04' });
    const archive = [
      bare('2', { title: '(Photo) Harbour opens second quay for steel carriers', date: '2026-03-06' }),
      bare('3', { title: 'Harbour opens second quay for steel carriers', date: '2026-03-08' }),
      bare('4', { title: 'Harbour closes second quay for the winter', date: '2026-03-04' }),
      bare('5', { title: 'Quay', date: '2026-03-04' }),
    ];
    expect(related(one, archive)).toEqual(['harbour/2: nearly the same title, 2026-03-06']);
    expect(related(bare('6', { title: 'Quay', date: '2026-03-04' }), archive), 'one word is chance').toEqual([]);
  });

  test('39. the same title and text at any time, by any source: published again', () => {
    const title = 'Harbour opens second quay for steel carriers';
    const one = bare('1', { title, text: 'The quay opens on Monday.', date: '2026-03-04' });
    const archive = [
      bare('2', { title, text: 'The  quay opens on Monday.', date: '2026-04-20' }),
      bare('3', { title, text: 'The quay opens on Tuesday.', date: '2026-04-21' }),
      bare('4', { title: 'Another title', text: one.text, date: '2026-04-20' }),
      { ...bare('5', { title, text: one.text, date: '2026-05-01' }), id: 'mirror/5', source: 'mirror' },
    ];
    expect(related(one, archive)).toEqual([
      'harbour/2: the same once more, 2026-04-20',
      'mirror/5: the same once more, 2026-05-01',
    ]);
    expect(related({ ...one, text: '' }, [bare('2', { title, text: '', date: '2026-04-20' })])).toEqual([]);
  });

  test('what few have: a body, a country, a topic, a country and a topic together', () => {
    const one = bare('1', { topics: ['tides'], countries: ['no'], agencies: ['imo'], date: null });
    const common = Array.from({ length: 10 }, (_, at) => bare(`c${at}`, { topics: ['tides'] }));
    expect(related(one, [...common, bare('2', { topics: ['tides'], countries: ['no'] })])).toEqual([
      'harbour/2: also NO and TIDES',
    ]);
    expect(related(one, [...common, bare('3', { agencies: ['imo'], countries: ['no'] })])).toEqual([
      'harbour/3: also IMO',
    ]);
    expect(related(one, common), 'what ten have ties nothing').toEqual([]);
    const three = common.slice(0, 3);
    expect(related(one, three)).toHaveLength(3);
    expect(related(one, three, 10), 'what a third of an archive has').toEqual([]);
  });

  test('several things are said together, and a release is not related to itself', () => {
    const one = bare('1', { title: 'A second quay for steel', agencies: ['imo'], date: '2026-03-01' });
    const twin = { ...one, id: 'harbour/2', key: '2' };
    expect(related(one, [twin, one])).toEqual(['harbour/2: nearly the same title, 2026-03-01 · also IMO']);
  });

  test('at most six are shown', () => {
    const one = bare('0', { agencies: ['imo'] });
    expect(
      related(
        one,
        Array.from({ length: 8 }, (_, at) => bare(`${at + 1}`, { agencies: ['imo'] })),
      ),
    ).toHaveLength(6);
  });
});
