import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHANGING, READING, RULES } from '../../src/channels/discord/codes.ts';
import type { Receipt } from '../../src/core/delivery.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { NOTE } from '../contracts/channel-samples.ts';
import { CHANNEL, type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import { cardOf, KEY, openAgainst, post, TOKEN } from './discord-setup.ts';

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
beforeEach(async () => {
  fake = await startFakeDiscord({ token: TOKEN, limit: { posts: 1000, ms: 1000 } });
  channel = openAgainst(fake);
});
afterEach(async () => {
  await channel.close();
  await fake.close();
});

const to = (id: string = CHANNEL) => parseDestination(`discord:${id}`);
const ago = (seconds: number) => Temporal.Now.instant().subtract({ seconds }).toString();
const shown = (id: string = CHANNEL) => fake.messages(id).filter(one => one.author === fake.bot);
const history = (since = ago(1), id: string = CHANNEL) => channel.history(to(id), since);
const receiptOf = (id = shown()[0]?.id ?? ''): Receipt => ({ channel: CHANNEL, message: id });
const found = { is: 'read', messages: [{ key: KEY, part: 1 }] };

describe('a message whose answer was lost', () => {
  test('2. killed after Discord accepted, before its answer: the same nonce again shows it once', async () => {
    fake.script({ fault: 'lose' });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'unsure' });
    const restarted = openAgainst(fake);
    expect(await restarted.repeatable(to())).toBe(115_000);
    expect(await post(restarted, cardOf())).toEqual({ is: 'sent', receipt: receiptOf() });
    expect(shown()).toHaveLength(1);
    await restarted.close();
  });

  test('3. the same after ten minutes, the nonce forgotten: the history has it, and it is shown once', async () => {
    fake.script({ fault: 'lose' });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'unsure' });
    fake.forgetNonces();
    const restarted = openAgainst(fake);
    expect(await restarted.history(to(), ago(600))).toEqual({
      is: 'read',
      messages: [{ key: KEY, part: 1, receipt: receiptOf() }],
    });
    expect(shown()).toHaveLength(1);
    await restarted.close();
  });

  test('3. what was never posted is not in the history, and is then posted once', async () => {
    fake.script({ fault: 'reset' });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'unsure' });
    fake.say(CHANNEL, 'hello');
    expect(await history(ago(600))).toEqual({ is: 'read', messages: [] });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
    expect(shown()).toHaveLength(1);
  });

  test('55. one that was stored in its least form is found as well', async () => {
    fake.script({ fault: 'status', status: 400, code: 50_035 }, { fault: 'lose' });
    expect(await post(channel, cardOf())).toMatchObject({ is: 'unsure' });
    expect(await history()).toMatchObject(found);
  });
});

