import { type Kysely, type Selectable, sql } from 'kysely';
import type { AddedSource, AddedSourceStore } from '../ports/added-source.ts';
import { unread } from './sources.ts';
import type { AddedSourceTable, Tables } from './tables.ts';
import { fromRest, fromRestOrNull, toRest } from './times.ts';

const HOUR = 3_600_000;

export function addedSourceStore(db: Kysely<Tables>): AddedSourceStore {
  return {
    async addedSources() {
      return (await db.selectFrom('added_source').selectAll().orderBy('seq').execute()).map(addedOf);
    },

    addSource: (asked, limits, now) =>
      db.transaction().execute(async trx => {
        const at = toRest(now);
        const watched = await trx.selectFrom('added_source').selectAll().where('removed_at', 'is', null).execute();
        const same = watched.find(one => one.url === asked.url);
        if (same) return { is: 'known', source: addedOf(same) };
        if (watched.length >= limits.most) return { is: 'full' };
        if (watched.some(one => one.id === asked.id)) return { is: 'taken' };
        const lately = await trx
          .selectFrom('added_source')
          .select('created_at')
          .where('created_by', '=', asked.createdBy)
          .where('created_at', '>', at - HOUR)
          .orderBy('created_at', 'desc')
          .limit(limits.perHour)
          .execute();
        const oldest = lately[limits.perHour - 1];
        if (oldest) return { is: 'often', until: fromRest(oldest.created_at + HOUR) };
        const { id, preset, kind, url, title, createdBy } = asked;
        const row = await trx
          .insertInto('added_source')
          .values({ id, preset, kind, url, title, created_by: createdBy, created_at: at })
          .returningAll()
          .executeTakeFirstOrThrow();
        // What it listed while nobody watched it is no news.
        const state = unread(id, at);
        await trx
          .insertInto('source')
          .values(state)
          .onConflict(known => known.column('id').doUpdateSet(state))
          .execute();
        await touch(trx);
        return { is: 'added', source: addedOf(row) };
      }),

    removeSource: (id, by, now) =>
      db.transaction().execute(async trx => {
        const row = await trx
          .updateTable('added_source')
          .set({ removed_by: by, removed_at: toRest(now) })
          .where('id', '=', id)
          .where('removed_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (!row) return null;
        await trx.updateTable('source').set({ enrolled: 0 }).where('id', '=', id).execute();
        await touch(trx);
        return addedOf(row);
      }),
  };
}

/** Pages and feeds name the sources: what is kept of them is made anew. */
const touch = (db: Kysely<Tables>) => db.updateTable('meta').set({ version: sql`version + 1` }).execute();

function addedOf(row: Selectable<AddedSourceTable>): AddedSource {
  return {
    id: row.id,
    preset: row.preset,
    kind: row.kind,
    url: row.url,
    title: row.title,
    createdBy: row.created_by,
    createdAt: fromRest(row.created_at),
    removedAt: fromRestOrNull(row.removed_at),
  };
}
