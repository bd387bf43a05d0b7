import { expect, test } from 'vitest';
import { tellRejected } from '../../src/app/announce.ts';
import type { Polled } from '../../src/app/watch.ts';
import { silentLog } from '../support/silent-log.ts';

test('24. what a source lists and nobody can read is told of once, and again when it is something else', () => {
  const log = silentLog();
  const tell = tellRejected(log);
  const polled = (...reasons: string[]): Polled => ({
    source: 'motir',
    status: 'new',
    new: 0,
    revised: 0,
    adopted: 0,
    error: null,
    rejected: reasons.map((reason, at) => ({ at: `entry ${at + 1}`, reason })),
  });
  const unchanged: Polled = { ...polled(), status: 'unchanged' };
  delete (unchanged as { rejected?: unknown }).rejected;
  for (const one of [polled('no title'), polled('no title'), unchanged, polled('no title'), null]) tell(one);
  expect(log.lines).toMatchObject([
    { level: 'warn', fields: { source: 'motir', count: 1, rejected: ['entry 1: no title'] } },
  ]);
  for (const one of [polled('no title', 'no link'), polled(), polled('no title')]) tell(one);
  expect(log.lines.slice(1).map(line => line.fields.count)).toEqual([2, 1]);
});
