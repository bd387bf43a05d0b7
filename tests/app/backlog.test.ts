import { join } from 'node:path';
import { createElapsed } from '../../src/app/elapsed.ts';
import '@slack/bolt';
import { DefaultRestOptions } from 'discord.js';
import { afterEach, expect, test, vi } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import type { Platform } from '../../src/core/destination.ts';
import { openInProcess } from '../../src/dispatch/in-process.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chances, type Limited, limitedDiscord, limitedSlack } from '../support/limited-platforms.ts';
import { silentLog } from '../support/silent-log.ts';
import { type SimulatedTime, simulateTime } from '../support/simulated-time.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

const RELEASES = 300;
const CHANNELS = 50;
/** Ten releases to a message. */
const MESSAGES = RELEASES / 10;
const PATIENCE = { timeout: 240_000 };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Sends what has gathered in three days, and gives the seconds that this took by the simulated clock. */
async function send(
  platform: Platform,
  channel: Channel,
  ids: readonly string[],
  time: SimulatedTime,
  limited: Limited,
) {
  const real = await openStore(`sqlite:${join(temporaryFolder(), 'gwanbo.db')}`, {
    authority: 'x.example',
    now: time.now().subtract({ hours: 72 }).toString(),
  });
  closers.push(() => real.close());
  const store = time.attend(real);
  const destinations = ids.map(id => `${platform}:${id}`);
  const releases = Array.from({ length: RELEASES }, (_, at) => release(String(at + 1)));
  const now = time.now().toString();
  const deliveries = [];
  for (const to of destinations) {
    const { subscription } = await real.follow(asks(to), now);
    deliveries.push(...releases.map(one => alert(one, to, [subscription.id])));
  }
  await real.record({ ...batch(releases, { deliveries }), at: now });
  const log = silentLog();
  const dispatcher = openInProcess({ now: time.now, log });
  closers.push(() => dispatcher.stop(0));
  const elapsed = createElapsed(() => time.now().epochMilliseconds);
  dispatcher.start(to =>
    deliver(to, {
      store,
      runtime: { now: time.now, log },
      channels: new Map([[platform, channel]]),
      nameOf: id => id,
      labelsOf: () => [],
      headingOf: () => null,
      matches: () => true,
      settleMs: 30_000,
      elapsed,
      page: null,
    }),
  );
  for (const to of destinations) dispatcher.wake(to);
  const chance = chances();
  vi.spyOn(Math, 'random').mockImplementation(() => chance([0, 1e6]) / 1e6);
  const started = time.now();
  const total = ids.length * MESSAGES;
  await time.until(() => limited.taken.length >= total);
  const lasted = time.now().since(started).total('seconds');
  // The last answers come in, and are written down.
  await time.drain();
  expect((await real.tally()).deliveries).toMatchObject({ sent: ids.length * RELEASES });
  return lasted;
}

/** Every title, in the order of its release, for each channel. */
function expectAllInOrder(ids: readonly string[], { taken, complaints }: Limited): void {
  expect(complaints).toEqual([]);
  const wanted = Array.from({ length: RELEASES }, (_, at) => at + 1);
  for (const id of ids) {
    const bodies = taken.filter(one => one.channel === id).map(one => JSON.stringify(one.body));
    expect(bodies).toHaveLength(MESSAGES);
    const seen = bodies.flatMap(body => [
      ...new Set([...body.matchAll(/Note (\d+) of the harbour office/g)].map(([, nth]) => Number(nth))),
    ]);
    expect(seen).toEqual(wanted);
  }
}

test(
  '58. 300 releases for 50 Slack channels after three days: ten a message, in order, within the limits',
  PATIENCE,
  async () => {
    const time = simulateTime('2026-03-05T00:00:00Z');
    const limited = limitedSlack(
      new Map([
        [200, 3],
        [700, 5],
        [1100, 1],
      ]),
    );
    vi.stubGlobal('fetch', limited.fetch);
    const channel = openSlack({
      botToken: 'xoxb-1-2-backlog',
      apiUrl: 'http://slack.test/api/',
      log: silentLog(),
      now: time.now,
    });
    closers.push(() => channel.close());
    const ids = Array.from({ length: CHANNELS }, (_, at) => `C${String(at).padStart(4, '0')}`);
    const lasted = await send('slack', channel, ids, time, limited);
    expectAllInOrder(ids, limited);
    const bound = Math.max((CHANNELS * MESSAGES) / 5, MESSAGES - 1) + limited.held();
    expect(lasted).toBeLessThan(1.2 * bound);
  },
);

test(
  '58. 300 releases for 50 Discord channels after three days: ten a message, in order, within the limits',
  PATIENCE,
  async () => {
    const time = simulateTime('2026-03-05T00:00:00Z');
    const limited = limitedDiscord(
      new Map([
        [400, 2],
        [1000, 1],
      ]),
    );
    vi.spyOn(DefaultRestOptions, 'makeRequest').mockImplementation(limited.makeRequest as never);
    const channel = openDiscord({
      token: 'MTIz.backlog.token',
      apiUrl: 'http://discord.test/api',
      log: silentLog(),
      now: time.now,
    });
    closers.push(() => channel.close());
    const ids = Array.from({ length: CHANNELS }, (_, at) => String(800_000_000_000_000_100n + BigInt(at)));
    const lasted = await send('discord', channel, ids, time, limited);
    expectAllInOrder(ids, limited);
    const bound = Math.max((CHANNELS * MESSAGES) / 50, (MESSAGES / 5 - 1) * 5) + limited.held();
    expect(lasted).toBeLessThan(1.2 * bound);
  },
);
