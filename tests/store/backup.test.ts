import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backUp, inspect, putBack } from '../../src/store/backup.ts';
import { backupPath, listBackups, thinOut } from '../../src/store/backup-folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { owe, SENT } from '../support/owing.ts';
import { batch, release, T0 } from '../support/store-samples.ts';

const NOW = Temporal.Instant.from('2026-03-03T00:00:00Z');
const CHILD = resolve(import.meta.dirname, '../support/store-child.ts');
const OLD = resolve(import.meta.dirname, '../fixtures/databases/0.1.0.db');

async function openFilled(path: string, keys: readonly string[]) {
  const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
  await store.record(batch(keys.map(key => release(key))));
  return store;
}

describe('a backup', () => {
  test('is whole beside a process that writes, and holds what was committed when it began', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openFilled(path, ['1', '2']);
    onTestFinished(() => store.close());
    const to = join(dirname(path), 'there/copy.db');
    expect(backUp(path, to)).toMatchObject({ path: to, releases: 2 });
    await store.record(batch([release('3')]));
    expect(inspect(to).releases).toBe(2);
    expect(inspect(path).releases).toBe(3);
    // Tokens of workspaces may be in it.
    expect(statSync(to).mode & 0o077).toBe(0);
    expect(statSync(dirname(to)).mode & 0o077).toBe(0);
  });

  test('never overwrites a file', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await (await openFilled(path, ['1'])).close();
    const to = join(dirname(path), 'mine.txt');
    writeFileSync(to, 'mine');
    expect(() => backUp(path, to)).toThrow('there is a file of that name');
    expect(readFileSync(to, 'utf8')).toBe('mine');
  });

  test.each([
    ['nothing', null],
    ['a text', 'A'.repeat(8192)],
  ] as const)('of %s is refused and leaves no copy', (_, content) => {
    const folder = temporaryFolder();
    const path = join(folder, 'gwanbo.db');
    if (content !== null) writeFileSync(path, content);
    expect(() => inspect(path)).toThrow();
    expect(() => backUp(path, join(folder, 'copy.db'))).toThrow();
    expect(readdirSync(folder).filter(name => name.startsWith('copy'))).toEqual([]);
  });

  test('those made by itself are told by their names, and the newest are kept', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const start = Temporal.Instant.from('2026-11-28T02:45:00Z');
    const days = [0, 1, 2, 3].map(day => backupPath(path, start.add({ hours: 24 * day })));
    expect(days[0]).toBe(join(dirname(path), 'backups/gwanbo-20261128T024500Z.db'));
    mkdirSync(join(dirname(path), 'backups'));
    for (const file of [
      ...days,
      ...['mine', '20261399T024500Z'].map(name => join(dirname(path), `backups/gwanbo-${name}.db`)),
    ])
      writeFileSync(file, '');
    const now = start.add({ hours: 100 });
    expect(listBackups(path, now)).toEqual(days.toReversed());
    expect(thinOut(path, 3, now)).toEqual([days[0]]);
    expect(readdirSync(join(dirname(path), 'backups'))).toHaveLength(5);
  });

  test('16. those dated later than now come after all others, and are the first to go', () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const start = Temporal.Instant.from('2026-11-28T02:45:00Z');
    const [older, newer, far, further] = [0, 24, 8_000, 9_000].map(hours => backupPath(path, start.add({ hours })));
    mkdirSync(join(dirname(path), 'backups'));
    for (const file of [older, newer, far, further]) writeFileSync(file!, '');
    const now = start.add({ hours: 25 });
    expect(listBackups(path, now)).toEqual([newer, older, further, far]);
    expect(thinOut(path, 2, now)).toEqual([further, far]);
  });
});

