import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backfill } from '../../src/app/backfill.ts';
import { readStatus } from '../../src/app/status.ts';
import { maintenancePage } from '../support/board-html.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const publish = (count: number, from = 1) => {
  for (let at = from; at < from + count; at++)
    board.publish({ title: `Steel notice ${at}`, body: `Steel of ${at}.`, date: '2026-03-01' });
};

async function watching(more: object = {}): Promise<Watch> {
  const source = { id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s' };
  return startWatch({ sources: [source], subscriptions: [{ query: 'steel', to: 'console' }], ...more });
}

const titles = async (watch: Watch) => (await watch.house.store.releases({ limit: 100 })).map(one => one.title);
const list = (body: string) => `<html><body><div class="board-list"><ul>${body}</ul></div></body></html>`;

describe('23. a page that is no listing, with status 200', () => {
  const login = '<html><body><form action="/login"><input name="id"><input name="pw"></form></body></html>';
  const captcha = '<html><body><h1>Are you a robot?</h1><script src="/check.js"></script></body></html>';
  test.each([
    { page: 'a list of nothing', html: list(''), kind: 'empty' },
    { page: 'a maintenance page', html: maintenancePage(), kind: 'layout' },
    { page: 'a login page', html: login, kind: 'layout' },
    { page: 'a bot check', html: captcha, kind: 'layout' },
  ])('$page: nothing is removed, nothing alerted, one alarm after the second poll', async ({ html, kind }) => {
    publish(3);
    const watch = await watching();
    await watch.poll();
    const before = await titles(watch);
    board.fail({ is: 'html', html });
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ status: 'unhealthy', new: 0 });
    expect(await watch.house.store.incidents()).toEqual([]);
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({
      incidents: [{ id: 'i1', kind, count: 2, since: '2026-03-02T02:00:00Z' }],
    });
    watch.pass(1);
    expect(await watch.poll()).not.toHaveProperty('incidents');
    expect(await titles(watch)).toEqual(before);
    expect(await watch.sent()).toMatchObject([{ event: 'notice', incident: 'i1', title: 'MOTIR cannot be read' }]);

    board.heal();
    publish(1, 4);
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({
      status: 'new',
      incidents: [{ id: 'i1', closedAt: watch.now, count: 3 }],
    });
    expect(await watch.sent()).toMatchObject([
      { event: 'notice', title: 'MOTIR can be read again' },
      { event: 'alert', title: 'Steel notice 4' },
    ]);
  });
});

test('24. a layout in which half of the fields are missing is unhealthy, and none of it is alerted', async () => {
  publish(3);
  const watch = await watching();
  await watch.poll();
  const bare = (at: number) =>
    `<li><a href="javascript:article.view('${at}', '2');"><strong class="title">Steel ${at}</strong></a></li>`;
  board.fail({ is: 'html', html: list([9001, 9002, 9003, 9004].map(bare).join('')) });
  expect(await watch.poll()).toMatchObject({ status: 'unhealthy', new: 0, error: expect.stringContaining('0 of 4') });
  expect(await titles(watch)).toHaveLength(3);
  expect(await watch.sent()).toEqual([]);
});

test('48. a host that cannot be reached for six hours is one alarm and one end, without noise in between', async () => {
  publish(1);
  const watch = await watching();
  await watch.poll();
  board.fail({ is: 'reset' });
  const told: (string | undefined)[] = [];
  for (let polls = 0; polls < 12; polls++) {
    watch.pass(0.5);
    await watch.poll();
    told.push(...(await watch.sent()).map(({ title }) => title as string));
  }
  expect(await watch.house.store.incidents({ open: true })).toMatchObject([{ kind: 'network', count: 12 }]);
  board.heal();
  watch.pass(0.5);
  await watch.poll();
  expect(await watch.house.store.incidents({ open: true })).toEqual([]);
  told.push(...(await watch.sent()).map(({ title }) => title as string));
  expect(told).toEqual(['MOTIR cannot be read', 'MOTIR can be read again']);
  watch.pass(0.5);
  await watch.poll();
  expect(await watch.sent()).toEqual([]);
});

