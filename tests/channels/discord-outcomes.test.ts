import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RULES } from '../../src/channels/discord/codes.ts';
import { verdictOf } from '../../src/channels/discord/outcomes.ts';
import type { Outcome } from '../../src/core/delivery.ts';
import { CHANNEL, type FakeDiscord, type Fault, startFakeDiscord } from '../support/fake-discord.ts';
import { cardOf, openAgainst, post, TOKEN } from './discord-setup.ts';

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
beforeAll(async () => {
  fake = await startFakeDiscord({ token: TOKEN, limit: { posts: 1000, ms: 1000 }, global: 10_000 });
});
afterAll(() => fake.close());
afterEach(() => channel.close());

let count = 0;
let key = '';
beforeEach(() => {
  channel = openAgainst(fake);
  key = `key${String(count++).padStart(17, 'a')}`;
});
const visible = () => fake.messages(CHANNEL).filter(message => message.nonce === `${key}-1`);
const now = () => Temporal.Now.instant().toString();

/** Code, status, outcome, words of the reason. */
const CASES: readonly (readonly [number, number, Outcome['is'], RegExp])[] = [
  [10003, 404, 'suspend', /channel was deleted/],
  [10004, 404, 'suspend', /no longer in this Discord server/],
  [10013, 404, 'suspend', /does not know this person/],
  [10087, 404, 'wait', /tag .* taken away/],
  [20009, 400, 'dead', /explicit content/],
  [20016, 400, 'wait', /slow down/],
  [20022, 400, 'wait', /slow down/],
  [20028, 400, 'wait', /slow down/],
  [20029, 400, 'wait', /slow down/],
  [40002, 400, 'hold', /verified/],
  [40003, 400, 'wait', /slow down/],
  [40004, 400, 'wait', /for now/],
  [40006, 400, 'wait', /for now/],
  [40058, 400, 'hold', /kind of channel/],
  [40062, 400, 'wait', /slow down/],
  [40066, 400, 'hold', /anybody may set/],
  [40067, 400, 'hold', /tag/],
  [40333, 403, 'wait', /refuses us/],
  [30046, 400, 'hold', /older than an hour/],
  [50001, 403, 'suspend', /View Channel/],
  [50005, 403, 'dead', /not one of ours/],
  [50007, 403, 'suspend', /direct messages/],
  [50008, 400, 'hold', /kind of channel/],
  [50009, 400, 'hold', /verification level/],
  [50013, 403, 'suspend', /Send Messages.*Embed Links/],
  [50024, 400, 'hold', /kind of channel/],
  [50083, 400, 'suspend', /archived/],
  [50178, 400, 'hold', /verified/],
  [50278, 400, 'suspend', /no server/],
  [60003, 403, 'hold', /two-factor/],
  [130000, 400, 'wait', /for now/],
  [160002, 400, 'suspend', /Read Message History/],
  [160005, 400, 'suspend', /locked/],
  [160006, 400, 'hold', /active threads/],
  [160007, 400, 'hold', /active threads/],
  [160009, 400, 'suspend', /Read Message History/],
  [200000, 400, 'dead', /AutoMod/],
  [200001, 400, 'dead', /AutoMod/],
  [240000, 400, 'dead', /harmful links/],
];

test.each(CASES)('%i (%i) is %s', async (code, status, is, reason) => {
  fake.script({ fault: 'status', status, code });
  const before = fake.requests.length;
  const outcome = await post(channel, cardOf(), key);
  expect(outcome).toMatchObject({ is, reason: expect.stringMatching(reason) });
  if (outcome.is === 'wait') expect(outcome.at > now()).toBe(true);
  // Where it may be a forum, Discord is asked what kind of channel it is.
  const kind = [40058, 50008, 50024].includes(code) ? [`GET /channels/${CHANNEL}`] : [];
  const asked = fake.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(asked, 'one post').toEqual([`POST /channels/${CHANNEL}/messages`, ...kind]);
  expect(visible()).toEqual([]);
});

