import { expect, test } from 'vitest';
import { readPause } from '../../src/core/pause.ts';

test.each([
  ['1m', 1],
  [' 12H ', 720],
  ['3d', 4_320],
  ['2w', 20_160],
  ['366d', 527_040],
])('%s is %i minutes', (text, minutes) => {
  expect(readPause(text)?.total('minutes')).toBe(minutes);
});

test.each(['', '3', 'd', '0d', '-1d', '1.5h', '3 days', '1s', '367d', '999999w', '1e3m'])('%j is no time', text => {
  expect(readPause(text)).toBeNull();
});
