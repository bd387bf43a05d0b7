import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openKysely } from '../../src/store/dialect.ts';
import { Locked, StorageError } from '../../src/store/errors.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { databasePath, openStore } from '../../src/store/open-store.ts';
import { isNetwork, preparePlace } from '../../src/store/place.ts';
import { sqlStore } from '../../src/store/sql-store.ts';
import { openDatabase, refuseOldSqlite } from '../../src/store/sqlite.ts';
import type { Tables } from '../../src/store/tables.ts';
import { temporaryFolder } from '../support/folder.ts';
import { alert, asks, batch, release, T0 } from '../support/store-samples.ts';

const options = { authority: 'notes.example', now: T0 };

/** What was thrown, as far as people and scripts see it. */
async function refusal(work: () => unknown): Promise<{ name: string; fault?: string; at?: string; message: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StorageError)
      return { name: error.name, fault: error.fault, at: error.at, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

function opened(path: string): Kysely<Tables> {
  const db = openKysely(path);
  onTestFinished(() => db.destroy());
  return db;
}

const ask = (path: string, question: string) => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(db.prepare(question).get() ?? {})[0];
  } finally {
    db.close();
  }
};

describe('opening', () => {
  test('security rule 2: a new database is made in a folder of its own, for its owner only', async () => {
    const folder = join(temporaryFolder(), 'new', 'data');
    const path = join(folder, 'gwanbo.db');
    const store = await openStore(`sqlite:${path}`, options);
    await store.record(batch([release('1')]));
    const mode = (name: string) => (statSync(name).mode & 0o777).toString(8);
    expect(mode(folder)).toBe('700');
    expect(Object.fromEntries(readdirSync(folder).map(name => [name, mode(join(folder, name))]))).toEqual({
      'gwanbo.db': '600',
      'gwanbo.db-shm': '600',
      'gwanbo.db-wal': '600',
    });
    await store.close();
    expect(readdirSync(folder)).toEqual(['gwanbo.db']);
  });

  test('the settings are those that lose nothing', async () => {
    const db = opened(join(temporaryFolder(), 'gwanbo.db'));
    const setting = async (name: string) =>
      Object.values((await sql.raw<object>(`PRAGMA ${name}`).execute(db)).rows[0] ?? {})[0];
    expect({
      journal_mode: await setting('journal_mode'),
      synchronous: await setting('synchronous'),
      foreign_keys: await setting('foreign_keys'),
      busy_timeout: await setting('busy_timeout'),
      trusted_schema: await setting('trusted_schema'),
    }).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1, busy_timeout: 5000, trusted_schema: 0 });
    await db.transaction().execute(async () => {});
    expect(await setting('busy_timeout')).toBe(5000);
  });

  test('every table of ours is strict', () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    openDatabase(path).close();
    const tables =
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'line_index%'";
    const count = ask(path, tables);
    expect(count).toBeGreaterThanOrEqual(14);
    expect(ask(path, `${tables} AND sql LIKE '%) STRICT%'`)).toBe(count);
  });

  test('a DATABASE_URL names a file', async () => {
    expect(databasePath('sqlite:data/gwanbo.db')).toBe(resolve('data/gwanbo.db'));
    expect(databasePath('sqlite:/var/lib/gwanbo/gwanbo.db')).toBe('/var/lib/gwanbo/gwanbo.db');
    for (const url of ['', 'sqlite:', 'gwanbo.db', 'mysql://x', 'sqlite::memory:'])
      expect(await refusal(() => databasePath(url)), url).toMatchObject({ fault: 'address', at: url });
  });

  test('an installation is minted with the year in UTC and never again', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const first = await openStore(`sqlite:${path}`, { authority: 'a.example', now: '2026-01-01T08:59:59+09:00' });
    const minted = await first.installation();
    await first.close();
    expect(minted).toMatchObject({ authority: 'a.example', year: 2025 });
    const second = await openStore(`sqlite:${path}`, { authority: 'b.example', now: T0 });
    expect(await second.installation()).toEqual(minted);
    await second.close();
  });

  test('an older SQLite is refused', async () => {
    for (const version of ['3.51.2', '3.50.9', '3.9.10', '2.99.99', ''])
      expect(await refusal(() => refuseOldSqlite(version, 'x')), version).toMatchObject({ fault: 'engine' });
    for (const version of ['3.51.3', '3.51.10', '3.53.0', '4.0.0', process.versions.sqlite ?? ''])
      expect(() => refuseOldSqlite(version, 'x'), version).not.toThrow();
  });

  test('network file systems are known by their numbers', () => {
    // NFS, SMB, CIFS as a signed number; then ext4, tmpfs, overlay.
    expect([0x6969, 0x517b, 0xff534d42 | 0].map(isNetwork)).toEqual([true, true, true]);
    expect([0xef53, 0x01021994, 0x794c7630].map(isNetwork)).toEqual([false, false, false]);
  });
});

