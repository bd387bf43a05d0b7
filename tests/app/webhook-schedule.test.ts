import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { PAUSES } from '../../src/channels/webhook/limits.ts';
import { openWebhook } from '../../src/channels/webhook/webhook.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { startReceiver } from '../support/fake-receiver.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

/** A receiver that fails, the real channel, the real record, and a clock that jumps to whenever there is something to do. */
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let channel: Channel;
let tools: Awaited<ReturnType<typeof openTools>>;
let how: DeliverTools;
let to: string;
let subscription: number;

beforeEach(async () => {
  receiver = await startReceiver(null);
  to = `webhook:${receiver.url}`;
  tools = await openTools();
  const runtime = { now: tools.clock.now, log: tools.log };
  channel = openWebhook({ ...runtime, signersOf: () => [], agent: 'gwanbo-test', chance: () => 0 });
  how = {
    store: tools.store,
    runtime,
    channels: new Map([['webhook', channel]]),
    nameOf: id => id,
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: tools.elapsed,
    headingOf: () => null,
    matches: () => true,
    page: null,
  };
  const at = tools.clock.now().toString();
  subscription = (await tools.store.follow(asks(to), at)).subscription.id;
  const deliveries = [alert(release('a'), to, [subscription])];
  await tools.store.record({ ...batch([release('a')], { deliveries }), at });
});
afterEach(async () => {
  await channel.close();
  await receiver.close();
});

/** Works until nothing is left to do, while the receiver answers 503. @returns seconds between a request and the next */
async function fail(times = Number.POSITIVE_INFINITY): Promise<readonly number[]> {
  const pauses: number[] = [];
  const before = receiver.requests.length;
  while (receiver.requests.length - before < times) {
    receiver.next({ status: 503 });
    await deliver(to, how);
    const next = await tools.store.next(to, tools.clock.now().toString());
    if (next === null) break;
    if (!('at' in next)) continue;
    const wait = Temporal.Instant.from(next.at).since(tools.clock.now());
    pauses.push(wait.total('seconds'));
    tools.later(wait);
  }
  expect(receiver.requests.length - before).toBeGreaterThanOrEqual(pauses.length);
  return pauses;
}

const SCHEDULE = PAUSES.map(pause => pause / 1000);
const subscribed = async () => (await tools.store.subscription(subscription))?.state;
const now = () => tools.clock.now().toString();

test('a receiver that fails for days is written to by the schedule, and no more then', async () => {
  expect(await fail()).toEqual(SCHEDULE);
  expect(receiver.requests).toHaveLength(SCHEDULE.length + 1);
  expect(await subscribed()).toBe('suspended');
});

test('after it was mended and resumed the schedule begins anew', async () => {
  await fail();
  await tools.store.setState(subscription, 'active', null, now());
  expect(await fail()).toEqual(SCHEDULE);
  await tools.store.setState(subscription, 'active', null, now());
  await deliver(to, how);
  expect(receiver.taken()).toHaveLength(1);
});

test('our own restarts are no failures of the receiver', async () => {
  await fail(1);
  for (let times = 0; times < 3; times++) {
    const work = await tools.store.next(to, now());
    if (work === null || 'at' in work || work.is === 'due') throw new Error('nothing to send');
    if (work.is === 'unsure') await tools.store.claimAgain(work.delivery.id, now());
    else await tools.store.claim(work.delivery.id, undefined, now());
    await tools.store.recover(now());
    tools.later({ seconds: 60 });
  }
  expect(await fail()).toEqual(SCHEDULE.slice(1));
});

async function correct(): Promise<void> {
  await deliver(to, how);
  const before = await tools.store.release('harbour/a');
  const after = { ...before!, title: 'Another Title', revision: 2, updated: now() };
  await tools.store.record({ ...batch([], { revised: [{ after, fingerprint: 't-a' }] }), at: now() });
}

test('a correction that a gateway gave up on is not sent again while the receiver may still be at work on it', async () => {
  await correct();
  receiver.next({ status: 504 });
  await deliver(to, how);
  const since = tools.clock.now();
  for (const asked = receiver.requests.length; receiver.requests.length === asked; await deliver(to, how)) {
    const next = await tools.store.next(to, now());
    if (next === null) throw new Error('it was forgotten');
    if ('at' in next) tools.later(Temporal.Instant.from(next.at).since(tools.clock.now()));
  }
  expect(tools.clock.now().since(since).total('milliseconds')).toBe(how.settleMs);
  expect(receiver.taken()).toHaveLength(2);
});

test('a correction that is refused goes by the same schedule', async () => {
  await correct();
  expect(await fail()).toEqual(SCHEDULE);
  expect(await subscribed()).toBe('suspended');
});
