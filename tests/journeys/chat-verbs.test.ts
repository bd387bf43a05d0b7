import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import type { SlashInput } from '../support/fake-discord-interactions.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890';
const PATIENCE = 15_000;

test('what is followed is changed, looked at and paused from Slack and from Discord alike', {
  timeout: 60_000,
}, async () => {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: DISCORD_TOKEN });
  closers.push(() => discord.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed with Canada.', date: '2025-12-01' });
  const connected = slack.nextConnection();
  const bot = await startBot(
    { sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s' }] },
    {
      DATABASE_URL: folder.database,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      DISCORD_TOKEN,
      DISCORD_API_URL: discord.url,
    },
  );
  closers.push(() => bot.stop());
  await connected;
  const feed = async () => (await fetch(`${bot.url}/feed.atom`)).text();
  await until('the baseline', async () => (await feed()).includes('Old steel news'), bot.logged);
  const typed = async (text: string) => (await slack.slash({ text, channel: 'C0TRADE' })).answer(PATIENCE);
  const picked = async (subcommand: string, options: SlashInput['options'] = {}) =>
    (
      await discord.slash({ subcommand, options, channel: CHANNEL, permissions: ['ViewChannel', 'ManageChannels'] })
    ).reply();

  expect(await typed('follow steel')).toContain('(#1)');
  expect(await picked('follow', { query: 'steel', urgent: true, backfill: 1 })).toMatch(
    /\(#2\)[\s\S]*The latest one is sent now/,
  );
  await until('the latest match in Discord', () => discord.messages(CHANNEL).length === 1, bot.logged);

  expect(await typed('edit 1 country:Canada --when weekly mon 08:00')).toMatch(/^#1 country:ca .*weekly mon 08:00/);
  expect(await picked('edit', { number: 2, when: 'daily', style: 'compact', urgent: false })).toMatch(
    /daily 09:00, compact, /,
  );
  expect(await picked('edit', { number: 1, style: 'compact' })).toContain('this channel has no subscription #1');

  for (const topics of [await typed('topics countries'), await picked('topics', { list: 'countries' })])
    expect(topics).toContain('ca (Canada · 캐나다): 1');
  for (const found of [await typed('feed #1'), await picked('feed', { query: 'country:Canada' })])
    expect(found).toContain('feed.atom?q=country%3Aca');
  expect(await typed('settings --quiet 22:00-07:00')).toContain('22:00-07:00');
  expect(await picked('settings', { quiet: '23:00-06:00', 'digest-hour': '8:30' })).toMatch(/23:00-06:00[\s\S]*08:30/);
  expect(await typed('status')).toContain('Nothing was sent here yet.');
  expect(await picked('status')).toContain('Last message here: ');
  expect(await typed('help')).toContain('topics countries');
  expect(await picked('help')).toContain('-not and parentheses');

  expect(await typed('pause 1 --for 2w')).toMatch(/^Paused #1 country:ca until /);
  expect(await picked('pause', { number: 2, for: '2w' })).toMatch(/^Paused #2 steel until /);
  const store = await openStore(folder.database, { authority: 'x.example', now: '2025-12-05T00:00:00Z' });
  closers.push(() => store.close());
  await store.setState(1, 'paused', 'two weeks ago', '2025-12-05T00:00:00Z');
  await until('the end of the pause', async () => (await store.subscription(1))?.state === 'active', bot.logged);
  expect((await store.subscription(2))?.state).toBe('paused');
  slack.assertPolite();
  discord.assertPolite();
});