test('every code of the table is tried here, those that end otherwise below', () => {
  const elsewhere = [10008, 40001, 40005, 50006, 50014, 50035, 50109];
  expect([...CASES.map(([code]) => code), ...elsewhere].sort()).toEqual(Object.keys(RULES).map(Number).sort());
});

test.each([40001, 50014])('%i stops the adapter', async code => {
  fake.script({ fault: 'status', status: 403, code });
  const other = openAgainst(fake);
  expect(await post(other, cardOf(), key)).toMatchObject({
    is: 'down',
    reason: expect.stringContaining('DISCORD_TOKEN'),
  });
  const before = fake.requests.length;
  expect(await post(other, cardOf(), key)).toMatchObject({ is: 'down' });
  expect(fake.requests.length, 'nothing more is asked').toBe(before);
  expect(other.status()).toMatchObject({ state: 'down', what: expect.stringContaining('DISCORD_TOKEN was refused') });
  await other.close();
});

describe('54. a body refused as invalid', () => {
  test.each([
    [50035, 400],
    [40005, 413],
    [50006, 400],
    [50109, 400],
  ])('%i falls back to title and link, visible once', async (code, status) => {
    fake.script({ fault: 'status', status, code });
    expect(await post(channel, cardOf({ mention: ['here'] }), key)).toMatchObject({ is: 'sent' });
    expect(visible()).toMatchObject([
      {
        content: 'Ministers agree on a steel quota\n<https://english.motir.go.kr/eng/article/EATCLdfa319ada/2441/view>',
        components: [{ components: expect.arrayContaining([expect.objectContaining({ custom_id: `g1:why:${key}` })]) }],
        embeds: [],
        pings: [],
      },
    ]);
    expect(channel.log.lines.some(line => line.startsWith('error a message was refused as invalid'))).toBe(true);
  });

  test('refused in its least form too, it is dead and says why', async () => {
    fake.script({ fault: 'status', status: 400, code: 50035, times: 2, message: 'Invalid Form Body' });
    expect(await post(channel, cardOf(), key)).toEqual({
      is: 'dead',
      reason: 'Discord refused the message as invalid: Invalid Form Body',
    });
  });

  test.each([
    [400, false],
    [400, true],
    [413, true],
  ])(
    '%i without a code of its own (a page: %s) falls back as well, and waits for a person if refused again',
    async (status, html) => {
      const fault = { fault: 'status', status, html } as const;
      fake.script(fault);
      expect(await post(channel, cardOf(), key)).toMatchObject({ is: 'sent' });
      expect(visible()).toMatchObject([{ embeds: [] }]);
      fake.script({ ...fault, times: 2 });
      expect(await post(channel, cardOf(), `${key.slice(0, -1)}x`)).toMatchObject({
        is: 'hold',
        reason: expect.stringMatching(new RegExp(`refused the message as invalid.*${status}`)),
      });
    },
  );

  test('a body that truly is invalid is told from the answer', async () => {
    const card = cardOf({ mention: Array.from({ length: 90 }, (_, at) => `role:${100_000 + at}`) });
    expect(await post(channel, card, key)).toMatchObject({ is: 'sent' });
    const destination = { id: `discord:${CHANNEL}`, platform: 'discord', workspace: null, channel: CHANNEL } as const;
    const body = (title: string) => ({
      embeds: [{ title, color: 0 }],
      allowed_mentions: { parse: [] },
    });
    const invalid = { key: 'an-embed-too-long', part: 1, body: body('x'.repeat(257)) };
    expect(await channel.send(destination, invalid)).toMatchObject({ is: 'sent' });
    const hopeless = { key: 'hopeless', part: 1, body: body('x'.repeat(2001)) };
    expect(await channel.send(destination, hopeless)).toMatchObject({
      is: 'dead',
      reason: expect.stringContaining('Must be'),
    });
  });
});

