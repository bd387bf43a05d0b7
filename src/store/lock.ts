import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { faultOf, Locked, storageError } from './errors.ts';
import { preparePlace } from './place.ts';

/** Held by the one process that polls and sends. */
export interface Lock {
  /** Gives it up; a second call does nothing. The kernel does the same when the process dies, however it dies. */
  release(): void;
}

/** A look by `isLocked` lasts well under a millisecond; it must not make a start fail. */
const PATIENCE = 250;
/** Where SQLite keeps user_version in a file (sqlite.org/fileformat.html, 1.3): there we leave the process id, readable without a lock. */
const PID_AT = 60;

/**
 * The locks of this process by path. They are held here, or the garbage collector would close them; and the pid of a lock
 * of our own must not be read from the file, since closing a file drops all of the process's POSIX locks on it.
 */
const held = new Map<string, DatabaseSync>();

/**
 * Takes the exclusive lock of a database: `<path>.lock`, itself an SQLite file that is locked and never unlocked,
 * so that no stale lock can remain.
 * @param path of the database
 * @throws {Locked} with the pid of the process that has it
 * @throws {StorageError} where the lock file cannot be made
 */
export function takeLock(path: string): Lock {
  const file = lockFile(path);
  if (held.has(file)) throw new Locked(process.pid, path);
  preparePlace(file);
  const db = open(file);
  try {
    // Exclusive mode keeps the lock after the commit; the journal in memory leaves no second file behind.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF');
    db.exec(`BEGIN EXCLUSIVE; PRAGMA user_version = ${process.pid}; COMMIT; BEGIN EXCLUSIVE`);
  } catch (error) {
    db.close();
    throw faultOf(error) === 'busy' ? new Locked(readPid(file), path) : storageError(error, file);
  }
  held.set(file, db);
  return {
    release() {
      if (held.get(file) !== db) return;
      held.delete(file);
      db.close();
    },
  };
}

/** Whether a process runs on the database, this one included. */
export function isLocked(path: string): boolean {
  const file = lockFile(path);
  if (held.has(file)) return true;
  if (!existsSync(file)) return false;
  const db = open(file, true);
  try {
    // A shared lock for a moment: enough to be refused by an exclusive one.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (faultOf(error) === 'busy') return true;
    throw storageError(error, file);
  } finally {
    db.close();
  }
}

function lockFile(path: string): string {
  return `${resolve(path)}.lock`;
}

function open(file: string, readOnly = false): DatabaseSync {
  try {
    return new DatabaseSync(file, { readOnly, timeout: readOnly ? 0 : PATIENCE });
  } catch (error) {
    throw storageError(error, file);
  }
}

function readPid(file: string): number | null {
  const fd = openSync(file, 'r');
  try {
    const bytes = new DataView(new ArrayBuffer(4));
    return readSync(fd, bytes, 0, 4, PID_AT) === 4 ? bytes.getUint32(0) || null : null;
  } finally {
    closeSync(fd);
  }
}
