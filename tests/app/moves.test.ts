import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStatus } from '../../src/app/status.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let home: FakeBoard;
let there: FakeBoard;
beforeEach(async () => {
  home = await startFakeBoard();
  there = await startFakeBoard();
  for (let day = 1; day <= 8; day++)
    home.publish({ title: `Steel notice ${day}`, body: 'Steel.', date: `2026-02-2${day}` });
  there.articles = home.articles;
});
afterEach(async () => {
  await home.close();
  await there.close();
});

const config = (url: string, hosts: readonly string[]) => ({
  sources: [{ id: 'motir', kind: 'board', url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s', hosts }],
  subscriptions: [{ query: 'steel', to: 'console' }],
});
const hosts = () => [new URL(there.url).host];

/** Polls after so many hours each, and gives how many requests each board got for each poll. */
async function pollAfter(watch: Watch, ...hours: readonly number[]): Promise<(readonly [number, number])[]> {
  const asked: (readonly [number, number])[] = [];
  for (const some of hours) {
    watch.pass(some);
    const before = [home.requests.length, there.requests.length] as const;
    await watch.poll();
    asked.push([home.requests.length - before[0], there.requests.length - before[1]]);
  }
  return asked;
}

test('29. a source that moved for good is asked there after three polls over more than a day, and that is told', async () => {
  const watch = await startWatch(config(home.url, hosts()));
  await watch.poll();
  home.fail({ is: 'redirect', status: 301, to: there.url });
  expect(await pollAfter(watch, 1, 12, 11), 'three polls, and not yet a day').toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  expect((await watch.state()).move).toMatchObject({ from: home.url, to: there.url, polls: 3, switchedAt: null });
  expect(await watch.sent()).toEqual([]);
  expect(await pollAfter(watch, 2, 1, 1)).toEqual([
    [1, 1],
    [0, 1],
    [0, 1],
  ]);
  expect(await watch.sent()).toMatchObject([
    { event: 'notice', incident: 'i1', title: 'MOTIR has moved for good, and is asked there now' },
  ]);
  expect((await readStatus(watch.house)).problems).toEqual([
    {
      what: expect.stringMatching(
        /^i1: .* redirects for good to http:\/\/127.0.0.1:\d+\/eng\/article\/EATCLdfa319ada$/,
      ),
      fix: 'write that address as url of source motir in the configuration',
    },
  ]);

  // What comes in there is news once, and nothing that was known is.
  const number = (there.articles[0]?.number ?? 0) + 1;
  there.publish({ title: 'Steel of the new house', body: 'Steel.', date: '2026-03-04', number });
  expect(await watch.poll()).toMatchObject({ new: 1, revised: 0 });
  expect(await watch.sent()).toMatchObject([{ title: 'Steel of the new house' }]);

  // It is remembered, and over when somebody writes it down.
  await watch.reopen(config(home.url, hosts()));
  expect(await pollAfter(watch, 1)).toEqual([[0, 1]]);
  await watch.reopen(config(there.url, []));
  expect(await pollAfter(watch, 1)).toEqual([[0, 1]]);
  expect((await watch.state()).move).toBe(null);
  expect(await watch.sent()).toMatchObject([{ title: 'MOTIR is asked at its own address' }]);
  expect((await readStatus(watch.house)).ok).toBe(true);
});

test('29. a redirect for now never moves a source, and none moves it to a host that is not allowed', async () => {
  const watch = await startWatch(config(home.url, hosts()));
  await watch.poll();
  home.fail({ is: 'redirect', status: 302, to: there.url }, 4);
  await pollAfter(watch, 1, 13, 13, 13);
  expect((await watch.state()).move).toBe(null);
  await watch.reopen(config(home.url, []));
  home.fail({ is: 'redirect', status: 301, to: there.url });
  expect(await pollAfter(watch, 1, 13, 13, 13)).toEqual(Array(4).fill([1, 0]));
  expect(await watch.state()).toMatchObject({ move: null, status: 'unhealthy', fault: 'redirect' });
});

test('29. where the new address is in trouble the old one is asked, and it has the last word', async () => {
  const watch = await startWatch(config(home.url, hosts()));
  await watch.poll();
  home.fail({ is: 'redirect', status: 308, to: there.url });
  await pollAfter(watch, 1, 13, 13, 1);
  there.fail({ is: 'status', status: 500 });
  expect(await pollAfter(watch, 1, 1, 1), 'its own address still leads there').toEqual([
    [0, 1],
    [1, 1],
    [1, 1],
  ]);
  home.heal();
  expect(await pollAfter(watch, 1, 1)).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect((await watch.state()).move).toBe(null);
  expect((await watch.house.store.incidents({ open: true })).map(({ kind }) => kind)).toEqual([]);
});
