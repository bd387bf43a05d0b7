import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../src/core/card.ts';
import type { Receipt } from '../../src/core/delivery.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import { type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import { POSTING } from '../support/fake-discord-world.ts';
import { cardOf, KEY, openAgainst, post, TOKEN } from './discord-setup.ts';

const FORUM = '800000000000000015';
const OPEN = /^POST .*\/threads$/;
const OTHER = 'zzzzzzzzzz234567zzzz';
const TAGS = [
  { id: '11', name: 'Energy' },
  { id: '12', name: 'STEEL' },
  { id: '13', name: 'canada' },
  { id: '14', name: 'talks', moderated: true },
];

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
beforeEach(async () => {
  fake = await startFakeDiscord({ token: TOKEN, limit: { posts: 1000, ms: 1000 } });
  fake.addChannel({ id: FORUM, type: 15, tags: TAGS });
  channel = openAgainst(fake);
});
afterEach(async () => {
  await channel.close();
  fake.assertPolite();
  await fake.close();
});

const forum = parseDestination(`discord:${FORUM}`);
const room = () => {
  const found = fake.channels.get(FORUM);
  if (!found) throw new Error('the forum is there');
  return found;
};
const ago = (seconds: number) => Temporal.Now.instant().subtract({ seconds }).toString();
const send = (card: Partial<Card> = {}, key = KEY) => post(channel, cardOf(card), key, FORUM);
const posts = () => fake.posts(FORUM);
const shown = () => posts().map(({ id }) => fake.messages(id));
const opened = () => fake.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/threads'));

async function sent(card: Partial<Card> = {}, key = KEY): Promise<Receipt> {
  const outcome = await send(card, key);
  if (outcome.is !== 'sent') throw new Error(outcome.reason);
  return outcome.receipt;
}

describe('a post in a forum', () => {
  test('is named by the title, and tagged by what it is about', async () => {
    const receipt = await sent();
    expect(posts()).toMatchObject([{ name: 'Ministers agree on a steel quota', applied: ['13', '12'] }]);
    expect(receipt).toEqual({ channel: posts()[0]?.id, message: posts()[0]?.id });
    expect(shown()).toMatchObject([[{ id: receipt.message, embeds: [{ title: 'Ministers agree on a steel quota' }] }]]);
    expect(opened()[0]?.body).not.toHaveProperty('message.nonce');
  });

  test('in a media channel as well, and where the gateway has told what it is', async () => {
    fake.addChannel({ id: '800000000000000016', type: 16 });
    await channel.listen(async () => ({ ok: true, lines: [] }));
    expect(await post(channel, cardOf(), KEY, '800000000000000016')).toMatchObject({ is: 'sent' });
    expect(fake.posts('800000000000000016')).toHaveLength(1);
    expect(fake.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))).toEqual([]);
  });

  test('59. has a title that is cut at a grapheme, without markdown and mentions', async () => {
    const family = '👩‍👩‍👧‍👦';
    await sent({ title: `@everyone *${family.repeat(20)}*` });
    const name = posts()[0]?.name ?? '';
    expect(name).toBe(`@everyone *${family.repeat(8)}…`);
    expect(name.length).toBeLessThanOrEqual(100);
  });

  test('takes the ids of facets as names of tags, and five tags at most', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    room().tags = [...names.map((name, at) => ({ id: `2${at}`, name })), { id: '30', name: 'Trade-Remedies' }];
    await sent({ labels: names });
    const of = { topics: ['trade-remedies'], countries: [] } as unknown as NonNullable<Card['of']>;
    await sent({ labels: ['Trade remedies'], of }, OTHER);
    expect(posts().map(({ applied }) => applied)).toEqual([['20', '21', '22', '23', '24'], ['30']]);
  });

  test('is held where a tag is demanded and none fits, and says what to do; then it is posted', async () => {
    room().demandsTag = true;
    room().tags = [TAGS[0]!, TAGS[3]!];
    expect(await send()).toEqual({
      is: 'hold',
      reason:
        'this forum demands a tag on each post and has none that fits: add a tag named "talks" or "Canada" or "steel" to it, or allow posts without tags in the channel settings, then release it',
    });
    expect(opened(), 'nothing is tried').toEqual([]);
    room().tags = TAGS;
    expect(await send()).toMatchObject({ is: 'sent' });
    expect(posts()).toMatchObject([{ applied: ['13', '12'] }]);
  });

  test('54. is said in fewer words and without tags where Discord refuses it as invalid', async () => {
    fake.script({ fault: 'status', status: 400, code: 50_035, route: OPEN });
    await sent();
    expect(posts()).toMatchObject([{ name: 'Ministers agree on a steel quota', applied: [] }]);
    expect(shown()).toMatchObject([[{ embeds: [], content: expect.stringMatching(/^Ministers agree/) }]]);
  });

  test('of a digest is one with its title, of a test and of a notice one that says so', async () => {
    await channel.send(forum, { key: KEY, part: 1, body: channel.render(ROUNDUP, KEY) });
    await sent({ kind: 'test' }, OTHER);
    await sent({ kind: 'notice', title: 'MOTIR does not answer', labels: [] }, 'nnnnnnnnnn234567nnnn');
    expect(posts().map(({ name }) => name)).toEqual([
      ROUNDUP.title,
      'Test: Ministers agree on a steel quota',
      'MOTIR does not answer',
    ]);
  });

  test('has each alert apart, a text channel has not', async () => {
    expect(await channel.apart?.(forum)).toBe(true);
    fake.addChannel({ id: '800000000000000009' });
    expect(await channel.apart?.(parseDestination('discord:800000000000000009'))).toBe(false);
  });

  test('of which the kind of channel cannot be asked waits, and is posted later', async () => {
    fake.script({ fault: 'status', status: 500, route: /^GET \/channels\/\d+$/ });
    expect(await send()).toMatchObject({ is: 'wait' });
    expect(await channel.repeatable(forum), 'asked again').toBe(0);
    expect(await send()).toMatchObject({ is: 'sent' });
    expect(posts()).toHaveLength(1);
  });

  test('51. waits for the permissions that are missing', async () => {
    room().permissions = POSTING.filter(name => name !== 'SendMessages');
    expect(await send()).toMatchObject({ is: 'suspend', reason: expect.stringContaining('Send Messages') });
    await channel.listen(async () => ({ ok: true, lines: [] }));
    expect(await send()).toEqual({
      is: 'suspend',
      reason: 'gwanbo lacks Send Messages in the channel; grant that there, then resume',
    });
  });
});