describe('a place that is not ours', () => {
  const cases = [
    { what: '8 kB of A', bytes: Buffer.alloc(8192, 'A') },
    { what: 'a few words', bytes: Buffer.from('hello') },
    {
      what: 'the head of an SQLite file and then nothing of it',
      bytes: Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080, 'B')]),
    },
  ];
  test.each(cases)('13. $what is refused and left untouched', async ({ bytes }) => {
    const folder = temporaryFolder();
    const path = join(folder, 'gwanbo.db');
    writeFileSync(path, bytes);
    const refused = await refusal(() => openStore(`sqlite:${path}`, options));
    expect(refused).toMatchObject({ fault: 'foreign', at: path });
    expect(refused.message).toContain('is no database of gwanbo and was left untouched');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(['gwanbo.db']);
  });

  test('13. the database of another program is refused and left untouched', async () => {
    const path = join(temporaryFolder(), 'other.db');
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE song (title TEXT)');
    other.close();
    const before = readFileSync(path);
    expect(await refusal(() => openStore(`sqlite:${path}`, options))).toMatchObject({ fault: 'foreign' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('13. a damaged database is named as such', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openStore(`sqlite:${path}`, options);
    await store.record(batch(Array.from({ length: 50 }, (_, at) => release(`${at}`))));
    await store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 4096 * 2, 4096 * 20));
    const refused = await refusal(async () => {
      const damaged = await openStore(`sqlite:${path}`, options);
      onTestFinished(() => damaged.close());
      await damaged.releases({ limit: 100 });
    });
    expect(refused).toMatchObject({ fault: 'corrupt', at: path });
  });

  test('a database of a later version is refused and left untouched', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const db = openDatabase(path);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const before = readFileSync(path);
    const refused = await refusal(() => openStore(`sqlite:${path}`, options));
    expect(refused).toMatchObject({ fault: 'newer', at: path });
    expect(refused.message).toContain('made by a later version of gwanbo');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('14. a folder that cannot be is refused before anything else', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(() => openStore(`sqlite:${join(file, 'gwanbo.db')}`, options))).toMatchObject({
      fault: 'unreachable',
    });
    expect(await refusal(() => openStore(`sqlite:${temporaryFolder()}`, options))).toMatchObject({
      fault: 'unreachable',
    });
  });

  const root = process.getuid?.() === 0;
  test.skipIf(root)('14. what this user may not write is refused (root may write anything)', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(await refusal(() => preparePlace(join(folder, 'gwanbo.db')))).toMatchObject({ fault: 'readonly' });
    chmodSync(folder, 0o700);
    const path = join(folder, 'gwanbo.db');
    writeFileSync(path, '', { mode: 0o400 });
    expect(await refusal(() => preparePlace(path))).toMatchObject({ fault: 'readonly' });
  });

  const kernel = '/proc/sys/kernel';
  test.skipIf(!existsSync(kernel))('14. where nobody can make a file is refused (needs /proc)', async () => {
    expect(await refusal(() => openStore(`sqlite:${kernel}/gwanbo.db`, options))).toMatchObject({
      fault: expect.stringMatching(/^(readonly|unreachable)$/),
    });
  });
});

