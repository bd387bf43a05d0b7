import { createEmulator, type Emulator, type SeedConfig } from 'emulate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSlack, type SlackChannel } from '../../src/channels/slack/slack.ts';
import type { Content } from '../../src/core/card.ts';
import type { Receipt } from '../../src/core/delivery.ts';
import { type Destination, parseDestination } from '../../src/core/destination.ts';
import { CARD, KEY, NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import { recordLog } from '../support/slack-bench.ts';

/** The same way of a message once more, against a Slack that others wrote. */
const OTHER = 'zzzzzzzzzz234567zzzz';
let emulator: Emulator;
let channel: SlackChannel;
let general: Destination;

const open = async (seed: SeedConfig = {}) => {
  emulator = await createEmulator({ service: 'slack', port: 0, seed });
  const { port } = new URL(emulator.url);
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  channel = openSlack({ botToken: 'xoxb-emulated', apiUrl, log: recordLog(), now: () => Temporal.Now.instant() });
};
const close = async () => {
  await channel.close();
  await emulator.close();
};
beforeEach(async () => {
  general = parseDestination('slack:C000000001');
  await open();
});
afterEach(close);

const post = (content: Content, key = KEY, replyTo?: Receipt) =>
  channel.send(general, { key, part: 1, body: channel.render(content, key), ...(replyTo && { replyTo }) });
const now = () => Temporal.Now.instant().toString();

async function sent(content: Content, key = KEY, replyTo?: Receipt): Promise<Receipt> {
  const outcome = await post(content, key, replyTo);
  if (outcome.is !== 'sent') throw new Error(outcome.reason);
  return outcome.receipt;
}

test.each([
  ['an alert', CARD],
  ['a digest', ROUNDUP],
  ['a note', NOTE],
] as const)('%s is posted, found by its metadata, changed in its place, and taken away', async (_, content) => {
  const since = now();
  const receipt = await sent(content);
  const found = { is: 'read', messages: [{ key: KEY, part: 1, receipt }] };
  expect(await channel.history(general, since)).toEqual(found);
  const body = channel.render({ ...CARD, title: 'Another Title' }, KEY);
  for (let times = 0; times < 2; times++)
    expect(await channel.edit(general, receipt, { key: KEY, part: 1, body })).toEqual({ is: 'sent', receipt });
  expect(await channel.history(general, since), 'its metadata went with it').toEqual(found);
  for (let times = 0; times < 2; times++)
    expect(await channel.remove(general, receipt)).toEqual({ is: 'sent', receipt });
  expect(await channel.history(general, since)).toEqual({ is: 'read', messages: [] });
  expect(await channel.edit(general, receipt, { key: KEY, part: 1, body }), 'gone').toEqual({ is: 'sent', receipt });
});

test('what a group carries is told by its metadata, also after a change', async () => {
  const since = now();
  const sections = ROUNDUP.sections.map(({ heading, lines }) => ({
    heading,
    lines: lines.map(line => ({ ...line, key: OTHER })),
  }));
  const receipt = await sent({ ...ROUNDUP, sections });
  const marks = sections.flatMap(({ lines }) => lines.map(() => OTHER.slice(0, 7)));
  const found = { is: 'read', messages: [{ key: KEY, part: 1, receipt, carries: marks }] };
  expect(await channel.history(general, since)).toEqual(found);
  const body = channel.render({ ...ROUNDUP, sections }, KEY);
  expect(await channel.edit(general, receipt, { key: KEY, part: 1, body })).toEqual({ is: 'sent', receipt });
  expect(await channel.history(general, since)).toEqual(found);
});

test('a reply is found in its thread and not in the channel', async () => {
  const since = now();
  const receipt = await sent(CARD);
  const reply = await sent(NOTE, OTHER, receipt);
  expect(await channel.history(general, since)).toMatchObject({ messages: [{ key: KEY }] });
  expect(await channel.history(general, since, receipt)).toMatchObject({
    messages: [{ key: KEY }, { key: OTHER, receipt: reply }],
  });
});

test('a channel that does not exist is suspended', async () => {
  const body = channel.render(CARD, KEY);
  const outcome = await channel.send(parseDestination('slack:C0NOWHERE'), { key: KEY, part: 1, body });
  expect(outcome).toMatchObject({ is: 'suspend', reason: expect.stringContaining('(channel_not_found)') });
});

test('a scope that is missing for reading is named, and holds', async () => {
  await close();
  await open({
    tokens: { 'xoxb-emulated': { login: 'admin', scopes: ['chat:write'] } },
    slack: { strict_scopes: true },
  });
  expect(await post(CARD)).toMatchObject({ is: 'sent' });
  expect(await channel.history(general, now())).toMatchObject({
    is: 'hold',
    reason: expect.stringContaining('channels:history'),
  });
});

test.skip('Socket Mode, slash commands and buttons (emulate has none)', () => {});
test.skip('429 and Retry-After (emulate has no limits)', () => {});
test.skip('Block Kit that is refused (emulate checks none)', () => {});
test.skip('channels that the bot has not joined (emulate lets it post there)', () => {});
