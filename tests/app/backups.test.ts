import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Backups, startBackups } from '../../src/app/backups.ts';
import type { Settings } from '../../src/app/house.ts';
import { listBackups } from '../../src/store/backup-folder.ts';
import { until } from '../support/bot.ts';
import { batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
let backups: Backups;
beforeEach(async () => {
  tools = await openTools();
  await tools.store.record(batch([release('1')]));
  const { path, clock, log } = tools;
  backups = startBackups({ environment: { databasePath: path } as Settings['environment'], clock, log });
});
afterEach(async () => {
  await backups.stop();
  await tools.store.close();
});

const files = () => listBackups(tools.path, tools.clock.now());

async function after(duration: Temporal.DurationLike): Promise<number> {
  tools.later(duration);
  backups.tick();
  await backups.stop();
  return files().length;
}

test('a first backup comes ten minutes after the start, then one a day, and a week of them is kept', async () => {
  expect(await after({ minutes: 1 })).toBe(0);
  expect(await after({ minutes: 10 })).toBe(1);
  expect(await after({ hours: 23 })).toBe(1);
  for (let day = 2; day <= 7; day++) expect(await after({ hours: 24, minutes: 1 })).toBe(day);
  expect(await after({ hours: 24, minutes: 1 })).toBe(7);
  expect(tools.log.lines.filter(line => line.message === 'a backup was made')).toHaveLength(8);
});

test('a clock that jumps, back or ahead, makes one', async () => {
  expect(await after({ minutes: 11 })).toBe(1);
  expect(await after({ hours: -48 })).toBe(2);
  expect(await after({ minutes: 2 })).toBe(2);
  expect(await after({ hours: 24 * 400 })).toBe(3);
  expect(await after({ minutes: 2 })).toBe(3);
});

test('16. those of a clock that was ahead keep none from being made, and push none of the new ones out', async () => {
  expect(await after({ minutes: 11 })).toBe(1);
  const ahead = { hours: 24 * 400 };
  tools.jump(ahead);
  for (let day = 1; day <= 7; day++) await after({ hours: 24, minutes: 1 });
  expect(files()).toHaveLength(7);
  tools.jump(Temporal.Duration.from(ahead).negated());
  const made: string[] = [];
  for (let day = 1; day <= 8; day++) {
    await after({ hours: 24, minutes: 1 });
    const [newest] = files();
    expect(newest, `of day ${day}`).not.toBe(made[0]);
    made.unshift(newest ?? '');
  }
  expect(files()).toEqual(made.slice(0, 7));
});

test('one that fails is told of, tried again an hour later, and leaves nothing half done', async () => {
  writeFileSync(join(dirname(tools.path), 'backups'), 'a file where the folder should be');
  expect(await after({ minutes: 11 }).catch(() => 0)).toBe(0);
  await until('the complaint', () => tools.log.lines.some(line => line.message === 'the daily backup failed'));
  await after({ minutes: 2 }).catch(() => 0);
  expect(tools.log.lines.filter(line => line.message === 'the daily backup failed')).toHaveLength(1);
  expect(readdirSync(dirname(tools.path)).filter(name => name.includes('unfinished'))).toEqual([]);
});

test('copies that killed processes left unfinished are removed at the start, those that are being made are not', async () => {
  const folder = dirname(tools.path);
  mkdirSync(join(folder, 'backups'));
  const write = (name: string, hours: number) => {
    const at = tools.clock.now().subtract({ hours }).epochMilliseconds / 1000;
    writeFileSync(join(folder, name), 'half');
    utimesSync(join(folder, name), at, at);
  };
  const left = ['backups/gwanbo-20251101T000000Z.db.unfinished', 'backups/mine.db.unfinished-journal'];
  left.push('gwanbo.db.unfinished', 'gwanbo.db.unfinished-wal', 'gwanbo.db.before-3.unfinished');
  for (const name of left) write(name, 25);
  write('backups/gwanbo-20251102T000000Z.db.unfinished', -25);
  const kept = ['backups/gwanbo-20251205T000000Z.db.unfinished', 'gwanbo.db.unfinished-shm'];
  for (const name of kept) write(name, 23);
  kept.push('backups/unfinished.db', 'other.db.unfinished', 'gwanbo.db.before-2');
  for (const name of kept.slice(2)) write(name, 25);
  await after({ minutes: 1 });
  const there = [...readdirSync(folder), ...readdirSync(join(folder, 'backups')).map(name => `backups/${name}`)];
  expect(there.filter(name => !/^(?:gwanbo\.db(?:-wal|-shm)?|backups)$/.test(name)).sort()).toEqual(kept.sort());
  expect(tools.log.lines.filter(line => line.message.includes('unfinished'))).toHaveLength(1);
  expect(await tools.store.count()).toBe(1);
});
