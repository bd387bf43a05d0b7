import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StorageError } from './errors.ts';

/** "gwan" in ASCII, at offset 68 of the file: what tells our databases from those of other programs. */
const APPLICATION_ID = 0x6777616e;

/**
 * Refuses what is not ours to touch. It reads only.
 * @returns the version of the schema, 0 for a database without any
 * @throws {StorageError} foreign, newer
 */
export function readSchema(db: DatabaseSync, path: string, newest: number): number {
  const application = pragma(db, 'application_id');
  const version = pragma(db, 'user_version');
  if (application === 0 && version === 0 && tables(db) === 0) return 0;
  if (application !== APPLICATION_ID) throw new StorageError('foreign', path);
  if (version > newest) throw new StorageError('newer', path);
  return version;
}

/**
 * Brings the schema up to date, one transaction a step, so that a process killed at any moment leaves the old one
 * or the new one. Before the first step of a database that holds something, a copy is left beside it
 * ("PATH.before-2" where 2 is the first new version).
 * @throws {StorageError} whatever the database refuses, with nothing half done
 */
export function migrate(db: DatabaseSync, path: string, migrations: readonly string[]): void {
  let version = readSchema(db, path, migrations.length);
  if (version > 0 && version < migrations.length) saveCopy(db, `${path}.before-${version + 1}`);
  while (version < migrations.length) {
    db.exec('BEGIN IMMEDIATE');
    try {
      // Another process may have been first while we waited for the write lock.
      version = readSchema(db, path, migrations.length);
      const step = migrations[version];
      if (step !== undefined) {
        db.exec(step);
        version += 1;
        db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`);
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Written under another name first, so that what has the final name is whole. */
function saveCopy(db: DatabaseSync, path: string): void {
  if (existsSync(path)) return;
  const unfinished = `${path}.unfinished`;
  copyInto(db, unfinished);
  renameSync(unfinished, path);
}

/** Copies what is committed into a file that this user alone may read, over one that was left unfinished. */
export function copyInto(db: DatabaseSync, path: string): void {
  rmSync(path, { force: true });
  // SQLite would make it readable for everyone; it takes an empty file that exists.
  closeSync(openSync(path, 'wx', 0o600));
  db.prepare('VACUUM INTO ?').run(path);
}

function tables(db: DatabaseSync): number {
  return Number(db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables);
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
