import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../support/bot.ts';
import { type Desk, openDesk } from '../support/command.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { startFakeSlack } from '../support/fake-slack.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const PATIENCE = { timeout: 120_000 };
const CHANNEL = 'C0TRADE';

const steel = (number: number, body = 'The steel quota was discussed.') => ({
  title: `Steel quota, round ${number}`,
  body,
  date: '2025-12-04',
});

async function openWorld() {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  const slack = await startFakeSlack({});
  closers.push(() => slack.close());
  const source = { id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' };
  const desk = openDesk({
    sources: [source],
    subscriptions: [{ query: 'topic:steel', to: `slack:${CHANNEL}` }],
  });
  closers.push(() => desk.close());
  board.publish({ title: 'Old news', body: 'A fair was opened long ago.', date: '2025-11-01' });
  return { board, slack, desk, tokens: { SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.url } };
}

/** A disk of a few megabytes; undefined where this user may not mount one. */
function smallDisk(folder: string): string | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  closers.push(() => execFileSync('umount', ['-l', path]));
  return path;
}

/** Fills a small disk to its last byte. @returns makes room again */
function fill(disk: string): () => void {
  const filler = join(disk, 'filler');
  writeFileSync(filler, '');
  for (const bytes of [65_536, 4_096, 64])
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(bytes, 1));
    } catch {
      // Full: the smaller pieces fill what is left.
    }
  return () => {
    rmSync(filler);
    execFileSync('mount', ['-o', 'remount,size=64m', disk]);
  };
}

/** How many deliveries are recorded as sent. */
const sentOf = async (desk: Desk, env: Record<string, string>): Promise<number> =>
  (await desk.json(['deliveries', '--state', 'sent'], { env })).length;

test(
  '11. a full disk: nothing is sent without a record, feeds are served, and it recovers by itself',
  PATIENCE,
  async context => {
    const { board, slack, desk, tokens } = await openWorld();
    const disk = smallDisk(desk.folder);
    if (disk === undefined) return context.skip('this user may not mount a disk');
    const env = { ...tokens, DATABASE_URL: `sqlite:${join(disk, 'gwanbo.db')}` };
    const bot = await desk.start({ env });
    await until('the first reading', () => bot.out().includes('first reading'), bot.err);
    board.publish(steel(1));
    await until('the first alert', () => slack.messages(CHANNEL).length === 1, bot.err);

    // Else the disk is full before that is written down, which is another story.
    await until('that it is written down', () => sentOf(desk, env), bot.err);
    const free = fill(disk);
    // More than the log of the database has room for already.
    for (let number = 2; number <= 6; number++)
      board.publish(steel(number, `The steel quota, ${'at length, '.repeat(10_000)}`));
    await until(
      'that nothing can be recorded',
      () => bot.err().includes('the disk of the database is full'),
      bot.err,
      60_000,
    );
    expect(slack.messages(CHANNEL)).toHaveLength(1);
    const ready = await fetch(`${bot.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, reasons: ['nothing can be recorded'] }]);
    expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
    const feed = await (await fetch(`${bot.url}/feed.atom`)).text();
    expect(feed).toContain('Steel quota, round 1');
    expect(feed).not.toContain('Steel quota, round 2');

    free();
    // Half a minute after it failed the next poll is tried.
    await until('all alerts', () => slack.messages(CHANNEL).length === 6, bot.err, 80_000);
    await until('that it is ready', async () => (await fetch(`${bot.url}/readyz`)).status === 200, bot.err);
    expect(new Set(slack.messages(CHANNEL).map(({ text }) => text.match(/round \d/)?.[0])).size).toBe(6);
  },
);

test(
  '11. a disk that is full when the answer comes: it is not forgotten, and nothing else is sent meanwhile',
  PATIENCE,
  async context => {
    const { board, slack, desk, tokens } = await openWorld();
    const disk = smallDisk(desk.folder);
    if (disk === undefined) return context.skip('this user may not mount a disk');
    const env = { ...tokens, DATABASE_URL: `sqlite:${join(disk, 'gwanbo.db')}` };
    const bot = await desk.start({ env });
    await until('the first reading', () => bot.out().includes('first reading'), bot.err);
    slack.script({ when: 'after', does: { delay: 3_000 } });
    for (const number of [1, 2]) board.publish(steel(number));
    await until('the first alert', () => slack.messages(CHANNEL).length === 1, bot.err);
    const free = fill(disk);
    await until('that its answer cannot be kept', () => bot.err().includes('cannot be written down yet'), bot.err);
    const ready = await fetch(`${bot.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, reasons: ['nothing can be recorded'] }]);
    expect(slack.messages(CHANNEL)).toHaveLength(1);

    free();
    await until('that both are written down', async () => (await sentOf(desk, env)) === 2, bot.err, 80_000);
    expect(slack.messages(CHANNEL).map(({ text }) => text.match(/round \d/)?.[0])).toEqual(['round 1', 'round 2']);
    await until('that it is ready', async () => (await fetch(`${bot.url}/readyz`)).status === 200, bot.err, 80_000);
  },
);

