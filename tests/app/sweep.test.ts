import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweep } from '../../src/app/sweep.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
});
afterEach(() => bot.tools.store.close());

const NOTHING = { stuck: 0, asleep: 0, orphaned: 0, idle: [] };
const now = () => bot.tools.clock.now().toString();
const run = () => sweep(bot.tools);
/** What no path of ours leads to, as after a fault of ours or of the machine. */
function damage(sql: string): void {
  const db = new DatabaseSync(bot.tools.path);
  db.exec(sql);
  db.close();
}

test('what is well is left alone: sent, queued of late, waiting for its time, suspended', async () => {
  await bot.owe('1');
  await bot.drain();
  await bot.owe('2', '3');
  bot.platform.fates.push({ is: 'wait', at: bot.tools.clock.now().add({ hours: 2 }).toString(), reason: 'slow down' });
  await bot.turn();
  bot.tools.later({ minutes: 30 });
  expect(await run()).toEqual(NOTHING);
  bot.tools.later({ minutes: 90 });
  bot.platform.fates.push({ is: 'suspend', reason: 'archived' });
  await bot.drain();
  bot.tools.later({ hours: 5 });
  expect(await run()).toEqual(NOTHING);
  expect(bot.tools.log.lines.filter(line => line.message.includes('should have happened'))).toEqual([]);
});

test('a message that is being sent for ten minutes is unsure then, and the platform is asked', async () => {
  await bot.owe('1', '2');
  const work = await bot.tools.store.next(HERE, now());
  if (work === null || !('delivery' in work)) throw new Error('nothing to send');
  const message = await bot.tools.store.claim(work.delivery.id, { title: 'Note 1 of the harbour office' }, now());
  // The platform carries it out; whoever sent it never hears of it.
  await bot.platform.channel.send({ id: HERE, platform: 'slack', workspace: null, channel: 'C0001' }, message!);
  bot.tools.later({ minutes: 9 });
  expect(await run()).toEqual(NOTHING);
  expect(await bot.states()).toEqual(['sending', 'queued']);
  bot.tools.later({ minutes: 2 });
  expect(await run()).toMatchObject({ stuck: 1 });
  expect(await bot.states()).toEqual(['unsure', 'queued']);
  await bot.finish();
  expect(await bot.states()).toEqual(['sent', 'sent']);
  expect(bot.platform.requests).toHaveLength(2);
});

test('16. an unsure one that would rest until a far day, since the clock was wrong, is looked at again', async () => {
  await bot.owe('1');
  bot.platform.fates.push('lost after');
  await bot.turn();
  damage(`UPDATE delivery SET next_at = ${bot.tools.clock.now().add({ hours: 24 * 90 }).epochMilliseconds}`);
  bot.tools.later({ minutes: 5 });
  expect(await run()).toMatchObject({ asleep: 1 });
  await bot.finish();
  expect(await bot.states()).toEqual(['sent']);
  expect(bot.platform.requests).toHaveLength(1);
});

test('what was to go with a message that is gone goes by itself', async () => {
  await bot.owe('1', '2');
  damage("UPDATE delivery SET carrier = 1 WHERE id = 2; UPDATE delivery SET state = 'dead' WHERE id = 1");
  expect(await bot.drain()).toBe(null);
  expect(await run()).toMatchObject({ orphaned: 1 });
  await bot.drain();
  expect(bot.platform.titles()).toEqual(['Note 2 of the harbour office']);
});

test('66. a digest that is due and not gathered, and a queue that nobody works at, are found and woken', async () => {
  const { store } = bot.tools;
  const { subscription } = await store.follow(asks(HERE, { when: 'hourly' }), now());
  const other = await store.follow(asks('slack:C0002'), now());
  const [one, two] = [release('1'), release('2')];
  const deliveries = [alert(one, HERE, [subscription.id]), alert(two, 'slack:C0002', [other.subscription.id])];
  await store.record({ ...batch([one, two], { deliveries }), at: now() });
  bot.tools.later({ minutes: 9 });
  expect(await run()).toEqual(NOTHING);
  bot.tools.later({ minutes: 2 });
  expect(await run()).toEqual({ ...NOTHING, idle: ['slack:C0002'] });
  bot.tools.later({ hours: 1 });
  bot.tools.woken.length = 0;
  expect(await run()).toMatchObject({ idle: [HERE, 'slack:C0002'] });
  expect(bot.tools.woken).toEqual([HERE, 'slack:C0002']);
  await bot.drain();
  expect(await run()).toMatchObject({ idle: ['slack:C0002'] });
});

test('a long queue that moves is not idle', async () => {
  await bot.owe('1', '2', '3');
  bot.tools.later({ minutes: 20 });
  await bot.turn();
  expect(await bot.states()).toEqual(['sent', 'queued', 'queued']);
  expect(await run()).toEqual(NOTHING);
});
