import { type Kysely, sql } from 'kysely';
import type { Superset, Words } from '../core/superset.ts';
import type { Candidate, SearchStore } from '../ports/store.ts';
import { integer, isBehind, makeSomeLines, placeOf, type ReadyLines } from './lines.ts';
import { prepared } from './prepared.ts';
import { findRelease, releaseOf } from './releases.ts';
import type { Tables } from './tables.ts';

export function searchStore(db: Kysely<Tables>, { lines, adopt }: ReadyLines): SearchStore {
  const catchUp = async (signal?: AbortSignal) => {
    await adopt();
    if (!(await isBehind(db))) return;
    // Between two batches everyone else has a turn.
    while (!signal?.aborted && (await db.transaction().execute(trx => makeSomeLines(trx, lines))))
      await new Promise(setImmediate);
  };
  return {
    catchUp,
    async candidates(superset, { limit, after }) {
      await catchUp();
      const last = after === undefined ? null : await findRelease(db, after);
      if (after !== undefined && !last) return [];
      const before = last ? placeOf(last.day, last.seq) : null;
      const { rows } = await (superset.words === null ? walk : lookUp)(superset, before, limit).execute(db);
      return rows;
    },
    async releasesOf(ids) {
      const rows = await readReleases(db, { ids: JSON.stringify(ids) });
      const found = new Map(rows.map(row => [row.id, releaseOf(row)]));
      return ids.flatMap(id => found.get(id) ?? []);
    },
  };
}

/** One statement for any number of ids, which stays prepared. */
const readReleases = prepared((db, { ids }: { ids: string }) =>
  db.selectFrom('release').selectAll().where('id', 'in', sql<string>`(select value from json_each(${ids}))`),
);

/** The index leads, in its own order: what is found is joined to it, and no more is found than is asked for. */
const lookUp = (
  { words, ...days }: Superset,
  before: number | null,
  limit: number,
) => sql<Candidate>`select "release".id, "release".day, release_line.line from line_index
  cross join release_line on release_line.place = line_index.rowid
  cross join "release" on "release".seq = release_line.seq
  where line_index match ${words === null ? '' : matchOf(words)} and ${within('line_index.rowid', days, before)}
  order by line_index.rowid desc limit ${limit}`;

const walk = (
  days: Omit<Superset, 'words'>,
  before: number | null,
  limit: number,
) => sql<Candidate>`select "release".id, "release".day, release_line.line from release_line
  cross join "release" on "release".seq = release_line.seq
  where ${within('release_line.place', days, before)}
  order by release_line.place desc limit ${limit}`;

const FIRST_PLACE = 0;

/** The places between two days, both inclusive, and before one that was had already. */
function within(column: string, { from, to }: Omit<Superset, 'words'>, before: number | null) {
  const place = sql.ref(column);
  const bounds = [
    sql`${place} >= ${integer(from === null ? FIRST_PLACE : placeOf(from, 0))}`,
    ...(to === null ? [] : [sql`${place} < ${integer(placeOf(dayAfter(to), 0))}`]),
    ...(before === null ? [] : [sql`${place} < ${integer(before)}`]),
  ];
  return sql.join(bounds, sql` and `);
}

const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** In the language of FTS5 (sqlite.org/fts5.html, section 3). The words are ASCII letters, digits and "_". */
function matchOf(words: Words): string {
  if (words.is === 'words') return `"${words.words.join(' ')}"${words.open ? ' *' : ''}`;
  return `(${words.of.map(matchOf).join(words.is === 'all' ? ' AND ' : ' OR ')})`;
}