const LOST: readonly (readonly [string, Fault, number])[] = [
  ['an answer lost after it was posted', { fault: 'lose' }, 1],
  ['a connection cut before it was posted', { fault: 'reset' }, 0],
  ['55. 200 with half a JSON text', { fault: 'cut' }, 1],
  ['55. 200 with a page, posted', { fault: 'html', stored: true }, 1],
  ['55. 200 with a page, not posted', { fault: 'html', stored: false }, 0],
  ['56. 500 after it was posted', { fault: 'status', status: 500, stored: true }, 1],
  ['56. 503 with a page before it was posted', { fault: 'status', status: 503, html: true }, 0],
  ['502 with a code', { fault: 'status', status: 502, code: 130000 }, 0],
  ['408', { fault: 'status', status: 408, html: true }, 0],
];
test.each(LOST)('%s is unsure; the same message again shows it once', async (_, fault, stored) => {
  fake.script(fault);
  const before = fake.requests.length;
  expect(await post(channel, cardOf(), key)).toMatchObject({ is: 'unsure' });
  expect(fake.requests.length - before, 'the client repeats nothing by itself').toBe(1);
  expect(visible()).toHaveLength(stored);
  const again = await post(channel, cardOf(), key);
  expect(again).toEqual({ is: 'sent', receipt: { channel: CHANNEL, message: visible()[0]?.id } });
  expect(visible()).toHaveLength(1);
});

test.each([false, true])('a request that is never answered is given up as unsure (headers sent: %s)', async headers => {
  const hasty = openAgainst(fake, TOKEN, 100);
  fake.script({ fault: 'hang', headers });
  expect(await post(hasty, cardOf(), key)).toEqual({ is: 'unsure', reason: 'the answer was lost (AbortError)' });
  expect(await post(hasty, cardOf(), key)).toMatchObject({ is: 'sent' });
  expect(visible()).toHaveLength(1);
  await hasty.close();
});

test('57. a message deleted by a moderator before the retry is sent, and never comes back', async () => {
  fake.script({ fault: 'lose' });
  await post(channel, cardOf(), key);
  fake.deleteMessage(visible()[0]?.id ?? '');
  expect(await post(channel, cardOf(), key)).toEqual({ is: 'sent', receipt: { channel: CHANNEL, message: '' } });
  expect(visible()).toEqual([]);
});

describe('429', () => {
  test('waits as long as it says, without asking again', async () => {
    fake.addChannel({ id: '800000000000000029' });
    fake.script({ fault: 'rateLimit', retryAfter: 30, scope: 'shared' });
    const outcome = await post(channel, cardOf(), key, '800000000000000029');
    const until = Temporal.Now.instant().add({ seconds: 29 }).toString();
    expect(outcome).toMatchObject({ is: 'wait', at: expect.any(String) });
    expect(outcome.is === 'wait' && outcome.at > until).toBe(true);
    expect(await post(channel, cardOf(), key, CHANNEL), 'other channels go on').toMatchObject({ is: 'sent' });
    expect(await post(channel, cardOf(), key, '800000000000000029'), 'not asked before its time').toMatchObject({
      is: 'wait',
    });
    fake.assertPolite();
  });

  test('50. a global one holds every channel', async () => {
    const own = openAgainst(fake);
    fake.addChannel({ id: '800000000000000030' });
    fake.script({ fault: 'rateLimit', retryAfter: 1, scope: 'global' });
    expect(await post(own, cardOf(), key)).toMatchObject({ is: 'wait' });
    const before = fake.requests.length;
    expect(await post(own, cardOf(), key, '800000000000000030')).toMatchObject({ is: 'wait' });
    expect(fake.requests.length).toBe(before);
    fake.assertPolite();
    await own.close();
    await new Promise(done => setTimeout(done, 1000));
  });

  test('16. one that began while our clock was a year ahead lasts no longer than it says', async () => {
    let now = Temporal.Now.instant().add({ hours: 24 * 365 });
    const own = openAgainst(fake, undefined, undefined, { now: () => now });
    fake.addChannel({ id: '800000000000000032' });
    fake.script({ fault: 'rateLimit', retryAfter: 30, scope: 'shared' });
    const asked = () => post(own, cardOf(), key, '800000000000000032');
    expect(await asked()).toMatchObject({ is: 'wait' });
    now = now.subtract({ hours: 24 * 365 });
    const again = await asked();
    const seconds = again.is === 'wait' ? Temporal.Instant.from(again.at).since(now).total('seconds') : null;
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThanOrEqual(32);
    await own.close();
  });

  test('a refusal by the network in front, without a time, is not repeated', async () => {
    fake.addChannel({ id: '800000000000000031' });
    for (const fault of [
      { fault: 'rateLimit', retryAfter: null } as const,
      { fault: 'status', status: 403, html: true } as const,
    ]) {
      const own = openAgainst(fake);
      fake.script(fault);
      const before = fake.requests.length;
      expect(await post(own, cardOf(), key)).toMatchObject({ is: 'wait' });
      expect(await post(own, cardOf(), key, '800000000000000031'), 'in no channel').toMatchObject({ is: 'wait' });
      expect(fake.requests.length - before).toBe(1);
      await own.close();
    }
  });
});

