import { describe, expect, test } from 'vitest';
import { rateInWords, volumeOf } from '../../src/core/volume.ts';

describe('the volume of a query', () => {
  test('has every month from the first day to the last, and the loudest week by its Monday', () => {
    const days = ['2025-12-29', '2025-12-30', '2026-01-02', '2025-10-05', '2026-02-01'];
    expect(volumeOf(days, '2025-09-15', '2026-02-10')).toEqual({
      count: 5,
      months: [
        { month: '2025-09', count: 0 },
        { month: '2025-10', count: 1 },
        { month: '2025-11', count: 0 },
        { month: '2025-12', count: 2 },
        { month: '2026-01', count: 1 },
        { month: '2026-02', count: 1 },
      ],
      aMonth: expect.closeTo(1.02, 2),
      loudest: { week: '2025-12-29', count: 3 },
    });
  });

  test('of weeks that are equally loud tells the latest', () => {
    expect(volumeOf(['2026-01-05', '2026-01-12'], '2026-01-01', '2026-01-31').loudest?.week).toBe('2026-01-12');
  });

  test('of nothing is nothing', () => {
    expect(volumeOf([], '2026-01-30', '2026-02-10')).toEqual({
      count: 0,
      months: [
        { month: '2026-01', count: 0 },
        { month: '2026-02', count: 0 },
      ],
      aMonth: null,
      loudest: null,
    });
  });

  test('reaches to a release that is dated later than today', () => {
    expect(volumeOf(['2026-03-01'], '2026-02-01', '2026-02-28').months.at(-1)).toEqual({ month: '2026-03', count: 1 });
  });

  test.each([
    [14.6, 'about 15 a month'],
    [1.52, 'about 1.5 a month'],
    [1, 'about 1 a month'],
    [0.5, 'about 6 a year'],
    [0.05, 'about one a year'],
  ])('%d a month is %s', (aMonth, words) => {
    expect(rateInWords(aMonth)).toBe(words);
  });
});
