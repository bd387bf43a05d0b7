import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tellPolled } from '../../src/app/announce.ts';
import { siteOf } from '../../src/app/site.ts';
import { openTerminal } from '../../src/app/terminal.ts';
import { noticeCard } from '../../src/core/incident.ts';
import { createHandler } from '../../src/publish/handler.ts';
import { listen } from '../../src/publish/server.ts';
import { type Article, listPage } from '../support/board-html.ts';
import { type BoardFault, type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { silentLog } from '../support/silent-log.ts';
import { startWatch, type Watch } from '../support/watch.ts';
import { send } from '../support/web-site.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const source = (more: object = {}) => ({
  ...{ id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '10s' },
  ...more,
});
const watching = (more: object = {}) =>
  startWatch({ sources: [source(more)], subscriptions: [{ query: 'steel', to: 'console' }] });

const publish = (count: number, date = '2026-03-01') => {
  for (let nth = 0; nth < count; nth++)
    board.publish({ title: `Steel notice ${board.articles.length + 1}`, body: 'Steel.', date });
};
const article = (number: number, date: string): Article => ({
  ...{
    number,
    code: 2,
    title: `Steel of old ${number}`,
    body: 'Steel.',
    date,
    category: null,
    files: [],
    shownTo: null,
  },
});

/** The feed as it is served now. */
async function feedOf(watch: Watch): Promise<string> {
  const site = siteOf(watch.house, { url: () => 'https://releases.example', mounts: new Map(), ready: () => [] });
  const server = await listen(createHandler(site), { host: '127.0.0.1', port: 0, limits: {} });
  try {
    return (await send(server.url, '/feed.atom')).text;
  } finally {
    await server.close();
  }
}

describe('23. whatever a source in trouble says, the last good feed is served and nobody is alerted', () => {
  const mojibake = (html: string) => Buffer.from(html.replaceAll('Steel', '\u{fffd}\u{fffd}\u{fffd}'), 'utf8');
  const cases: Readonly<Record<string, { readonly fault: () => BoardFault; readonly kind: string }>> = {
    'another list, all of it older than what was reached': {
      fault: () => ({ is: 'html', html: listPage([article(9, '2019-05-02'), article(8, '2019-05-01')], 1, 1) }),
      kind: 'stale',
    },
    'a list in a charset that it is not': {
      fault: () => ({ is: 'charset', encode: mojibake, contentType: 'text/html; charset=utf-8' }),
      kind: 'charset',
    },
    'a redirect to a host that is not allowed': {
      fault: () => ({ is: 'redirect', to: 'https://login.example.com/' }),
      kind: 'redirect',
    },
    'a page with an error status': { fault: () => ({ is: 'status', status: 503 }), kind: 'status' },
    'half a page': { fault: () => ({ is: 'half' }), kind: 'parse' },
  };
  test.each(Object.entries(cases))('%s', async (_, { fault, kind }) => {
    publish(8);
    const watch = await watching();
    await watch.poll();
    const before = await feedOf(watch);
    expect(before).toContain('Steel notice 8');
    board.fail(fault());
    for (let polls = 0; polls < 3; polls++) {
      watch.pass(1);
      expect(await watch.poll()).toMatchObject({ status: 'unhealthy', new: 0, revised: 0 });
    }
    expect((await watch.sent()).map(({ title }) => title)).toEqual(['MOTIR cannot be read']);
    expect(await watch.house.store.incidents()).toMatchObject([{ kind, count: 3, trail: [{ kind, polls: 3 }] }]);
    expect(await feedOf(watch)).toBe(before);
    expect((await watch.house.store.absences({ limit: 9 })).length, 'nothing is looked for either').toBe(0);
    board.heal();
    publish(1, '2026-03-02');
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 1 });
    expect((await watch.sent()).map(({ title }) => title)).toEqual(['MOTIR can be read again', 'Steel notice 9']);
  });

  test('31. a connection that nobody vouches for', async () => {
    publish(8);
    const watch = await watching();
    await watch.poll();
    await watch.reopen({ sources: [source({ url: board.url.replace('http:', 'https:') })] });
    for (let polls = 0; polls < 2; polls++) {
      watch.pass(1);
      expect(await watch.poll()).toMatchObject({ status: 'unhealthy' });
    }
    expect(await watch.house.store.incidents()).toMatchObject([{ kind: 'tls' }]);
    expect(await watch.house.store.count()).toBe(8);
  });
});

