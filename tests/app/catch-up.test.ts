import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandLine } from '../support/cli.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const config = () => ({
  sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s', flood: 'off' }],
  subscriptions: [{ query: 'steel', to: 'slack:C0TEST' }],
});
const publish = (count: number) => {
  for (let at = 0; at < count; at++)
    board.publish({ title: `Steel notice ${board.articles.length}`, body: 'Steel was discussed.', date: '2026-03-01' });
};
const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

test('32. 33. killed on page 3 of a catch-up, and items inserted while it goes on: the next poll finds all, once each and in order', async () => {
  publish(8);
  const { run, start } = commandLine(config());
  expect((await run('follow', 'steel', '--to', 'slack:C0TEST')).code).toBe(0);
  expect((await run('check', '--json')).code).toBe(0);
  publish(45);
  const { child, ran } = start('check', '--json');
  board.before = url => {
    if (url.includes('pageIndex=3')) child.kill('SIGKILL');
  };
  expect((await ran).code).toBe(null);
  expect(lines((await run('status', '--json')).out)).toMatchObject([
    { tally: { releases: 8, deliveries: { queued: 0 } } },
  ]);

  let inserted = false;
  board.before = url => {
    if (inserted || !url.includes('pageIndex=5')) return;
    inserted = true;
    publish(3);
  };
  expect(lines((await run('check', '--json')).out)).toMatchObject([{ status: 'new', new: 48 }]);
  expect(lines((await run('check', '--json')).out)).toMatchObject([{ status: 'unchanged', new: 0 }]);
  const owed = lines((await run('deliveries', '--limit', '100', '--json')).out);
  expect(owed.map(one => one.release)).toEqual(board.articles.slice(0, 48).map(one => `motir/2-${one.number}`));
}, 90_000);

test('32. a reading that was cut short goes on where it was, however the pages slid meanwhile', async () => {
  publish(8);
  const watch = await startWatch(config());
  await watch.poll();
  publish(120);
  board.fail({ is: 'reset' }, 1, 'pageIndex=13');
  expect(await watch.poll()).toMatchObject({ status: 'unhealthy' });
  expect(board.requests.filter(one => one.url.includes('pageIndex')).length).toBe(12);
  const asked = board.requests.length;
  // Twelve come in and two that were read are taken down, so that everything stands elsewhere than it did.
  publish(12);
  for (const at of [40, 90]) board.withdraw(board.articles[at]?.number ?? 0);
  expect(await watch.poll()).toMatchObject({ status: 'new', new: 132 });
  const pages = board.requests.slice(asked).map(one => /pageIndex=(\d+)/.exec(one.url)?.[1] ?? '1');
  expect(pages.slice(0, 6), 'the top, and on from the last page that was read').toEqual([
    '1',
    '2',
    '12',
    '13',
    '14',
    '15',
  ]);
  const owed = await watch.house.store.deliveries({ limit: 200 });
  const listed = board.articles.slice(0, 130).map(one => `motir/2-${one.number}`);
  expect(owed.map(one => one.release).filter(one => listed.includes(one ?? ''))).toEqual(listed);
  expect(new Set(owed.map(one => one.release)).size).toBe(owed.length);
});

test('32. pages of an hour ago are read again', async () => {
  publish(8);
  const watch = await startWatch(config());
  await watch.poll();
  publish(40);
  board.fail({ is: 'reset' }, 1, 'pageIndex=5');
  await watch.poll();
  board.articles = board.articles.map(one => ({ ...one, title: `${one.title}, corrected` }));
  watch.pass(2);
  expect(await watch.poll()).toMatchObject({ new: 40 });
  const titles = (await watch.house.store.releases({ limit: 40 })).map(one => one.title);
  expect(titles.filter(title => !title.endsWith('corrected'))).toEqual([]);
});

test('32. a page that fails on the way leaves nothing behind, and the next poll finds all of it', async () => {
  publish(8);
  const watch = await startWatch(config());
  await watch.poll();
  publish(45);
  board.fail({ is: 'reset' }, 1, 'pageIndex=4');
  expect(await watch.poll()).toMatchObject({ status: 'unhealthy', new: 0 });
  expect(await watch.house.store.count()).toBe(8);
  watch.pass(1);
  expect(await watch.poll()).toMatchObject({ status: 'new', new: 45 });
});

test('33. items that come in and go while pages are read are alerted once each, none is missed', async () => {
  publish(8);
  const watch = await startWatch(config());
  await watch.poll();
  publish(30);
  let inserted = false;
  board.before = url => {
    if (inserted || !url.includes('pageIndex=3')) return;
    inserted = true;
    publish(3);
    board.withdraw(board.articles[5]?.number ?? 0);
  };
  await watch.poll();
  board.before = null;
  watch.pass(1);
  await watch.poll();
  const owed = await watch.house.store.deliveries({ limit: 100 });
  const releases = owed.map(one => one.release);
  expect(new Set(releases).size).toBe(releases.length);
  const listed = board.articles.slice(0, 32).map(one => `motir/2-${one.number}`);
  expect(releases.filter(release => listed.includes(release ?? ''))).toEqual(listed);
});
