import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError, storageError } from './errors.ts';
import { copyInto, readSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { preparePlace } from './place.ts';
import { markRestored } from './restored.ts';
import { openDatabase } from './sqlite.ts';

/** A copy of a database that was made whole and looked through. */
export interface Backup {
  readonly path: string;
  readonly bytes: number;
  readonly releases: number;
  /** The last delivery it knows of; 0 where there is none. */
  readonly deliveries: number;
}

/**
 * Copies a database, beside a running bot too: what is committed when it begins is in the copy, nothing else is. The copy
 * has its name only once it is whole, synced and checked, so that a process killed in between leaves none that lies.
 * @param path of the database @param to where the copy goes; what is there already is refused
 * @throws {StorageError}
 */
export function backUp(path: string, to: string): Backup {
  const target = resolve(to);
  if (existsSync(target)) throw new StorageError('taken', target);
  const unfinished = `${target}.unfinished`;
  try {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(path, { timeout: 5000 });
    try {
      readSchema(db, path, MIGRATIONS.length);
      copyInto(db, unfinished);
    } finally {
      db.close();
    }
    const backup = inspect(unfinished);
    sync(unfinished);
    renameSync(unfinished, target);
    sync(dirname(target));
    return { ...backup, path: target };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw storageError(error, target);
  }
}

/**
 * Looks through a file that is to be a database of ours, and changes nothing of it.
 * @throws {StorageError} foreign, newer, corrupt, unreachable
 */
export function inspect(path: string): Backup {
  if (!existsSync(path)) throw new StorageError('unreachable', path);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    if (readSchema(db, path, MIGRATIONS.length) === 0) throw new StorageError('foreign', path);
    const [{ integrity_check: verdict } = {}] = db.prepare('PRAGMA integrity_check(1)').all();
    if (verdict !== 'ok') throw new StorageError('corrupt', path, new Error(String(verdict)));
    const count = (sql: string) => Number(Object.values(db?.prepare(sql).get() ?? {})[0]);
    return {
      path: resolve(path),
      bytes: statSync(path).size,
      releases: count('SELECT count(*) FROM "release"'),
      deliveries: count('SELECT coalesce(max(id), 0) FROM delivery'),
    };
  } catch (error) {
    throw storageError(error, path);
  } finally {
    db?.close();
  }
}

/**
 * Puts a backup in the place of a database, brought up to date and marked as restored. The files that are there are kept
 * beside it under another name. The caller holds the lock of the database.
 * @param now when that is @param mark ends the name of what was there before
 * @returns where the files from before are now; null where there were none
 * @throws {StorageError} with everything as it was
 */
export function putBack(backup: string, path: string, now: Temporal.Instant, mark: string): string | null {
  inspect(backup);
  const target = resolve(path);
  preparePlace(`${target}.lock`);
  const unfinished = `${target}.unfinished`;
  try {
    const db = new DatabaseSync(backup, { readOnly: true });
    try {
      copyInto(db, unfinished);
    } finally {
      db.close();
    }
    bringBack(unfinished, now);
    sync(unfinished);
    const before = existsSync(target) ? `${target}.${mark}` : null;
    if (before !== null) {
      // Never without a file of that name: a bot that started then would make an empty one.
      linkSync(target, before);
      // The log belongs to the file that it was written for: it would be taken for the new one's.
      for (const end of ['-wal', '-shm'])
        if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${before}${end}`);
    }
    renameSync(unfinished, target);
    sync(dirname(target));
    return before;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw storageError(error, target);
  }
}

/** Before it takes its place: nobody must ever start on a backup that is taken for the present. */
function bringBack(path: string, now: Temporal.Instant): void {
  const db = openDatabase(path);
  try {
    markRestored(db, now.epochMilliseconds);
  } finally {
    db.close();
  }
  // The backup is the copy of the older schema; what migrating left beside this file is not needed.
  const left = readdirSync(dirname(path)).filter(name => name.startsWith(`${basename(path)}.before-`));
  for (const name of left) rmSync(join(dirname(path), name));
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
