import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { run } from '../support/atom-tools.ts';
import { until } from '../support/bot.ts';
import { BIN, type Desk, linesOf, openDesk } from '../support/command.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { startFakeDiscord } from '../support/fake-discord.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What is awaited here are processes, several at once on a machine that does other things as well. */
const PATIENCE = { timeout: 90_000 };

const CHANNEL = 'slack:C0TRADE';
const steel = (number: number) => ({
  title: `Steel quota, round ${number}`,
  body: `The steel quota was discussed in round ${number} of the talks.`,
  date: '2025-12-04',
});

async function openWorld(options: { readonly to: string; readonly every?: string }) {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const source = { id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: options.every ?? '1s' };
  const desk = openDesk({ sources: [source], subscriptions: [{ query: 'topic:steel', to: options.to }] });
  closers.push(() => desk.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  return { board, slack, desk, tokens: { SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.url } };
}

/** A bot that has read the board once: what is published from now on is news. */
async function startWatching(desk: Desk, env: Record<string, string> = {}) {
  const bot = await desk.start({ env });
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  return bot;
}

interface Owed {
  readonly release: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason: string | null;
}

describe('safe mode', PATIENCE, () => {
  test('without a token an alert is printed and held, and everything says so', async () => {
    const { board, desk } = await openWorld({ to: 'slack:C0123' });
    const bot = await startWatching(desk);
    expect(bot.out()).toContain('Slack     safe mode: SLACK_BOT_TOKEN is not set: messages are printed and held\n');
    board.publish(steel(1));
    await until('the alert', () => bot.out().includes('would send to slack:C0123:\nSteel quota, round 1\n'), bot.err);
    for (const line of linesOf(bot.out())) expect(line.length, line).toBeLessThanOrEqual(80);
    const held = await until(
      'the held delivery',
      async () => (await desk.json<Owed>(['deliveries', '--state', 'held']))[0],
    );
    expect(held).toMatchObject({ state: 'held', reason: expect.stringContaining('SLACK_BOT_TOKEN') });
    expect((await desk.run(['deliveries', '--state', 'held'])).out).toContain('SLACK_BOT_TOKEN');
  });
});

test('security rule 1: a wrong token is named once, is never shown, and the rest goes on', PATIENCE, async () => {
  const { board, slack, desk } = await openWorld({ to: 'console' });
  const discord = await startFakeDiscord({
    token: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheJourney1234567890',
  });
  closers.push(() => discord.close());
  const wrong = {
    SLACK_BOT_TOKEN: 'xoxb-1111-2222-wrongtokenwrongtoken',
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GwRoNg.wrongTokenOfTheJourney123456789012',
    DISCORD_API_URL: discord.url,
  };
  const bot = await startWatching(desk, wrong);
  for (const name of ['SLACK_BOT_TOKEN', 'DISCORD_TOKEN'])
    await until(`the complaint about ${name}`, () => bot.out().includes(`${name} was refused`), bot.err);
  board.publish(steel(1));
  await until('the alert on the console', () => bot.out().includes('Why: topic:steel'), bot.err);
  for (const name of ['SLACK_BOT_TOKEN', 'DISCORD_TOKEN'])
    expect(bot.out().match(new RegExp(`${name} was refused`, 'g')), name).toHaveLength(1);
  for (const secret of [wrong.SLACK_BOT_TOKEN, wrong.DISCORD_TOKEN])
    expect(bot.out() + bot.err()).not.toContain(secret);
  expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
});

test('15. other processes beside a running bot: one is refused, the others are heard', PATIENCE, async () => {
  // Polled once a day: what is read after the first time was asked for.
  const { board, desk } = await openWorld({ to: 'console', every: '1d' });
  const bot = await startWatching(desk);

  const second = await desk.run(['start', '--json']);
  expect(second).toMatchObject({ code: 3, out: '' });
  expect(JSON.parse(second.err)).toEqual({
    error: {
      code: 'locked',
      message: `process ${bot.pid} is running on this database: ${desk.database}`,
      fix: expect.stringContaining('stop that one first'),
      at: desk.database,
    },
  });

  board.publish(steel(1));
  const checked = await desk.json(['check']);
  expect(checked).toMatchObject([{ source: 'motir', status: 'new', new: 1, revised: 0, error: null }]);
  await until('the alert of the running bot', () => bot.out().includes('Steel quota, round 1'), bot.err);

  const alerts = () => bot.out().match(/· #2 from the command line/g)?.length ?? 0;
  const [followed] = await desk.json(['follow', 'news', '--to', 'console', '--backfill', '1']);
  expect(followed).toMatchObject({ id: 2, normal: 'news', state: 'active', createdBy: 'cli' });
  await until('what the new subscription was owed', () => alerts() === 1, bot.err);
  board.publish({ title: 'News of a fair', body: 'A fair was opened.', date: '2025-12-05' });
  await desk.run(['check']);
  await until('its next alert', () => alerts() === 2, bot.err);
  await desk.run(['unfollow', '2']);
  board.publish({ title: 'More news of the fair', body: 'The fair was closed.', date: '2025-12-06' });
  board.publish(steel(2));
  await desk.run(['check']);
  await until('the alert of the other subscription', () => bot.out().includes('Steel quota, round 2'), bot.err);
  expect(alerts()).toBe(2);
  expect((await desk.run(['status'])).out).toMatch(/^All is well\.\n\nbot {12}running\n/);
});

describe('an end in the middle of a post', PATIENCE, () => {
  const posting = (slack: FakeSlack) => slack.requests.some(({ method }) => method === 'chat.postMessage');

  test('10. SIGTERM waits for the answer, writes it down and ends with exit 0', async () => {
    const { board, slack, desk, tokens } = await openWorld({ to: CHANNEL });
    slack.script({ when: 'after', does: { delay: 1_500 } });
    const bot = await startWatching(desk, tokens);
    board.publish(steel(1));
    await until('the post', () => posting(slack), bot.err);
    bot.kill('SIGTERM');
    expect(await bot.ended).toMatchObject({ code: 0, signal: null });
    expect(await desk.json(['deliveries'])).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(slack.messages('C0TRADE')).toHaveLength(1);
  });

  test('10. a second SIGTERM ends it at once, and kill -9 does: the platform is asked, nothing is sent again', async () => {
    const { board, slack, desk, tokens: own } = await openWorld({ to: CHANNEL });
    const tokens = { ...own, GWANBO_SETTLE_MS: '200' };
    slack.script({ when: 'after', does: { silence: true }, times: 2 });
    let bot = await startWatching(desk, tokens);
    board.publish(steel(1));
    await until('the first post', () => slack.messages('C0TRADE').length === 1, bot.err);
    bot.kill('SIGTERM');
    await until('that it stops', async () => !(await fetch(`${bot.url}/healthz`).catch(() => null)), bot.err);
    bot.kill('SIGTERM');
    expect(await bot.ended).toMatchObject({ code: 1 });

    bot = await desk.start({ env: tokens });
    board.publish(steel(2));
    await until('the second post', () => slack.messages('C0TRADE').length === 2, bot.err);
    bot.kill('SIGKILL');
    await bot.ended;

    bot = await desk.start({ env: tokens });
    expect(bot.err()).toContain('"deliveries":1,"msg":"the last process ended while sending');
    board.publish(steel(3));
    await until('the third post', () => slack.messages('C0TRADE').length === 3, bot.err);
    const deliveries = await until('its answer', async () => {
      const found = await desk.json<Owed>(['deliveries']);
      return found[0]?.state === 'sent' ? found : null;
    });
    expect(deliveries.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 1],
      ['sent', 1],
      ['sent', 1],
    ]);
    expect(slack.messages('C0TRADE').map(message => message.text.match(/round \d/)?.[0])).toEqual([
      'round 1',
      'round 2',
      'round 3',
    ]);
    expect((await desk.run(['status'])).out).toContain('3 sent, 0 owed, 0 unsure, 0 held, 0 dead');
  });
});