test('a list under another address may be older: it is another list', async () => {
  publish(8);
  const watch = await watching();
  await watch.poll();
  board.documents.set('/feed.xml', () => rssFeed([article(9, '2019-05-02')]));
  await watch.reopen({ sources: [source({ kind: 'feed', url: `${board.origin}/feed.xml` })] });
  expect(await watch.poll()).toMatchObject({ status: 'new', new: 1 });
});

test('an incident tells what was seen while it lasted', async () => {
  publish(8);
  const watch = await watching();
  await watch.poll();
  for (const [fault, times] of [
    [{ is: 'reset' }, 3],
    [{ is: 'status', status: 503 }, 2],
  ] as const) {
    board.fail(fault, times);
    for (let polls = 0; polls < times; polls++) {
      watch.pass(1);
      await watch.poll();
    }
  }
  expect(await watch.house.store.incidents()).toMatchObject([
    {
      ...{ kind: 'status', count: 5, since: '2026-03-02T02:00:00Z', lastSeen: '2026-03-02T06:00:00Z' },
      trail: [
        { kind: 'network', polls: 3, since: '2026-03-02T02:00:00Z' },
        { kind: 'status', polls: 2, since: '2026-03-02T05:00:00Z' },
      ],
    },
  ]);
  watch.pass(1);
  await watch.poll();
  const [over] = await watch.house.store.incidents();
  if (!over) throw new Error('no incident');
  expect(noticeCard(over, 'MOTIR').lead).toBe(
    'From 2026-03-02 02:00 UTC to 2026-03-02 07:00 UTC; 5 polls failed (network 3, status 2). What was published meanwhile is found now.',
  );
});

test('48. a name that cannot be resolved for six hours: one alarm, one end, and a line for each beginning and end', async () => {
  publish(8);
  const watch = await watching({ every: '5m' });
  const log = silentLog();
  let printed = '';
  const terminal = openTerminal({ write: text => (printed += text) }, { json: false });
  const tell = tellPolled(terminal, log, 'slack:C0OPS');
  tell(await watch.poll());
  printed = '';
  await watch.reopen({ sources: [source({ every: '5m', url: 'http://motir.invalid/eng/article/EATCLdfa319ada' })] });
  const end = Temporal.Instant.from(watch.now).add({ hours: 6 });
  let polls = 0;
  const told: unknown[] = [];
  while (Temporal.Instant.compare(watch.now, end) < 0) {
    tell(await watch.poll());
    told.push(...(await watch.sent()).map(({ title }) => title));
    polls++;
    watch.now = (await watch.state()).dueAt;
  }
  expect(polls, 'ever more rarely').toBeLessThan(10);
  expect(await watch.house.store.incidents({ open: true })).toMatchObject([
    { kind: 'network', count: polls, what: expect.stringContaining('ENOTFOUND') },
  ]);
  await watch.reopen({ sources: [source({ every: '5m' })] });
  tell(await watch.poll());
  told.push(...(await watch.sent()).map(({ title }) => title));
  expect(told).toEqual(['MOTIR cannot be read', 'MOTIR can be read again']);
  expect(printed.split('\n').filter(line => line.length > 80)).toEqual([]);
  const said = printed
    .replaceAll(/\n +/g, ' ')
    .replaceAll(/http\S+/g, 'URL')
    .trimEnd()
    .split('\n');
  expect(said).toEqual([
    'motir: unhealthy: URL cannot be reached (its name is not known, ENOTFOUND)',
    expect.stringMatching(/^incident i1 of motir \(network\): URL .* see that this machine reaches the host; /),
    'motir: nothing new (it can be read again)',
    'incident i1 of motir is over (network)',
  ]);
  expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
    'a source cannot be read',
    'incident opened',
    'incident closed',
  ]);
});
