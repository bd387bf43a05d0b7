import { afterEach, describe, expect, test } from 'vitest';
import { CHANGING, CODES, READING } from '../../src/channels/slack/codes.ts';
import type { Content } from '../../src/core/card.ts';
import type { Outcome, Receipt } from '../../src/core/delivery.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { CARD, KEY, NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import type { FakeSlackOptions } from '../support/fake-slack.ts';
import { openBench, type SlackBench } from '../support/slack-bench.ts';

let bench: SlackBench;
afterEach(async () => {
  await bench.close();
});

const open = async (how: FakeSlackOptions = {}) => {
  bench = await openBench(how);
  return bench.slack;
};
const OTHER = 'zzzzzzzzzz234567zzzz';
const ago = (seconds: number) => Temporal.Now.instant().subtract({ seconds }).toString();
const post = (key = KEY, content: Content = CARD, replyTo?: Receipt): Promise<Outcome> =>
  bench.channel.send(bench.trade, {
    key,
    part: 1,
    body: bench.channel.render(content, key),
    ...(replyTo && { replyTo }),
  });
const history = (since = ago(1), to = bench.trade) => bench.channel.history(to, since);
const shown = () => bench.slack.messages('C0TRADE').filter(({ bot }) => bot === 'B0BOT');
const receipt = (at = 0): Receipt => ({ channel: 'C0TRADE', message: shown()[at]?.ts ?? '' });
const found = { is: 'read', messages: [{ key: KEY, part: 1 }] };

describe('a message whose answer was lost', () => {
  test('4. killed after Slack accepted, before its answer: the metadata in the history tell, and it is seen once', async () => {
    const slack = await open();
    slack.script({ when: 'after', does: { reset: true } });
    expect(await post()).toMatchObject({ is: 'unsure' });
    expect(bench.channel.repeatable(bench.trade)).toBe(0);
    expect(await history(ago(600))).toEqual({ is: 'read', messages: [{ key: KEY, part: 1, receipt: receipt() }] });
    expect(shown()).toHaveLength(1);
    slack.assertPolite();
  });

  test('4. what never arrived is not there, and is then posted once', async () => {
    const slack = await open();
    slack.script({ when: 'before', does: { reset: true } });
    expect(await post()).toMatchObject({ is: 'unsure' });
    slack.say('C0TRADE', 'hello');
    expect(await history()).toEqual({ is: 'read', messages: [] });
    expect(await post()).toMatchObject({ is: 'sent' });
    expect(shown()).toHaveLength(1);
    slack.assertPolite();
  });

  test('5. executed late: a look too early does not see it, one after it has settled does', async () => {
    const slack = await open();
    slack.script({ when: 'before', does: { late: true } });
    expect(await post()).toMatchObject({ is: 'unsure' });
    expect(await history()).toEqual({ is: 'read', messages: [] });
    slack.settle();
    expect(await history(ago(30))).toMatchObject(found);
    expect(shown()).toHaveLength(1);
  });

  test('one whose metadata Slack refused is found by its button', async () => {
    const slack = await open();
    slack.script({ when: 'before', does: { error: 'invalid_metadata_format' } });
    slack.script({ when: 'after', does: { reset: true } });
    expect(await post()).toMatchObject({ is: 'unsure' });
    expect(shown()[0]?.metadata).toBeNull();
    expect(await history()).toMatchObject(found);
  });

  test('one that was stored in its minimal form is found as well', async () => {
    const slack = await open();
    slack.script({ when: 'before', does: { error: 'invalid_blocks' } });
    slack.script({ when: 'after', does: { reset: true } });
    expect(await post()).toMatchObject({ is: 'unsure' });
    expect(await history()).toMatchObject(found);
  });
});