test(
  '1. kill -9 at any moment: every match is in the channel once and in order, nothing else is',
  PATIENCE,
  async () => {
    const { board, slack, desk, tokens: own } = await openWorld({ to: CHANNEL });
    const tokens = { ...own, GWANBO_SETTLE_MS: '300' };
    const wanted: string[] = [];
    const moments: number[] = [];
    let bot = await startWatching(desk, tokens);
    for (let round = 1; round <= 4; round++) {
      wanted.push(steel(round).title);
      board.publish(steel(round));
      board.publish({ title: `Nothing of note ${round}`, body: 'A fair was opened.', date: '2025-12-04' });
      const moment = Math.random() * 1_500;
      moments.push(moment);
      await sleep(moment);
      bot.kill('SIGKILL');
      await bot.ended;
      bot = await desk.start({ env: tokens });
    }
    const about = `killed after ${moments.map(Math.round).join(', ')} ms`;
    await until(`the end of every delivery, ${about}`, async () => {
      const found = await desk.json<Owed>(['deliveries']);
      return found.length === wanted.length && found.every(({ state }) => state === 'sent');
    });
    const shown = slack.messages('C0TRADE').map(message => message.text.match(/Steel quota, round \d/)?.[0]);
    expect(shown, about).toEqual(wanted);
    expect(await desk.json(['releases']), about).toHaveLength(1 + 2 * wanted.length);
  },
);

