import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/bot.ts';
import { BIN } from '../support/command.ts';
import { NEWS, openWorld, SLACK_CHANNEL, type World } from '../support/crash-world.ts';
import { hasStrace, type Point, pointsOf, sampleOf, trace } from '../support/strace.ts';

/**
 * A poll that finds news and sends it to three channels, killed at each of its writes to the disk and to sockets. How many of
 * the points are run: all, or what CRASH_POINTS says.
 */
const MOST = process.env.CRASH_POINTS ? Number(process.env.CRASH_POINTS) : Number.POSITIVE_INFINITY;
/** Worlds at once: most of a run is waiting, and no world knows of another. */
const AT_ONCE = availableParallelism();
/** Of one run, on a machine that does other things as well. */
const PATIENCE = 90_000;
const NAIVE = resolve(import.meta.dirname, '../support/naive-bot.ts');

/** What is run through the kills. */
interface Bot {
  /** Whether the platforms lose an answer besides. */
  readonly losing: boolean;
  command(world: World): readonly string[];
  /** Whether a run is over: everything has arrived and is written down. */
  done(world: World): boolean;
}

const OURS: Bot = {
  losing: true,
  command: () => [process.execPath, BIN, 'start'],
  done: world => world.states().sent === 3 * NEWS.length,
};
const NAIVE_BOT: Bot = {
  losing: false,
  command: world => {
    const { slack, board, folder } = world;
    board.documents.set('/titles.json', articles =>
      JSON.stringify(articles.map(({ title }) => title).filter(title => NEWS.includes(title))),
    );
    return [
      process.execPath,
      NAIVE,
      join(folder, 'naive.db'),
      `${board.origin}/titles.json`,
      slack.url,
      slack.botToken,
      SLACK_CHANNEL,
    ];
  },
  done: world => new Set(world.shown().slack).size === NEWS.length,
};

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

/** Ends strace and what it traces. */
function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/** Runs until it is killed at the point, or done. @returns whether the point was reached */
async function runKilled(bot: Bot, world: World, point: Point | null): Promise<boolean> {
  const child = trace(
    bot.command(world),
    { file: join(world.folder, 'trace'), point },
    { env: world.env, cwd: world.folder },
  );
  child.stdout.resume();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  let ended = false;
  const closed = once(child, 'close').then(() => {
    ended = true;
  });
  try {
    await until(
      'the kill or the end',
      () => ended || bot.done(world),
      () => `${said}\n${JSON.stringify(world.states())}`,
      PATIENCE,
    );
  } catch (error) {
    endGroup(child);
    throw error;
  }
  if (ended) return true;
  endGroup(child);
  await closed;
  return false;
}

/** Starts it again as if nothing had happened, and lets it finish. */
async function runWhole(bot: Bot, world: World): Promise<void> {
  const [file = '', ...words] = bot.command(world);
  const child = spawn(file, words, { env: world.env, cwd: world.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  try {
    await until(
      'the end of everything',
      () => bot.done(world),
      () => `${said}\n${JSON.stringify(world.states())}`,
      PATIENCE,
    );
    // What would come twice comes now.
    await sleep(400);
  } finally {
    await end(child);
  }
}

describe.skipIf(!hasStrace)('1. killed at every write (skipped where strace is not installed)', () => {
  let record: World;
  beforeAll(async () => {
    // A record that knows the board: what follows is a poll and what it sends, not a first start.
    record = await openWorld(null, false);
    const child = spawn(process.execPath, [BIN, 'check'], { env: record.env, cwd: record.folder, stdio: 'ignore' });
    await once(child, 'close');
  }, PATIENCE);
  afterAll(() => record.close());

  /** The writes of a second run: a first one on a new machine writes down the code that it compiled, too. */
  async function pointsFor(bot: Bot): Promise<readonly Point[]> {
    await tracePoints(bot);
    return tracePoints(bot);
  }

  async function tracePoints(bot: Bot): Promise<readonly Point[]> {
    const world = await openWorld(record.path, bot.losing);
    try {
      world.publish();
      await runKilled(bot, world, null);
      return pointsOf(join(world.folder, 'trace'));
    } finally {
      await world.close();
    }
  }

  interface Found {
    reached: number;
    readonly lost: string[];
    readonly twice: string[];
    /** Where it never came to an end: what it said last. */
    readonly stuck: string[];
  }

  async function runPoint(bot: Bot, point: Point, found: Found): Promise<void> {
    const world = await openWorld(record.path, bot.losing);
    try {
      world.publish();
      if (await runKilled(bot, world, point)) found.reached++;
      await runWhole(bot, world);
    } catch (error) {
      found.stuck.push(`after ${point.call} ${point.when}: ${error}`);
    } finally {
      for (const [channel, titles] of Object.entries(world.shown())) {
        if (bot !== OURS && channel !== 'slack') continue;
        const about = `${channel} after ${point.call} ${point.when}: ${titles.join(', ')}`;
        if (NEWS.some(title => !titles.includes(title))) found.lost.push(about);
        if (titles.length > new Set(titles).size) found.twice.push(about);
      }
      await world.close();
    }
  }

  /** Each point in a world of its own. @returns what was found wrong */
  async function sweep(bot: Bot, points: readonly Point[]): Promise<Found> {
    const found: Found = { reached: 0, lost: [], twice: [], stuck: [] };
    const left = points.entries();
    const work = async () => {
      for (const [at, point] of left) {
        await runPoint(bot, point, found);
        if ((at + 1) % 25 === 0)
          process.stdout.write(
            `${at + 1} of ${points.length}: ${found.lost.length} lost, ${found.twice.length} twice\n`,
          );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  }

  test('each release is in each channel once, whatever the moment', { timeout: 4 * 3_600_000 }, async () => {
    const points = await pointsFor(OURS);
    expect(points.length).toBeGreaterThan(50);
    const chosen = sampleOf(points, MOST);
    const { reached, lost, twice, stuck } = await sweep(OURS, chosen);
    process.stdout.write(
      `killed at ${reached} of ${chosen.length} points (of ${points.length} there are): ${lost.length} lost, ${twice.length} twice\n`,
    );
    expect(stuck).toEqual([]);
    expect(lost).toEqual([]);
    expect(twice).toEqual([]);
    expect(reached, 'most points are reached').toBeGreaterThan(chosen.length / 2);
  });

  test('a bot that posts first and writes down then shows some twice: the kills find what they look for', {
    timeout: 3_600_000,
  }, async () => {
    const all = (await pointsFor(NAIVE_BOT)).filter(({ call }) => call === 'pwrite64');
    const points = sampleOf(all, Math.max(MOST, 12));
    const { twice } = await sweep(NAIVE_BOT, points);
    process.stdout.write(`the naive bot: ${twice.length} of ${points.length} points end in a double\n`);
    expect(twice.length).toBeGreaterThan(0);
  });
});
