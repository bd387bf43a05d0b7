import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/sqlite.ts';
import { temporaryFolder } from '../support/folder.ts';

const CHILD = resolve(import.meta.dirname, '../support/store-child.ts');
const ROUNDS = 4;
/** Releases of one round, as store-child.ts has it. */
const FEW = 150;

/** What a killed process left: whole rounds only, each release with its alert, its item, its alias and its revision. */
function expectWholeRounds(path: string): number {
  // Opened as the bot does it after such an end: the log of SQLite is recovered, a missing schema is made.
  const db = openDatabase(path);
  onTestFinished(() => db.close());
  const ask = (question: string) => Object.values(db.prepare(question).get() ?? {})[0];
  const releases = Number(ask('SELECT count(*) FROM "release"'));
  expect(releases % FEW).toBe(0);
  for (const table of ['delivery', 'delivery_subscription', 'alias', 'revision', 'item'])
    expect(ask(`SELECT count(*) FROM ${table}`), table).toBe(releases);
  expect(ask('SELECT count(*) FROM release_line WHERE stale = 0'), 'what is searched').toBe(releases);
  expect(ask("SELECT count(*) FROM line_index WHERE line_index MATCH 'note'"), 'what is found').toBe(releases);
  // The validators belong to the last round that was kept, or the next poll would be told that nothing is new.
  const last = releases === 0 ? null : JSON.stringify(`"${releases / FEW - 1}"`);
  expect(ask("SELECT json_extract(validators, '$.etag') FROM source") ?? null).toBe(last && JSON.parse(last));
  expect(ask('PRAGMA integrity_check')).toBe('ok');
  expect(ask('SELECT count(*) FROM pragma_foreign_key_check')).toBe(0);
  return releases / FEW;
}

describe('6. and 7. a process killed while it records leaves all of a batch or nothing', () => {
  test.each([0, 7, 19, 47])('%i ms into a round', async patience => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const child = spawn(process.execPath, [CHILD, 'record', path, '1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== JSON.stringify({ round: 2 })) continue;
      await new Promise(resolve => setTimeout(resolve, patience));
      break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(expectWholeRounds(path)).toBeGreaterThanOrEqual(2);
  });
});

const strace = hasStrace();
describe.skipIf(!strace)('under strace (skipped where it is not installed)', () => {
  /** Runs the child with one system call made to fail or to kill, and gives what it said last. */
  async function run(path: string, calls: string, inject: string): Promise<{ done?: number; faults?: string[] }> {
    const traced = ['-f', '-o', `${path}.trace`, '-e', `trace=${calls},openat`, '-e', `inject=${calls}:${inject}`];
    const child = spawn('strace', [...traced, process.execPath, CHILD, 'record', path, `${ROUNDS}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last = '{}';
    for await (const line of createInterface({ input: child.stdout })) last = line;
    return JSON.parse(last);
  }

  test.each([8, 90, 260, 400])('6. killed at write %i', async when => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const said = await run(path, 'pwrite64', `signal=KILL:when=${when}`);
    expect(said.done, 'it was killed before it ended').toBe(undefined);
    expectWholeRounds(path);
  });

  test('12. a disk that fails to sync once costs one try, and the database is opened anew', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    // Opening takes some and closing two or three; those of the rounds lie between.
    await run(`${path}.whole`, 'fsync,fdatasync', 'error=EIO:when=9999');
    const syncs = readFileSync(`${path}.whole.trace`, 'utf8').match(/f(?:data)?sync\(/g)?.length ?? 0;
    const said = await run(path, 'fsync,fdatasync', `error=EIO:when=${syncs - ROUNDS}`);
    expect(said).toEqual({ done: ROUNDS * FEW, faults: ['io'] });
    expect(readFileSync(`${path}.trace`, 'utf8').match(/gwanbo\.db", O_RDWR/g)).toHaveLength(2);
    expect(expectWholeRounds(path)).toBe(ROUNDS);
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
