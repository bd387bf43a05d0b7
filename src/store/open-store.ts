import { createHash, randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { base32, type Digest } from '../core/identity.ts';
import type { Installation, Store } from '../ports/store.ts';
import { openKysely } from './dialect.ts';
import { StorageError } from './errors.ts';
import type { Lines } from './lines.ts';
import { sqlStore } from './sql-store.ts';
import type { Tables } from './tables.ts';

const SCHEME = 'sqlite:';
/** 26 characters of base32: as hard to meet twice as a UUID. */
const ID = { bytes: 17, characters: 26 } as const;

export interface StoreOptions {
  /** Goes into a database that is being made; one that exists keeps its own. */
  readonly authority: string;
  /** RFC 3339; its year in UTC goes the same way. */
  readonly now: string;
  /** What makes the lines that are searched; `PLAIN_LINES` unless given. */
  readonly lines?: Lines;
}

/**
 * Opens the store that a DATABASE_URL names, and makes it where there is none.
 * @param url "sqlite:PATH"; a relative path counts from the working directory
 * @throws {StorageError} before anything is written where the place is not ours or cannot be written
 */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const db = openKysely(databasePath(url));
  try {
    const installation = await mint(db, options);
    return sqlStore(db, installation, sha256, options.lines);
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * The absolute path of the file that a DATABASE_URL names: what the lock is taken on.
 * @throws {StorageError} address
 */
export function databasePath(url: string): string {
  const path = url.startsWith(SCHEME) ? url.slice(SCHEME.length) : '';
  if (path === '' || path.startsWith(':')) throw new StorageError('address', url);
  return resolve(path);
}

async function mint(db: Kysely<Tables>, { authority, now }: StoreOptions): Promise<Installation> {
  const found = () => db.selectFrom('meta').select(['installation as id', 'authority', 'year']).executeTakeFirst();
  const before = await found();
  if (before) return before;
  const year = Temporal.Instant.from(now).toZonedDateTimeISO('UTC').year;
  const installation = base32(randomBytes(ID.bytes), ID.characters);
  await db.transaction().execute(async trx => {
    await trx
      .insertInto('meta')
      .values({ id: 1, installation, authority, year, version: 0 })
      .onConflict(same => same.column('id').doNothing())
      .execute();
  });
  // Of two processes that make the database at once the first one's name stands.
  return (await found()) ?? { id: installation, authority, year };
}

const sha256: Digest = text => createHash('sha256').update(text, 'utf8').digest();
