import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAUSES } from '../../src/channels/webhook/limits.ts';
import { signerOf } from '../../src/channels/webhook/signature.ts';
import { openWebhook } from '../../src/channels/webhook/webhook.ts';
import { cardOf } from '../../src/core/card.ts';
import { parseDestination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { channelContract } from '../contracts/channel.ts';
import { startReceiver } from '../support/fake-receiver.ts';
import { buildRelease } from '../support/release-builder.ts';
import { silentLog } from '../support/silent-log.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two letters..').toString('base64')}`;
const KEY = 'abcdefghij234567abcd';
const NOW = Temporal.Instant.from('2026-03-01T00:00:00Z');

type Options = Partial<Parameters<typeof openWebhook>[0]>;
const open = (more: Options = {}): Channel =>
  openWebhook({
    now: Temporal.Now.instant,
    log: silentLog(),
    agent: 'gwanbo/0 (test)',
    signersOf: () => [signerOf(SECRET)],
    chance: () => 0,
    ...more,
  });

channelContract('a webhook', async () => {
  const receiver = await startReceiver(SECRET);
  const channel = open({ patience: 600_000 });
  let connections = 0;
  const timer = setInterval(async () => {
    connections = await receiver.connections();
  }, 5);
  return {
    channel,
    destination: parseDestination(`webhook:${receiver.url}`),
    visible: () => receiver.taken().filter(({ body }) => body.type === 'release.alert').length,
    reads: () => receiver.taken().at(-1)?.text ?? '',
    refuses: body => {
      const text = JSON.stringify(body);
      return text.isWellFormed() && JSON.parse(text).type ? null : 'no event';
    },
    mentions: () => [],
    faults: [
      {
        name: 'a receiver that is being mended',
        arrange: () => receiver.next({ status: 503 }),
        outcome: 'wait',
        visible: 0,
      },
      {
        name: 'an answer that is lost',
        arrange: () => receiver.next({ breaks: 'after taking' }),
        outcome: 'wait',
        visible: 1,
      },
      {
        name: 'a receiver that is gone',
        arrange: () => receiver.next({ status: 410 }),
        outcome: 'suspend',
        visible: 0,
      },
    ],
    silence: { arrange: () => receiver.next({ silent: true }), heard: () => receiver.requests.length },
    differences: {
      data: { because: 'a program is told by fields, not by sentences in an order' },
      unasked: { because: 'a receiver is not asked: it recognizes copies by their id' },
      kept: { because: 'what a program has received cannot be taken back' },
      failures: {
        only: ['suspend', 'wait'],
        because: 'a receiver knows a copy by its id, so that what was not answered is simply sent again',
      },
    },
    connections: () => connections,
    close: async () => {
      clearInterval(timer);
      await receiver.close();
    },
  };
});

describe('a webhook', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let channel: Channel;
  beforeEach(async () => {
    receiver = await startReceiver(SECRET);
    channel = open();
  });
  afterEach(async () => {
    await channel.close();
    await receiver.close();
  });
  const to = () => parseDestination(`webhook:${receiver.url}`);
  const release = buildRelease({ source: 'motir', key: '2-2441', topics: ['steel'], revision: 2 });
  const context = {
    kind: 'alert' as const,
    source: 'MOTIR',
    why: [{ subscription: 12, query: 'topic:steel', createdBy: 'slack:U012', clauses: [] }],
    subscriptions: [],
    labels: ['Steel'],
  };
  const card = cardOf(release, context);
  const send = (failures = 0, with_ = channel, body = with_.render(card, KEY)) =>
    with_.send(to(), { key: KEY, part: 1, body, failures });

  test('sends the release as the API shows it, with the headers of Standard Webhooks', async () => {
    expect(await send()).toEqual({ is: 'sent', receipt: { channel: receiver.url, message: `${KEY}-1` } });
    const [{ headers, body, text } = (() => expect.unreachable())()] = receiver.requests;
    expect(headers).toMatchObject({
      'webhook-id': `${KEY}-1`,
      'idempotency-key': `${KEY}-1`,
      'content-type': 'application/json',
      'user-agent': 'gwanbo/0 (test)',
    });
    expect(() => new Webhook(SECRET).verify(text, headers as Record<string, string>)).not.toThrow();
    const { facets: _, html: __, categories: ___, author: ____, ...shape } = release;
    expect(body).toEqual({
      type: 'release.alert',
      id: `${KEY}-1`,
      timestamp: release.firstSeen,
      data: {
        release: shape,
        why: [{ subscription: 12, query: 'topic:steel', clauses: [] }],
        subscriptions: [12],
      },
    });
  });

  test('56. sent again after an answer that was lost it has the same id, so that the receiver acts once', async () => {
    receiver.next({ breaks: 'after taking' });
    expect((await send()).is).toBe('wait');
    expect((await send(1)).is).toBe('sent');
    expect(receiver.requests.map(one => one.id)).toEqual([`${KEY}-1`, `${KEY}-1`]);
    expect(receiver.taken()).toHaveLength(1);
  });

  test('a correction is an event of its own, the same one however often it is sent', async () => {
    const body = channel.render({ ...card, correction: 'Corrected 2025-12-04 14:20 KST: title changed' }, KEY);
    const receipt = { channel: receiver.url, message: `${KEY}-1` };
    const edit = () => channel.edit(to(), receipt, { key: KEY, part: 1, body });
    expect(await edit()).toEqual({ is: 'sent', receipt });
    expect(await edit()).toEqual({ is: 'sent', receipt });
    const [event, ...more] = receiver.taken();
    expect(more).toEqual([]);
    expect(event?.id).toMatch(new RegExp(`^${KEY}-1-[0-9a-f]{12}$`));
    expect(event?.body).toMatchObject({
      type: 'release.corrected',
      timestamp: release.updated,
      data: { correction: 'Corrected 2025-12-04 14:20 KST: title changed', release: { revision: 2 } },
    });
  });

  test.each([
    [408, 'unsure'],
    [500, 'wait'],
    [502, 'unsure'],
    [503, 'wait'],
    [504, 'unsure'],
    [520, 'unsure'],
    [522, 'unsure'],
    [524, 'unsure'],
    [429, 'wait'],
  ] as const)(
    'a correction that is answered with %i is %s: a gateway that gave up does not speak for the receiver',
    async (status, is) => {
      const body = channel.render({ ...card, correction: 'Corrected 2025-12-04 14:20 KST: title changed' }, KEY);
      const receipt = { channel: receiver.url, message: `${KEY}-1` };
      receiver.next({ status });
      const edited = await channel.edit(to(), receipt, { key: KEY, part: 1, body });
      expect(edited).toMatchObject({ is, at: expect.any(String), reason: `the receiver answered ${status}` });
    },
  );

  test('the receiver of these tests refuses a body that names another id, and another body under the same id', async () => {
    const plain = await startReceiver(null);
    const posted = async (id: string, body: object): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'webhook-id': id };
      const { status } = await fetch(plain.url, { method: 'POST', headers, body: JSON.stringify(body) });
      return status;
    };
    expect(await posted('a', { id: 'b', data: 1 })).toBe(400);
    expect(await posted('a', { id: 'a', data: 1 })).toBe(204);
    expect(await posted('a', { id: 'a', data: 2 })).toBe(409);
    expect(await posted('a', { id: 'a', data: 1 })).toBe(204);
    expect(plain.taken()).toHaveLength(1);
    await plain.close();
  });

  test('without a secret it is not signed', async () => {
    const open_ = await startReceiver(null);
    const plain = open({ signersOf: () => [] });
    await plain.send(parseDestination(`webhook:${open_.url}`), {
      key: KEY,
      part: 1,
      body: plain.render(card, KEY),
    });
    expect(open_.requests[0]?.headers['webhook-signature']).toBeUndefined();
    expect(open_.taken()).toHaveLength(1);
    await plain.close();
    await open_.close();
  });

  test('a secret that is no base64 is taken as it is written', async () => {
    const raw = 'no base64: a sentence, ümlauts and all';
    const other = await startReceiver(`whsec_${Buffer.from(raw).toString('base64')}`);
    const speaking = open({ signersOf: () => [signerOf(raw)] });
    const outcome = await speaking.send(parseDestination(`webhook:${other.url}`), {
      key: KEY,
      part: 1,
      body: speaking.render(card, KEY),
    });
    expect(outcome.is).toBe('sent');
    await speaking.close();
    await other.close();
  });

  test('a secret is replaced without a gap: both sign, and a receiver that knows either takes it', async () => {
    const both = open({ signersOf: () => [signerOf('the old one'), signerOf(SECRET)] });
    expect((await send(0, both)).is).toBe('sent');
    expect(receiver.requests.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    await both.close();
  });

  const written = (bytes: number) => `whsec_${Buffer.alloc(bytes, 'key').toString('base64')}`;
  test.each([
    ['nothing', '', 'it is empty'],
    ['the prefix alone', 'whsec_', 'nothing follows whsec_'],
    ['another alphabet', 'whsec_***', 'what follows whsec_ is no base64'],
    ['a letter too many', 'whsec_abcde', 'what follows whsec_ is no base64'],
    ['a letter too few', written(32).replace('=', '').slice(0, -1), 'what follows whsec_ is no base64'],
    ['half a padding', written(25).slice(0, -1), 'what follows whsec_ is no base64'],
    ['the alphabet of addresses', `whsec_${'-_'.repeat(16)}`, 'what follows whsec_ is no base64'],
    ['a line break', `${written(24)}\n`, 'what follows whsec_ is no base64'],
  ])('%s is no secret', (_, secret, message) => {
    expect(() => signerOf(secret)).toThrow(new RangeError(message));
  });

  test.each([4, 24, 25, 32, 64, 100])('a key of %i bytes is one, with its padding and without', bytes => {
    const verifier = new Webhook(written(bytes));
    for (const secret of [written(bytes), written(bytes).replace(/=+$/, '')]) {
      const signature = signerOf(secret)('id', 1_700_000_000, '{}');
      expect(signature).toBe(verifier.sign('id', new Date(1_700_000_000_000), '{}'));
    }
  });

  test('security rule 17: for any secret, id and payload the signature holds for them, and for nothing else', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const line = fc.string({ minLength: 1, maxLength: 40 });
    const seconds = Math.floor(Date.now() / 1000);
    fc.assert(
      fc.property(
        key,
        line,
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (...of) => {
          const [bytes, id, payload, more] = of;
          const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': String(seconds),
            'webhook-signature': signerOf(secret)(id, seconds, payload),
          };
          const verifier = new Webhook(secret);
          const verify = (text: string, changed: object = {}) =>
            verifier.verify(text, { ...headers, ...changed }, { jsonParse: false });
          expect(() => verify(payload)).not.toThrow();
          expect(() => verify(payload + more)).toThrow('No matching signature');
          expect(() => verify(payload, { 'webhook-id': `${id}x` })).toThrow('No matching signature');
          expect(() => verify(payload, { 'webhook-timestamp': String(seconds - 1) })).toThrow('No matching signature');
          const other = Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
          const forged = signerOf(`whsec_${other.toString('base64')}`)(id, seconds, payload);
          expect(() => verify(payload, { 'webhook-signature': forged })).toThrow('No matching signature');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a wrong secret is refused by the receiver, and said without the secret', async () => {
    const other = open({ signersOf: () => [signerOf('another one entirely')] });
    const outcome = await send(0, other);
    expect(outcome).toMatchObject({ is: 'wait', reason: 'the receiver answered 401' });
    await other.close();
  });

  test.each([
    [200, 'sent', null],
    [202, 'sent', null],
    [204, 'sent', null],
    [302, 'wait', 'the receiver redirects (302); write the address that it leads to'],
    [400, 'wait', 'the receiver answered 400'],
    [404, 'wait', 'the receiver answered 404'],
    [410, 'suspend', 'the receiver answered 410 Gone: it wants no more; unfollow, or resume once it is back'],
    [413, 'dead', 'the receiver answered 413: this event is too large for it'],
    [429, 'wait', 'the receiver answered 429'],
    [500, 'wait', 'the receiver answered 500'],
  ] as const)('status %i means %s', async (status, is, reason) => {
    receiver.next({ status, headers: status === 302 ? { location: 'http://127.0.0.1:1/stolen' } : {} });
    const outcome = await send();
    expect(outcome.is).toBe(is);
    if (outcome.is !== 'sent') expect(outcome.reason).toBe(reason);
    expect(receiver.requests).toHaveLength(1);
  });

  test('waits longer after each failure, and is suspended after the last', async () => {
    const fixed = open({ now: () => NOW, signersOf: () => [] });
    const quiet = await startReceiver(null);
    const url = parseDestination(`webhook:${quiet.url}`);
    const waits: number[] = [];
    for (let failures = 0; failures < PAUSES.length; failures++) {
      quiet.next({ status: 500 });
      const outcome = await fixed.send(url, { key: KEY, part: 1, body: fixed.render(card, KEY), failures });
      if (outcome.is === 'wait')
        waits.push(Temporal.Instant.from(outcome.at).epochMilliseconds - NOW.epochMilliseconds);
    }
    expect(waits).toEqual(PAUSES);
    quiet.next({ status: 500 });
    expect(await fixed.send(url, { key: KEY, part: 1, body: fixed.render(card, KEY), failures: 9 })).toEqual({
      is: 'suspend',
      reason: 'the receiver answered 500, 10 times in a row over more than three days; mend it, then resume',
    });
    await fixed.close();
    await quiet.close();
  });

  test.each([
    ['120', 120],
    ['Sun, 01 Mar 2026 01:00:00 GMT', 3600],
    ['Sun, 01 Mar 2020 01:00:00 GMT', 5],
    ['315360000', 86_400],
    ['soon', 5],
  ])('Retry-After: %s is heeded within reason', async (header, seconds) => {
    const fixed = open({ now: () => NOW, signersOf: () => [] });
    const quiet = await startReceiver(null);
    quiet.next({ status: 429, headers: { 'retry-after': header } });
    const url = parseDestination(`webhook:${quiet.url}`);
    const outcome = await fixed.send(url, { key: KEY, part: 1, body: fixed.render(card, KEY) });
    expect(outcome).toMatchObject({ is: 'wait', at: NOW.add({ seconds }).toString() });
    await fixed.close();
    await quiet.close();
  });

  test('a receiver that asked for a pause is left alone, whatever it is to get; that counts as no failure', async () => {
    let now = NOW;
    const fixed = open({ now: () => now, signersOf: () => [] });
    const quiet = await startReceiver(null);
    const url = parseDestination(`webhook:${quiet.url}`);
    const event = { key: KEY, part: 1, body: fixed.render(card, KEY) };
    const receipt = { channel: url.channel, message: `${KEY}-1` };
    quiet.next({ status: 429, headers: { 'retry-after': '120' } });
    expect(await fixed.edit(url, receipt, event)).toEqual({
      is: 'wait',
      at: NOW.add({ seconds: 120 }).toString(),
      reason: 'the receiver answered 429',
    });
    now = NOW.add({ seconds: 119 });
    const left = { is: 'wait', at: NOW.add({ seconds: 120 }).toString(), unasked: true };
    expect(await fixed.send(url, event)).toMatchObject(left);
    expect(await fixed.edit(url, receipt, event)).toMatchObject(left);
    expect(quiet.taken(), 'nothing came').toEqual([]);
    now = NOW.add({ seconds: 120 });
    expect((await fixed.send(url, event)).is).toBe('sent');
    await fixed.close();
    await quiet.close();
  });

  test('a receiver that never answers is given up at the deadline, one that is not there at once', async () => {
    const impatient = open({ patience: 50 });
    expect((await impatient.send(parseDestination('webhook:http://127.0.0.1:9/x'), message(impatient))).is).toBe(
      'wait',
    );
    await impatient.close();
  });
  const message = (of: Channel) => ({ key: KEY, part: 1, body: of.render(card, KEY) });
});
