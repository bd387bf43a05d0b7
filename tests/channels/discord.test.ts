import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { MessageBody } from '../../src/channels/discord/body.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { type ChannelFault, type ChannelRig, channelContract } from '../contracts/channel.ts';
import { CHANNEL, type FakeDiscord, type Fault, startFakeDiscord } from '../support/fake-discord.ts';
import { faultsOf } from '../support/fake-discord-schema.ts';
import { type FakeMessage, pingsOf } from '../support/fake-discord-world.ts';
import { cardOf, KEY, openAgainst, post, TOKEN } from './discord-setup.ts';

const FORUM = '800000000000000015';

/** The ways of failing that the platform has; every code of its table is in discord-outcomes.test.ts. */
const FAILURES: readonly (Omit<ChannelFault, 'arrange'> & { readonly fault: Fault })[] = [
  { name: 'the channel is gone', fault: { fault: 'status', status: 404, code: 10003 }, outcome: 'suspend', visible: 0 },
  { name: 'the token is refused', fault: { fault: 'status', status: 401 }, outcome: 'down', visible: 0 },
  { name: 'a tag is demanded', fault: { fault: 'status', status: 400, code: 40067 }, outcome: 'hold', visible: 0 },
  { name: 'AutoMod blocks it', fault: { fault: 'status', status: 400, code: 200000 }, outcome: 'dead', visible: 0 },
  { name: '429', fault: { fault: 'rateLimit', retryAfter: 30, scope: 'user' }, outcome: 'wait', visible: 0 },
  { name: '429 without a time', fault: { fault: 'rateLimit', retryAfter: null }, outcome: 'wait', visible: 0 },
  { name: '500 before it was posted', fault: { fault: 'status', status: 500 }, outcome: 'unsure', visible: 0 },
  {
    name: '503 after it was posted',
    fault: { fault: 'status', status: 503, stored: true, html: true },
    outcome: 'unsure',
    visible: 1,
  },
  { name: 'reset before it was posted', fault: { fault: 'reset' }, outcome: 'unsure', visible: 0 },
  { name: 'reset after it was posted', fault: { fault: 'lose' }, outcome: 'unsure', visible: 1 },
  { name: '200 with a web page', fault: { fault: 'html', stored: true }, outcome: 'unsure', visible: 1 },
  { name: '200 with half an answer', fault: { fault: 'cut' }, outcome: 'unsure', visible: 1 },
  { name: '403 of a proxy', fault: { fault: 'status', status: 403, html: true }, outcome: 'wait', visible: 0 },
  { name: 'malformed once', fault: { fault: 'status', status: 400, code: 50035 }, outcome: 'sent', visible: 1 },
];

async function openRig(
  at: string,
  shown: (fake: FakeDiscord) => readonly FakeMessage[],
  route?: RegExp,
): Promise<ChannelRig> {
  const fake = await startFakeDiscord({ token: TOKEN });
  fake.addChannel({ id: FORUM, type: 15, tags: [{ id: '1', name: 'Steel' }] });
  return {
    channel: openAgainst(fake, TOKEN, 600_000),
    destination: parseDestination(`discord:${at}`),
    visible: () => shown(fake).length,
    reads: () =>
      shown(fake)
        .map(one => JSON.stringify([one.content, one.embeds]))
        .join('\n'),
    refuses: body => {
      const { post, ...message } = body as MessageBody;
      const opening = faultsOf('CreateForumThreadRequest', { name: post?.name, message });
      return [...faultsOf('MessageCreateRequest', message), ...opening][0] ?? null;
    },
    mentions: body => {
      const { content = '', allowed_mentions: allowed } = body as MessageBody;
      return pingsOf(content, allowed as Parameters<typeof pingsOf>[1]);
    },
    faults: FAILURES.map(({ fault, ...one }) => ({
      ...one,
      arrange: () => fake.script({ ...fault, ...(route && { route }) }),
    })),
    silence: {
      arrange: () => fake.script({ fault: 'silence', ...(route && { route }) }),
      heard: () => fake.requests.filter(({ method, path }) => (route ?? /^POST /).test(`${method} ${path}`)).length,
    },
    connections: () => (fake.gateway.connected ? 1 : 0),
    close: () => fake.close(),
  };
}

channelContract('Discord', () => openRig(CHANNEL, fake => fake.messages(CHANNEL)));

/** First messages of the posts: what a forum shows. */
const firsts = (fake: FakeDiscord) =>
  fake.posts(FORUM).flatMap(({ id }) => fake.messages(id).filter(one => one.id === id));

channelContract('a Discord forum', async () => ({
  ...(await openRig(FORUM, firsts, /^POST .*\/threads$/)),
  differences: { opens: { because: 'it is the first of a post, and a post is a channel' } },
}));

test('a post that is given up while others to the same channel are under way never leaves', async () => {
  const fake = await startFakeDiscord({ token: TOKEN });
  const channel = openAgainst(fake, TOKEN, 600_000);
  const to = parseDestination(`discord:${CHANNEL}`);
  // Once Discord has told its bucket, the library sends one after the other.
  await post(channel, cardOf());
  fake.script({ fault: 'delay', ms: 300 });
  const given = new AbortController();
  const body = channel.render(cardOf(), KEY);
  const [first, second] = [2, 3].map(part =>
    channel.send(to, { key: KEY, part, body }, part === 3 ? given.signal : undefined),
  );
  while (fake.requests.length < 2) await sleep(5);
  given.abort();
  expect((await second)?.is).not.toBe('sent');
  expect((await first)?.is).toBe('sent');
  expect(fake.messages(CHANNEL)).toHaveLength(2);
  await channel.close();
  await fake.close();
});

describe('25. a pause of ten years', () => {
  test.each([
    ['in a 429', { fault: 'rateLimit', retryAfter: 315_360_000, scope: 'user' }],
    ['in an error', { fault: 'status', status: 400, code: 20016, fields: { retry_after: 1e300 } }],
  ] as const)('%s is a day', async (_, fault) => {
    const fake = await startFakeDiscord({ token: TOKEN });
    const channel = openAgainst(fake);
    fake.script(fault);
    const outcome = await post(channel, cardOf());
    const hours = outcome.is === 'wait' ? Temporal.Now.instant().until(outcome.at).total('hours') : null;
    expect(hours).toBeCloseTo(24, 1);
    await channel.close();
    await fake.close();
  });
});
