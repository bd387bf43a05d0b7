import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseHeld } from '../../src/app/release-held.ts';
import { readStatus } from '../../src/app/status.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const config = (url: string, more: object = {}) => ({
  sources: [{ id: 'motir', kind: 'board', url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s', ...more }],
  subscriptions: [{ query: 'steel', to: 'console' }],
});

/** Publishes so many, two a day up to `last`, the newest on that day. */
function publish(count: number, last = '2026-03-01', perDay = 2): void {
  const from = Temporal.PlainDate.from(last).subtract({ days: Math.ceil(count / perDay) - 1 });
  for (let at = 0; at < count; at++) {
    const number = board.publish({
      title: 'placeholder',
      body: 'Steel was discussed.',
      date: from.add({ days: Math.floor(at / perDay) }).toString(),
    });
    board.edit(number, { title: `Steel notice ${number}`, body: `Steel was discussed for the ${number}th time.` });
  }
}

const all = async (watch: Watch) =>
  (await watch.house.store.releases({ limit: 1000 })).map(({ id, key }) => ({ id, key }));
const alerts = async (watch: Watch) => (await watch.sent()).filter(one => one.event === 'alert');

/** A board with 300 releases, all of them recorded and none of them owed. */
async function with300(): Promise<Watch> {
  publish(8, '2025-09-01');
  const watch = await startWatch({ ...config(board.url), subscriptions: [] });
  await watch.poll();
  publish(292, '2026-03-01');
  await watch.poll();
  await watch.reopen(config(board.url));
  expect(await all(watch)).toHaveLength(300);
  return watch;
}

describe('35. all keys changed', () => {
  test('300 items of a board: no alert, no duplicate, one alarm, and both keys lead to the release', async () => {
    const watch = await with300();
    const before = await all(watch);
    board.articles = board.articles.map(one => ({ ...one, number: one.number + 50_000 }));
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 0, adopted: 300, incidents: [{ kind: 'rekeyed' }] });
    const after = await all(watch);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]).toEqual({ id: before[0]?.id, key: board.articles[0] && `2-${board.articles[0].number}` });
    expect(await watch.house.store.release(`motir/${after[0]?.key}`)).toMatchObject({ id: before[0]?.id });
    expect(await alerts(watch)).toEqual([]);

    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ status: 'unchanged', incidents: [{ closedAt: watch.now }] });
    publish(1, '2026-03-02');
    await watch.poll();
    expect(await alerts(watch)).toHaveLength(1);
  });

  test('an item that is really new among them is held until a person has looked', async () => {
    const watch = await with300();
    board.articles = board.articles.map(one => ({ ...one, number: one.number + 50_000 }));
    publish(1, '2026-03-02');
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 1, adopted: 300 });
    expect(await alerts(watch)).toEqual([]);
    const { problems } = await readStatus(watch.house);
    expect(problems[0]).toEqual({
      what: expect.stringContaining('300 known releases came under new keys'),
      fix: expect.stringContaining('gwanbo release-held i1'),
    });
    await releaseHeld('i1', 'send', watch.house);
    expect(await alerts(watch)).toHaveLength(1);
  });

  test('the renaming of motie to motir: the same board at another address', async () => {
    const watch = await with300();
    const renamed = await startFakeBoard();
    try {
      renamed.articles = board.articles;
      await watch.reopen(config(renamed.url));
      watch.pass(1);
      expect(await watch.poll()).toMatchObject({ new: 0 });
      expect(await all(watch)).toHaveLength(300);
      expect(await alerts(watch)).toEqual([]);
    } finally {
      await renamed.close();
    }
  });

  test('the renaming of motie to motir: 300 entries of a feed whose ids are addresses', async () => {
    let host = 'english.motie.go.kr';
    let year = 2025;
    board.documents.set('/feed.xml', articles => {
      const entry = (one: (typeof articles)[number]) =>
        `<item><title>${one.title}</title><guid>https://${host}/eng/${one.number}/view</guid><link>https://${host}/eng/${one.number}/view</link><pubDate>${one.date}</pubDate><description>${one.body}</description></item>`;
      return `<rss version="2.0"><channel><title>Releases ${year}</title>${articles.map(entry).join('')}</channel></rss>`;
    });
    publish(300, '2026-03-01');
    const watch = await startWatch(config(`${board.origin}/feed.xml`, { kind: 'feed' }));
    expect(await watch.poll()).toMatchObject({ status: 'baseline', new: 300 });
    const before = await all(watch);
    host = 'english.motir.go.kr';
    year = 2026;
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 0, adopted: 300 });
    expect((await all(watch)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect((await watch.house.store.releases({ limit: 1 }))[0]?.url).toContain('english.motir.go.kr');
    expect(await alerts(watch)).toEqual([]);
  });
});

