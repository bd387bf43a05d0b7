import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLine } from '../support/cli.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

const source = (more: object = {}) => ({
  ...{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '40m', flood: 'off' },
  ...more,
});

const publish = (date: string) =>
  board.publish({ title: `Steel notice ${board.articles.length}`, body: 'Steel.', date: date.slice(0, 10) });

/** Polls at a time of Seoul, and gives the minutes until the next poll. */
async function pollAt(watch: Watch, time: string): Promise<number> {
  watch.now = Temporal.ZonedDateTime.from(`${time}[Asia/Seoul]`).toInstant().toString();
  await watch.poll();
  const { dueAt, polledAt } = await watch.state();
  return Temporal.Instant.from(dueAt)
    .since(Temporal.Instant.from(polledAt ?? dueAt))
    .total('minutes');
}

/** Six weeks in which something comes in at half past ten or at half past two, from Monday to Friday. */
async function sixWeeks(more: object = {}): Promise<Watch> {
  publish('2026-01-02');
  const watch = await startWatch({ sources: [source(more)] });
  await pollAt(watch, '2026-01-03T03:00');
  const monday = Temporal.PlainDate.from('2026-01-05');
  for (let week = 0; week < 6; week++)
    for (let day = 0; day < 5; day++) {
      const date = monday.add({ weeks: week, days: day }).toString();
      publish(date);
      await pollAt(watch, `${date}T${day % 2 === 0 ? '10:30' : '14:30'}`);
    }
  return watch;
}

describe('the pace of a source', () => {
  test('is four times as quick in the hours in which it was seen to publish, and as configured outside them', async () => {
    const watch = await sixWeeks();
    expect(await pollAt(watch, '2026-02-16T10:15')).toBe(10);
    expect(await pollAt(watch, '2026-02-16T14:15')).toBe(10);
    expect(await pollAt(watch, '2026-02-16T22:15')).toBe(40);
    // What was seen at half past ten came in since ten to ten.
    expect(await pollAt(watch, '2026-02-16T08:45'), 'its hours begin at nine').toBe(15);
    expect(await pollAt(watch, '2026-02-21T10:15'), 'a Saturday').toBe(40);
    // The habit outlives the process.
    await watch.reopen({ sources: [source()] });
    expect(await pollAt(watch, '2026-02-23T10:15')).toBe(10);
  });

  test('is as configured where that is wanted, or where nothing is known yet', async () => {
    const watch = await sixWeeks({ pace: 'steady' });
    expect(await pollAt(watch, '2026-02-16T10:15')).toBe(40);
    // What was learned long ago is no habit any more.
    await watch.reopen({ sources: [source()] });
    expect(await pollAt(watch, '2026-02-16T10:15')).toBe(10);
    expect(await pollAt(watch, '2026-06-15T10:15')).toBe(40);
  });
});

test('25. a source that asks for two hours is left alone for two hours, and no other is', async () => {
  const other = await startFakeBoard();
  try {
    publish('2026-03-01');
    other.articles = board.articles;
    const watch = await startWatch({ sources: [source(), source({ id: 'other', url: other.url })] });
    await watch.poll('motir');
    await watch.poll('other');
    board.fail({ is: 'status', status: 429, headers: { 'retry-after': '7200' } });
    watch.pass(1);
    expect(await watch.poll('motir')).toMatchObject({ status: 'unhealthy' });
    expect((await watch.house.store.due(watch.now)).map(({ id }) => id)).toEqual(['other']);
    watch.pass(1.99);
    await watch.poll('other');
    expect(await watch.house.store.due(watch.now)).toEqual([]);
    watch.pass(0.01);
    expect((await watch.house.store.due(watch.now)).map(({ id }) => id)).toEqual(['motir']);
  } finally {
    await other.close();
  }
});

test('26. a source in trouble is asked after twice the time, then four times, up to six hours, and back at once', async () => {
  publish('2026-03-01');
  const watch = await startWatch({ sources: [source()] });
  await watch.poll();
  board.fail({ is: 'reset' });
  const waits: number[] = [];
  for (let polls = 0; polls < 6; polls++) waits.push(await pollAt(watch, `2026-03-02T1${polls}:00`));
  expect(waits).toEqual([80, 160, 320, 360, 360, 360]);
  board.heal();
  expect(await pollAt(watch, '2026-03-02T16:00')).toBe(40);
});

test.each([
  { operations: { contact: 'mailto:desk@example.org' }, says: '+mailto:desk@example.org' },
  { operations: {}, says: '+https://releases.example' },
])(
  'who runs a source is told whom to ask: $says',
  async ({ operations, says }) => {
    publish('2026-03-01');
    const config = { sources: [source()], operations, publish: { baseUrl: 'https://releases.example' } };
    const { run } = commandLine(config);
    expect((await run('check')).code).toBe(0);
    expect(board.requests[0]?.headers['user-agent']).toMatch(/^gwanbo\/\S+ \(release watcher; \+\S+\)$/);
    expect(board.requests[0]?.headers['user-agent']).toContain(says);
  },
  60_000,
);
