import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweep } from '../../src/app/sweep.ts';
import { quietEnd } from '../../src/core/quiet.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
});
afterEach(() => bot.tools.store.close());

const NOTHING = { stuck: 0, asleep: 0, ahead: 0, orphaned: 0, idle: [] };
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

test.each([
  ['a year', { hours: 24 * 365 }],
  ['twenty hours', { hours: 20 }],
] as const)(
  '16. a pause that was asked for while our clock was ahead by %s lasts as long from now on',
  async (_, wrong) => {
    await bot.owe('1', '2');
    bot.tools.jump(wrong);
    bot.platform.fates.push({
      is: 'wait',
      at: bot.tools.clock.now().add({ hours: 3 }).toString(),
      reason: 'slow down',
    });
    await bot.turn();
    bot.tools.jump(Temporal.Duration.from(wrong).negated());
    expect(await run()).toMatchObject({ ahead: 1 });
    bot.tools.later({ hours: 2, minutes: 59 });
    expect(await run(), 'it is not put off again').toEqual(NOTHING);
    await bot.drain();
    expect(await bot.states()).toEqual(['waiting', 'queued']);
    bot.tools.later({ minutes: 2 });
    await bot.drain();
    expect(await bot.states()).toEqual(['sent', 'sent']);
  },
);

test('16. a day is the longest pause that any channel is given; a wait that began nobody knows when ends by then', async () => {
  await bot.owe('1');
  bot.platform.fates.push({ is: 'wait', at: bot.tools.clock.now().add({ hours: 26 }).toString(), reason: 'slow down' });
  await bot.turn();
  expect(await run()).toEqual(NOTHING);
  damage(`UPDATE delivery SET next_at = ${bot.tools.clock.now().add({ hours: 28 }).epochMilliseconds}`);
  expect(await run()).toMatchObject({ ahead: 1 });
  await bot.drain();
  expect(await bot.states()).toEqual(['sent']);
});

test('16. what was found while the clock was ahead comes with the next digest, not with one of that time', async () => {
  const { store, clock, later, jump } = bot.tools;
  const whens = { hourly: 'slack:C0002', 'daily 09:00': 'slack:C0003', 'weekly mon 09:00': 'slack:C0004' } as const;
  const causes = new Map<string, number>();
  for (const [when, to] of Object.entries(whens))
    causes.set(to, (await store.follow(asks(to, { when: when as 'hourly' }), now())).subscription.id);
  await store.saveSettings('slack:C0005', { quiet: '00:00-23:59', zone: 'UTC' }, now());
  causes.set('slack:C0005', (await store.follow(asks('slack:C0005'), now())).subscription.id);
  const find = async (key: string) => {
    const one = release(key, { firstSeen: now() });
    const deliveries = [...causes].map(([to, id]) => alert(one, to, [id]));
    await store.record({ ...batch([one], { deliveries }), at: now() });
    const quiet = (await store.deliveries({ destination: 'slack:C0005', state: 'queued' }))[0]!;
    await store.postpone([quiet.id], quietEnd(now(), '00:00-23:59', 'UTC')!);
  };
  await find('1');
  const right = await slots();
  jump({ hours: 24 * 40 });
  await find('2');
  jump({ hours: -24 * 40 });
  expect(await run()).toMatchObject({ ahead: 4 });
  const again = await slots();
  expect(again.slice(0, 4)).toEqual(right);
  expect(again.slice(4, 7), 'the same digest as what was found before').toEqual(right.slice(0, 3));
  expect(again[7]).toEqual(['slack:C0005', null, null, 'queued']);
  expect(await run()).toEqual(NOTHING);
  later({ hours: 24 * 7 });
  expect(await store.ready(now()), clock.now().toString()).toEqual(expect.arrayContaining(Object.values(whens)));
});

async function slots() {
  const all = (await bot.tools.store.deliveries()).toReversed();
  return all.map(({ destination, slot, nextAt, state }) => [destination, slot, nextAt, state]);
}

test('16. a change that was to wait until a far day is made all the same', async () => {
  await bot.owe('1');
  await bot.drain();
  bot.platform.fates.push('lost, late');
  await bot.revise('1', { title: 'Note 1, corrected' });
  bot.tools.jump({ hours: 20 });
  await bot.drain();
  await bot.revise('1', { title: 'Note 1, corrected again' });
  await bot.drain();
  bot.tools.jump({ hours: -20 });
  expect(await run()).toMatchObject({ ahead: 2 });
  bot.tools.later({ minutes: 5 });
  await bot.drain();
  bot.tools.later({ minutes: 5 });
  await bot.drain();
  expect(bot.platform.titles()).toEqual(['Note 1, corrected again']);
  expect(await bot.states()).toEqual(['sent', 'sent', 'sent']);
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
