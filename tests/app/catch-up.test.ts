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

test('32. killed on page 3 of a catch-up: the next poll finds all 45, once each and in order', async () => {
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
  board.before = null;
  expect(lines((await run('status', '--json')).out)).toMatchObject([
    { tally: { releases: 8, deliveries: { queued: 0 } } },
  ]);

  expect(lines((await run('check', '--json')).out)).toMatchObject([{ status: 'new', new: 45 }]);
  expect(lines((await run('check', '--json')).out)).toMatchObject([{ status: 'unchanged', new: 0 }]);
  const owed = lines((await run('deliveries', '--limit', '100', '--json')).out);
  expect(owed.map(one => one.release)).toEqual(board.articles.slice(0, 45).map(one => `motir/2-${one.number}`));
}, 90_000);

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