test('a single failure between two good polls is no incident', async () => {
  publish(1);
  const watch = await watching();
  for (let round = 0; round < 3; round++) {
    board.fail({ is: 'status', status: 503 }, 1);
    watch.pass(1);
    await watch.poll();
    watch.pass(1);
    await watch.poll();
  }
  expect(await watch.house.store.incidents()).toEqual([]);
  expect(await watch.sent()).toEqual([]);
});

test('the next trouble of the same source is another incident with notices of its own', async () => {
  publish(1);
  const watch = await watching();
  for (let round = 0; round < 2; round++) {
    board.fail({ is: 'status', status: 500 }, 2);
    for (let polls = 0; polls < 3; polls++) {
      watch.pass(1);
      await watch.poll();
    }
  }
  expect((await watch.house.store.incidents()).map(({ id, closedAt }) => [id, closedAt])).toEqual([
    ['i2', '2026-03-02T07:00:00Z'],
    ['i1', '2026-03-02T04:00:00Z'],
  ]);
  // Both were over before anybody could be told: one message each.
  expect((await watch.sent()).map(({ incident, title }) => [incident, title])).toEqual([
    ['i1', 'MOTIR can be read again'],
    ['i2', 'MOTIR can be read again'],
  ]);
});

test('the operations destination of the config hears of it, and nobody else', async () => {
  publish(1);
  const watch = await watching({ operations: { to: 'slack:C0OPS' } });
  board.fail({ is: 'status', status: 500 }, 2);
  await watch.poll();
  watch.pass(1);
  await watch.poll();
  expect(await watch.house.store.deliveries()).toMatchObject([
    { kind: 'notice', subject: 'i1', destination: 'slack:C0OPS', state: 'queued', release: null, subscriptions: [] },
  ]);
});

test('status lists an open incident once, with what to do', async () => {
  publish(1);
  const watch = await watching();
  await watch.poll();
  board.fail({ is: 'status', status: 500 });
  watch.pass(1);
  await watch.poll();
  expect((await readStatus(watch.house)).problems).toMatchObject([{ what: expect.stringContaining('answered 500') }]);
  watch.pass(1);
  await watch.poll();
  await watch.sent();
  const { ok, problems, incidents } = await readStatus(watch.house);
  expect(ok).toBe(false);
  expect(incidents).toMatchObject([{ id: 'i1' }]);
  expect(problems).toEqual([
    {
      what: expect.stringMatching(/^i1: source motir since 2026-03-02 02:00 UTC \(status, 2 times\): .* answered 500$/),
      fix: expect.stringContaining('gwanbo check --source motir'),
    },
  ]);
});

test('a source that is silent for much longer than it ever pauses is an incident until it publishes', async () => {
  for (let day = 10; day <= 28; day++)
    board.publish({ title: `Steel notice ${day}`, body: `Steel of ${day}.`, date: `2026-02-${day}` });
  const watch = await watching();
  await watch.poll();
  const source = watch.house.source('motir');
  if (source) await backfill(source, '2026-01-01', watch.house, () => {});
  watch.pass(5 * 24);
  expect(await watch.poll()).toMatchObject({ status: 'unchanged' });
  expect(await watch.house.store.incidents()).toEqual([]);
  watch.pass(24);
  expect(await watch.poll()).toMatchObject({ incidents: [{ kind: 'silent', since: '2026-02-27T15:00:00Z' }] });
  watch.pass(24);
  expect(await watch.poll()).not.toHaveProperty('incidents');
  board.publish({ title: 'Steel again', body: 'Steel.', date: '2026-03-09' });
  expect((await watch.sent()).map(({ title }) => title)).toEqual(['MOTIR has been silent for unusually long']);
  expect(await watch.poll()).toMatchObject({ new: 1, incidents: [{ kind: 'silent', closedAt: watch.now }] });
  expect((await watch.sent()).map(({ title }) => title)).toEqual(['MOTIR has published again', 'Steel again']);
});
