import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRefusals } from '../../src/channels/discord/refusals.ts';
import { CHANNEL, type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import { POSTING } from '../support/fake-discord-world.ts';
import { cardOf, openAgainst, post, TOKEN } from './discord-setup.ts';

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
beforeEach(async () => {
  fake = await startFakeDiscord({ token: TOKEN });
  channel = openAgainst(fake);
});
afterEach(async () => {
  await channel.close();
  fake.assertPolite();
  await fake.close();
});

const rooms = (count: number) =>
  Array.from({ length: count }, (_, at) => fake.addChannel({ id: String(800_000_000_000_000_100n + BigInt(at)) }));
const postAll = (list: readonly { readonly id: string }[], key = 'a') =>
  Promise.all(list.map(({ id }, at) => post(channel, cardOf(), `${key}${String(at).padStart(18, 'x')}z`, id)));
const count = (outcomes: readonly { readonly is: string }[], is: string) =>
  outcomes.filter(one => one.is === is).length;

test('50. fifty channels that all refuse us at once make at most ten refused requests a minute', async () => {
  const list = rooms(50);
  for (const room of list) room.permissions = ['ViewChannel'];
  const outcomes = await postAll(list);
  const refused = fake.requests.filter(({ status }) => status === 403).length;
  expect(refused).toBeLessThanOrEqual(10);
  expect(count(outcomes, 'suspend')).toBe(refused);
  expect(count(outcomes, 'wait')).toBe(50 - refused);
  const before = fake.requests.length;
  expect(await post(channel, cardOf(), 'other')).toMatchObject({
    is: 'wait',
    reason: 'Discord has refused many requests; gwanbo pauses by itself',
  });
  expect(fake.requests.length, 'it stops by itself').toBe(before);
});

test('50. a hundred channels at once are more than Discord takes in a second: some wait, none is refused', async () => {
  const outcomes = await postAll(rooms(100));
  expect(count(outcomes, 'sent')).toBeGreaterThan(0);
  expect(count(outcomes, 'sent') + count(outcomes, 'wait')).toBe(100);
  expect(fake.requests.every(({ status }) => status === 200)).toBe(true);
});

test('50. a limit of scope shared is no refusal of ours, and holds one channel alone', async () => {
  const list = rooms(12);
  for (const { id } of list) fake.script({ fault: 'rateLimit', retryAfter: 60, scope: 'shared', channel: id });
  expect(count(await postAll(list), 'wait')).toBe(12);
  expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
});

describe('the allowance of refused requests', () => {
  test('is given back a minute later, and what is under way counts', async () => {
    let now = 0;
    const refusals = createRefusals(() => now);
    for (let at = 0; at < 9; at++) expect(await refusals.enter()).toBeNull();
    let entered = false;
    const tenth = refusals.enter().then(wait => {
      entered = true;
      return wait;
    });
    await new Promise(done => setImmediate(done));
    expect(entered).toBe(false);
    for (let at = 0; at < 9; at++) refusals.count(403, null);
    refusals.leave();
    expect(await tenth).toEqual({ after: 60_000, busy: false });
    now = 60_000;
    for (let at = 0; at < 8; at++) refusals.leave();
    expect(await refusals.enter()).toBeNull();
  });

  test('what waits too long for its turn is left to the outbox: a nonce is not known for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const refusals = createRefusals();
      for (let at = 0; at < 9; at++) await refusals.enter();
      const tenth = refusals.enter();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await tenth).toEqual({ after: 5_000, busy: true });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    [401, null, true],
    [403, null, true],
    [429, 'user', true],
    [429, null, true],
    [429, 'shared', false],
    [404, null, false],
    [200, null, false],
  ] as const)('%i of scope %s counts: %s', async (status, scope, counts) => {
    const refusals = createRefusals(() => 0);
    for (let at = 0; at < 9; at++) refusals.count(status, scope);
    expect((await refusals.enter()) === null).toBe(!counts);
  });
});

describe('51. a destination that refuses everything', () => {
  const refusedWith = async (reason: RegExp) => {
    const before = fake.requests.length;
    expect(await post(channel, cardOf(), 'key-of-the-refused')).toMatchObject({
      is: 'suspend',
      reason: expect.stringMatching(reason),
    });
    expect(fake.requests.length - before, 'one request').toBe(1);
  };

  test('deleted', async () => {
    fake.removeChannel(CHANNEL);
    await refusedWith(/deleted/);
    fake.addChannel({ id: CHANNEL });
    expect(await post(channel, cardOf(), 'key-of-the-refused')).toMatchObject({ is: 'sent' });
  });

  test('a permission lost and given back', async () => {
    const room = fake.channels.get(CHANNEL);
    room!.permissions = ['ViewChannel', 'SendMessages'];
    await refusedWith(/needs View Channel/);
    room!.permissions = [...POSTING];
    expect(await post(channel, cardOf(), 'key-of-the-refused')).toMatchObject({ is: 'sent' });
  });

  test('the bot kicked, and invited again', async () => {
    const room = fake.channels.get(CHANNEL);
    room!.permissions = [];
    await refusedWith(/View Channel/);
    fake.script({ fault: 'status', status: 404, code: 10_004 });
    await refusedWith(/invite it again/);
    room!.permissions = [...POSTING];
    expect(await post(channel, cardOf(), 'key-of-the-refused')).toMatchObject({ is: 'sent' });
  });

  test('a thread archived and locked, and opened again', async () => {
    const thread = fake.addChannel({ id: '800000000000000003', type: 11, archived: true, locked: true });
    expect(await post(channel, cardOf(), 'key', thread.id)).toMatchObject({ is: 'suspend' });
    thread.locked = false;
    expect(await post(channel, cardOf(), 'key', thread.id)).toMatchObject({ is: 'sent' });
  });

  test('a guild in outage suspends nothing: it is unsure, and then seen once', async () => {
    fake.script({ fault: 'status', status: 503, html: true, times: 3 });
    for (let times = 0; times < 3; times++) expect(await post(channel, cardOf())).toMatchObject({ is: 'unsure' });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
    expect(fake.messages(CHANNEL)).toHaveLength(1);
  });
});

test('52. a refused token stops all asking; with a new one the same messages arrive once each', async () => {
  const wrong = openAgainst(fake, 'wrong.token');
  expect(await post(wrong, cardOf())).toMatchObject({ is: 'down', reason: expect.stringContaining('DISCORD_TOKEN') });
  const before = fake.requests.length;
  for (let at = 0; at < 20; at++) expect(await post(wrong, cardOf(), `key${at}`)).toMatchObject({ is: 'down' });
  expect(fake.requests.length).toBe(before);
  await wrong.close();
  for (const key of ['key0', 'key1', 'key1']) expect(await post(channel, cardOf(), key)).toMatchObject({ is: 'sent' });
  expect(fake.messages(CHANNEL)).toHaveLength(2);
});
