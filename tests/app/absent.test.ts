import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readStatus } from '../../src/app/status.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

async function watching(): Promise<Watch> {
  return startWatch({
    sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s' }],
    subscriptions: [{ query: 'steel', to: 'console' }],
  });
}
const publish = (count: number) =>
  Array.from({ length: count }, () =>
    board.publish({ title: `Steel notice ${board.articles.length}`, body: 'Steel.', date: '2026-03-01' }),
  );
const stateOf = async (watch: Watch, number = 0) => (await watch.house.store.release(`motir/2-${number}`))?.state;

describe('an item that vanishes from the listing', () => {
  test('is withdrawn when its page is gone twice, a day apart, and its release stays', async () => {
    const [, number] = publish(4);
    const watch = await watching();
    await watch.poll();
    const version = await watch.house.store.version();
    const article = board.articles.find(one => one.number === number);
    board.withdraw(number ?? 0);
    await watch.poll();
    expect(await stateOf(watch, number)).toBe('listed');
    watch.pass(23);
    await watch.poll();
    expect(board.requests.filter(one => one.url.includes(`/${number}/view`))).toHaveLength(1);
    watch.pass(2);
    await watch.poll();
    expect(await stateOf(watch, number)).toBe('withdrawn');
    expect(await watch.house.store.version()).toBeGreaterThan(version);
    expect(await watch.house.store.count()).toBe(4);

    // 40. It returns a week later.
    watch.pass(7 * 24);
    if (article) board.articles = [article, ...board.articles];
    expect(await watch.poll()).toMatchObject({ new: 0 });
    expect(await stateOf(watch, number)).toBe('listed');
    expect(await watch.house.store.absences({ limit: 9 })).toEqual([]);
    expect(await watch.sent()).toEqual([]);
  });

  test('is not withdrawn while its page is there, or is only in trouble', async () => {
    const [, number] = publish(4);
    const watch = await watching();
    await watch.poll();
    const all = board.articles;
    const list = new URL(board.url).pathname;
    board.before = url => {
      board.articles = url.startsWith(`${list}/`) ? all : all.filter(one => one.number !== number);
    };
    board.fail({ is: 'status', status: 500 }, 1, '/view');
    for (let polls = 0; polls < 3; polls++) {
      await watch.poll();
      watch.pass(25);
    }
    expect(await stateOf(watch, number)).toBe('listed');
    expect(board.requests.filter(one => one.url.includes('/view'))).toHaveLength(2);
  });

  test('16. put off while our clock was ahead, its page is asked for all the same', async () => {
    const [, number] = publish(4);
    const watch = await watching();
    await watch.poll();
    watch.pass(24 * 40);
    board.withdraw(number ?? 0);
    await watch.poll();
    watch.pass(-24 * 40);
    for (const hours of [1, 25]) {
      watch.pass(hours);
      await watch.poll();
    }
    expect(await stateOf(watch, number)).toBe('withdrawn');
  });

  test('costs three requests a poll at most, however many vanish', async () => {
    publish(8);
    const watch = await watching();
    await watch.poll();
    board.articles = board.articles.slice(-1);
    await watch.poll();
    expect(board.requests.filter(one => one.url.includes('/view'))).toHaveLength(3);
    await watch.poll();
    expect(board.requests.filter(one => one.url.includes('/view'))).toHaveLength(6);
  });
});

test('36. 40. a listing that is reordered, with an item that goes and returns a week later, alerts nothing', async () => {
  publish(6);
  const watch = await watching();
  await watch.poll();
  const all = board.articles;
  board.articles = all.slice(1).reverse();
  await watch.poll();
  watch.pass(7 * 24);
  board.articles = all;
  expect(await watch.poll()).toMatchObject({ new: 0 });
  expect(await watch.sent()).toEqual([]);
});

test('a gap in the article numbers is recorded with what its page says, and status tells of it', async () => {
  publish(3);
  const watch = await watching();
  await watch.poll();
  const [gone, hidden, elsewhere, last] = publish(4);
  board.withdraw(gone ?? 0);
  const listedNow = board.articles.filter(one => one.number !== hidden && one.number !== elsewhere);
  const all = board.articles.map(one => (one.number === elsewhere ? { ...one, number: 9999 } : one));
  const list = new URL(board.url).pathname;
  const other = all.find(one => one.number === 9999);
  board.before = url => {
    board.articles = url.startsWith(`${list}/`) ? all : listedNow;
    if (other) board.documents.set(`${list}/${elsewhere}/view`, () => pageOf(9999));
  };
  expect(await watch.poll()).toMatchObject({ new: 1 });
  const { gaps, problems } = await readStatus(watch.house);
  expect(gaps.map(({ key, answer }) => [key, answer])).toEqual([
    [`2-${gone}`, 'gone'],
    [`2-${hidden}`, 'there'],
    [`2-${elsewhere}`, 'other'],
  ]);
  expect(problems.map(({ what }) => what)).toEqual(
    expect.arrayContaining([`2-${hidden} of source motir has a page and was never listed: it is not recorded`]),
  );
  expect(await stateOf(watch, last)).toBe('listed');
  // It is listed after all.
  board.before = null;
  board.articles = all.filter(one => one.number !== 9999);
  expect(await watch.poll()).toMatchObject({ new: 1 });
  expect((await readStatus(watch.house)).gaps.map(({ key }) => key)).not.toContain(`2-${hidden}`);
});

/** A page that says it is another article. */
const pageOf = (number: number) =>
  `<html><body><input name="bbsSeqN" value="${number}"><input name="bbsCdN" value="2"><div class="board-detail"><div class="detail-cont">Text.</div></div></body></html>`;
