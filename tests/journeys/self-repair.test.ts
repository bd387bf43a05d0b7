import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SLACK = 'C0TRADE';
const FORUM = '800000000000000015';
const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890';

test('5. a copy that a platform made long after nobody waited for it is taken away, an alert and a note, on Slack, on Discord and in a forum', async () => {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: TOKEN });
  closers.push(() => discord.close());
  discord.addChannel({ id: FORUM, type: 15 });
  const start = async () => {
    const bot = await startBot(
      {
        sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s' }],
        subscriptions: [
          { query: 'steel', to: `slack:${SLACK}` },
          { query: 'steel', to: `discord:${CHANNEL}` },
          { query: 'steel', to: `discord:${FORUM}` },
        ],
        destinations: [
          { to: `slack:${SLACK}`, corrections: 'edit+note' },
          { to: `discord:${CHANNEL}`, corrections: 'edit+note' },
          { to: `discord:${FORUM}`, corrections: 'edit+note' },
        ],
      },
      {
        DATABASE_URL: folder.database,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_API_URL: slack.url,
        DISCORD_TOKEN: TOKEN,
        DISCORD_API_URL: discord.url,
      },
    );
    closers.push(() => bot.stop());
    return bot;
  };
  const publish = (title: string) => board.publish({ title, body: `${title}, it was said.`, date: '2025-12-04' });
  publish('Old steel news');
  const first = await start();
  const feed = async () => (await fetch(`${first.url}/feed.atom`)).text();
  await until('the baseline', async () => (await feed()).includes('Old steel news'), first.logged);
  const number = publish('New steel news');
  const inForum = () => discord.posts(FORUM).flatMap(({ id }) => discord.messages(id));
  const counts = () => [slack.messages(SLACK), discord.messages(CHANNEL), inForum()].map(({ length }) => length);
  await until('the alerts', () => counts().every(count => count === 1), first.logged);
  await until('their receipts', () => first.logged().split('"delivered"').length > 3, first.logged);
  board.edit(number, { title: 'New steel news of today' });
  await until('the notes', () => counts().every(count => count === 2), first.logged);
  await until('their receipts', () => first.logged().split('"delivered"').length > 9, first.logged);
  await first.stop();

  const kept = { slack: [...slack.messages(SLACK)], discord: [...discord.messages(CHANNEL), ...inForum()] };
  const shown = () => ({
    slack: slack.messages(SLACK).map(({ ts }) => ts),
    discord: [...discord.messages(CHANNEL), ...inForum()].map(({ id }) => id),
  });
  const before = shown();
  expect(kept.slack[1]?.thread).toBe(kept.slack[0]?.ts);
  for (const { ts } of kept.slack) slack.copy(SLACK, ts);
  for (const { id } of kept.discord) discord.copy(id);
  expect(counts()).toEqual([4, 4, 4]);
  const db = new DatabaseSync(join(folder.path, 'gwanbo.db'));
  // As six hours later.
  db.exec("UPDATE meta SET rounds = '{}'");
  db.close();

  const second = await start();
  await until('the copies to go', () => counts().every(count => count === 2), second.logged);
  expect(shown()).toEqual(before);
  await until('the log', () => second.logged().split('the copy was taken away').length > 6, second.logged);
  expect(second.logged().split('the copy was taken away').length - 1).toBe(6);
  expect(await (await fetch(`${second.url}/metrics`)).text()).toContain('gwanbo_unaccounted_items{source="motir"} 0');
  slack.assertPolite();
});
