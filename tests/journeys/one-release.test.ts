import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Bot, openFolder, startBot, until } from '../support/bot.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Who may change what a channel follows. */
const MANAGER = ['ViewChannel', 'ManageChannels'] as const;
const SLACK_CHANNEL = 'C0TRADE';
const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890';

async function world() {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: DISCORD_TOKEN });
  closers.push(() => discord.close());
  const variables = {
    DATABASE_URL: folder.database,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN,
    DISCORD_API_URL: discord.url,
  };
  const config = {
    sources: [
      { id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s', republish: 'full' },
    ],
  };
  const start = async (): Promise<Bot> => {
    const bot = await startBot(config, variables);
    closers.push(() => bot.stop());
    return bot;
  };
  return { board, slack, discord, start };
}

const STEEL = {
  title: 'Ministry Welcomes Longer Steel Quota With Canada',
  body: 'The steel quota agreed with Canada runs until June, the ministry said.',
  date: '2025-12-04',
};
const CHIPS = {
  title: 'Chip Makers Meet in Icheon',
  body: 'Makers of semiconductors met in Icheon to talk about memory prices.',
  date: '2025-12-05',
};
const PLATE = {
  title: 'Steel Plate Inquiry Opened',
  body: 'The commission opened an inquiry into hot-rolled steel plate.',
  date: '2025-12-05',
};

function publishOldNews(board: FakeBoard): void {
  for (let day = 1; day <= 9; day++)
    board.publish({
      title: `Old steel news number ${day}`,
      body: 'Steel was discussed long before anybody listened.',
      date: `2025-11-0${day}`,
    });
}