describe('what is put back', () => {
  test('is what the backup held; what was there before is kept, its log too', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openFilled(path, ['1', '2']);
    const copy = `${path}.copy`;
    backUp(path, copy);
    await store.record(batch([release('3')]));
    // As a killed process leaves it: the last release is in the log alone.
    const killed = join(temporaryFolder(), 'gwanbo.db');
    for (const end of ['', '-wal', '-shm']) copyFileSync(`${path}${end}`, `${killed}${end}`);
    await store.close();
    const before = putBack(copy, killed, NOW, 'before');
    expect(before).toBe(`${killed}.before`);
    expect(inspect(killed).releases).toBe(2);
    const kept = new DatabaseSync(`${killed}.before`);
    expect(kept.prepare('SELECT count(*) AS n FROM "release"').get()).toEqual({ n: 3 });
    kept.close();
  });

  test('is counted as it is: what was owed is unsure, what was sent since is not known', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openFilled(path, []);
    const [one, two] = await owe(store, ['1', '2', '3']);
    await store.claim(one!, {}, T0);
    await store.settle(one!, SENT, T0);
    backUp(path, `${path}.copy`);
    await store.claim(two!, {}, T0);
    await store.settle(two!, SENT, T0);
    await store.close();
    putBack(`${path}.copy`, path, NOW, 'before');
    const restored = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
    onTestFinished(() => restored.close());
    const counts = [
      { platform: 'slack', state: 'sent', count: 1 },
      { platform: 'slack', state: 'unsure', count: 2 },
    ];
    expect(await restored.deliveryCounts()).toEqual(counts);
    await restored.purge(NOW.toString(), 0);
    expect(await restored.deliveryCounts()).toEqual(counts);
  });

  test('takes the place of a damaged database', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await (await openFilled(path, ['1'])).close();
    backUp(path, `${path}.copy`);
    writeFileSync(path, 'B'.repeat(8192));
    putBack(`${path}.copy`, path, NOW, 'before');
    expect(inspect(path).releases).toBe(1);
  });

  test('is looked through first: a damaged or foreign backup leaves everything as it was', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await (await openFilled(path, ['1', '2', '3', '4', '5', '6', '7', '8', '9'])).close();
    backUp(path, `${path}.copy`);
    const bytes = readFileSync(`${path}.copy`);
    bytes.fill(0x41, 8192, bytes.length - 4096);
    writeFileSync(`${path}.broken`, bytes);
    const foreign = new DatabaseSync(`${path}.foreign`);
    foreign.exec('CREATE TABLE mine (x)');
    foreign.close();
    const was = readFileSync(path);
    for (const name of ['broken', 'foreign', 'missing'])
      expect(() => putBack(`${path}.${name}`, path, NOW, 'before'), name).toThrow();
    expect(readFileSync(path).equals(was)).toBe(true);
    expect(existsSync(`${path}.before`)).toBe(false);
  });
});

const strace = hasStrace();
describe.skipIf(!strace)('under strace (skipped where it is not installed)', () => {
  /** Runs a task of the child with one system call that kills it. @returns how many of these calls a whole run makes */
  async function run(task: readonly string[], calls: string, when: number): Promise<number> {
    const trace = join(temporaryFolder(), 'trace');
    const child = spawn(
      'strace',
      [
        '-f',
        '-o',
        trace,
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${calls}:signal=KILL:when=${when}`,
        process.execPath,
        CHILD,
        ...task,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await once(child, 'close');
    return readFileSync(trace, 'utf8').match(/ (?:pwrite64|fsync|fdatasync)\(/g)?.length ?? 0;
  }
  const CALLS = 'pwrite64,fsync,fdatasync';
  /** A first run that is not killed counts; then some calls from the first to the last. */
  const points = (all: number) =>
    [...new Set([1, 2, 5, Math.ceil(all / 3), Math.ceil((2 * all) / 3), all - 2, all - 1, all])].filter(
      when => when > 0,
    );

  test('9. killed while it copies: there is no copy, or a whole one', { timeout: 120_000 }, async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await (await openFilled(path, ['1', '2', '3'])).close();
    const copy = (name: string) => join(dirname(path), name);
    const all = await run(['backup', path, copy('whole.db')], CALLS, 65_535);
    expect(all).toBeGreaterThan(5);
    let cut = 0;
    for (const when of points(all)) {
      const to = copy(`copy-${when}.db`);
      await run(['backup', path, to], CALLS, when);
      if (existsSync(to)) expect(inspect(to).releases, `killed at ${when}`).toBe(3);
      else cut += 1;
    }
    expect(cut, 'kills that came before the end').toBeGreaterThan(2);
    expect(inspect(path).releases).toBe(3);
  });

  test('8. killed while the schema changes: the old one or the new one, and a copy of the old', {
    timeout: 120_000,
  }, async () => {
    const folder = temporaryFolder();
    const fresh = (name: string) => {
      const path = join(folder, `${name}.db`);
      copyFileSync(OLD, path);
      return path;
    };
    const all = await run(['open', fresh('whole')], CALLS, 65_535);
    for (const when of points(all)) {
      const path = fresh(`killed-${when}`);
      await run(['open', path], CALLS, when);
      const before = new DatabaseSync(path);
      const { user_version: version } = before.prepare('PRAGMA user_version').get() as { user_version: number };
      expect(before.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      before.close();
      if (version > 1) expect(inspect(`${path}.before-2`).releases, `killed at ${when}`).toBeGreaterThan(0);
      // The next start finishes what was begun.
      const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
      expect(await store.count()).toBe(inspect(path).releases);
      await store.close();
    }
  });
});

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
