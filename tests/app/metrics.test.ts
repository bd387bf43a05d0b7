import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openMetrics } from '../../src/app/metrics.ts';
import { makeRounds } from '../../src/app/rounds.ts';
import { HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, poll, release } from '../support/store-samples.ts';

const HOOK = 'webhook:https://hooks.example.org/T0/secret-of-the-address';

async function open() {
  const bot = await openDelivering();
  onTestFinished(() => bot.tools.store.close());
  const metrics = openMetrics(bot.tools);
  const server = createServer(metrics.listener);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const ask = (method = 'GET') => fetch(url, { method });
  /** The samples, by name and labels. */
  const samples = async () => {
    const text = await (await ask()).text();
    const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };
  return { bot, metrics, ask, samples };
}

test('what is listed, owed, sent and in trouble, by source and platform', async () => {
  const { bot, metrics, samples } = await open();
  const { store, clock, later } = bot.tools;
  const now = () => clock.now().toString();
  await store.enrol(['harbour'], now());
  const { subscription } = await store.follow(asks(HERE), now());
  const hooked = await store.follow(asks(HOOK), now());
  const one = release('1', { firstSeen: now() });
  await store.record({
    ...batch([one], {
      listed: [{ key: '1', release: one.id }],
      poll: poll(now()),
      deliveries: [alert(one, HERE, [subscription.id]), alert(one, HOOK, [hooked.subscription.id])],
    }),
    at: now(),
  });
  await makeRounds({ ...bot.tools, channels: new Map() });
  metrics.polled({ source: 'harbour', status: 'new', new: 1, revised: 0, adopted: 0, error: null });
  metrics.polled({ source: 'harbour', status: 'unchanged', new: 0, revised: 0, adopted: 0, error: null });
  metrics.polled({ source: 'harbour', status: 'unchanged', new: 0, revised: 0, adopted: 0, error: null });
  const health = {
    findings: [{ is: 'trouble', concern: 'reading', kind: 'network', what: 'x', since: now(), count: 2 } as const],
    tell: 'console',
  };
  await store.polled(poll(now(), { status: 'unhealthy', fault: 'network', error: 'x', health }));
  later({ seconds: 3 });
  await bot.drain();
  later({ minutes: 11 });
  expect(await samples()).toMatchObject({
    'gwanbo_listed_items{source="harbour"}': 1,
    'gwanbo_unaccounted_items{source="harbour"}': 0,
    'gwanbo_overdue_deliveries{platform="webhook"}': 1,
    'gwanbo_overdue_deliveries{platform="console"}': 1,
    'gwanbo_deliveries{platform="slack",state="sent"}': 1,
    'gwanbo_deliveries{platform="webhook",state="queued"}': 1,
    'gwanbo_polls_total{source="harbour",status="new"}': 1,
    'gwanbo_polls_total{source="harbour",status="unchanged"}': 2,
    'gwanbo_incidents_open{concern="reading"}': 1,
    'gwanbo_delivery_latency_seconds_bucket{le="2",platform="slack"}': 0,
    'gwanbo_delivery_latency_seconds_bucket{le="5",platform="slack"}': 1,
    'gwanbo_delivery_latency_seconds_sum{platform="slack"}': 3,
    gwanbo_last_audit_timestamp_seconds: Temporal.Instant.from('2025-12-05T01:00:00Z').epochMilliseconds / 1000,
  });

  await store.polled(
    poll(now(), { status: 'unchanged', health: { findings: [{ is: 'well', concern: 'reading' }], tell: 'console' } }),
  );
  later({ minutes: 1 });
  const again = await samples();
  expect(again, 'counted once, however often it is asked').toMatchObject({
    'gwanbo_polls_total{source="harbour",status="unchanged"}': 2,
    'gwanbo_delivery_latency_seconds_count{platform="slack"}': 1,
  });
  expect(again).not.toHaveProperty(['gwanbo_incidents_open{concern="reading"}']);
});

test('names no channel, no address and no person, and can only be read', async () => {
  const { bot, ask } = await open();
  const one = release('1');
  await bot.tools.store.record(batch([one], { deliveries: [{ ...alert(one, HOOK, []), why: [] }] }));
  await bot.owe('2');
  await bot.drain();
  bot.tools.later({ minutes: 20 });
  const answer = await ask();
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('platform="webhook"');
  for (const hidden of ['hooks.example', 'secret-of', 'C0001', 'cli']) expect(text).not.toContain(hidden);
  expect(await (await ask('HEAD')).text()).toBe('');
  expect(await ask('POST')).toMatchObject({ status: 405 });
});

test('what was sent is counted before anybody asks, and once', async () => {
  const { bot, metrics, samples } = await open();
  const sent = async (key: string) => {
    const one = release(key, { firstSeen: bot.tools.clock.now().toString() });
    const { subscription } = await bot.tools.store.follow(asks(HERE), bot.tools.clock.now().toString());
    const deliveries = [alert(one, HERE, [subscription.id])];
    await bot.tools.store.record({ ...batch([one], { deliveries }), at: bot.tools.clock.now().toString() });
    bot.tools.later({ seconds: 3 });
    await bot.drain();
  };
  let asked = 0;
  const { latencies } = bot.tools.store;
  Object.assign(bot.tools.store, {
    latencies: (from: string, before: string) => {
      asked += 1;
      return latencies(from, before);
    },
  });
  await sent('1');
  metrics.tick();
  expect(asked, 'a second is no time').toBe(0);
  bot.tools.later({ minutes: 16 });
  metrics.tick();
  metrics.tick();
  expect(asked).toBe(1);
  await sent('2');
  bot.tools.later({ minutes: 1 });
  expect(await samples()).toMatchObject({
    'gwanbo_delivery_latency_seconds_bucket{le="2",platform="slack"}': 0,
    'gwanbo_delivery_latency_seconds_bucket{le="+Inf",platform="slack"}': 2,
    'gwanbo_delivery_latency_seconds_count{platform="slack"}': 2,
    'gwanbo_delivery_latency_seconds_sum{platform="slack"}': 6,
  });
});
