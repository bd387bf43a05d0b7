import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../../src/app/check.ts';
import { openHouse } from '../../src/app/house.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type Bot, openFolder, settingsOf, startBot, until } from '../support/bot.ts';
import { openDesk } from '../support/command.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { rss, startPublicHosts } from '../support/public-hosts.ts';

const SLACK_CHANNEL = 'C0TRADE';
const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890';
/** An answer waits for the host that is asked, and for the second that is kept between two requests to it. */
const PATIENCE = 15_000;
/** A bot is started twice, and nothing is sooner than a tick. */
const STORY = { timeout: 90_000 };
const FEED = 'https://harbor.gov.kr/feed.xml';
const TIDE = { title: 'Tide tables printed', date: '2025-12-02' };
const QUAY = { title: 'Second quay opens', date: '2025-12-04' };
const CRANE = { title: 'Crane inspected', date: '2025-12-05' };
const MAST = { title: 'Mast repaired', date: '2025-12-06' };

const feedOf = async (bot: Bot) => (await fetch(`${bot.url}/feed.atom`)).text();

/** A bot in Slack and Discord that watches a board, and a public host with a feed that nobody watches yet. */
async function world(sourcesFromChat: string) {
  const folder = openFolder();
  onTestFinished(folder.remove);
  const board = await startFakeBoard();
  onTestFinished(() => board.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed.', date: '2025-11-01' });
  const slack = await startFakeSlack({});
  onTestFinished(() => slack.close());
  slack.addUser({ id: 'U0ADMIN', is_admin: true });
  const discord = await startFakeDiscord({ token: DISCORD_TOKEN });
  onTestFinished(() => discord.close());
  const hosts = await startPublicHosts({ [FEED]: rss('Harbor Office', TIDE) });
  const variables = {
    DATABASE_URL: folder.database,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN,
    DISCORD_API_URL: discord.url,
  };
  const config = {
    sources: [{ id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', every: '1s' }],
    operations: { sourcesFromChat },
  };
  /** Another process beside the bot, as the command line is. */
  const beside = async <Result>(work: (house: Awaited<ReturnType<typeof openHouse>>) => Promise<Result>) => {
    const house = await openHouse(settingsOf(config, variables));
    try {
      return await work(house);
    } finally {
      await house.close();
    }
  };
  return {
    hosts,
    slack,
    discord,
    beside,
    async start(): Promise<Bot> {
      const connected = slack.nextConnection();
      const bot = await startBot(config, variables, { guarded: hosts.guarded });
      onTestFinished(() => bot.stop());
      await connected;
      // The first reading of the board has the vocabulary read, which is a second's work.
      await until('the board in the feed', async () => (await feedOf(bot)).includes('<entry>'), bot.logged);
      return bot;
    },
    /** Has the running bot ask a source now: nobody waits ten minutes. */
    poll: (id: string) => beside(house => check(id, house, () => {})),
    say: async (text: string, user = 'U0ADMIN') =>
      (await slack.slash({ text, user, channel: SLACK_CHANNEL })).answer(PATIENCE),
  };
}

test(
  'security rule 4: switched off, nobody adds a source, and the refusal says how it is switched on',
  STORY,
  async () => {
    const { start, say, hosts, discord } = await world('off');
    await start();
    const off = /switched off.*operations\.sourcesFromChat: managers/;
    expect(await say(`source add <${FEED}>`)).toMatch(off);
    const typed = await discord.slash({
      group: 'source',
      subcommand: 'add',
      channel: CHANNEL,
      permissions: ['ViewChannel', 'ManageGuild'],
      options: { source: FEED },
    });
    expect(await typed.reply()).toMatch(off);
    expect(hosts.asked).toEqual([]);
  },
);

test(
  'a manager adds a feed in Slack: a silent baseline, alerts from then on, also after a restart, until it is removed',
  STORY,
  async () => {
    const { start, say, poll, beside, hosts, slack, discord } = await world('managers');
    const bot = await start();
    expect(await say(`source add <${FEED}>`, 'U0ANA'), 'security rule 9: a member').toMatch(/^this takes an admin/);
    expect(await say('source add <https://127.0.0.1/feed>')).toContain('127.0.0.1 is a number and no name');
    expect(await say('source add <https://localhost/feed>')).toContain('localhost is no public name');
    expect(hosts.asked).toEqual([]);

    expect(await say(`source add <${FEED}|harbor.gov.kr/feed.xml>`)).toContain('Now harbor-gov-kr is watched');
    expect(await say('follow source:harbor-gov-kr')).toContain('source:harbor-gov-kr (#1)');
    const state = () =>
      beside(async ({ store }) => (await store.sources()).find(source => source.id === 'harbor-gov-kr'));
    await until('the silent first reading', async () => (await state())?.baselineAt, bot.logged);
    expect(await feedOf(bot)).toContain(TIDE.title);
    expect(slack.messages(SLACK_CHANNEL)).toEqual([]);

    hosts.documents.set(FEED, rss('Harbor Office', QUAY, TIDE));
    await poll('harbor-gov-kr');
    await until('the alert', () => slack.messages(SLACK_CHANNEL).length === 1, bot.logged);
    expect(slack.messages(SLACK_CHANNEL)[0]?.text).toContain(QUAY.title);
    expect(await say('source list')).toMatch(/harbor-gov-kr \(feed, added by slack:U0ADMIN; read /);

    await bot.stop();
    const again = await start();
    expect(again.printed()).toContain(`harbor-gov-kr (${FEED})`);
    hosts.documents.set(FEED, rss('Harbor Office', CRANE, QUAY, TIDE));
    await poll('harbor-gov-kr');
    await until('the alert after the restart', () => slack.messages(SLACK_CHANNEL).length === 2, again.logged);

    // Whoever manages the server of Discord has the same say.
    const typed = await discord.slash({
      group: 'source',
      subcommand: 'remove',
      channel: CHANNEL,
      permissions: ['ViewChannel', 'ManageChannels'],
      options: { id: 'harbor-gov-kr' },
    });
    expect(await typed.reply()).toContain('is watched no more');
    expect(await state()).toMatchObject({ enrolled: false });
    await beside(({ store }) => store.requestPoll('harbor-gov-kr', Temporal.Now.instant().toString()));
    hosts.documents.set(FEED, rss('Harbor Office', MAST, CRANE, QUAY, TIDE));
    hosts.asked.length = 0;
    // Longer than two ticks: whatever would be asked would have been asked by then.
    await sleep(2_500);
    expect(hosts.asked).toEqual([]);
    expect(slack.messages(SLACK_CHANNEL)).toHaveLength(2);
    expect(await say('source list')).not.toContain('harbor-gov-kr');
    slack.assertPolite();
    discord.assertPolite();
  },
);

test('what another process removes is stopped in the middle of its reading', STORY, async () => {
  const { start, say, beside, poll, hosts, slack } = await world('members');
  const bot = await start();
  await say(`source add ${FEED}`, 'U0ANA');
  await say('follow source:harbor-gov-kr', 'U0ANA');
  const state = () => beside(async ({ store }) => (await store.sources()).find(one => one.id === 'harbor-gov-kr'));
  await until('the silent first reading', async () => (await state())?.baselineAt, bot.logged);
  const gate = Promise.withResolvers<void>();
  onTestFinished(() => gate.resolve());
  hosts.hold = gate.promise;
  hosts.documents.set(FEED, rss('Harbor Office', QUAY, TIDE));
  hosts.asked.length = 0;
  void poll('harbor-gov-kr').catch(() => {});
  await until('the reading', () => hosts.asked.includes(FEED), bot.logged);
  await beside(({ store, clock }) => store.removeSource('harbor-gov-kr', 'cli', clock.now().toString()));
  // Two ticks: the bot has seen that it is gone.
  await sleep(2_500);
  gate.resolve();
  await sleep(1_500);
  expect(slack.messages(SLACK_CHANNEL)).toEqual([]);
  expect(await feedOf(bot)).not.toContain(QUAY.title);
});

test('the command line shows what was added in chat and by whom, follows it, and removes it', {
  timeout: 60_000,
}, async () => {
  const desk = openDesk({
    sources: [{ id: 'motir', preset: 'motir' }],
    operations: { sourcesFromChat: 'managers' },
  });
  onTestFinished(() => desk.close());
  await desk.run(['list']);
  const store = await openStore(`sqlite:${desk.database}`, { authority: 'x.example', now: '2025-12-05T01:00:00Z' });
  const asked = {
    id: 'harbor',
    preset: null,
    kind: 'feed',
    url: FEED,
    title: 'Harbor',
    createdBy: 'discord:9',
  } as const;
  await store.addSource(asked, { most: 9, perHour: 9 }, '2025-12-05T01:00:00Z');
  await store.close();
  expect(await desk.json(['source', 'list'])).toMatchObject([
    { id: 'motir', createdBy: 'config' },
    { id: 'harbor', createdBy: 'discord:9', kind: 'feed', url: FEED, status: null },
  ]);
  expect((await desk.run(['source', 'list'])).out).toContain('added by discord:9');
  expect(await desk.json(['status'])).toMatchObject([{ sources: [{ id: 'harbor', createdBy: 'discord:9' }] }]);
  expect(await desk.json(['follow', 'source:harbor', '--to', 'console'])).toMatchObject([{ normal: 'source:harbor' }]);
  expect(await desk.run(['source', 'remove', 'harbor'])).toMatchObject({
    code: 0,
    out: 'source harbor, added by discord:9, removed. Its releases stay in the archive.\n',
  });
  expect(await desk.json(['source', 'list'])).toMatchObject([{ id: 'motir' }]);
  expect(await desk.run(['source', 'remove', 'harbor'])).toMatchObject({ code: 2 });
});