describe('11. a full disk', () => {
  test('is named, leaves nothing half written, and is over when there is room again', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    await (await openStore(`sqlite:${path}`, options)).close();
    const db = openKysely(path);
    const store = sqlStore(db, { id: 'a', authority: 'b', year: 2026 }, text => Buffer.from(text).reverse());
    onTestFinished(() => store.close());
    const { subscription } = await store.follow(asks('console'), T0);
    const one = release('0');
    await store.record(batch([one], { deliveries: [alert(one, 'console', [subscription.id])] }));
    const [owed] = await store.deliveries();
    const everything = async () => [
      await store.releases({ limit: 9 }),
      await store.deliveries(),
      await store.sources(),
    ];
    const before = await everything();

    const pages = await sql<{ page_count: number }>`PRAGMA page_count`.execute(db);
    await sql.raw(`PRAGMA max_page_count = ${(pages.rows[0]?.page_count ?? 0) + 3}`).execute(db);
    const releases = Array.from({ length: 50 }, (_, at) => release(`1-${at}`));
    const deliveries = releases.map(release => alert(release, 'console', [subscription.id]));
    const read = batch(releases, { deliveries, listed: releases.map(({ key, id }) => ({ key, release: id })) });
    expect(await refusal(() => store.record(read))).toMatchObject({ fault: 'full', at: path });
    // Not sent either: what cannot be marked as being sent must not leave.
    const body = { text: 'x'.repeat(100_000) };
    expect(await refusal(() => store.claim(owed!.id, body, T0))).toMatchObject({ fault: 'full' });
    expect(await everything()).toEqual(before);

    await sql.raw('PRAGMA max_page_count = 1000000').execute(db);
    expect(await store.record(read)).toMatchObject({ new: 50 });
    expect(await store.claim(owed!.id, body, T0)).toMatchObject({ body });
  });
});

describe('several writers', () => {
  test('a writer waits for another process without stopping its own', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openStore(`sqlite:${path}`, options);
    onTestFinished(() => store.close());
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const recorded = store.record(batch([release('1')]));
    // Were the wait in SQLite, this timer could not fire before the record had failed.
    await new Promise(resolve => setTimeout(resolve, 30));
    other.exec('COMMIT');
    expect(await recorded).toMatchObject({ new: 1 });
  });

  test('a closing store first finishes what it was asked for', async () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const store = await openStore(`sqlite:${path}`, options);
    const { subscription } = await store.follow(asks('console'), T0);
    const one = release('1');
    await store.record(batch([one], { deliveries: [alert(one, 'console', [subscription.id])] }));
    const claim = store.claim(1, {}, T0);
    await store.close();
    expect(await claim).toMatchObject({ part: 1 });
    expect(ask(path, 'SELECT state FROM delivery')).toBe('sending');
  });
});

describe('migrations', () => {
  const table = (name: string) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY) STRICT`;

  test('each new step is run once, and what was there before is kept beside', () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    openDatabase(path, [table('one')]).close();
    expect(existsSync(`${path}.before-1`)).toBe(false);
    for (let times = 0; times < 2; times += 1) openDatabase(path, [table('one'), table('two'), table('three')]).close();
    expect(ask(path, 'PRAGMA user_version')).toBe(3);
    expect(ask(path, 'SELECT count(*) FROM sqlite_schema')).toBe(3);
    expect(ask(`${path}.before-2`, 'SELECT count(*) FROM sqlite_schema')).toBe(1);
    expect(existsSync(`${path}.before-2.unfinished`)).toBe(false);
  });

  test('a step that fails leaves the schema of the step before', () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const broken = `${table('two')}; ${table('two')}`;
    expect(() => openDatabase(path, [table('one'), broken])).toThrow(/already exists/);
    expect(ask(path, 'PRAGMA user_version')).toBe(1);
    expect(ask(path, 'SELECT group_concat(name) FROM sqlite_schema')).toBe('one');
  });

  test('two processes that make the database at once make one', () => {
    const path = join(temporaryFolder(), 'gwanbo.db');
    const first = new DatabaseSync(path);
    const second = new DatabaseSync(path);
    migrate(first, path, [table('one')]);
    migrate(second, path, [table('one')]);
    first.close();
    second.close();
    expect(ask(path, 'PRAGMA user_version')).toBe(1);
  });
});

test('errors are facts for people', () => {
  expect(new Locked(42, '/data/gwanbo.db').message).toBe('process 42 is running on this database: /data/gwanbo.db');
  expect(new Locked(null, '/data/gwanbo.db').message).toMatch(/^another process is running/);
  const full = new StorageError('full', '/data/gwanbo.db', new Error('database or disk is full'));
  expect(full.message).toBe('the disk of the database is full: /data/gwanbo.db (database or disk is full)');
  expect(full.fix).toBe('free some space; nothing was half written');
});
