import { type Kysely, type Selectable, sql } from 'kysely';
import type { Known } from '../core/reconcile.ts';
import { NO_FACETS, type Release } from '../core/release.ts';
import type { ReleaseStore } from '../ports/store.ts';
import { batches, VALUES } from './batches.ts';
import type { ReadyLines } from './lines.ts';
import type { Minting } from './minting.ts';
import { recordBatch } from './record.ts';
import type { ReleaseTable, Tables } from './tables.ts';
import { dayOfRest, fromRest, fromRestOrNull, toRest } from './times.ts';

/** Releases are dated a few days before they are listed at most: those are all that have to be looked at. */
const DATED_BEFORE = 7 * 86_400_000;

export function releaseStore(db: Kysely<Tables>, minting: Minting, { lines, adopt }: ReadyLines): ReleaseStore {
  return {
    async known(source, keys, fingerprints) {
      const ids = new Set<string>();
      for (const some of batches([...new Set(keys)], VALUES)) {
        const rows = await db
          .selectFrom('alias')
          .select('release as id')
          .where('source', '=', source)
          .where('key', 'in', some)
          .execute();
        for (const { id } of rows) ids.add(id);
      }
      for (const some of batches([...new Set(fingerprints)], VALUES)) {
        const rows = await db
          .selectFrom('release')
          .select('id')
          .where('source', '=', source)
          .where('fingerprint', 'in', some)
          .execute();
        for (const { id } of rows) ids.add(id);
      }
      return readKnown(db, [...ids]);
    },

    async record(batch) {
      await adopt();
      return db.transaction().execute(trx => recordBatch(trx, batch, { ...minting, lines }));
    },

    async release(id) {
      const found = await findRelease(db, id);
      return found ? releaseOf(found) : null;
    },

    async releases({ limit, source, after }) {
      const last = after === undefined ? null : await findRelease(db, after);
      if (after !== undefined && !last) return [];
      let query = db.selectFrom('release').selectAll();
      if (source !== undefined) query = query.where('source', '=', source);
      if (last) query = query.where(sql<boolean>`(day, seq) < (${last.day}, ${last.seq})`);
      return (await query.orderBy('day', 'desc').orderBy('seq', 'desc').limit(limit).execute()).map(releaseOf);
    },

    async published(source, from) {
      const rows = await db
        .selectFrom('release')
        .select(eb => ['day', eb.fn.countAll<number>().as('count')])
        .where('source', '=', source)
        .where('day', '>=', from)
        .where('date', 'is not', null)
        .groupBy('day')
        .orderBy('day')
        .execute();
      return rows.map(({ day, count }) => ({ day, count }));
    },

    async arrivals(source, since) {
      const rows = await db
        .selectFrom('release')
        .innerJoin('item', join =>
          join.onRef('item.source', '=', 'release.source').onRef('item.key', '=', 'release.key'),
        )
        .innerJoin('source', 'source.id', 'release.source')
        .select('release.first_seen')
        .distinct()
        .where('release.source', '=', source)
        .where('release.day', '>=', dayOfRest(toRest(since) - DATED_BEFORE))
        // What an import or a backfill recorded was on no listing then.
        .where('release.first_seen', '>=', toRest(since))
        .whereRef('item.first_seen', '=', 'release.first_seen')
        .whereRef('release.first_seen', '>', 'source.baseline_at')
        .orderBy('release.first_seen')
        .execute();
      return rows.map(row => fromRest(row.first_seen));
    },

    async newestListed(source, until) {
      const row = await db
        .selectFrom('item')
        .innerJoin('release', 'release.id', 'item.release')
        .select(({ fn }) => fn.max('release.date').as('newest'))
        .where('item.source', '=', source)
        .where('item.position', 'is not', null)
        .where('release.date', '<=', until)
        .executeTakeFirst();
      return row?.newest ?? null;
    },

    async revisions(id) {
      const found = await findRelease(db, id);
      if (!found) return [];
      const rows = await db
        .selectFrom('revision')
        .selectAll()
        .where('release', '=', found.id)
        .orderBy('revision')
        .execute();
      return rows.map(({ recorded_at, ...row }) => ({ ...row, recordedAt: fromRest(recorded_at) }));
    },

    async since() {
      const oldest = await db
        .selectFrom('release')
        .select('date')
        .where('date', 'is not', null)
        .orderBy('day')
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      return oldest?.date ?? null;
    },

    async count() {
      const { releases } = await db
        .selectFrom('release')
        .select(count => count.fn.countAll<number>().as('releases'))
        .executeTakeFirstOrThrow();
      return releases;
    },
  };
}

/** By id, else by an alias: what stands after the first slash is a key of the source before it. */
export async function findRelease(db: Kysely<Tables>, id: string): Promise<Selectable<ReleaseTable> | undefined> {
  const own = await db.selectFrom('release').selectAll().where('id', '=', id).executeTakeFirst();
  const slash = id.indexOf('/');
  if (own || slash < 0) return own;
  return db
    .selectFrom('alias')
    .innerJoin('release', 'release.id', 'alias.release')
    .selectAll('release')
    .where('alias.source', '=', id.slice(0, slash))
    .where('alias.key', '=', id.slice(slash + 1))
    .executeTakeFirst();
}

async function readKnown(db: Kysely<Tables>, ids: readonly string[]): Promise<readonly Known[]> {
  const known: Known[] = [];
  for (const some of batches(ids, VALUES)) {
    const aliases = await db
      .selectFrom('alias')
      .select(['release', 'key'])
      .where('release', 'in', some)
      .orderBy('key')
      .execute();
    const keys = Map.groupBy(aliases, alias => alias.release);
    for (const row of await db.selectFrom('release').selectAll().where('id', 'in', some).execute()) {
      known.push({
        release: releaseOf(row),
        keys: (keys.get(row.id) ?? []).map(alias => alias.key),
        provisional: row.provisional === 1,
        fingerprint: row.fingerprint,
      });
    }
  }
  return known;
}

export function releaseOf(row: Selectable<ReleaseTable>): Release {
  return {
    id: row.id,
    key: row.key,
    source: row.source,
    url: row.url,
    title: row.title,
    text: row.text,
    html: row.html,
    date: row.date,
    published: fromRestOrNull(row.published),
    firstSeen: fromRest(row.first_seen),
    updated: fromRest(row.updated),
    revision: row.revision,
    state: row.state,
    topics: JSON.parse(row.topics),
    countries: JSON.parse(row.countries),
    agencies: JSON.parse(row.agencies),
    // Rows of earlier versions lack what was not looked for then.
    facets: { ...NO_FACETS, ...JSON.parse(row.facets) },
    category: row.category,
    categories: JSON.parse(row.categories),
    author: row.author,
    attachments: JSON.parse(row.attachments),
  };
}
