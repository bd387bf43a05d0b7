import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAmendments } from '../../src/app/history.ts';
import { siteOf } from '../../src/app/site.ts';
import { related } from '../../src/app/ties.ts';
import { releaseNamed } from '../../src/app/why.ts';
import { createHandler } from '../../src/publish/handler.ts';
import { listen } from '../../src/publish/server.ts';
import { commandLine } from '../support/cli.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';
import { send } from '../support/web-site.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

/** What the web side answers at a path. */
async function served(watch: Watch, path: string): Promise<string> {
  const site = siteOf(watch.house, { url: () => 'https://releases.example', mounts: new Map(), ready: () => [] });
  const server = await listen(createHandler(site), { host: '127.0.0.1', port: 0, limits: {} });
  try {
    return (await send(server.url, path)).text;
  } finally {
    await server.close();
  }
}

test('37. 38. the versions of a release are kept, each with what it changed', async () => {
  const watch = await startWatch({ sources: [{ id: 'motir', kind: 'board', url: board.url, every: '1s' }] });
  const number = board.publish({
    title: 'Steel talks',
    body: 'Minister Kim Jung-kwan spoke of 5 things.',
    date: '2026-03-01',
  });
  await watch.poll();
  board.edit(number, { title: 'Steel Talks Held', date: '2026-03-02' });
  watch.pass(1);
  await watch.poll();
  board.edit(number, { body: 'Minister JK Kim spoke of 6 things.' });
  watch.pass(1);
  await watch.poll();
  expect(await readAmendments({ id: `motir/2-${number}` }, watch.house.store)).toEqual([
    {
      revision: 2,
      recordedAt: '2026-03-02T02:00:00Z',
      changed: ['title', 'date'],
      words: [
        { is: 'gone', words: 'talks' },
        { is: 'new', words: 'Talks Held' },
      ],
    },
    {
      revision: 3,
      recordedAt: '2026-03-02T03:00:00Z',
      changed: ['number', 'name'],
      words: [
        { is: 'new', words: 'JK' },
        { is: 'gone', words: 'Jung-kwan' },
        { is: 'gone', words: '5' },
        { is: 'new', words: '6' },
      ],
    },
  ]);
});

test('37. 38. a corrected release is one entry of the feed with a later time, and its page shows what changed', async () => {
  const source = { id: 'motir', kind: 'board', url: board.url, every: '1s', republish: 'full' };
  const subscriptions = [{ query: 'steel', to: 'console' }];
  const watch = await startWatch({ sources: [source], subscriptions });
  board.publish({ title: 'Ceramics fair', body: 'A fair.', date: '2026-02-28' });
  await watch.poll();
  const number = board.publish({ title: 'Stel talks', body: 'They spoke of 5 things.', date: '2026-03-01' });
  watch.pass(1);
  await watch.poll();
  const entries = async () =>
    [...(await served(watch, '/feed.atom')).matchAll(/<entry>.*?<\/entry>/gs)]
      .map(([entry]) => ({
        id: /<id>(.*?)<\/id>/.exec(entry)?.[1] ?? '',
        title: /<title[^>]*>(.*?)<\/title>/.exec(entry)?.[1],
        updated: /<updated>(.*?)<\/updated>/.exec(entry)?.[1],
        published: /<published>(.*?)<\/published>/.exec(entry)?.[1],
      }))
      .filter(one => one.id.endsWith(`/2-${number}`));
  const [before] = await entries();
  await watch.sent();

  board.edit(number, { title: 'Steel talks', body: 'They spoke of 6 things.', date: '2026-03-02' });
  watch.pass(1);
  expect(await watch.poll()).toMatchObject({ new: 0, revised: 1 });
  const after = await entries();
  expect(after).toEqual([
    {
      id: before?.id,
      title: '<![CDATA[Steel talks]]>',
      updated: '2026-03-02T03:00:00.000Z',
      published: expect.stringMatching(/^2026-03-02/),
    },
  ]);
  expect(before).toMatchObject({ title: '<![CDATA[Stel talks]]>', updated: '2026-03-02T02:00:00.000Z' });

  const page = await served(watch, `/releases/motir/2-${number}`);
  expect(page).toContain('<h2>Changes</h2>');
  expect(page).toContain('03:00 UTC</time>: title, date, number</p>');
  expect(page).toContain('<del>Stel</del> <ins>Steel</ins> <del>5</del> <ins>6</ins>');
  expect(page.match(/<dt>Version/g)).toHaveLength(1);
  // Of a source whose text may not be shown the change is named, and only the title quoted.
  await watch.reopen({ sources: [{ ...source, republish: 'lead' }] });
  const short = await served(watch, `/releases/motir/2-${number}`);
  expect(short).toContain('title, date, number</p>');
  expect(short).toContain('<del>Stel</del> <ins>Steel</ins></p>');
});

