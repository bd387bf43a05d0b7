import { afterEach, beforeEach, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import { parseText } from '../../src/sources/text.ts';
import { post } from '../support/owing.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
beforeEach(async () => {
  tools = await openTools();
  await tools.store.enrol(['motir'], now());
});
afterEach(() => tools.store.close());

const HERE = 'slack:C0TRADE';
const now = () => tools.clock.now().toString();
const status = async (here = HERE) => {
  const asker = { id: 'slack:U1', here, mayChange: 'you may not' } as const;
  const { ok, lines } = await answer({ verb: 'status' }, asker, tools);
  expect(ok, 'open to everyone').toBe(true);
  return lines;
};
const publish = (...titles: readonly string[]) => {
  const listing = titles.map(title => `-\n${title}\nThe ${title} was set.date2025-12-04\n`).join('');
  return importItems(parseText(listing, { zone: 'Asia/Seoul' }), { id: 'motir', zone: 'Asia/Seoul' }, true, tools);
};
const followHere = (query: string, to = HERE) =>
  follow({ query, to, style: 'card', mention: [], createdBy: 'cli', backfill: 0 }, tools);
const polled = (status: 'unchanged' | 'unhealthy', error: string | null) =>
  tools.store.polled({
    source: 'motir',
    at: now(),
    dueAt: now(),
    status,
    validators: null,
    fault: error === null ? null : 'network',
    error,
  });

test('of a bot that has done nothing yet', async () => {
  expect(await status()).toEqual([
    'One source is watched; last read never.',
    'No release is recorded yet.',
    'This channel follows 0 queries, 0 active.',
    'Nothing is owed here.',
    'Nothing was sent here yet.',
  ]);
});

test('what was sent and is owed here, and how the source is; of other channels nothing', async () => {
  await followHere('steel');
  await followHere('ferry', 'slack:C0OTHER');
  await polled('unchanged', null);
  await publish('Steel Quota', 'Ferry Notice', 'Steel Tariff');
  tools.later({ seconds: 3 });
  await post(tools.store, HERE, now());
  expect(await status()).toEqual([
    'One source is watched; last read 2025-12-05 01:00 UTC.',
    expect.stringMatching(/^Newest release: 2025-12-04 {2}motir\/\S+ {2}\S/),
    'This channel follows 1 query, 1 active.',
    'Owed here: 1 queued.',
    'Last message here: 2025-12-05 01:00 UTC, 3 s after it was found.',
  ]);
  expect((await status('slack:C0OTHER')).slice(2)).toEqual([
    'This channel follows 1 query, 1 active.',
    'Owed here: 1 queued.',
    'Nothing was sent here yet.',
  ]);
});

test('a source in trouble is named, and so is a channel to which nothing can be posted', async () => {
  await followHere('steel');
  await followHere('quota');
  await publish('Steel Quota');
  await polled('unhealthy', 'the host does not answer');
  const [owed] = await tools.store.deliveries();
  await tools.store.claim(owed?.id ?? 0, {}, now());
  await tools.store.settle(owed?.id ?? 0, { is: 'suspend', reason: 'the channel is archived' }, now());
  const said = await status();
  expect(said.slice(0, 2)).toEqual([
    'One source is watched and in trouble; last read 2025-12-05 01:00 UTC.',
    'motir cannot be read: the host does not answer',
  ]);
  expect(said.slice(3, 5)).toEqual([
    'This channel follows 2 queries, 0 active.',
    'Nothing can be posted here: the channel is archived. When that is mended: resume 1',
  ]);
});

test('a channel that nobody follows at and that is suspended is resumed by its own name, once', async () => {
  const { id } = await tools.store.planTest({ destination: HERE, subject: 'canary@1', release: null, why: [] }, now());
  await tools.store.claim(id, {}, now());
  await tools.store.settle(id, { is: 'suspend', reason: 'the channel is archived' }, now());
  expect(await status()).toContain('Nothing can be posted here: the channel is archived. When that is mended: resume');
  const resume = async (mayChange: true | string) =>
    (await answer({ verb: 'resume', target: null }, { id: 'slack:U1', here: HERE, mayChange }, tools)).lines;
  expect(await resume('you may not')).toEqual(['you may not']);
  expect(tools.woken).toEqual([]);
  expect(await resume(true)).toEqual(['This channel is suspended no more: what it is owed is sent now.']);
  expect(tools.woken).toEqual([HERE]);
  expect(await tools.store.next(HERE, now())).toMatchObject({ is: 'test' });
  expect((await status()).join('\n')).not.toContain('Nothing can be posted');
  expect(await resume(true)).toEqual([
    'This channel is not suspended. To resume a subscription give its number: resume 12',
  ]);
});
