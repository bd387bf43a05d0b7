import { type Kysely, sql } from 'kysely';
import type { VocabularyStore } from '../ports/store.ts';
import { makeLinesOf, type ReadyLines } from './lines.ts';
import { releaseOf } from './releases.ts';
import type { Tables } from './tables.ts';

const COLUMNS = { topic: 'topics', country: 'countries', agency: 'agencies' } as const;

export function vocabularyStore(db: Kysely<Tables>, { lines, adopt }: ReadyLines): VocabularyStore {
  return {
    async outdated(version, limit) {
      // Two ranges rather than "not equal", so that the index answers it.
      const side = (op: '<' | '>') =>
        db
          .selectFrom('release')
          .selectAll()
          .where('vocabulary', op, version)
          .orderBy('vocabulary')
          .orderBy('seq')
          .limit(limit)
          .execute();
      const older = await side('<');
      const rows = older.length < limit ? [...older, ...(await side('>'))] : older;
      return rows.slice(0, limit).map(releaseOf);
    },

    async counts(facet) {
      const { rows } = await sql<{ id: string; count: number; last: string }>`
        select one.value as id, count(*) as count, max("release".day) as last
        from "release", json_each(${sql.ref(`release.${COLUMNS[facet]}`)}) as one group by one.value`.execute(db);
      return rows;
    },

    async reclassified(changes) {
      await adopt();
      return db.transaction().execute(async trx => {
        let changed = 0;
        for (const { release, revision, facets } of changes) {
          const done = await trx
            .updateTable('release')
            .set({
              topics: JSON.stringify(facets.topics),
              countries: JSON.stringify(facets.countries),
              agencies: JSON.stringify(facets.agencies),
              facets: JSON.stringify(facets),
              vocabulary: facets.version,
            })
            .where('id', '=', release)
            .where('revision', '=', revision)
            .returning('id')
            .executeTakeFirst();
          if (done) changed += 1;
        }
        await makeLinesOf(
          trx,
          lines,
          changes.map(one => one.release),
        );
        if (changed > 0) await trx.updateTable('meta').set({ version: sql`version + 1` }).execute();
        return changed;
      });
    },
  };
}