describe('the history of a channel', () => {
  test.each([null, 'invalid_blocks', 'invalid_metadata_format'])(
    'tells what a digest carries, also after a change (refused at first: %s)',
    async error => {
      const slack = await open();
      const keys = Array.from({ length: 15 }, (_, nth) => `${'abcdefghijklmno'[nth]}bcdefghij234567abcd`);
      const [line] = ROUNDUP.sections.flatMap(({ lines }) => lines);
      const lines = keys.map(key => ({ ...line!, key }));
      const digest: Content = { ...ROUNDUP, sections: [{ heading: null, lines }] };
      const carries = keys.map(key => key.slice(0, 7));
      if (error !== null) slack.script({ when: 'before', does: { error } });
      expect(await post(KEY, digest)).toMatchObject({ is: 'sent' });
      const told = { is: 'read', messages: [{ key: KEY, part: 1, receipt: receipt(), carries }] };
      expect(await history()).toEqual(told);
      if (error !== null) slack.script({ when: 'before', does: { error } });
      const body = bench.channel.render(digest, KEY);
      expect(await bench.channel.edit(bench.trade, receipt(), { key: KEY, part: 1, body })).toMatchObject({
        is: 'sent',
      });
      expect(await history()).toEqual(told);
      slack.assertPolite();
    },
  );

  test('is read page by page until the end, though Slack gives few a page', async () => {
    const slack = await open({ page: 3 });
    await post();
    for (let at = 0; at < 7; at++) slack.say('C0TRADE', `no. ${at}`);
    expect(await history()).toMatchObject(found);
    expect(slack.requests.filter(({ method }) => method === 'conversations.history')).toHaveLength(3);
    for (const { body } of slack.requests.filter(({ method }) => method === 'conversations.history'))
      expect(body).toMatchObject({ include_all_metadata: true, limit: 200 });
    slack.assertPolite();
  });

  test('knows nobody else’s message for ours, whatever its metadata or buttons say', async () => {
    const slack = await open();
    const metadata = { event_type: 'gwanbo_message', event_payload: { message: KEY, part: 1 } };
    slack.say('C0TRADE', 'forged', { bot: 'B0EVIL', metadata });
    const button = { type: 'button', action_id: `g1:why:${KEY}` };
    slack.say('C0TRADE', 'forged', { blocks: [{ type: 'actions', elements: [button] }] });
    expect(await history()).toEqual({ is: 'read', messages: [] });
  });

  test.each([-600_000, 600_000])('goes by the clock of Slack where that differs by %i ms', async skew => {
    await open({ skew });
    expect(bench.channel.clock(), 'it has not told the time yet').toBe(null);
    await post();
    const there = bench.channel.clock()!;
    expect(Math.abs(there.since(Temporal.Now.instant()).total('milliseconds') - skew)).toBeLessThan(60_000);
    expect(await history(there.subtract({ seconds: 1 }).toString())).toMatchObject(found);
    const later = there.add({ minutes: 3 }).toString();
    expect(await history(later), 'and not by a wide margin').toEqual({ is: 'read', messages: [] });
  });

  test('of a thread are the replies, which the channel does not show', async () => {
    await open();
    await post();
    expect(await post(OTHER, NOTE, receipt())).toMatchObject({ is: 'sent' });
    expect(await history()).toMatchObject(found);
    expect(await bench.channel.history(bench.trade, ago(9), receipt())).toMatchObject({
      messages: [{ key: KEY }, { key: OTHER, part: 1, receipt: receipt(1) }],
    });
    expect(await bench.channel.history(bench.trade, ago(9), { channel: 'C0TRADE', message: '1.1' })).toEqual({
      is: 'read',
      messages: [],
    });
    bench.slack.assertPolite();
  });

  test('a reply whose answer was lost is found in its thread', async () => {
    const slack = await open();
    await post();
    slack.script({ when: 'after', does: { status: 503 } });
    expect(await post(OTHER, NOTE, receipt())).toMatchObject({ is: 'unsure' });
    const read = await bench.channel.history(bench.trade, ago(9), receipt());
    expect(read.is === 'read' && read.messages.filter(({ key }) => key === OTHER)).toHaveLength(1);
  });

  test.each([
    ['a reset', { reset: true }],
    ['half an answer', { body: 'cut' }],
    ['a page', { body: '<html>', type: 'text/html' }],
    ['an answer without messages', { body: '{"ok":true}' }],
    ['a list of other things', { body: '{"ok":true,"messages":[{"text":"no time"}]}' }],
    ['a list with a hole', { body: '{"ok":true,"messages":[null]}' }],
    ['a list that says it goes on and not how', { body: '{"ok":true,"messages":[],"has_more":true}' }],
    ['503', { status: 503 }],
  ] as const)('%s proves nothing', async (_, does) => {
    const slack = await open();
    slack.script({ method: 'conversations.history', when: 'after', does });
    expect(await history()).toMatchObject({ is: 'wait' });
  });

  test('a list that goes on for ever is asked for a few times and then left to a person, and begins anew', async () => {
    const slack = await open();
    const does = { body: '{"ok":true,"messages":[],"has_more":true}' };
    const read = async (times: number) => {
      slack.script({ method: 'conversations.history', when: 'after', does, times });
      const said: string[] = [];
      for (let at = 0; at < times; at++) said.push((await history()).is);
      return said;
    };
    expect(await read(4)).toEqual(['wait', 'wait', 'wait', 'wait']);
    expect(await history()).toEqual({ is: 'read', messages: [] });
    expect(await read(4)).toEqual(['wait', 'wait', 'wait', 'wait']);
    slack.script({ method: 'conversations.history', when: 'after', does });
    expect(await history()).toMatchObject({ is: 'hold', reason: expect.stringContaining('look for it yourself') });
  });

  test('a later page that goes on for ever is left to a person too, and a thread does not count for its channel', async () => {
    const slack = await open();
    const pages = [
      '{"ok":true,"messages":[],"has_more":true,"response_metadata":{"next_cursor":"b"}}',
      '{"ok":true,"messages":[],"has_more":true}',
    ];
    const said: string[] = [];
    for (let at = 0; at < 5; at++) {
      for (const body of pages) slack.script({ method: 'conversations.history', when: 'after', does: { body } });
      said.push((await history()).is);
      slack.script({ method: 'conversations.replies', when: 'after', does: { body: pages[1] ?? '' } });
      said.push((await bench.channel.history(bench.trade, ago(9), { channel: 'C0TRADE', message: '1.1' })).is);
    }
    expect(said).toEqual([...Array(8).fill('wait'), 'hold', 'hold']);
  });

  test('cannot be asked where the bot is not a member any more, or lacks the scope', async () => {
    const slack = await open();
    slack.addChannel({ id: 'C0OUT', botIsMember: false });
    expect(await history(ago(1), parseDestination('slack:C0OUT'))).toMatchObject({
      is: 'hold',
      reason: expect.stringContaining('/invite @gwanbo'),
    });
    await bench.close();
    await open({ scopes: ['chat:write'] });
    expect(await history()).toMatchObject({ is: 'hold', reason: expect.stringContaining('channels:history') });
    expect(bench.channel.status().state, 'posting is not harmed').not.toBe('down');
  });

  test('of a person is not asked for', async () => {
    await open();
    expect(await history(ago(1), parseDestination('slack:U0ANA'))).toMatchObject({ is: 'hold' });
  });

  test('waits where Slack does not tell who we are', async () => {
    const slack = await open();
    slack.script({ method: 'auth.test', when: 'before', does: { status: 503 } });
    expect(await history()).toMatchObject({ is: 'wait' });
    expect(await history()).toEqual({ is: 'read', messages: [] });
  });

  test('52. with a token that is refused is down', async () => {
    const slack = await open();
    slack.tokens.bot = null;
    expect(await history()).toMatchObject({ is: 'down', reason: expect.stringContaining('SLACK_BOT_TOKEN') });
  });
});

