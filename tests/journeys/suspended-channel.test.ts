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
