import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSchedule } from '../../src/app/schedule.ts';
import { until } from '../support/bot.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { silentLog } from '../support/silent-log.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { startWatch, type Watch } from '../support/watch.ts';

let board: FakeBoard;
let watch: Watch;
beforeEach(async () => {
  board = await startFakeBoard();
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2026-02-01' });
  watch = await startWatch({
    sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '40m', pace: 'steady' }],
    subscriptions: [{ query: 'topic:steel', to: 'console' }],
  });
  await watch.poll();
});
afterEach(() => board.close());

/** Ticks that come every second for so many minutes, each of which polls what is due. @returns how many polls that made */
async function tick(minutes: number): Promise<number> {
  let polls = 0;
  for (let second = 0; second < minutes * 60; second += 15) {
    watch.pass(15 / 3600);
    for (const { id } of await watch.house.store.due(watch.now)) {
      await watch.poll(id);
      polls++;
    }
  }
  return polls;
}

test.each([
  ['back an hour', -1],
  ['back a day', -24],
  ['forward an hour', 1],
  ['forward a day', 24],
])('16. a clock that jumps %s: one poll at once, then the usual pace, and nothing is told again', async (_, hours) => {
  board.publish({ title: 'Steel news', body: 'Steel was discussed today.', date: '2026-03-02' });
  expect(await tick(41)).toBe(1);
  expect(await watch.sent()).toHaveLength(1);
  watch.pass(hours);
  expect(await tick(30), 'one that finds out').toBe(1);
  expect(await watch.sent()).toEqual([]);
  expect(await tick(60), 'then the pace of the source').toBeLessThanOrEqual(2);
  board.publish({ title: 'More steel news', body: 'Steel was discussed again.', date: '2026-03-03' });
  await tick(45);
  const told = await watch.sent();
  const titles = await Promise.all(
    told.map(async one => (await watch.house.store.release(String(one.release)))?.title),
  );
  expect(titles).toEqual(['More steel news']);
});

test('19. a loop that is blocked costs no digest: what was due meanwhile stands in the database', async () => {
  const bot: Delivering = await openDelivering();
  const { store, clock } = bot.tools;
  const { subscription } = await store.follow(asks(HERE, { when: 'hourly' }), clock.now().toString());
  const one = release('1');
  await store.record({
    ...batch([one], { deliveries: [alert(one, HERE, [subscription.id])] }),
    at: clock.now().toString(),
  });
  let ticks = 0;
  const schedule = startSchedule(async () => {
    ticks++;
    for (const to of await store.ready(clock.now().toString())) if (to === HERE) await bot.drain();
  }, silentLog());
  await until('a first tick', () => ticks > 0);
  // The hour ends while nothing runs: longer than node-cron forgives.
  bot.tools.later({ minutes: 60 });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
  const before = ticks;
  await until('the next tick', () => ticks > before);
  await until('the digest', () => bot.platform.shown.length > 0);
  await until('three more ticks', () => ticks > before + 3);
  await schedule.stop();
  expect(bot.platform.titles()).toEqual(['Note 1 of the harbour office']);
  await store.close();
});
