import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { repair } from '../../src/app/repair.ts';
import type { Outcome } from '../../src/core/delivery.ts';
import { openInProcess } from '../../src/dispatch/in-process.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { openPlatform } from '../support/memory-platform.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
});
afterEach(() => bot.tools.store.close());

const DEADLINES = { request: 10, record: 10 };
const hangs = () => new Promise<never>(() => {});

/** A bot whose channel is the platform, but for what the test says. */
const toolsOf = (channel: Partial<Channel>, more: Partial<DeliverTools> = {}): DeliverTools => ({
  store: bot.tools.store,
  runtime: { now: bot.tools.clock.now, log: bot.tools.log },
  channels: new Map([['slack', { ...bot.platform.channel, ...channel }]]),
  nameOf: id => id,
  labelsOf: () => [],
  headingOf: () => null,
  matches: () => true,
  settleMs: 30_000,
  elapsed: bot.tools.elapsed,
  deadlines: DEADLINES,
  page: null,
  ...more,
});
const logged = () => bot.tools.log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
const first = async () => (await bot.tools.store.deliveries()).at(-1);

test('a post that is never answered is unsure from its deadline on; what comes later settles nothing', async () => {
  await bot.owe('1');
  const { clock, later } = bot.tools;
  const { promise: hung, resolve: answer } = Promise.withResolvers<Outcome>();
  const sends: Channel['send'][] = [
    () => {
      later({ seconds: 40 });
      return hung;
    },
    async (...of) => {
      answer({ is: 'sent', receipt: { channel: 'C0001', message: 'm9' } });
      await soon();
      expect(await first()).toMatchObject({ state: 'sending', receipt: null });
      return bot.platform.channel.send(...of);
    },
  ];
  const looks: Channel['history'][] = [hangs];
  const tools = toolsOf({
    send: (...of) => (sends.shift() ?? bot.platform.channel.send)(...of),
    history: (...of) => (looks.shift() ?? bot.platform.channel.history)(...of),
  });
  await deliver(HERE, tools);
  const since = clock.now().toString();
  expect(await first()).toMatchObject({
    state: 'unsure',
    startedAt: since,
    reason: expect.stringMatching(/none came$/),
  });
  expect((await deliver(HERE, tools))?.toString()).toBe(clock.now().add({ seconds: 30 }).toString());

  later({ seconds: 30 });
  await deliver(HERE, tools);
  expect(await first()).toMatchObject({ state: 'unsure', startedAt: since });
  later({ seconds: 5 });
  await deliver(HERE, tools);
  expect(await first()).toMatchObject({ state: 'queued' });
  await deliver(HERE, tools);
  expect(await first()).toMatchObject({ state: 'sent', receipt: { message: 'm1' } });
  expect(logged()).toEqual([
    'a channel never answered while it was sending',
    'a channel never answered while it was asked what it shows',
  ]);
});

test('what a channel has not let go by the deadline never leaves, whatever it was called for', async () => {
  await bot.owe('1');
  const held: (() => void)[] = [];
  const came: string[] = [];
  /** Goes on long after its deadline, as a channel does that waited for its turn. */
  const late =
    <A extends readonly unknown[]>(name: string) =>
    (...of: A): Promise<never> =>
      new Promise((_, reject) =>
        held.push(() => {
          const signal = of.find(one => one instanceof AbortSignal);
          came.push(`${name} ${signal?.aborted ? 'is over' : 'leaves'}`);
          reject(signal?.reason ?? new Error('nobody said that it is over'));
        }),
      );
  const { channel } = bot.platform;
  await deliver(HERE, toolsOf({ send: late('a post') }));
  bot.tools.later({ seconds: 40 });
  await deliver(HERE, toolsOf({ history: late('a reading') }));
  bot.tools.later({ seconds: 40 });
  await bot.finish();
  await bot.revise('1', { title: 'Mended' });
  await deliver(HERE, toolsOf({ edit: late('a change') }));
  bot.platform.shown.push({ ...bot.platform.shown[0], id: 'm7' } as (typeof bot.platform.shown)[number]);
  await repair({ ...bot.tools, ...toolsOf({ history: channel.history, remove: late('taking away') }) });
  for (const release of held) release();
  await soon();
  expect(came).toEqual(['a post is over', 'a reading is over', 'a change is over', 'taking away is over']);
});

test('a change that is never answered is made again after its time; a copy that cannot be taken away stays', async () => {
  await bot.owe('1');
  await bot.finish();
  await bot.revise('1', { title: 'Mended' });
  const late = toolsOf({ edit: hangs });
  await deliver(HERE, late);
  const [edit] = await bot.tools.store.deliveries();
  expect(edit).toMatchObject({ form: 'edit', state: 'waiting', reason: expect.stringMatching(/none came$/) });
  await bot.revise('1', { title: 'Mended again' });
  await bot.drain();
  expect(bot.platform.shown).toMatchObject([{ edits: 0 }]);
  await bot.finish();
  expect(bot.platform.titles()).toEqual(['Mended again']);

  bot.platform.shown.push({ ...bot.platform.shown[0], id: 'm7' } as (typeof bot.platform.shown)[number]);
  expect(await repair({ ...bot.tools, ...toolsOf({ remove: hangs }) })).toBe(0);
  expect(logged()).toEqual([
    'a channel never answered while it was changing a message',
    'a channel never answered while it was taking a copy away',
    'a message is shown twice, and the copy cannot be taken away',
  ]);
});

test('a channel that never answers a post keeps neither its own lane nor others for ever', async () => {
  const elsewhere = 'slack:C0002';
  const { store, log } = bot.tools;
  const now = () => Temporal.Now.instant();
  const platform = openPlatform(now);
  for (const [key, to] of Object.entries({ 1: HERE, 2: HERE, 3: elsewhere })) {
    const { subscription } = await store.follow(asks(to), now().toString());
    await store.record(batch([release(key)], { deliveries: [alert(release(key), to, [subscription.id])] }));
  }
  let sends = 0;
  const channel: Partial<Channel> = {
    ...platform.channel,
    send: (to, message) => (to.channel === 'C0001' && sends++ === 0 ? hangs() : platform.channel.send(to, message)),
  };
  const tools = toolsOf(channel, {
    settleMs: 10,
    elapsed: createElapsed(() => performance.now()),
    runtime: { now, log },
  });
  const dispatcher = openInProcess({ now, log });
  dispatcher.start(destination => deliver(destination, tools));
  for (const to of [HERE, elsewhere]) dispatcher.wake(to);
  const states = async () => (await store.deliveries()).map(({ state }) => state);
  await vi.waitFor(async () => expect(await states()).toEqual(['sent', 'sent', 'sent']), { timeout: 20_000 });
  await dispatcher.stop(1000);
  expect(platform.titles().toSorted()).toEqual([1, 2, 3].map(nth => `Note ${nth} of the harbour office`));
  expect(logged()).toEqual(['a channel never answered while it was sending']);
});