test('a backup, a restore and a damaged database, from the command line', PATIENCE, async () => {
  const { board, desk } = await openWorld();
  await desk.run(['check']);
  const [made] = await desk.json<{ path: string; releases: number }>(['backup']);
  expect(made).toMatchObject({ releases: 1 });
  expect(made?.path).toMatch(/data\/backups\/gwanbo-\d{8}T\d{6}Z\.db$/);
  expect(await desk.run(['backup', made?.path ?? ''])).toMatchObject({ code: 4, out: '' });
  board.publish(steel(1));
  await desk.run(['check']);
  expect(await desk.json(['releases'])).toHaveLength(2);
  expect(await desk.run(['verify'])).toMatchObject({ code: 0, err: '' });

  writeFileSync(desk.database, 'A'.repeat(8192));
  const broken = await desk.run(['verify']);
  expect(broken.code).toBe(4);
  expect(broken.out).toContain('gwanbo restore puts the newest sound backup back');
  const refused = await desk.run(['start']);
  expect(refused.code).toBe(4);
  expect(readFileSync(desk.database, 'utf8')).toBe('A'.repeat(8192));

  const [restored] = await desk.json<{ restored: string; before: string }>(['restore']);
  expect(restored).toMatchObject({ restored: made?.path, releases: 1 });
  expect(existsSync(restored?.before ?? '')).toBe(true);
  expect(await desk.json(['releases'])).toHaveLength(1);
  const lines = (await desk.run(['restore'])).out.split('\n');
  for (const line of lines) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(80);
});

test(
  'restored from a backup that was taken in the middle, nothing is sent twice and nothing is lost',
  PATIENCE,
  async () => {
    const { board, slack, desk, tokens } = await openWorld();
    const env = { ...tokens, GWANBO_SETTLE_MS: '300' };
    const rounds = () => slack.messages(CHANNEL).map(({ text }) => text.match(/round \d/)?.[0]);
    let bot = await desk.start({ env });
    await until('the first reading', () => bot.out().includes('first reading'), bot.err);
    board.publish(steel(1));
    await until('the first alert', () => rounds().length === 1, bot.err);
    await until(
      'that it is written down',
      async () => (await desk.json(['deliveries', '--state', 'sent'])).length === 1,
    );
    expect(await desk.run(['backup'])).toMatchObject({ code: 0 });
    board.publish(steel(2));
    await until('the second alert', () => rounds().length === 2, bot.err);
    bot.kill('SIGTERM');
    await bot.ended;

    board.publish(steel(3));
    expect((await desk.run(['restore'])).out).toMatch(/alerts of the first\s+poll are held/);
    bot = await desk.start({ env });
    const held = await until('what is held', async () => {
      const found = await desk.json<{ id: number }>(['deliveries', '--state', 'held']);
      return found.length === 2 ? found : null;
    });
    expect(held).toHaveLength(2);
    expect(rounds()).toEqual(['round 1', 'round 2']);
    const [incident] = (await desk.json<{ incidents: { id: string; kind: string }[] }>(['status']))[0]?.incidents ?? [];
    expect(incident).toMatchObject({ kind: 'restored' });
    await desk.run(['release-held', incident?.id ?? '']);
    await until('the one that was not sent', () => rounds().length === 3, bot.err);
    board.publish(steel(4));
    await until('what is new since', () => rounds().length === 4, bot.err);
    await until('that all is written down', async () => {
      const found = await desk.json<{ state: string; kind: string }>(['deliveries']);
      return found.filter(one => one.kind === 'alert').every(one => one.state === 'sent');
    });
    expect(rounds()).toEqual(['round 1', 'round 2', 'round 3', 'round 4']);
  },
);

