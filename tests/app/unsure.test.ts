import { afterEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery.ts';
import { type Delivering, openDelivering } from '../support/delivering.ts';

let bot: Delivering;
afterEach(() => bot.tools.store.close());

const seconds = (at: Temporal.Instant | null) => at?.since(bot.tools.clock.now()).total('seconds');
const warned = () => bot.tools.log.lines.filter(line => line.level === 'warn').map(line => line.message);

describe.each([
  { platform: 'a platform that knows a key again for two minutes', window: 120_000 },
  { platform: 'a platform that only shows what was posted', window: 0 },
])('$platform', ({ window }) => {
  test.each(['lost before', 'lost after'] as const)('56. an answer that is %s: one visible, order kept', async fate => {
    bot = await openDelivering({ window });
    await bot.owe('1', '2', '3');
    bot.platform.fates.push('lost before', fate, fate);
    await bot.finish();
    expect(bot.platform.titles()).toEqual(['1', '2', '3'].map(key => `Note ${key} of the harbour office`));
    expect(await bot.states()).toEqual(['sent', 'sent', 'sent']);
    expect((await bot.tools.store.deliveries()).map(one => one.receipt?.message)).toEqual(['m3', 'm2', 'm1']);
  });

  test('2. a process that dies before the answer comes: one visible, without another start', async () => {
    bot = await openDelivering({ window });
    await bot.owe('1', '2');
    bot.platform.fates.push('lost after');
    await bot.turn();
    await bot.tools.store.recover(bot.tools.clock.now().toString());
    await bot.finish();
    expect(bot.platform.shown).toHaveLength(2);
    expect(await bot.states()).toEqual(['sent', 'sent']);
  });

  test('3. and 4. looked at ten minutes later it is found by its key: one visible', async () => {
    bot = await openDelivering({ window });
    await bot.owe('1');
    bot.platform.fates.push('lost after');
    await bot.turn();
    bot.tools.later({ minutes: 10 });
    await bot.finish();
    expect(bot.platform.requests).toHaveLength(1);
    expect(bot.platform.shown).toHaveLength(1);
    expect(await bot.states()).toEqual(['sent']);
  });
});

test('a platform that knows keys is sent the very same request, with more and more time between', async () => {
  bot = await openDelivering({ window: 120_000 });
  await bot.owe('1');
  bot.platform.fates.push(...Array<'lost before'>(12).fill('lost before'));
  await bot.turn();
  const started = bot.tools.clock.now();
  expect(seconds(await bot.drain())).toBe(1);
  await bot.finish();
  const [first, ...others] = bot.platform.requests;
  for (const request of others) expect(request).toEqual(first);
  expect(bot.platform.shown).toHaveLength(1);
  expect(bot.platform.requests.length).toBeLessThan(15);
  expect(bot.tools.clock.now().since(started).total('seconds')).toBeGreaterThan(120);
});

test.each(['wait', 'hold', 'dead', 'suspend', 'down'] as const)(
  'a request that is sent again and refused (%s) leaves the one before in doubt: the platform is asked',
  async is => {
    bot = await openDelivering({ window: 120_000 });
    await bot.owe('1', '2');
    const at = bot.tools.clock.now().add({ minutes: 5 }).toString();
    bot.platform.fates.push('lost after', { is, at, reason: 'not now' } as Outcome);
    await bot.finish();
    expect(bot.platform.shown).toHaveLength(2);
    expect(await bot.states()).toEqual(['sent', 'sent']);
  },
);

test('5. a request that waited for its turn is not asked for before it has settled', async () => {
  bot = await openDelivering();
  await bot.owe('1');
  bot.platform.fates.push('lost before');
  bot.platform.turn = () => bot.tools.later({ seconds: 25 });
  await bot.turn();
  expect(seconds(await bot.drain())).toBe(30);
});

test('5. what a process was sending when it died may have left until the next one starts', async () => {
  bot = await openDelivering();
  await bot.owe('1');
  const [owed] = await bot.tools.store.deliveries();
  await bot.tools.store.claim(owed?.id ?? 0, {}, bot.tools.clock.now().toString());
  bot.tools.later({ seconds: 25 });
  await bot.restart();
  expect(seconds(await bot.drain())).toBe(30);
});

test('5. a request may still be carried out for a while: nothing is asked before that', async () => {
  bot = await openDelivering();
  await bot.owe('1');
  bot.platform.fates.push('lost before');
  await bot.turn();
  expect(seconds(await bot.drain())).toBe(30);
  bot.tools.later({ seconds: 29 });
  expect(seconds(await bot.drain())).toBe(1);
  expect(await bot.states()).toEqual(['unsure']);
  bot.tools.later({ seconds: 1 });
  await bot.drain();
  expect(await bot.states()).toEqual(['sent']);
  expect(bot.platform.requests).toHaveLength(2);
});

test('a record that cannot be read now is asked for again after 5 s, 10 s, 20 s and so on to 5 min; nothing is sent', async () => {
  bot = await openDelivering();
  await bot.owe('1', '2');
  bot.platform.fates.push('lost after');
  const wait = { is: 'wait', at: '2025-12-05T00:00:00Z', reason: 'slow down' } as const;
  bot.platform.answers.push(...Array<typeof wait>(8).fill(wait));
  await bot.turn();
  bot.tools.later({ seconds: 30 });
  const waits: (number | undefined)[] = [];
  for (let tries = 0; tries < 8; tries++) {
    const at = await bot.drain();
    waits.push(seconds(at));
    if (at) bot.tools.later(at.since(bot.tools.clock.now()));
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  expect(bot.platform.requests).toHaveLength(1);
  await bot.finish();
  expect(bot.platform.requests).toHaveLength(2);
  expect(bot.platform.shown).toHaveLength(2);
  expect(warned()).toEqual(['not delivered', 'whether it arrived cannot be told']);
});

test('where nobody can be asked it is held, and the next one is sent', async () => {
  bot = await openDelivering();
  await bot.owe('1', '2');
  bot.platform.fates.push('lost after');
  bot.platform.answers.push({ is: 'hold', reason: 'no permission to read' });
  await bot.finish();
  expect(await bot.states()).toEqual(['held', 'sent']);
});

test('62. an alert that is unfollowed while it is unsure is asked for, and not sent again', async () => {
  bot = await openDelivering({ window: 120_000 });
  await bot.owe('1');
  bot.platform.fates.push('lost before');
  await bot.turn();
  await bot.tools.store.unfollow(1, bot.tools.clock.now().toString());
  await bot.finish();
  expect(bot.platform.requests).toHaveLength(1);
  expect(await bot.states()).toEqual(['dead']);
});

test.each([
  ['within the window it is repeated all the same', 0, 1, 2],
  ['after it nothing is, though it looks as if it had just left', 180, 0, 1],
])('16. a clock that goes back an hour: %s', async (_, after, wait, requests) => {
  bot = await openDelivering({ window: 120_000 });
  await bot.owe('1');
  bot.platform.fates.push('lost after');
  await bot.turn();
  bot.tools.later({ seconds: after });
  bot.tools.jump({ seconds: -3600 - after });
  expect(seconds(await bot.drain()) ?? 0).toBe(wait);
  await bot.finish();
  expect(bot.platform.requests).toHaveLength(requests);
  expect(bot.platform.shown).toHaveLength(1);
  expect(await bot.states()).toEqual(['sent']);
});

test.each([
  ['the first', 0],
  ['the second', 1],
])(
  '16. a clock that is put forward a day while %s request may still be carried out: it is shown once',
  async (_, lost) => {
    bot = await openDelivering();
    await bot.owe('1', '2');
    for (let nth = 0; nth < lost; nth++) {
      bot.platform.fates.push('lost before');
      await bot.turn();
      bot.tools.later({ seconds: 30 });
      await bot.turn();
    }
    bot.platform.fates.push('lost, late');
    await bot.turn();
    bot.tools.later({ seconds: 1 });
    bot.tools.jump({ hours: 24 });
    expect(seconds(await bot.drain())).toBe(29);
    bot.tools.later({ seconds: 28 });
    for (const carryOut of bot.platform.late.splice(0)) carryOut();
    await bot.finish();
    expect(bot.platform.titles()).toEqual(['1', '2'].map(key => `Note ${key} of the harbour office`));
    expect(await bot.states()).toEqual(['sent', 'sent']);
  },
);

test('300 alerts that waited go as thirty messages, in order', async () => {
  bot = await openDelivering();
  const keys = Array.from({ length: 300 }, (_, at) => `${at + 1}`);
  await bot.owe(...keys);
  await bot.finish();
  expect(bot.platform.shown).toHaveLength(30);
  expect(bot.platform.shown[0]?.body).toMatchObject({ kind: 'group', title: '10 new releases' });
  expect(bot.platform.titles()).toEqual(keys.map(key => `Note ${key} of the harbour office`));
});
