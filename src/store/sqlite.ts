import { resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { faultOf, StorageError, storageError } from './errors.ts';
import { migrate, readSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { preparePlace } from './place.ts';

/** The first one without the WAL-reset bug that can damage a database (sqlite.org/wal.html). */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** Milliseconds that a statement waits for another process. */
const BUSY_TIMEOUT = 5000;
/** Statements kept prepared; a store has some sixty, the rest are batches of odd sizes. */
const MOST_STATEMENTS = 256;

type Bound = Parameters<StatementSync['run']>;

/** @throws {StorageError} engine, where this SQLite is too old to be trusted. */
export function refuseOldSqlite(version: string, path: string): void {
  const have = version.split('.').map(Number);
  for (const [place, least] of OLDEST_SQLITE.entries()) {
    const part = have[place] ?? 0;
    if (part > least) return;
    if (part < least) throw new StorageError('engine', path);
  }
}

/**
 * Opens a database of ours, or makes one: WAL, synchronous=FULL, foreign keys, the schema brought up to date.
 * Nothing is written to a file before it is known to be ours.
 * @throws {StorageError}
 */
export function openDatabase(path: string, migrations: readonly string[] = MIGRATIONS): DatabaseSync {
  refuseOldSqlite(process.versions.sqlite ?? '', path);
  preparePlace(path);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    readSchema(db, path, migrations.length);
    // It answers the mode it is in, without an error where the file system has no shared memory.
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() ?? {};
    if (mode !== 'wal') throw new StorageError('unreachable', path);
    db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0');
    migrate(db, path, migrations);
    return db;
  } catch (error) {
    db?.close();
    throw storageError(error, path);
  }
}

/** A database with its prepared statements, in the shape that Kysely drives. */
export class SqliteConnection implements SqliteDatabase {
  readonly #path: string;
  #db: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();
  /** After the disk failed, what SQLite holds in memory is not to be trusted: it is opened anew before the next statement. */
  #broken = false;

  /** @throws {StorageError} */
  constructor(path: string) {
    this.#path = resolve(path);
    this.#db = openDatabase(this.#path);
  }

  /** Takes the write lock. False where another process has it. */
  begin(): boolean {
    this.#mend();
    // The caller waits without stopping the event loop, which the timeout of SQLite would.
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      this.prepare('begin immediate').run([]);
      return true;
    } catch (error) {
      if (faultOf(error) === 'busy') return false;
      throw error;
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }

  /** Undoes the open transaction; nothing where SQLite has done so by itself, as it does on a full disk. */
  rollback(): void {
    try {
      if (this.#db.isTransaction) this.prepare('rollback').run([]);
    } catch {
      // Why the transaction failed is being thrown already; closing undoes it where the statement cannot.
      this.#broken = true;
      this.close();
    }
  }

  prepare(sql: string): SqliteStatement {
    this.#mend();
    const ready = this.#statements.get(sql);
    if (ready) return ready;
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= MOST_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest);
    const statement = this.#statement(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  get path(): string {
    return this.#path;
  }

  #statement(sql: string): SqliteStatement {
    const statement = this.#try(() => this.#db.prepare(sql));
    const reader = statement.columns().length > 0;
    // The full-text index leaves numbers of its own rows as the last ones inserted, and they are beyond a double.
    if (!reader) statement.setReadBigInts(true);
    return {
      reader,
      all: bound => this.#try(() => statement.all(...(bound as Bound))),
      run: bound => this.#try(() => statement.run(...(bound as Bound))),
      iterate: bound => this.#try(() => statement.iterate(...(bound as Bound))),
    };
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (faultOf(error) === 'io') this.#broken = true;
      throw storageError(error, this.#path);
    }
  }

  #mend(): void {
    if (!this.#broken || (this.#db.isOpen && this.#db.isTransaction)) return;
    this.close();
    this.#db = openDatabase(this.#path);
    this.#broken = false;
  }
}
