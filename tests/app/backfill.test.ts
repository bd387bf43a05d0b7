import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backfill, type Progress } from '../../src/app/backfill.ts';
import { openProgressBar } from '../../src/app/progress-bar.ts';
import { commandLine } from '../support/cli.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const config = (more: object = {}) => ({
  sources: [{ id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s', ...more }],
  subscriptions: [{ query: 'steel', to: 'console' }],
});

/** One release a day, the newest on the day before the story begins. */
function publish(count: number, last = '2026-03-01'): void {
  for (let at = count - 1; at >= 0; at--) {
    const date = Temporal.PlainDate.from(last).subtract({ days: at }).toString();
    board.publish({ title: `Steel on ${date}`, body: `Steel of ${date}.`, date });
  }
}

async function fill(watch: Watch, from: string, onPage: (so: Progress) => void = () => {}) {
  const source = watch.house.source('motir');
  if (!source) throw new Error('not configured');
  return backfill(source, from, watch.house, onPage);
}
const dates = async (watch: Watch) => (await watch.house.store.releases({ limit: 1000 })).map(one => one.date);

describe('a backfill', () => {
  test('records all back to the day, none before it, and owes nothing', async () => {
    publish(100);
    const watch = await startWatch(config());
    const pages: Progress[] = [];
    expect(await fill(watch, '2026-01-01', so => pages.push(so))).toEqual({
      source: 'motir',
      pages: 9,
      recorded: 52,
      revised: 0,
      rejected: 0,
    });
    expect(pages.map(one => one.back)).toEqual(expect.arrayContaining(['2026-03-01', '2025-12-27']));
    const recorded = await dates(watch);
    expect([recorded.length, recorded[0], recorded.at(-1)]).toEqual([60, '2026-03-01', '2026-01-01']);
    expect(await watch.house.store.deliveries()).toEqual([]);
    const oldest = (await watch.house.store.releases({ limit: 100 })).at(-1);
    expect(oldest?.updated, 'old news is not as fresh as today').toBe('2025-12-31T15:00:00Z');
    expect(await fill(watch, '2026-01-01')).toMatchObject({ recorded: 0, revised: 0 });
  });

  test('goes to the end of the board where that comes first', async () => {
    publish(20);
    const watch = await startWatch(config());
    expect(await fill(watch, '1990-01-01')).toMatchObject({ pages: 3, recorded: 12 });
  });

  test('what is new by now is alerted as a poll would, also when it comes in while pages are read', async () => {
    publish(40, '2026-02-28');
    const watch = await startWatch(config());
    await watch.poll();
    publish(1, '2026-03-01');
    let asked = 0;
    board.before = url => {
      // The poll asks for the first page, then the walk does.
      if (!url.includes('pageIndex') && ++asked === 2) publish(1, '2026-03-02');
    };
    await fill(watch, '2026-01-01');
    board.before = null;
    await watch.poll();
    expect((await watch.sent()).map(one => one.date)).toEqual(['2026-03-01', '2026-03-02']);
    expect(await dates(watch)).toHaveLength(42);
  });

  test('a page that fails once is asked for again', async () => {
    publish(40);
    const watch = await startWatch(config());
    board.fail({ is: 'reset' }, 1, 'pageIndex=3');
    expect(await fill(watch, '2026-01-01')).toMatchObject({ pages: 5, recorded: 32 });
  });

  test('bodies that the list cuts are fetched once, and kept whole by the next run', async () => {
    publish(24);
    const body = 'word '.repeat(200).trim();
    board.articles = board.articles.map(one => ({ ...one, body, shownTo: 490 }));
    const watch = await startWatch(config());
    await fill(watch, '2026-01-01');
    const views = () => board.requests.filter(one => one.url.includes('2435/view')).length;
    expect(views()).toBe(1);
    expect(await fill(watch, '2026-01-01')).toMatchObject({ recorded: 0, revised: 0 });
    expect(views()).toBe(1);
    const texts = (await watch.house.store.releases({ limit: 100 })).map(one => one.text);
    expect(new Set(texts)).toEqual(new Set([body]));
  });

  test('of a feed reads its one page', async () => {
    publish(30);
    board.documents.set('/feed.xml', rssFeed);
    const watch = await startWatch(config({ kind: 'feed', url: `${board.origin}/feed.xml` }));
    expect(await fill(watch, '2026-02-20')).toMatchObject({ pages: 1, recorded: 0 });
    expect(await watch.house.store.count()).toBe(30);
  });

  test('a day that is none is refused', async () => {
    const watch = await startWatch(config());
    for (const from of ['2026-02-30', 'yesterday', '2026-1-1'])
      await expect(fill(watch, from)).rejects.toMatchObject({ code: 'usage', fix: 'write --from YYYY-MM-DD' });
  });
});

test('a terminal shows how far it is on one line, anything else shows nothing', () => {
  const so = { source: 'motir', pages: 4, recorded: 24, revised: 0, rejected: 0 };
  const shown = (stream: { readonly isTTY?: boolean; readonly columns?: number }) => {
    let text = '';
    const write = (more: string) => {
      text += more;
    };
    const bar = openProgressBar({ ...stream, write }, '2026-02-01');
    bar.show({ ...so, back: '2026-03-01' });
    bar.show({ ...so, back: '2026-02-15' });
    bar.show({ ...so, back: null });
    bar.show({ ...so, back: '2026-01-31' });
    bar.end();
    return text.split('\r\u001b[2K');
  };
  expect(shown({ isTTY: true, columns: 80 })).toEqual([
    '',
    `[${'-'.repeat(24)}] back to 2026-03-01, page 4: 24 recorded`,
    `[${'#'.repeat(12)}${'-'.repeat(12)}] back to 2026-02-15, page 4: 24 recorded`,
    `[${'-'.repeat(24)}] page 4: 24 recorded`,
    `[${'#'.repeat(24)}] back to 2026-01-31, page 4: 24 recorded`,
    '',
  ]);
  expect(shown({ isTTY: true, columns: 20 })[1]).toHaveLength(19);
  expect(shown({})).toEqual(['']);
});

test('killed in the middle it keeps the pages it had, and running it again completes the archive', async () => {
  publish(100);
  const { run, start } = commandLine(config());
  const { child, ran } = start('backfill', '--source', 'motir', '--from', '2026-01-01', '--json');
  board.before = url => {
    if (url.includes('pageIndex=5')) child.kill('SIGKILL');
  };
  expect((await ran).code).toBe(null);
  board.before = null;
  const again = await run('backfill', '--source', 'motir', '--from', '2026-01-01', '--json');
  expect([again.code, again.err]).toEqual([0, '']);
  expect(JSON.parse(again.out)).toEqual({ source: 'motir', pages: 9, recorded: 28, revised: 0, rejected: 0 });
  board.fail({ is: 'status', status: 500 });
  const ill = await run('backfill', '--source', 'motir', '--from', '2026-01-01');
  expect(ill.code).toBe(6);
  expect(ill.err).toContain('answered 500');
}, 90_000);