describe('most of what is new has title and day of known releases', () => {
  const renumbered = () => board.articles.map(one => ({ ...one, number: one.number + 50_000 }));

  test.each([
    { what: '35. too few new keys to be sure of', count: 2, list: renumbered },
    { what: 'a list that shows all it has a second time', count: 4, list: () => [...renumbered(), ...board.articles] },
  ])('$what: recorded, held, announced, released by hand', async ({ count, list }) => {
    publish(count);
    const watch = await startWatch(config(board.url));
    await watch.poll();
    board.articles = list();
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: count, adopted: 0, incidents: [{ id: 'i1', kind: 'doubled' }] });
    expect(await watch.sent()).toMatchObject([
      { event: 'notice', title: 'MOTIR lists known releases a second time: alerts are held' },
    ]);
    expect((await readStatus(watch.house)).problems[0]).toEqual({
      what: expect.stringContaining(`${count} of ${count} new have title and day of known ones under another key`),
      fix: expect.stringContaining('gwanbo release-held i1'),
    });
    // What is new in earnest goes out meanwhile.
    publish(1, '2026-03-02');
    watch.pass(1);
    await watch.poll();
    expect(await alerts(watch)).toHaveLength(1);
    expect(await releaseHeld('i1', 'drop', watch.house)).toHaveLength(count);
    expect(await watch.sent()).toMatchObject([{ title: 'MOTIR has no alerts held any more' }]);
  });

  test('41. one more with the title and day of one that is listed beside it is alerted', async () => {
    publish(4);
    const watch = await startWatch(config(board.url));
    await watch.poll();
    const [first] = board.articles;
    if (first) board.publish({ title: first.title, body: 'Steel, another one.', date: first.date });
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 1 });
    expect(await alerts(watch)).toHaveLength(1);
  });
});

describe('a flood', () => {
  test('is recorded whole, held, announced once, and sent when a person says so, in order', async () => {
    publish(8, '2026-02-28');
    const watch = await startWatch(config(board.url));
    await watch.poll();
    publish(45, '2026-03-01', 45);
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 45, incidents: [{ id: 'i1', kind: 'flood' }] });
    expect(await watch.sent()).toMatchObject([
      { event: 'notice', title: 'MOTIR listed more than is usual: alerts are held' },
    ]);
    expect((await watch.house.store.tally()).deliveries.held).toBe(45);

    publish(1, '2026-03-02');
    watch.pass(1);
    await watch.poll();
    expect(await watch.sent(), 'what comes in normally goes out meanwhile').toMatchObject([{ event: 'alert' }]);
    expect(await releaseHeld('i1', 'send', watch.house)).toHaveLength(45);
    const sent = await watch.sent();
    expect(sent.filter(one => one.event === 'alert').map(one => one.release)).toEqual(
      board.articles
        .slice(1, 46)
        .map(one => `motir/2-${one.number}`)
        .toReversed(),
    );
    expect(sent.filter(one => one.event === 'notice')).toMatchObject([{ title: 'MOTIR has no alerts held any more' }]);
    await expect(releaseHeld('i1', 'send', watch.house)).rejects.toThrow('nothing is held under i1');
  });

  test('is not what 300 items are after days away, when that many were to be expected', async () => {
    const feed = config(`${board.origin}/feed.xml`, { kind: 'feed' });
    board.documents.set('/feed.xml', rssFeed);
    publish(300, '2026-03-01', 20);
    const watch = await startWatch(feed);
    await watch.poll();
    publish(300, '2026-03-08', 40);
    watch.pass(7 * 24);
    expect(await watch.poll()).toMatchObject({ new: 300 });
    expect(await alerts(watch)).toHaveLength(300);
    publish(300, '2026-03-09', 300);
    watch.pass(24);
    expect(await watch.poll()).toMatchObject({ new: 300, incidents: [{ kind: 'flood' }] });
    expect(await alerts(watch)).toEqual([]);
  });

  test.each([
    { flood: 'off', held: 0 },
    { flood: 3, held: 4 },
    { flood: 4, held: 0 },
  ])('flood: $flood', async ({ flood, held }) => {
    publish(8, '2026-02-28');
    const watch = await startWatch(config(board.url, { flood }));
    await watch.poll();
    publish(4);
    await watch.poll();
    expect((await watch.house.store.tally()).deliveries.held).toBe(held);
  });

  test('34. a first reading of many is no flood', async () => {
    board.documents.set('/feed.xml', rssFeed);
    publish(3000, '2026-03-01');
    const watch = await startWatch(config(`${board.origin}/feed.xml`, { kind: 'feed' }));
    expect(await watch.poll()).toMatchObject({ status: 'baseline', new: 3000 });
    expect(await watch.sent()).toEqual([]);
    expect(await watch.house.store.incidents()).toEqual([]);
  });
});

test('41. two releases with the same title and day are two alerts, whoever came first', async () => {
  publish(8, '2026-02-28');
  const watch = await startWatch(config(board.url));
  await watch.poll();
  for (let nth = 0; nth < 2; nth++) {
    board.publish({ title: 'Steel talks', body: 'Steel was discussed.', date: '2026-03-01' });
    await watch.poll();
  }
  expect(await alerts(watch)).toHaveLength(2);
});