describe('changing what was posted', () => {
  const edit = (at: Receipt = receipt()) =>
    bench.channel.edit(bench.trade, at, {
      key: KEY,
      part: 1,
      body: bench.channel.render({ ...CARD, title: 'New' }, KEY),
    });

  test('sends the same metadata again, without which the message could not be found', async () => {
    await open();
    await post();
    expect(await edit()).toEqual({ is: 'sent', receipt: receipt() });
    expect(shown()).toMatchObject([{ edited: true, metadata: { event_payload: { message: KEY, part: 1 } } }]);
    expect(bench.slack.requests.at(-1)?.body).toMatchObject({ parse: 'none', link_names: false });
    expect(await history()).toMatchObject(found);
    bench.slack.assertPolite();
  });

  test('54. a form that Slack finds fault with falls back to the minimal one, in place', async () => {
    const slack = await open();
    await post();
    slack.script({ method: 'chat.update', when: 'before', does: { error: 'invalid_blocks' } });
    expect(await edit()).toMatchObject({ is: 'sent' });
    expect(shown()).toMatchObject([{ text: 'New\n<https://gov.example/news/2441?a=1&amp;b=2>', blocks: [] }]);
    expect(await history()).toMatchObject(found);
  });

  const table = Object.entries({ ...CODES, ...CHANGING });
  test.each(table)('%s means what the table of changing says', async (code, rule) => {
    const slack = await open();
    const gone = { channel: 'C0TRADE', message: '1.1' };
    slack.script({ method: 'chat.update', when: 'before', does: { error: code }, times: 9 });
    slack.script({ method: 'chat.delete', when: 'before', does: { error: code }, times: 9 });
    const expected = { malformed: 'dead', done: 'sent' }[String(rule.is)] ?? rule.is;
    const edited = await edit(gone);
    expect(edited.is).toBe(expected);
    if (edited.is !== 'sent' && rule.is !== 'malformed') expect(edited.reason).toContain(rule.say);
    const asked = slack.requests.filter(({ method }) => method === 'chat.update').length;
    expect(asked).toBe(rule.is === 'malformed' ? 2 : 1);
    // After a refused token nothing more is asked, and that is said.
    expect((await bench.channel.remove(bench.trade, gone)).is).toBe(expected === 'unsure' ? 'wait' : expected);
  });

  test.each(Object.entries({ ...CODES, ...READING }))('%s means what the table of reading says', async (code, rule) => {
    const slack = await open();
    slack.script({ method: 'conversations.history', when: 'before', does: { error: code } });
    const kept = ['wait', 'suspend', 'down'].includes(rule.is) ? rule.is : 'hold';
    const expected = { done: 'read', unsure: 'wait' }[String(rule.is)] ?? kept;
    expect((await history()).is).toBe(expected);
  });

  test('what somebody else wrote is neither changed nor taken away', async () => {
    const slack = await open();
    const { ts } = slack.say('C0TRADE', 'theirs');
    const theirs = { channel: 'C0TRADE', message: ts };
    expect(await edit(theirs)).toMatchObject({ is: 'closed' });
    expect(await bench.channel.remove(bench.trade, theirs)).toMatchObject({ is: 'closed' });
    expect(slack.messages('C0TRADE')).toMatchObject([{ text: 'theirs' }]);
  });
});

