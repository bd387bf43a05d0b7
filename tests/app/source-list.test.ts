import { expect, test } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { sourceLine } from '../../src/app/source-print.ts';
import type { SourceState } from '../../src/ports/store.ts';

const PLAIN = { json: false, color: false, columns: 80, write: () => {}, show: () => {}, note: () => {} };
const url = 'https://news.example.org/a/rather/long/path/of/a/feed.xml?key=hidden';
const [source] = loadConfig(
  'g.yaml',
  JSON.stringify({ sources: [{ id: 'news', kind: 'feed', url, name: 'News', zone: 'Asia/Seoul', every: '1h' }] }),
).sources;
const state: SourceState = {
  id: 'news',
  baselineAt: '2026-03-01T00:00:00Z',
  polledAt: '2026-03-02T01:05:09.123Z',
  readAt: null,
  fullReadAt: null,
  dueAt: '2026-03-02T01:15:09.123Z',
  status: 'unchanged',
  validators: null,
  failures: 0,
  fault: null,
  error: null,
  move: null,
  counts: { new: 0, revised: 0, adopted: 0 },
  enrolled: true,
};
const hours = { days: [1, 2, 3, 4, 5], hours: [9, 10, 11] };
const shownUrl = 'https://news.example.org/a/rather/long/path/of/a/feed.xml?key=…';
const move = { from: url, to: 'https://new.example.org/feed.xml', since: '2026-03-01T01:00:00Z', polls: 2 };

test.each([
  { case: 'not polled yet', change: null, lines: ['not polled yet', 'every 1 h'] },
  {
    case: 'well',
    change: {},
    lines: ['ok', 'polled 2026-03-02 01:05 UTC · next 2026-03-02 01:15 UTC · every 1 h'],
  },
  {
    case: 'in trouble, without its address once more',
    change: { status: 'unhealthy', failures: 3, error: `${shownUrl} answered 503` },
    lines: ['unhealthy (3 times in a row): it answered 503', expect.stringContaining('polled')],
  },
  {
    case: 'in its hours',
    change: {},
    hours,
    lines: [
      'ok',
      'polled 2026-03-02 01:05 UTC · next 2026-03-02 01:15 UTC · every 1 h, every',
      '15 min in its hours: Mon-Fri 09-12 (Asia/Seoul)',
    ],
  },
  {
    case: 'about to move',
    change: { move: { ...move, switchedAt: null } },
    lines: [
      'ok',
      expect.stringContaining('every 1 h'),
      'redirects for good to https://new.example.org/feed.xml since 2026-03-01',
      '01:00 UTC (2 times); still asked at news.example.org',
    ],
  },
  {
    case: 'moved',
    change: { move: { ...move, switchedAt: '2026-03-02T01:05:00Z' } },
    lines: [
      'ok',
      expect.stringContaining('every 1 h'),
      'moved for good, asked at https://new.example.org/feed.xml since 2026-03-02',
      '01:05 UTC: write that address',
    ],
  },
] as const)('a source that is $case', ({ change, lines, ...more }) => {
  if (!source) throw new Error('no source');
  const known = 'hours' in more ? more.hours : null;
  const now = change === null ? undefined : { ...state, ...change };
  const text = sourceLine(source, { createdBy: 'config', state: now, hours: known }, PLAIN);
  const [head, ...below] = text.split('\n');
  expect(head).toBe('news                  feed     News');
  expect(below.map(line => line.slice(4))).toEqual([shownUrl, ...lines]);
  expect(text.split('\n').filter(line => line.length > 80)).toEqual([]);
});