describe('the history of a channel', () => {
  test('is read to its end, however many messages there are, and whoever wrote them', async () => {
    await post(channel, cardOf());
    for (let at = 0; at < 250; at++) fake.say(CHANNEL, `no. ${at}`);
    await post(channel, cardOf(), 'zzzzzzzzzz234567zzzz');
    const read = await history();
    expect(read.is === 'read' && read.messages.map(({ key }) => key)).toEqual([KEY, 'zzzzzzzzzz234567zzzz']);
    expect(fake.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/messages'))).toHaveLength(3);
    fake.assertPolite();
  });

  test('knows nobody else’s message for ours, whatever its buttons say', async () => {
    const forged = { type: 2, style: 2, label: 'x', custom_id: `g1:why:${KEY}` };
    fake.say(CHANNEL, 'forged', [{ type: 1, components: [forged] }]);
    expect(await history()).toEqual({ is: 'read', messages: [] });
  });

  test('begins a minute before it has to, for clocks that differ', async () => {
    await post(channel, cardOf());
    expect(await history(Temporal.Now.instant().add({ seconds: 50 }).toString())).toMatchObject(found);
  });

  test('waits for a short pause in the middle, and leaves a long one to the caller', async () => {
    await post(channel, cardOf());
    const route = /^GET .*\/messages$/;
    fake.script({ fault: 'rateLimit', retryAfter: 0.2, scope: 'user', route });
    expect(await history()).toMatchObject(found);
    fake.script({ fault: 'rateLimit', retryAfter: 60, scope: 'user', route });
    expect(await history()).toMatchObject({ is: 'wait', reason: 'Discord asks to slow down' });
    fake.assertPolite();
  });

  test.each([
    ['an answer that is lost', { fault: 'reset' }],
    ['500', { fault: 'status', status: 500 }],
    ['200 with a page', { fault: 'html', stored: true }],
    ['half an answer', { fault: 'cut' }],
    ['a list with a hole', { fault: 'answer', body: [null] }],
    ['a list of nothing that has an id', { fault: 'answer', body: Array.from({ length: 100 }, () => ({})) }],
    ['a message of nobody', { fault: 'answer', body: [{ id: '1400000000000000000', author: {} }] }],
    ['an id that is no number', { fault: 'answer', body: [{ id: 'one', author: { id: '1' } }] }],
  ] as const)('%s proves nothing', async (_, fault) => {
    await post(channel, cardOf());
    fake.script({ ...fault, route: /^GET .*\/messages$/ });
    expect(await history()).toMatchObject({ is: 'wait' });
  });

  test('of a channel that is gone suspends it', async () => {
    fake.removeChannel(CHANNEL);
    expect(await history()).toMatchObject({ is: 'suspend', reason: expect.stringContaining('deleted') });
  });

  test('with a token that is refused is down', async () => {
    const wrong = openAgainst(fake, 'wrong.token');
    expect(await wrong.history(to(), ago(1))).toMatchObject({ is: 'down' });
    await wrong.close();
  });
});

describe('an empty list is no proof where the history may not be read', () => {
  const FORBIDDEN = { is: 'hold', reason: expect.stringContaining('Read Message History') };

  test('by what REST tells of roles and overwrites', async () => {
    const room = fake.addChannel({
      id: '800000000000000002',
      permissions: ['ViewChannel', 'SendMessages', 'EmbedLinks'],
    });
    fake.script({ fault: 'lose', channel: room.id });
    await post(channel, cardOf(), KEY, room.id);
    expect(shown(room.id)).toHaveLength(1);
    expect(await history(ago(1), room.id)).toMatchObject(FORBIDDEN);
    room.permissions = [...room.permissions, 'ReadMessageHistory'];
    expect(await history(ago(1), room.id), 'granted').toMatchObject(found);
  });

  test('by what the gateway has told', async () => {
    const room = fake.addChannel({
      id: '800000000000000002',
      permissions: ['ViewChannel', 'SendMessages', 'EmbedLinks'],
    });
    await channel.listen(async () => ({ ok: true, lines: [] }));
    const before = fake.requests.length;
    expect(await history(ago(1), room.id)).toMatchObject(FORBIDDEN);
    const asked = fake.requests.slice(before).map(({ path }) => path);
    expect(asked, 'nothing more is asked').toContain(`/channels/${room.id}/messages`);
    expect(asked.filter(path => path === `/channels/${room.id}` || path.startsWith('/guilds'))).toEqual([]);
    expect(await history(), 'an empty channel').toEqual({ is: 'read', messages: [] });
  });

  test('in a thread by the channel it belongs to', async () => {
    const room = fake.addChannel({ id: '800000000000000002', permissions: ['ViewChannel'] });
    const permissions = ['ViewChannel', 'SendMessagesInThreads'] as const;
    const thread = fake.addChannel({
      id: '800000000000000003',
      type: 11,
      parent: room.id,
      permissions: [...permissions],
    });
    expect(await history(ago(1), thread.id)).toMatchObject(FORBIDDEN);
    room.permissions = ['ViewChannel', 'ReadMessageHistory'];
    expect(await history(ago(1), thread.id)).toEqual({ is: 'read', messages: [] });
  });

  test('and direct messages may always be read', async () => {
    fake.addChannel({ id: '800000000000000004', type: 1, permissions: [] });
    expect(await history(ago(1), '800000000000000004')).toEqual({ is: 'read', messages: [] });
  });
});

test('a nonce is known in every kind of channel but forums', async () => {
  fake.addChannel({ id: '800000000000000015', type: 15 });
  await channel.listen(async () => ({ ok: true, lines: [] }));
  const asked = fake.requests.length;
  expect(await Promise.all([CHANNEL, '800000000000000015'].map(id => channel.repeatable(to(id))))).toEqual([
    115_000, 0,
  ]);
  expect(fake.requests, 'told by the gateway').toHaveLength(asked);
});

describe('changing what was posted', () => {
  const edit = (receipt = receiptOf(), content: Parameters<typeof channel.render>[0] = cardOf({ title: 'New' })) =>
    channel.edit(to(), receipt, { key: KEY, part: 1, body: channel.render(content, KEY) });

  test('calls nobody again, and takes away what the new form has not', async () => {
    await post(channel, cardOf({ mention: ['here', 'role:111111'] }));
    expect(await edit()).toEqual({ is: 'sent', receipt: receiptOf() });
    const [request] = fake.requests.filter(({ method }) => method === 'PATCH');
    expect(request?.body).toMatchObject({ content: '', allowed_mentions: { parse: [] } });
    expect(shown()).toMatchObject([{ content: '', embeds: [{ title: 'New' }], edits: 1 }]);
  });

  test('a message whose id was never known, since it was deleted before, counts as changed', async () => {
    expect(await edit(receiptOf(''))).toMatchObject({ is: 'sent' });
    expect(await channel.remove(to(), receiptOf(''))).toMatchObject({ is: 'sent' });
    expect(fake.requests).toEqual([]);
  });

  test('54. a form that is refused as invalid falls back to title and link, in place', async () => {
    await post(channel, cardOf());
    fake.script({ fault: 'status', status: 400, code: 50_035, route: /^PATCH/ });
    expect(await edit()).toMatchObject({ is: 'sent' });
    expect(shown()).toMatchObject([{ content: expect.stringMatching(/^New\n<https/), embeds: [] }]);
    expect(await history()).toMatchObject(found);
    fake.script({ fault: 'status', status: 400, code: 50_035, route: /^PATCH/, times: 2 });
    expect(await edit()).toMatchObject({ is: 'dead' });
  });

  test.each([
    ['a lost answer', { fault: 'lose' }, 'unsure'],
    ['500', { fault: 'status', status: 500 }, 'unsure'],
    ['429', { fault: 'rateLimit', retryAfter: 30, scope: 'user' }, 'wait'],
  ] as const)('%s: it may be asked again, and whether it was changed is said', async (_, fault, changed) => {
    await post(channel, cardOf());
    fake.script({ ...fault, route: /^PATCH/ });
    expect(await edit()).toMatchObject({ is: changed });
    fake.script({ ...fault, route: /^DELETE/ });
    expect(await channel.remove(to(), receiptOf())).toMatchObject({ is: 'wait' });
    expect(await post(channel, cardOf(), 'zzzzzzzzzz234567zzzz'), 'posting goes on').toMatchObject({ is: 'sent' });
  });

  test('200 with a web page says nothing of whether it was changed', async () => {
    await post(channel, cardOf());
    fake.script({ fault: 'html', stored: false, route: /^PATCH/ });
    expect(await edit()).toMatchObject({ is: 'unsure' });
  });

  const ENDINGS = { ...RULES, ...CHANGING };
  test.each(Object.keys(ENDINGS).map(Number))('%i means what the table of changing says', async code => {
    await post(channel, cardOf());
    fake.script({ fault: 'status', status: code === 401 ? 401 : 400, code, route: /^(?:PATCH|DELETE)/, times: 9 });
    const rule = ENDINGS[code];
    const expected = rule?.is === 'minimal' ? 'dead' : rule?.is;
    const edited = await edit();
    expect(edited.is).toBe(expected);
    if (edited.is !== 'sent') expect(edited.reason).toContain(rule?.say);
    const asked = fake.requests.filter(({ method }) => method === 'PATCH').length;
    expect(asked).toBe(rule?.is === 'minimal' ? 2 : 1);
  });

  test.each(Object.keys({ ...RULES, ...READING }).map(Number))(
    '%i means what the table of reading says',
    async code => {
      fake.script({ fault: 'status', status: 400, code, route: /^GET .*\/messages$/ });
      const rule = READING[code] ?? RULES[code];
      const read = await history();
      expect(read.is).toBe(rule && ['wait', 'suspend', 'down'].includes(rule.is) ? rule.is : 'hold');
    },
  );

  test('51. in an archived thread it is closed, and a reply opens the thread again', async () => {
    const thread = fake.addChannel({ id: '800000000000000003', type: 11 });
    await post(channel, cardOf(), KEY, thread.id);
    const receipt = { channel: thread.id, message: shown(thread.id)[0]?.id ?? '' };
    thread.archived = true;
    const body = channel.render(cardOf({ title: 'New' }), KEY);
    expect(await channel.edit(to(thread.id), receipt, { key: KEY, part: 1, body })).toMatchObject({ is: 'closed' });
    const key = 'notenotenotenotenote';
    const note = { key, part: 1, body: channel.render(NOTE, key), replyTo: receipt };
    expect(await channel.send(to(thread.id), note)).toMatchObject({ is: 'sent' });
    expect(shown(thread.id)[1]).toMatchObject({ reference: receipt.message, nonce: `${key}-1` });
    expect(await channel.edit(to(thread.id), receipt, { key: KEY, part: 1, body })).toMatchObject({ is: 'sent' });
  });
});

test('a reply to a message that is gone stands by itself, and has a nonce of its own', async () => {
  await post(channel, cardOf());
  const replyTo = receiptOf();
  fake.deleteMessage(replyTo.message);
  const key = 'notenotenotenotenote';
  const note = { key, part: 1, body: channel.render(NOTE, key), replyTo };
  for (let times = 0; times < 2; times++) expect(await channel.send(to(), note)).toMatchObject({ is: 'sent' });
  expect(shown()).toMatchObject([{ reference: null, nonce: `${key}-1` }]);
});