test('a reply to a message that is gone is dead, and suspends nothing', async () => {
  await open();
  expect(await post(OTHER, NOTE, { channel: 'C0TRADE', message: '1.1' })).toMatchObject({
    is: 'dead',
    reason: 'the message to reply to is gone (thread_not_found)',
  });
});

describe('51. a destination that refuses everything', () => {
  test.each([
    ['archived', { isArchived: true }, { isArchived: false }],
    ['left', { botIsMember: false }, { botIsMember: true }],
  ] as const)('%s: one request, suspended, and restored it works', async (_, lost, back) => {
    const slack = await open();
    const trade = slack.channels.get('C0TRADE');
    Object.assign(trade ?? {}, lost);
    expect(await post()).toMatchObject({ is: 'suspend' });
    expect(slack.requests).toHaveLength(1);
    Object.assign(trade ?? {}, back);
    expect(await post()).toMatchObject({ is: 'sent' });
    slack.assertPolite();
  });
});

describe('lanes', () => {
  test('49. a 429 of posting rests that method in every channel, and no other method', async () => {
    const slack = await open();
    slack.addChannel({ id: 'C0OTHER' });
    await post();
    slack.script({ when: 'before', does: { status: 429, headers: { 'retry-after': '30' } } });
    expect(await post(OTHER)).toMatchObject({ is: 'wait' });
    const asked = slack.requests.length;
    const elsewhere = { key: OTHER, part: 1, body: bench.channel.render(CARD, OTHER) };
    expect(await bench.channel.send(parseDestination('slack:C0OTHER'), elsewhere)).toMatchObject({ is: 'wait' });
    expect(slack.requests.length, 'nothing is asked before its time').toBe(asked);
    expect(await history()).toMatchObject(found);
    expect(await bench.channel.remove(bench.trade, receipt())).toMatchObject({ is: 'sent' });
    slack.assertPolite();
  });

  test('49. a 429 of reading keeps nobody from posting', async () => {
    const slack = await open();
    const does = { status: 429, headers: { 'retry-after': '30' } };
    slack.script({ method: 'conversations.history', when: 'before', does });
    expect(await history()).toMatchObject({ is: 'wait' });
    const asked = slack.requests.length;
    expect(await history()).toMatchObject({ is: 'wait' });
    expect(slack.requests.length).toBe(asked);
    expect(await post()).toMatchObject({ is: 'sent' });
    slack.assertPolite();
  });

  test('many channels at once post five a second, and what is too far off is left to the caller', async () => {
    const slack = await open({ burst: 1 });
    const ids = Array.from({ length: 90 }, (_, at) => `C0MANY${at}`);
    for (const id of ids) slack.addChannel({ id });
    const body = bench.channel.render(CARD, KEY);
    const sends = ids.map(id => bench.channel.send(parseDestination(`slack:${id}`), { key: KEY, part: 1, body }));
    const waiting = (await Promise.all(sends.slice(80))).map(({ is }) => is);
    expect(waiting).toEqual(Array.from({ length: 10 }, () => 'wait'));
    await Promise.all(sends.slice(0, 12));
    const closing = bench.channel.close();
    const outcomes = await Promise.all(sends);
    await closing;
    expect(outcomes.slice(0, 12).every(({ is }) => is === 'sent')).toBe(true);
    expect(
      outcomes.every(({ is }) => is === 'sent' || is === 'wait'),
      'what had not left waits',
    ).toBe(true);
    expect(outcomes.filter(({ is }) => is === 'sent')).toHaveLength(slack.requests.length);
    slack.assertPolite();
  });
});