describe('a post whose answer was lost', () => {
  test.each([
    ['lost', { fault: 'lose' }],
    ['500 after it was posted', { fault: 'status', status: 500, stored: true }],
    ['half an answer', { fault: 'cut' }],
  ] as const)('2. and 56. %s: it is not repeated but found, and is shown once', async (_, fault) => {
    fake.script({ ...fault, route: OPEN });
    expect(await send()).toMatchObject({ is: 'unsure' });
    const restarted = openAgainst(fake);
    expect(await restarted.repeatable(forum)).toBe(0);
    const id = posts()[0]?.id;
    const messages = [{ key: KEY, part: 1, receipt: { channel: id, message: id } }];
    expect(await restarted.history(forum, ago(1))).toEqual({ is: 'read', messages });
    expect(posts()).toHaveLength(1);
    await restarted.close();
  });

  test('3. the same once it was archived, behind a page of others that were archived since', async () => {
    fake.script({ fault: 'lose', route: OPEN });
    expect(await send()).toMatchObject({ is: 'unsure' });
    const ours = posts()[0]?.id ?? '';
    fake.archive(ours, new Date(Date.now() - 60_000).toISOString());
    for (let at = 0; at < 120; at++) {
      const id = String(810_000_000_000_000_000n + BigInt(at));
      fake.addChannel({ id, type: 11, parent: FORUM });
      fake.archive(id);
    }
    const messages = [{ key: KEY, part: 1, receipt: { channel: ours, message: ours } }];
    expect(await channel.history(forum, ago(600))).toEqual({ is: 'read', messages });
  });

  test('3. what was never posted is not found, whatever others have opened, and is then posted once', async () => {
    fake.script({ fault: 'reset', route: OPEN });
    expect(await send()).toMatchObject({ is: 'unsure' });
    const before = BigInt((await sent({}, OTHER)).message);
    // Somebody else's post with our buttons, and ours in another forum.
    const theirs = fake.addChannel({ id: String(before + 1n), type: 11, parent: FORUM });
    const forged = { type: 2, style: 2, label: 'x', custom_id: `g1:why:${KEY}` };
    fake.say(theirs.id, 'forged', [{ type: 1, components: [forged] }]);
    fake.addChannel({ id: '800000000000000025', type: 15 });
    await post(channel, cardOf(), KEY, '800000000000000025');
    const found = await channel.history(forum, ago(600));
    expect(found.is === 'read' && found.messages.map(({ key }) => key)).toEqual([OTHER]);
    expect(fake.requests.map(({ path }) => path)).not.toContain(`/channels/${theirs.id}/messages`);
    await sent();
    expect(shown().filter(([first]) => JSON.stringify(first?.components).includes(`${KEY}"`))).toHaveLength(2);
  });

  test('a forum whose history may not be read proves nothing', async () => {
    fake.script({ fault: 'lose', route: OPEN });
    await send();
    room().permissions = POSTING.filter(name => name !== 'ReadMessageHistory');
    expect(await channel.history(forum, ago(1))).toMatchObject({
      is: 'hold',
      reason: expect.stringContaining('Read Message History'),
    });
  });

  test.each([/^GET .*\/threads\/active$/, /^GET .*\/threads\/archived\/public$/, /^GET \/channels\/\d+\/messages$/])(
    'an answer to %s that is lost proves nothing',
    async route => {
      await sent();
      for (const fault of [{ fault: 'reset' }, { fault: 'html', stored: true }] as const) {
        fake.script({ ...fault, route });
        expect(await channel.history(forum, ago(1))).toMatchObject({ is: 'wait' });
      }
    },
  );

  test.each([
    ['open posts', /^GET .*\/threads\/active$/, 'threads'],
    ['archived posts', /^GET .*\/threads\/archived\/public$/, 'threads'],
    ['messages', /^GET \/channels\/\d+\/messages$/, null],
  ] as const)('a list of other things in place of %s proves nothing', async (_, route, field) => {
    await sent();
    const things = [[{ id: 'x' }], [null], ['2'], [{}], [{ id: '12', parent_id: FORUM, owner_id: 'x', author: 'x' }]];
    for (const list of things) {
      fake.script({ fault: 'answer', body: field === null ? list : { [field]: list }, route });
      expect(await channel.history(forum, ago(1))).toMatchObject({ is: 'wait' });
    }
    expect(await channel.history(forum, ago(1))).toMatchObject({ is: 'read', messages: [{ key: KEY }] });
  });

  test('one whose first message a moderator has deleted, or the post with it, is not found', async () => {
    const receipt = await sent();
    await sent({}, OTHER);
    fake.deleteMessage(receipt.message);
    fake.say(receipt.channel, 'why was it deleted?');
    expect(await channel.history(forum, ago(1))).toMatchObject({ messages: [{ key: OTHER }] });
  });
});

