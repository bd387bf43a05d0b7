import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../support/bot.ts';
import { openDesk } from '../support/command.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startReceiver } from '../support/fake-receiver.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const KEY = Buffer.from('the key of the desk, of 32 bytes').toString('base64');
const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenAtRest12345678901';

/** Every file below a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('security rule 2: tokens stand in no file that the bot writes; its data directory is 0700, what is in it 0600', {
  timeout: 90_000,
}, async () => {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: DISCORD_TOKEN });
  closers.push(() => discord.close());
  const receiver = await startReceiver(`whsec_${KEY}`);
  closers.push(() => receiver.close());
  const desk = openDesk({
    sources: [{ id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' }],
    subscriptions: [
      { query: 'topic:steel', to: 'slack:C0TRADE' },
      { query: 'topic:steel', to: `discord:${CHANNEL}` },
      { query: 'topic:steel', to: `webhook:${receiver.url}`, secret: 'DESK_SECRET' },
    ],
  });
  closers.push(() => desk.close());
  const secrets = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    DISCORD_TOKEN,
    DESK_SECRET: `whsec_${KEY}`,
    GWANBO_SECRET_KEY: 'a-key-of-which-this-version-has-no-use',
  };
  const env = { ...secrets, SLACK_API_URL: slack.url, DISCORD_API_URL: discord.url };
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  const bot = await desk.start({ env });
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  board.publish({ title: 'Steel quota', body: 'The steel quota was discussed.', date: '2025-12-04' });
  const shown = () => [slack.messages('C0TRADE'), discord.messages(CHANNEL), receiver.taken()];
  await until('the alerts', () => shown().every(messages => messages.length === 1), bot.err);
  expect((await desk.run(['backup'], { env })).code).toBe(0);

  const data = dirname(desk.database);
  const modes = () => Object.fromEntries(filesIn(data).map(path => [path.slice(data.length + 1), mode(path)]));
  expect(mode(data)).toBe('700');
  expect(Object.keys(modes())).toEqual(expect.arrayContaining(['gwanbo.db', expect.stringMatching(/^backups\//)]));
  expect(new Set(Object.values(modes()))).toEqual(new Set(['600']));
  bot.kill('SIGTERM');
  const { code, out, err } = await bot.ended;
  expect(code).toBe(0);

  const written = filesIn(desk.folder).filter(path => path !== desk.config);
  expect(written.length).toBeGreaterThanOrEqual(2);
  for (const [name, secret] of Object.entries({
    ...secrets,
    bare: KEY,
    decoded: Buffer.from(KEY, 'base64').toString(),
  }))
    for (const [where, text] of [
      ...written.map(path => [path, readFileSync(path)] as const),
      ['standard output', Buffer.from(out)] as const,
      ['standard error', Buffer.from(err)] as const,
    ])
      for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')])
        expect(text.includes(form), `${name} stands in ${where}`).toBe(false);
});

test('security rule 15: of people and channels the bot keeps ids, and no names', { timeout: 90_000 }, async () => {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const desk = openDesk({
    sources: [{ id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' }],
  });
  closers.push(() => desk.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  Object.assign(slack.channels.get('C0TRADE') ?? {}, { name: 'trade-news-room' });
  const connected = slack.nextConnection();
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    LOG_LEVEL: 'debug',
  };
  const bot = await desk.start({ env });
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  await connected;
  for (const text of ['follow topic:steel', 'edit 1 --when hourly', 'edit 1 --when now', 'list'])
    await (await slack.slash({ text })).answer();
  board.publish({ title: 'Steel quota', body: 'The steel quota was discussed.', date: '2025-12-04' });
  await until('the alert', () => slack.messages('C0TRADE').length === 1, bot.err);
  bot.kill('SIGTERM');
  const { code, out, err } = await bot.ended;
  expect(code).toBe(0);
  const kept = [...filesIn(dirname(desk.database)).map(path => readFileSync(path)), Buffer.from(out), Buffer.from(err)];
  const holds = (text: string) => kept.some(bytes => bytes.includes(text));
  expect(holds('U0ANA') && holds('C0TRADE'), 'ids are kept').toBe(true);
  expect(['ana.example', 'trade-news-room', 'example-desk'].filter(holds)).toEqual([]);
});