async function entries(bot: Bot): Promise<{ id: string; title: string; updated: string }[]> {
  const xml = await (await fetch(`${bot.url}/feed.atom`)).text();
  return [...xml.matchAll(/<entry>([\s\S]*?)<\/entry>/g)].map(([, entry = '']) => {
    const of = (name: string) => new RegExp(`<${name}[^>]*>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(entry)?.[1] ?? '';
    return { id: of('id'), title: of('title'), updated: of('updated') };
  });
}

test('a release goes from the board to the feed, to a Slack channel and to a Discord channel, once', async () => {
  const { board, slack, discord, start } = await world();
  publishOldNews(board);
  const connected = slack.nextConnection();
  const bot = await start();
  await connected;
  await until('the baseline in the feed', async () => (await entries(bot)).length > 0, bot.logged);

  const inSlack = await slack.slash({ text: 'follow topic:steel', channel: SLACK_CHANNEL });
  expect(await inSlack.answer()).toContain('topic:steel (#1)');
  await until('the commands of Discord', () => discord.commands.length > 0, bot.logged);
  const inDiscord = await discord.slash({
    subcommand: 'follow',
    channel: CHANNEL,
    permissions: MANAGER,
    options: { query: 'topic:steel' },
  });
  expect(inDiscord.ephemeral).toBe(true);
  expect(await inDiscord.reply()).toContain('#2');

  const number = board.publish(STEEL);
  board.publish(CHIPS);
  board.publish(PLATE);
  await until(
    'two messages in each channel',
    () => slack.messages(SLACK_CHANNEL).length === 2 && discord.messages(CHANNEL).length === 2,
    bot.logged,
  );
  expect(slack.messages(SLACK_CHANNEL).map(message => message.text)).toEqual([
    expect.stringContaining(STEEL.title),
    expect.stringContaining(PLATE.title),
  ]);
  expect(discord.messages(CHANNEL).map(message => message.embeds[0]?.title)).toEqual([STEEL.title, PLATE.title]);
  expect(discord.messages(CHANNEL)[0]?.embeds[0]?.url).toBe(`${board.url}/${number}/view`);

  const before = await entries(bot);
  expect(before.map(entry => entry.title).slice(0, 3)).toEqual([PLATE.title, CHIPS.title, STEEL.title]);
  await bot.stop();

  const again = await start();
  await until('a poll after the restart', () => again.logged().includes('"msg":"polled"'), again.logged);
  board.edit(number, { title: 'Ministry Welcomes Longer Steel Quota with Canada and Mexico' });
  const edited = await until(
    'the corrected title',
    async () => (await entries(again)).find(entry => entry.title.endsWith('Mexico')),
    again.logged,
  );
  const original = before.find(entry => entry.title === STEEL.title);
  expect(edited.id).toBe(original?.id);
  expect(edited.updated > String(original?.updated)).toBe(true);
  // Longer than a poll and a tick: whatever would be sent twice would have been sent by then.
  await sleep(2_500);
  expect(slack.messages(SLACK_CHANNEL)).toHaveLength(2);
  expect(discord.messages(CHANNEL)).toHaveLength(2);
  slack.assertPolite();
  discord.assertPolite();
  const everything = again.logged() + bot.logged() + bot.printed() + again.printed();
  for (const secret of [slack.botToken, slack.appToken, DISCORD_TOKEN]) expect(everything).not.toContain(secret);
});

test('list, pause, resume and unfollow work by slash command on both', async () => {
  const { board, slack, discord, start } = await world();
  publishOldNews(board);
  const connected = slack.nextConnection();
  const bot = await start();
  await connected;
  await until('the commands of Discord', () => discord.commands.length > 0, bot.logged);
  await until('the baseline', async () => (await entries(bot)).length > 0, bot.logged);
  const say = async (text: string) => (await slack.slash({ text, channel: SLACK_CHANNEL })).answer();
  const type = async (subcommand: string, options = {}) =>
    (await discord.slash({ subcommand, channel: CHANNEL, permissions: MANAGER, options })).reply();

  expect(await say('list')).toContain('follows nothing yet');
  await say('follow "steel plate"');
  await type('follow', { query: '"steel plate"' });
  expect(await say('list')).toContain('#1');
  expect(await type('list')).toContain('#2');
  expect(await say('list'), 'a channel sees its own subscriptions').not.toContain('#2');
  expect(await say('pause 2'), 'and changes no others').toContain('no subscription #2');

  await say('pause 1');
  await type('pause', { number: 2 });
  board.publish(PLATE);
  await until(
    'the release in the feed',
    async () => (await entries(bot)).some(entry => entry.title === PLATE.title),
    bot.logged,
  );
  await say('resume 1');
  await type('resume', { number: 2 });
  board.publish({ ...PLATE, title: 'Steel Plate Inquiry Closed', date: '2025-12-06' });
  await until(
    'one message in each channel',
    () => slack.messages(SLACK_CHANNEL).length === 1 && discord.messages(CHANNEL).length === 1,
    bot.logged,
  );
  expect(slack.messages(SLACK_CHANNEL)[0]?.text).toContain('Closed');

  expect(await say('unfollow 1')).toContain('gone');
  expect(await type('unfollow', { number: 'all' })).toContain('gone');
  expect(await say('list')).toContain('follows nothing yet');
  expect(await say('folow topic:steel')).toContain('follow');
  expect(await say('follow topic:stel')).toContain('topic:steel');
});

test('a refused token is named once with its variable, and the rest goes on', async () => {
  const { board, slack, discord, start } = await world();
  publishOldNews(board);
  slack.tokens.bot = null;
  const bot = await start();
  await until('the complaint', () => bot.printed().includes('SLACK_BOT_TOKEN'), bot.logged);
  await until('the commands of Discord', () => discord.commands.length > 0, bot.logged);
  await until('the baseline', async () => (await entries(bot)).length > 0, bot.logged);
  await (
    await discord.slash({
      subcommand: 'follow',
      channel: CHANNEL,
      permissions: MANAGER,
      options: { query: 'topic:steel' },
    })
  ).reply();
  board.publish(STEEL);
  await until('the alert in Discord', () => discord.messages(CHANNEL).length === 1, bot.logged);
  expect(bot.printed().match(/SLACK_BOT_TOKEN was/g)).toHaveLength(1);
  expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${bot.url}/readyz`)).status).toBe(503);
});
