import { afterEach, expect, test } from 'vitest';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SLACK_CHANNEL = 'C0TRADE';
const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890';
const MANAGER = ['ViewChannel', 'ManageChannels'] as const;

async function world() {
  const folder = openFolder();
  closers.push(folder.remove);
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: DISCORD_TOKEN });
  closers.push(() => discord.close());
  const source = { id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', zone: 'Asia/Seoul', every: '1s' };
  board.publish({ title: 'Steel Fair in Pohang', body: 'A fair for makers of steel was held.', date: '2025-11-20' });
  const connected = slack.nextConnection();
  const bot = await startBot(
    { sources: [{ ...source, republish: 'full' }] },
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
  await until('the commands of Discord', () => discord.commands.length > 0, bot.logged);
  const say = async (text: string) => (await slack.slash({ text, channel: SLACK_CHANNEL })).answer();
  const type = async (subcommand: string, options = {}, permissions: readonly string[] = MANAGER) => {
    const slash = await discord.slash({ subcommand, channel: CHANNEL, permissions: permissions as never, options });
    expect(slash.ephemeral).toBe(true);
    return slash.reply();
  };
  await until('the baseline', async () => (await say('latest')).includes('Steel Fair'), bot.logged);
  return { board, slack, discord, bot, say, type };
}

test('a correction that makes a release match alerts once, marked late; a second and a shrinking one change nothing', async () => {
  const { board, slack, discord, bot, say, type } = await world();
  await say('follow steel');
  await say('follow "round table"');
  await type('follow', { query: 'plate' });
  const number = board.publish({ title: 'A Round Table', body: 'Makers met in Ulsan.', date: '2025-12-04' });
  await until('the alert in Slack', () => slack.messages(SLACK_CHANNEL).length === 1, bot.logged);

  board.edit(number, { body: 'Makers of steel plate met in Ulsan.' });
  await until('the late alert in Discord', () => discord.messages(CHANNEL).length === 1, bot.logged);
  expect(JSON.stringify(discord.messages(CHANNEL))).toContain('Late match: the text was corrected');

  board.edit(number, { body: 'Makers of chips met in Ulsan.' });
  await until('the third version', async () => (await say('search chips')).includes('Round'), bot.logged);
  const [id = ''] = /motir\/\S+/.exec(await say('search chips')) ?? [];
  const why = await type('why', { release: id });
  expect(why).toContain('false  plate');
  expect(why).toMatch(/sent \(discord:.*it matches no more since revision 3/);
  board.edit(number, { body: 'Makers of steel plate met in Ulsan again.' });
  await until('the fourth version', async () => (await say('search again')).includes('Round'), bot.logged);
  board.publish({ title: 'Steel Plate', body: 'The last.', date: '2025-12-05' });
  await until('the next alert in Discord', () => discord.messages(CHANNEL).length === 2, bot.logged);
  await until('the next alert in Slack', () => slack.messages(SLACK_CHANNEL).length === 2, bot.logged);
  expect(JSON.stringify(slack.messages(SLACK_CHANNEL)), 'the channel shows it already').not.toContain('Late match');
  expect(JSON.stringify(discord.messages(CHANNEL)[1])).not.toContain('Late match');
});

test('everybody reads the archive from both platforms, and is told why', async () => {
  const { board, slack, bot, say, type } = await world();
  await say('follow steel');
  const number = board.publish({ title: 'Steel Talks with Canada', body: 'Steel was named.', date: '2025-12-04' });
  await until('the alert in Slack', () => slack.messages(SLACK_CHANNEL).length === 1, bot.logged);
  const id = `motir/${(await say('search country:ca')).match(/motir\/(\S+)/)?.[1]}`;
  expect(id).toContain(String(number));
  await until(
    'the receipt',
    async () =>
      (await say(`why ${id}`)).includes(': it matches\n') && (await say(`why ${id} 1`)).includes('sent (slack:'),
    bot.logged,
  );

  for (const ask of [
    (verb: string, options: { query?: string; release?: string }) => say([verb, ...Object.values(options)].join(' ')),
    (verb: string, options: object) => type(verb, options, []),
  ]) {
    expect(await ask('latest', {})).toMatch(/Steel Talks with Canada\n.*Steel Fair in Pohang/);
    expect(await ask('search', { query: 'steel -canada' })).not.toContain('Talks');
    expect(await ask('search', { query: 'zinc' })).toContain('No recorded release matches zinc');
    expect(await ask('search', { query: 'topic:stel' })).toContain('topic:steel');
    const preview = await ask('preview', { query: 'steel' });
    expect(preview).toMatch(/^steel would have alerted 2 times since 2025-11-20, about /);
    expect(preview).toContain('2025-11 ██');
    expect(preview).toContain('steel x2');
    const shown = await ask('show', { release: id });
    expect(shown).toContain('Steel Talks with Canada');
    expect(shown).toContain(`2025-12-04 · ${id} · Talks · Canada · Talks and visits · Steel and aluminium`);
    expect(await ask('show', { release: 'motir/none' })).toContain('there is no release motir/none');
  }
  const why = await say(`why ${id} 1`);
  expect(why).toContain('#1 steel: it matches');
  expect(why).toContain('true   steel  title "Steel", lead "Steel"');
  expect(await say(`why ${id} 9`)).toContain('no subscription #9');
  expect(await type('why', { release: id })).toContain('This channel follows nothing');
  const page = await (await fetch(`${bot.url}/releases/${id}`)).text();
  expect(page).toContain('Steel Talks with Canada');
});
