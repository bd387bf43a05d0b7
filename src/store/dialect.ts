import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseConnection, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import { StorageError } from './errors.ts';
import { SqliteConnection } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Milliseconds that a transaction waits for those of other processes, and the pauses between its tries. */
const WAIT = { longest: 5000, first: 1, most: 50 } as const;
/** Milliseconds of statements on end; then whoever asks this process for something else has a turn. */
const STRETCH = 15;

/**
 * Kysely over node:sqlite. Transactions take the write lock at once, so that none can fail half way because
 * another process wrote in between, and they wait for it without stopping the event loop.
 * @throws {StorageError}
 */
export function openKysely(path: string): Kysely<Tables> {
  const connection = new SqliteConnection(path);
  return new Kysely<Tables>({ dialect: new NodeSqliteDialect(connection) });
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new NodeSqliteDriver(this.#connection);
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;
  #unhurried: DatabaseConnection | undefined;

  constructor(connection: SqliteConnection) {
    super({ database: connection });
    this.#connection = connection;
  }

  /** Statements run on this thread: a transaction of ten thousand rows would keep it for seconds. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#unhurried ??= unhurried(await super.acquireConnection());
    return this.#unhurried;
  }

  override async beginTransaction(): Promise<void> {
    const end = performance.now() + WAIT.longest;
    for (let pause: number = WAIT.first; !this.#connection.begin(); pause = Math.min(pause * 2, WAIT.most)) {
      if (performance.now() >= end) throw new StorageError('busy', this.#connection.path);
      await sleep(pause);
    }
  }

  override async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }
}

/** The same connection, with a turn for others between two statements where the last one is long ago. */
function unhurried(connection: DatabaseConnection): DatabaseConnection {
  let since = performance.now();
  return {
    async executeQuery<Row>(...asked: Parameters<DatabaseConnection['executeQuery']>) {
      if (performance.now() - since >= STRETCH) {
        await new Promise<void>(resolve => setImmediate(resolve));
        since = performance.now();
      }
      return connection.executeQuery<Row>(...asked);
    },
    streamQuery: (...asked) => connection.streamQuery(...asked),
  };
}