test('an empty bucket is waited for, and nothing is asked of it', async () => {
  const small = await startFakeDiscord({ token: TOKEN, limit: { posts: 2, ms: 60_000 } });
  const own = openAgainst(small);
  const outcomes = [];
  for (let at = 0; at < 4; at++) outcomes.push((await post(own, cardOf(), `${key.slice(0, -1)}${at}`)).is);
  expect(outcomes).toEqual(['sent', 'sent', 'wait', 'wait']);
  small.assertPolite();
  await own.close();
  await small.close();
});

test.each([
  ['403 without a code', { fault: 'status', status: 403, html: true }, 'wait', /in front of Discord answered 403/],
  ['405 with the general code', { fault: 'status', status: 405 }, 'hold', /takes no such request/],
  ['404 without a code', { fault: 'status', status: 404 }, 'hold', /refused/],
  [
    'a code that nobody knows',
    { fault: 'status', status: 400, code: 99_999, message: 'New rule' },
    'hold',
    /New rule \(99999\)/,
  ],
] as const)('%s is %s', async (_, fault, is, reason) => {
  fake.script(fault);
  expect(await post(channel, cardOf(), key)).toMatchObject({ is, reason: expect.stringMatching(reason) });
});

test('a wait that the error body names is kept', async () => {
  fake.script({ fault: 'status', status: 400, code: 20_016, fields: { retry_after: 600 } });
  const outcome = await post(channel, cardOf(), key);
  expect(outcome.is === 'wait' && outcome.at > Temporal.Now.instant().add({ seconds: 590 }).toString()).toBe(true);
});

test('where nobody listens nothing was sent, so it waits', async () => {
  const gone = await startFakeDiscord({ token: TOKEN });
  await gone.close();
  const own = openAgainst(gone);
  expect(await post(own, cardOf(), key)).toMatchObject({
    is: 'wait',
    reason: 'Discord cannot be reached (ECONNREFUSED)',
  });
  await own.close();
});

test('errors that came before the first byte are told from those that came after', () => {
  const at = () => 'then';
  const failure = (fields: object) => verdictOf(Object.assign(new Error('failed'), fields), at, CHANNEL).is;
  expect(failure({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })).toBe('wait');
  expect(failure({ code: 'UND_ERR_CONNECT_TIMEOUT' })).toBe('wait');
  expect(failure({ cause: { code: 'ETIMEDOUT', syscall: 'connect' } })).toBe('wait');
  expect(failure({ errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }] })).toBe('wait');
  expect(failure({ code: 'CERT_HAS_EXPIRED' })).toBe('wait');
  expect(failure({ code: 'ETIMEDOUT', syscall: 'read' })).toBe('unsure');
  expect(failure({ code: 'UND_ERR_SOCKET' })).toBe('unsure');
  expect(failure({ name: 'AbortError', code: 20 })).toBe('unsure');
  expect(verdictOf('odd', at, CHANNEL).is).toBe('unsure');
  expect(verdictOf(null, at, CHANNEL).is).toBe('unsure');
});
