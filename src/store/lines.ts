import { type Kysely, sql } from 'kysely';
import { NO_FACETS } from '../core/release.ts';
import { LINE_VERSION, lineOf, type Searched } from '../core/search-line.ts';
import { batches, ROWS, VALUES } from './batches.ts';
import { prepared } from './prepared.ts';
import type { Tables } from './tables.ts';

/** What makes the lines that are searched. */
export interface Lines {
  /** Lines that another version made are made again. */
  readonly version: string;
  readonly of: (release: Searched) => string;
}

/** Lines whose rules are made known to the database before they are used. */
export interface ReadyLines {
  readonly lines: Lines;
  readonly adopt: () => Promise<void>;
}

/** The words and facts of a release alone, with no institution's formulae left out. */
export const PLAIN_LINES: Lines = { version: `${LINE_VERSION}`, of: release => lineOf(release, { formulae: [] }) };

/** Numbers of releases are below this; the day stands before them in a place. Both together stay exact in a double. */
const SEQS = 2 ** 31;
const DAY = 86_400_000;
/** From the first day of the year 0 to 1970-01-01, so that no day is below zero. */
const DAYS_BEFORE_1970 = 719_528;

/** Where a release stands among all: by civil day, then as it was recorded. A day that is none stands first. */
export function placeOf(day: string, seq: number): number {
  const days = Date.parse(day) / DAY + DAYS_BEFORE_1970;
  return (Number.isFinite(days) ? Math.max(0, Math.floor(days)) : 0) * SEQS + seq;
}

/** A number as SQLite's full-text index wants the number of a row: it takes no double. */
export const integer = (value: number) => sql<number>`cast(${value} as integer)`;

const COLUMNS = [
  'release_line.seq',
  'release_line.place',
  'release.day',
  'release.source',
  'release.title',
  'release.text',
  'release.topics',
  'release.countries',
  'release.agencies',
  'release.facets',
  'release.category',
  'release.categories',
] as const;
/** A partial index is used only where the statement itself says what it is an index of. */
const IS_STALE = sql<boolean>`release_line.stale = 1`;

/** Lines that were made by other rules no longer fit; they are made again before the next search. */
export async function adoptLines(db: Kysely<Tables>, { version }: Lines): Promise<void> {
  const known = await db.selectFrom('meta').select('lines').executeTakeFirst();
  if (known?.lines === version) return;
  await db.transaction().execute(async trx => {
    await trx.updateTable('release_line').set({ stale: 1 }).where('stale', '=', 0).execute();
    await trx.updateTable('meta').set({ lines: version }).execute();
  });
}

/** Makes the lines of these releases, where they have changed. */
export async function makeLinesOf(db: Kysely<Tables>, lines: Lines, releases: readonly string[]): Promise<void> {
  for (const some of batches([...new Set(releases)], ROWS)) {
    const rows = await db
      .selectFrom('release')
      .innerJoin('release_line', 'release_line.seq', 'release.seq')
      .select(COLUMNS)
      .where('release.id', 'in', some)
      .where(IS_STALE)
      .execute();
    await makeLines(db, lines, rows);
  }
}

/**
 * Makes some of the lines that no longer fit their release.
 * @returns whether there may be more
 */
export async function makeSomeLines(db: Kysely<Tables>, lines: Lines): Promise<boolean> {
  const rows = await staleRows(db).limit(ROWS).execute();
  await makeLines(db, lines, rows);
  return rows.length === ROWS;
}

/** Whether there are lines that no longer fit. */
export async function isBehind(db: Kysely<Tables>): Promise<boolean> {
  return (await readStale(db, {})).length > 0;
}

const readStale = prepared(db => db.selectFrom('release_line').select('seq').where(IS_STALE).limit(sql.lit(1)));

const staleRows = (db: Kysely<Tables>) =>
  db.selectFrom('release_line').leftJoin('release', 'release.seq', 'release_line.seq').select(COLUMNS).where(IS_STALE);

type StaleRow = Awaited<ReturnType<ReturnType<typeof staleRows>['execute']>>[number];
/** One whose release is still there. */
type LivingRow = { readonly [Column in keyof StaleRow]: Exclude<StaleRow[Column], null> } & Pick<
  StaleRow,
  'place' | 'category'
>;

async function makeLines(db: Kysely<Tables>, { of }: Lines, rows: readonly StaleRow[]): Promise<void> {
  const before = rows.flatMap(({ place }) => (place === null ? [] : [place]));
  for (const place of before) await sql`delete from line_index where rowid = ${integer(place)}`.execute(db);
  const living = rows.filter((row): row is LivingRow => row.day !== null);
  const made = living.map(row => ({
    seq: row.seq,
    place: placeOf(row.day, row.seq),
    stale: 0,
    line: of(searchedOf(row)),
  }));
  for (const some of batches(made, ROWS)) {
    const values = sql.join(some.map(({ place, line }) => sql`(${integer(place)}, ${line})`));
    await sql`insert into line_index (rowid, line) values ${values}`.execute(db);
    await db
      .insertInto('release_line')
      .values(some)
      .onConflict(same =>
        same.column('seq').doUpdateSet(eb => ({
          place: eb.ref('excluded.place'),
          stale: eb.ref('excluded.stale'),
          line: eb.ref('excluded.line'),
        })),
      )
      .execute();
  }
  const gone = rows.filter(row => row.day === null).map(row => row.seq);
  for (const some of batches(gone, VALUES)) await db.deleteFrom('release_line').where('seq', 'in', some).execute();
}

function searchedOf(row: LivingRow): Searched {
  return {
    source: row.source,
    title: row.title,
    text: row.text,
    topics: JSON.parse(row.topics),
    countries: JSON.parse(row.countries),
    agencies: JSON.parse(row.agencies),
    facets: { ...NO_FACETS, ...JSON.parse(row.facets) },
    category: row.category,
    categories: JSON.parse(row.categories),
  };
}