test.each([
  ['an exception', "setTimeout(() => { throw new Error('nobody caught this'); })", 'uncaughtException'],
  ['a rejection', "Promise.reject(new Error('nobody caught this'))", 'unhandledRejection'],
])(
  '18. %s that nobody catches is logged, ends the process, and leaves the record whole',
  PATIENCE,
  async (_, fault, origin) => {
    const { board, desk } = await openWorld({ to: 'console' });
    const crash = desk.write('crash.mjs', `process.on('SIGUSR2', () => { ${fault}; });`);
    const bot = await startWatching(desk, { NODE_OPTIONS: `--import=${crash}` });
    board.publish(steel(1));
    await until('the alert', () => bot.out().includes('round 1'), bot.err);
    bot.kill('SIGUSR2');
    expect(await bot.ended).toMatchObject({ code: 1, signal: null });
    const last = JSON.parse(linesOf(bot.err()).at(-1) ?? '');
    expect(last).toMatchObject({ level: 'error', origin, error: { type: 'Error', message: 'nobody caught this' } });
    expect(last.where).toContain('crash.mjs');
    const again = await desk.start();
    expect((await fetch(`${again.url}/healthz`)).status).toBe(200);
    expect(again.out()).not.toContain('round 1');
  },
);

test('a reader of stdout that goes away ends the bot without an error', PATIENCE, async () => {
  const { desk } = await openWorld({ to: 'console' });
  const shell = `set -o pipefail; '${process.execPath}' '${BIN}' start | head -1`;
  const { code, out } = await run('bash', ['-c', shell], {
    DATABASE_URL: `sqlite:${desk.database}`,
    GWANBO_CONFIG: desk.config,
    GWANBO_PORT: '0',
  });
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^gwanbo \S+ listens at \S+\n$/) });
});

test('the demo shows its first alert, and Ctrl-C leaves nothing behind', PATIENCE, async () => {
  const desk = openDesk({ sources: [] });
  closers.push(() => desk.close());
  const folders = () => readdirSync(join(desk.folder, 'tmp')).filter(name => name.startsWith('gwanbo-demo-'));
  const demo = desk.open(['demo', '--every', '1s']);
  await until('the first alert', () => /^--> #[\w-]+ on (?:Slack|Discord)\n/m.test(demo.out()), demo.err);
  expect(folders()).toHaveLength(1);
  demo.kill('SIGINT');
  expect(await demo.ended).toMatchObject({ code: 0, signal: null, err: '' });
  expect(folders()).toEqual([]);
});