describe('what was posted in a forum', () => {
  const edit = (receipt: Receipt) =>
    channel.edit(forum, receipt, { key: KEY, part: 1, body: channel.render(cardOf({ title: 'New' }), KEY) });
  const note = (replyTo: Receipt, key = OTHER) =>
    channel.send(forum, { key, part: 1, body: channel.render(NOTE, key), replyTo });

  test('is changed in its place', async () => {
    const receipt = await sent();
    expect(await edit(receipt)).toEqual({ is: 'sent', receipt });
    expect(shown()).toMatchObject([[{ edits: 1, embeds: [{ title: 'New' }] }]]);
  });

  test('is opened again to be changed where it was archived', async () => {
    const receipt = await sent();
    fake.archive(receipt.channel);
    expect(await edit(receipt)).toEqual({ is: 'sent', receipt });
    expect(posts()).toMatchObject([{ archived: false }]);
    expect(shown()).toMatchObject([[{ edits: 1 }]]);
  });

  test('is closed where it is archived and locked; a note to it is dead, the next post is sent', async () => {
    const receipt = await sent();
    fake.archive(receipt.channel);
    Object.assign(posts()[0]!, { locked: true });
    expect(await edit(receipt)).toMatchObject({ is: 'closed', reason: expect.stringContaining('archived') });
    expect(await note(receipt)).toMatchObject({ is: 'dead', reason: expect.stringContaining('locked') });
    expect(await send({}, 'nnnnnnnnnn234567nnnn')).toMatchObject({ is: 'sent' });
  });

  test('and was deleted counts as changed and as taken away; a note to it is dead', async () => {
    const receipt = await sent();
    fake.removeChannel(receipt.channel);
    expect(await edit(receipt)).toEqual({ is: 'sent', receipt });
    expect(await channel.remove(forum, receipt)).toEqual({ is: 'sent', receipt });
    expect(await note(receipt)).toMatchObject({ is: 'dead', reason: expect.stringContaining('deleted') });
  });

  test('has its notes within the post, once however often they are sent, and found there', async () => {
    const receipt = await sent();
    fake.archive(receipt.channel);
    for (let times = 0; times < 2; times++)
      expect(await note(receipt)).toMatchObject({ is: 'sent', receipt: { channel: receipt.channel } });
    const [first, added, ...more] = fake.messages(receipt.channel);
    expect([first?.id, added?.nonce, more.length]).toEqual([receipt.message, `${OTHER}-1`, 0]);
    expect(posts()).toHaveLength(1);
    expect(await channel.history(forum, ago(1), receipt)).toMatchObject({
      messages: [
        { key: OTHER, part: 1, receipt: { channel: receipt.channel, message: added?.id } },
        { key: KEY, part: 1, receipt },
      ],
    });
  });

  test('5. a copy loses its first message, and what others wrote below it stays', async () => {
    const receipt = await sent();
    fake.copy(receipt.message);
    const found = await channel.history(forum, ago(1));
    const [, copy] = found.is === 'read' ? found.messages : [];
    if (!copy) throw new Error('the copy is found');
    fake.say(copy.receipt.channel, 'good news');
    fake.archive(copy.receipt.channel);
    expect(await channel.remove(forum, copy.receipt)).toMatchObject({ is: 'sent' });
    expect(fake.messages(copy.receipt.channel)).toMatchObject([{ content: 'good news' }]);
    expect(await channel.history(forum, ago(1))).toMatchObject({ messages: [{ receipt }] });
  });
});
