import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { openInProcess } from '../../src/dispatch/in-process.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { type SimulatedTime, simulateTime } from '../support/simulated-time.ts';

/** A bot whose lane is slept and woken by the real dispatcher, in time that passes only while everything waits. */
let bot: Delivering;
let time: SimulatedTime;
let dispatcher: Dispatcher;
/** Seconds after the beginning at which requests to post left. */
let posted: number[];

beforeEach(async () => {
  time = simulateTime('2025-12-05T01:00:00Z');
  bot = await openDelivering({ now: time.now });
  posted = [];
  const started = time.now();
  bot.platform.turn = () => void posted.push(time.now().since(started).total('seconds'));
  const store = time.attend(bot.how.store);
  dispatcher = openInProcess(bot.how.runtime);
  dispatcher.start(destination => deliver(destination, { ...bot.how, store }));
});
afterEach(async () => {
  await dispatcher.stop(0);
  vi.useRealTimers();
  await bot.tools.store.close();
});

/** Makes an alert owed, and wakes the lane as whoever records one does. */
async function owe(key: string): Promise<void> {
  await bot.owe(key);
  dispatcher.wake(HERE);
}
const passed = async (seconds: number) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let over = false;
  setTimeout(() => {
    over = true;
    resolve();
  }, seconds * 1000);
  await time.until(() => over);
  await promise;
};

test('an alert does not wait behind a change of which nobody knows whether it was made', async () => {
  await owe('1');
  await passed(1);
  bot.platform.fates.push('lost, late');
  await bot.revise('1', { title: 'Mended' });
  dispatcher.wake(HERE);
  await passed(4);
  expect(bot.platform.late).toHaveLength(1);
  await owe('2');
  await passed(1);
  expect(posted).toEqual([0, 5]);
  await passed(120);
  expect(bot.platform.titles()).toEqual(['Mended', 'Note 2 of the harbour office']);
});

test('a pause that a platform asks for is kept, however often something new comes', async () => {
  const at = time.now().add({ seconds: 20 }).toString();
  bot.platform.fates.push({ is: 'wait', at, reason: 'slow down' });
  await owe('1');
  for (const key of ['2', '3', '4']) {
    await passed(5);
    await owe(key);
  }
  await passed(4);
  expect(posted).toEqual([0]);
  await passed(120);
  expect(posted).toEqual([0, 20, 20, 20, 20]);
  expect(bot.platform.titles()).toEqual(['1', '2', '3', '4'].map(key => `Note ${key} of the harbour office`));
});

test('a pause that a platform asks for is kept by what was owed earlier and comes free meanwhile', async () => {
  await bot.owe('1');
  const [held] = await bot.tools.store.deliveries();
  await bot.tools.store.hold(held?.id ?? 0, 'too much at once');
  bot.platform.fates.push({ is: 'wait', at: time.now().add({ seconds: 20 }).toString(), reason: 'slow down' });
  await owe('2');
  await passed(5);
  await bot.tools.store.letGo({ delivery: held?.id ?? 0 }, 'send', 'console', time.now().toString());
  dispatcher.wake(HERE);
  await passed(5);
  expect(posted).toEqual([0]);
  await passed(120);
  expect(posted).toEqual([0, 20, 20]);
});

test('a bot that asked in vain for its token is not hurried by what is new', async () => {
  bot.platform.fates.push({ is: 'down', reason: 'not authed' });
  await owe('1');
  await passed(5);
  await owe('2');
  await passed(5);
  expect(posted).toEqual([0]);
  await passed(120);
  expect(posted).toEqual([0, 30, 30]);
});

test('nothing leaves while it is unsure whether a message arrived, however often something new comes', async () => {
  bot.platform.fates.push('lost after');
  await owe('1');
  for (const key of ['2', '3']) {
    await passed(5);
    await owe(key);
  }
  await passed(10);
  expect(posted).toEqual([0]);
  expect(await bot.states()).toEqual(['unsure', 'queued', 'queued']);
  await passed(120);
  expect(posted).toEqual([0, 30, 30]);
  expect(bot.platform.titles()).toEqual(['1', '2', '3'].map(key => `Note ${key} of the harbour office`));
});
