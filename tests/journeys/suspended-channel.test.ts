import { afterEach, expect, test } from 'vitest';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const CHANNEL = 'C0TRADE';

test('51. a channel that was archived gets what it missed when it is back, once each and in order', async () => {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const publish = (title: string, day: number) =>
    board.publish({ title, body: `${title}, the ministry said of steel.`, date: `2025-12-0${day}` });
  publish('Old steel news', 1);
  const connected = slack.nextConnection();
  const bot = await startBot(
    {
      sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s' }],
      // Both forms name one channel: nothing may come twice.
      subscriptions: [
        { query: 'topic:steel', to: `slack:T0TEST/${CHANNEL}` },
        { query: 'steel', to: `slack:${CHANNEL}` },
      ],
    },
    {
      DATABASE_URL: folder.database,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
    },
  );
  closers.push(() => bot.stop());
  await connected;
  const feed = async () => (await fetch(`${bot.url}/feed.atom`)).text();
  await until('the baseline', async () => (await feed()).includes('Old steel news'), bot.logged);
  const say = async (text: string) => (await slack.slash({ text, channel: CHANNEL })).answer();

  slack.script({ when: 'before', does: { error: 'is_archived' } });
  publish('First steel news', 2);
  await until('the suspension', async () => (await say('list')).includes('suspended'), bot.logged);
  publish('Second steel news', 3);
  await until('the second release', async () => (await feed()).includes('Second steel news'), bot.logged);
  expect(slack.messages(CHANNEL)).toEqual([]);

  expect(await say('resume 1')).toContain('is active');
  await until('both alerts', () => slack.messages(CHANNEL).length >= 2, bot.logged);
  publish('Third steel news', 4);
  await until('the third alert', () => slack.messages(CHANNEL).length >= 3, bot.logged);
  expect(slack.messages(CHANNEL).map(message => message.text?.split('\n')[0])).toEqual([
    'First steel news',
    'Second steel news',
    'Third steel news',
  ]);
  slack.assertPolite();
});

test('52. a Slack token that was revoked keeps the queue, and a new one drains it, once each and in order', async () => {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const publish = (number: number) =>
    board.publish({ title: `Steel news ${number}`, body: 'The ministry said of steel.', date: `2025-12-0${number}` });
  publish(1);
  const start = async () => {
    const bot = await startBot(
      {
        sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s' }],
        subscriptions: [{ query: 'topic:steel', to: `slack:${CHANNEL}` }],
      },
      { DATABASE_URL: folder.database, SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.url },
    );
    closers.push(() => bot.stop());
    return bot;
  };
  const bot = await start();
  const feed = async () => (await fetch(`${bot.url}/feed.atom`)).text();
  await until('the baseline', async () => (await feed()).includes('Steel news 1'), bot.logged);
  publish(2);
  await until('the first alert', () => slack.messages(CHANNEL).length === 1, bot.logged);

  slack.tokens.bot = null;
  slack.tokens.botError = 'token_revoked';
  for (const number of [3, 4, 5]) publish(number);
  await until('the complaint', () => bot.logged().includes('Slack refuses the bot token'), bot.logged);
  await until('what is news meanwhile', async () => (await feed()).includes('Steel news 5'), bot.logged);
  expect((await fetch(`${bot.url}/readyz`)).status).toBe(503);
  const asked = slack.requests.filter(({ method }) => method === 'chat.postMessage').length;
  expect(asked, 'one post found out, and no storm follows').toBe(2);
  await bot.stop();

  slack.tokens.bot = slack.botToken;
  const again = await start();
  await until('all of them', () => slack.messages(CHANNEL).length >= 4, again.logged);
  expect(slack.messages(CHANNEL).map(({ text }) => text.split('\n')[0])).toEqual(
    [2, 3, 4, 5].map(number => `Steel news ${number}`),
  );
  slack.assertPolite();
});