test('a restore beside a running bot is refused', PATIENCE, async () => {
  const { desk } = await openWorld();
  const bot = await desk.start();
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  expect(await desk.run(['backup'])).toMatchObject({ code: 0 });
  expect(await desk.run(['restore'])).toMatchObject({ code: 3 });
  expect(await desk.run(['migrate'])).toMatchObject({ code: 3 });
});

test(
  'verify looks through backups of any name, and what is named; restore passes over what is damaged',
  PATIENCE,
  async () => {
    const { desk } = await openWorld();
    await desk.run(['check']);
    const [daily] = await desk.json<{ path: string }>(['backup']);
    const folder = dirname(daily?.path ?? '');
    const [mine, bare, beside] = [
      join(folder, 'before the move.db'),
      join(folder, 'mine'),
      join(desk.folder, 'away.db'),
    ];
    for (const path of [mine, bare, beside]) expect(await desk.run(['backup', path])).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'notes.txt'), 'which is which');
    const sound = await desk.run(['verify']);
    expect(sound.code).toBe(0);
    const said = sound.out.replace(/\s+/g, ' ');
    for (const path of [desk.database, daily?.path, mine, bare]) expect(said).toContain(`${path}: 1 release`);
    expect(said).not.toContain('notes.txt');
    expect((await desk.run(['verify', beside])).out.replace(/\s+/g, ' ')).toMatch(/^sound \S+away\.db: 1 release, /);
    expect(await desk.run(['verify', 'nope.db'])).toMatchObject({ code: 2, err: expect.stringContaining('nope.db') });

    writeFileSync(mine, 'A'.repeat(8192));
    writeFileSync(join(folder, 'gwanbo-20991231T000000Z.db'), 'B'.repeat(8192));
    const newer = join(
      folder,
      `gwanbo-${new Date(Date.now() - 1_000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.db`,
    );
    writeFileSync(newer, 'C'.repeat(8192));
    const broken = await desk.run(['verify', '--json']);
    expect(broken.code).toBe(4);
    expect(JSON.parse(broken.out).problems).toHaveLength(3);
    expect(await desk.run(['verify', mine])).toMatchObject({ code: 4, out: expect.stringContaining('broken') });
    expect(await desk.json(['restore'])).toMatchObject([{ restored: daily?.path }]);
  },
);

test('a restore of a file that is not there says so, and how to see which are', PATIENCE, async () => {
  const { desk } = await openWorld();
  const { code, err } = await desk.run(['restore', 'nope.db']);
  expect([code, err]).toEqual([2, 'there is no file nope.db\n  gwanbo verify lists the backups that there are\n']);
});

test('a restore without any backup says what to do', PATIENCE, async () => {
  const { desk } = await openWorld();
  const { code, err } = await desk.run(['restore']);
  expect(code).toBe(2);
  expect(err).toContain('name one: gwanbo restore FILE');
});