test.each([
  ['37. a title typo that is fixed', { title: 'Steel talks held' }, 'Steel talks held', '2026-03-01'],
  ['38. a release that is dated later', { date: '2026-03-02' }, 'Steel talks hedl', '2026-03-02'],
  ['38. a release that is dated earlier', { date: '2026-02-27' }, 'Steel talks hedl', '2026-02-27'],
])(
  '%s is a revision of the same release, newer for readers of feeds, and no second alert',
  async (_, change, title, date) => {
    const watch = await startWatch({
      sources: [{ id: 'motir', kind: 'board', url: board.url, every: '1s' }],
      subscriptions: [{ query: 'steel', to: 'console' }],
    });
    board.publish({ title: 'Opening', body: 'A board.', date: '2026-02-28' });
    await watch.poll();
    const number = board.publish({ title: 'Steel talks hedl', body: 'They met.', date: '2026-03-01' });
    await watch.poll();
    const alerts = async () => (await watch.sent()).filter(one => one.event === 'alert');
    expect(await alerts()).toHaveLength(1);
    const before = await watch.house.store.release(`motir/2-${number}`);
    board.edit(number, change);
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ new: 0, revised: 1 });
    expect(await alerts()).toEqual([]);
    expect(await watch.house.store.count()).toBe(2);
    const after = await watch.house.store.release(`motir/2-${number}`);
    expect(after).toMatchObject({ id: before?.id, title, date, revision: 2, updated: '2026-03-02T02:00:00Z' });
    expect(before).toMatchObject({ revision: 1, updated: '2026-03-02T01:00:00Z' });
  },
);

test('39. an article is found under every address it ever had', async () => {
  const source = { id: 'motir', kind: 'board', url: board.allUrl, every: '1s' };
  board.publish({ title: 'Talks', body: 'They met.', date: '2026-03-01', number: 1001 });
  board.publish({ title: 'Robots', body: 'A picture.', date: '2026-03-01', number: 1001, code: 1 });
  const watch = await startWatch({ sources: [source] });
  await watch.poll();
  const titleAt = async (address: string) => (await releaseNamed(address, watch.house)).title;
  for (const [code, title] of [
    ['2', 'Talks'],
    ['1', 'Robots'],
  ] as const)
    for (const address of [
      `https://english.motir.go.kr/eng/article/EATCL0512e0b48/1001/view?pageIndex=3&bbsCdN=${code}`,
      `http://english.motie.go.kr/eng/14/topics/3/1001/view?bbsCdN=${code}&pageIndex=1`,
      `http://english.motie.go.kr/en/tp/energy/bbs/bbsView.do?bbs_cd_n=${code}&bbs_seq_n=1001&view_type_v=TOPIC&&cate_n=3`,
    ])
      expect(await titleAt(address), address).toBe(title);
  await expect(titleAt('https://english.motir.go.kr.example/eng/article/EATCLdfa319ada/1001/view')).rejects.toThrow(
    'there is no release',
  );
});

test('39. a photo twin with an equal title is a release of its own, related', { timeout: 90_000 }, async () => {
  const source = { id: 'motir', kind: 'board', url: board.allUrl, every: '1s' };
  const watch = await startWatch({ sources: [source] });
  const title = 'Korea and U.S. discuss critical minerals';
  board.publish({ title, body: 'A picture.', date: '2026-02-28', number: 1700, code: 1 });
  board.publish({ title, body: 'They met.', date: '2026-03-01', number: 2441 });
  board.publish({ title: 'Steel talks', body: 'They met.', date: '2026-03-01', number: 1701, code: 1 });
  await watch.poll();
  const release = await watch.house.store.release('motir/2-2441');
  if (!release) throw new Error('not recorded');
  expect((await related(release, watch.house)).map(one => one.release.id)).toEqual(['motir/1-1700']);

  const { run } = commandLine({ sources: [source] });
  await run('check');
  expect(JSON.parse((await run('show', 'motir/2-2441', '--json')).out)).toMatchObject({
    related: [{ release: 'motir/1-1700', because: expect.stringMatching(/^nearly the same title, 2026-02-28/) }],
    amendments: [],
  });
  expect((await run('show', 'motir/2-2441')).out).toMatch(/^Related\nmotir\/1-1700 Korea and U\.S\. /m);
});
