import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { Locked, StorageError } from '../../src/store/errors.ts';
import { isLocked, takeLock } from '../../src/store/lock.ts';
import { temporaryFolder } from '../support/folder.ts';

const CHILD = resolve(import.meta.dirname, '../support/store-child.ts');

/** Another process that holds the lock. */
async function holder(path: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, [CHILD, 'lock', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  if (child.pid === undefined) throw new Error('no process was started');
  expect(JSON.parse(line)).toEqual({ locked: child.pid });
  return Object.assign(child, { pid: child.pid });
}

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test('15. a second process is refused and told which one runs, and the first is unharmed', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const first = await holder(path);
  for (let times = 0; times < 3; times += 1) {
    expect(refusal(() => takeLock(path))).toMatchObject({ name: 'Locked', pid: first.pid, at: path });
    expect(isLocked(path)).toBe(true);
  }
  expect(first.exitCode).toBe(null);
});

test('15. the lock is free when its process was killed, and no file need be removed', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const first = await holder(path);
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(existsSync(`${path}.lock`)).toBe(true);
  expect(isLocked(path)).toBe(false);
  const lock = takeLock(path);
  expect(isLocked(path)).toBe(true);
  lock.release();
  expect(isLocked(path)).toBe(false);
});

test('one process takes it once, and asking does not lose it', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const lock = takeLock(path);
  onTestFinished(() => lock.release());
  expect(refusal(() => takeLock(path))).toMatchObject({ name: 'Locked', pid: process.pid });
  expect(refusal(() => takeLock(join(path, '../gwanbo.db')))).toBeInstanceOf(Locked);
  expect(isLocked(path)).toBe(true);
  const second = spawn(process.execPath, [CHILD, 'lock', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  second.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  expect(await once(second, 'exit')).toEqual([1, null]);
  expect(said).toContain(`process ${process.pid} is running on this database`);
});

test('it is released once, and then another may take it', () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const first = takeLock(path);
  first.release();
  const second = takeLock(path);
  first.release();
  expect(isLocked(path)).toBe(true);
  second.release();
  expect(isLocked(path)).toBe(false);
});

test('the lock is a file beside the database, for its owner only', () => {
  const folder = join(temporaryFolder(), 'data');
  const lock = takeLock(join(folder, 'gwanbo.db'));
  expect(readdirSync(folder)).toEqual(['gwanbo.db.lock']);
  expect((statSync(join(folder, 'gwanbo.db.lock')).mode & 0o777).toString(8)).toBe('600');
  lock.release();
});

test('where there is no lock file nothing runs, and a file that is none is named', () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  expect(isLocked(path)).toBe(false);
  expect(existsSync(`${path}.lock`)).toBe(false);
  writeFileSync(`${path}.lock`, 'A'.repeat(4096));
  expect(refusal(() => takeLock(path))).toBeInstanceOf(StorageError);
  expect(refusal(() => isLocked(path))).toBeInstanceOf(StorageError);
});

test('14. a place that cannot be written is no lock of somebody else', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(refusal(() => takeLock(join(file, 'gwanbo.db')))).toMatchObject({
    name: 'StorageError',
    fault: 'unreachable',
  });
});
