import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { until } from '../support/bot.ts';
import { type Desk, openDesk } from '../support/command.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What is awaited here are processes, several at once on a machine that does other things as well. */
const PATIENCE = { timeout: 90_000 };
const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfLostAnswers123456789';

/** A board with news, and the whole bot as a process that can be killed. */
async function openWorld(to: string, env: Readonly<Record<string, string>>) {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  const source = { id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' };
  const desk = openDesk({ sources: [source], subscriptions: [{ query: 'topic:steel', to }] });
  closers.push(() => desk.close());
  const start = () => desk.start({ env });
  const bot = await start();
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  return { board, desk, bot, start };
}

function publish(board: FakeBoard, number: number): void {
  board.publish({
    title: `Steel quota, round ${number}`,
    body: `The steel quota was discussed in round ${number} of the talks.`,
    date: '2025-12-04',
  });
}

/** The state of each delivery, as the record has it. */
function statesOf({ database }: Desk): readonly string[] {
  const db = new DatabaseSync(database, { readOnly: true, timeout: 2_000 });
  try {
    return db
      .prepare('SELECT state FROM delivery ORDER BY id')
      .all()
      .map(({ state }) => String(state));
  } finally {
    db.close();
  }
}

async function sent(desk: Desk, count: number, log: () => string): Promise<void> {
  const wanted = Array.from({ length: count }, () => 'sent').join();
  await until(wanted, () => statesOf(desk).join() === wanted, log);
}

async function openDiscordWorld(settle: string) {
  const discord = await startFakeDiscord({ token: TOKEN });
  closers.push(() => discord.close());
  const env = { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: discord.url, GWANBO_SETTLE_MS: settle };
  const posts = () => discord.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'));
  const looks = () => discord.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/messages'));
  return { discord, posts, looks, ...(await openWorld(`discord:${CHANNEL}`, env)) };
}

test('2. killed after Discord accepted, before its answer: the same nonce again, one visible', PATIENCE, async () => {
  const { discord, posts, looks, board, desk, bot, start } = await openDiscordWorld('300');
  discord.script({ fault: 'hang' });
  publish(board, 1);
  await until('the message', () => discord.messages(CHANNEL).length === 1, bot.err);
  bot.kill('SIGKILL');
  await bot.ended;
  const again = await start();
  publish(board, 2);
  await sent(desk, 2, again.err);
  expect(discord.messages(CHANNEL)).toHaveLength(2);
  const nonces = posts().map(({ body }) => (body as { readonly nonce: string }).nonce);
  expect(nonces).toHaveLength(3);
  expect(nonces[1]).toBe(nonces[0]);
  expect(looks()).toEqual([]);
  discord.assertPolite();
});

test(
  '3. the same, started ten minutes later, the nonce forgotten: the history is asked, one visible',
  PATIENCE,
  async () => {
    const { discord, posts, looks, board, desk, bot, start } = await openDiscordWorld('300');
    discord.script({ fault: 'hang' });
    publish(board, 1);
    await until('the message', () => discord.messages(CHANNEL).length === 1, bot.err);
    bot.kill('SIGKILL');
    await bot.ended;
    discord.forgetNonces();
    const db = new DatabaseSync(desk.database);
    db.exec('UPDATE delivery SET started_at = started_at - 600000; UPDATE message SET first_at = first_at - 600000');
    db.close();
    const again = await start();
    publish(board, 2);
    await sent(desk, 2, again.err);
    expect(discord.messages(CHANNEL)).toHaveLength(2);
    expect(posts()).toHaveLength(2);
    expect(looks().length).toBeGreaterThan(0);
    discord.assertPolite();
  },
);

const FORUM = '800000000000000015';

test.each([
  ['2. killed after Discord opened a post in a forum, before its answer', false],
  ['3. the same once the post was archived', true],
] as const)('%s: it is asked for, one post a release', PATIENCE, async (_, archived) => {
  const discord = await startFakeDiscord({ token: TOKEN });
  closers.push(() => discord.close());
  discord.addChannel({ id: FORUM, type: 15, tags: [{ id: '11', name: 'Steel' }], demandsTag: true });
  discord.script({ fault: 'hang', route: /^POST .*\/threads$/ });
  const env = { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: discord.url, GWANBO_SETTLE_MS: '300' };
  const { board, desk, bot, start } = await openWorld(`discord:${FORUM}`, env);
  publish(board, 1);
  await until('the post', () => discord.posts(FORUM).length === 1, bot.err);
  bot.kill('SIGKILL');
  await bot.ended;
  if (archived) discord.archive(discord.posts(FORUM)[0]?.id ?? '');
  const again = await start();
  publish(board, 2);
  await sent(desk, 2, again.err);
  expect(discord.posts(FORUM)).toMatchObject([
    { name: 'Steel quota, round 1', applied: ['11'] },
    { name: 'Steel quota, round 2', applied: ['11'] },
  ]);
  const opened = discord.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/threads'));
  expect(opened).toHaveLength(2);
  discord.assertPolite();
});

async function openSlackWorld(settle: string) {
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const env = { SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.url, GWANBO_SETTLE_MS: settle };
  const called = (method: string) => slack.requests.filter(one => one.method === method);
  return { slack, called, ...(await openWorld('slack:C0TRADE', env)) };
}

test(
  '4. killed after Slack accepted, before its answer: the metadata are looked up, one visible',
  PATIENCE,
  async () => {
    const { slack, called, board, desk, bot, start } = await openSlackWorld('300');
    slack.script({ when: 'after', does: { silence: true } });
    publish(board, 1);
    await until('the message', () => slack.messages('C0TRADE').length === 1, bot.err);
    bot.kill('SIGKILL');
    await bot.ended;
    const again = await start();
    publish(board, 2);
    await sent(desk, 2, again.err);
    expect(slack.messages('C0TRADE')).toHaveLength(2);
    expect(called('chat.postMessage')).toHaveLength(2);
    expect(called('conversations.history').length).toBeGreaterThan(0);
    slack.assertPolite();
  },
);

test(
  '5. Slack carries it out late: nothing is looked up before that can have happened, one visible',
  PATIENCE,
  async () => {
    const { slack, called, board, desk, bot } = await openSlackWorld('4000');
    slack.script({ when: 'before', does: { late: true } });
    publish(board, 1);
    publish(board, 2);
    await until('that it is in doubt', () => statesOf(desk)[0] === 'unsure', bot.err);
    expect(called('conversations.history')).toEqual([]);
    expect(slack.messages('C0TRADE')).toEqual([]);
    slack.settle();
    await sent(desk, 2, bot.err);
    expect(slack.messages('C0TRADE').map(({ text }) => /round \d/.exec(text)?.[0])).toEqual(['round 1', 'round 2']);
    expect(called('chat.postMessage')).toHaveLength(2);
    slack.assertPolite();
  },
);

test('56. Slack answers 500 after it accepted, and before: once each', PATIENCE, async () => {
  const { slack, board, desk, bot } = await openSlackWorld('300');
  slack.script({ when: 'after', does: { status: 500 } });
  slack.script({ when: 'before', does: { status: 503 } });
  publish(board, 1);
  await sent(desk, 1, bot.err);
  publish(board, 2);
  await sent(desk, 2, bot.err);
  expect(slack.messages('C0TRADE').map(({ text }) => /round \d/.exec(text)?.[0])).toEqual(['round 1', 'round 2']);
  slack.assertPolite();
});

test.each([
  ['a page', { body: '<html>One moment</html>', type: 'text/html' }],
  ['half a JSON text', { body: 'cut' }],
])('55. Slack answers 200 with %s: asked, and seen once', PATIENCE, async (_, does) => {
  const { slack, board, desk, bot } = await openSlackWorld('300');
  slack.script({ when: 'after', does });
  publish(board, 1);
  await sent(desk, 1, bot.err);
  expect(slack.messages('C0TRADE')).toHaveLength(1);
  slack.assertPolite();
});
