import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** For people: why a delivery of a restored database is asked for before it is sent. */
export const RESTORED = 'the database was restored from a backup: this may have been sent since';

/** The last moment a database knows of, in its own words. */
const LAST = `(SELECT max(at) FROM (
  SELECT max(polled_at) AS at FROM source UNION ALL SELECT max(created_at) FROM delivery
  UNION ALL SELECT max(started_at) FROM delivery UNION ALL SELECT max(sent_at) FROM delivery))`;

/**
 * Marks a database as put back from a backup: whatever it owes may have been sent since, so that each platform is asked
 * before anything is sent again. Changes of posted messages do no harm when they are done twice, but one that it does not
 * know of may still be executing.
 * @param now milliseconds since 1970 UTC
 */
export function markRestored(db: DatabaseSync, now: number): void {
  db.exec('BEGIN IMMEDIATE');
  db.prepare(`UPDATE meta SET restored_to = coalesce(${LAST}, ?), restored_at = ?`).run(now, now);
  db.prepare(
    `UPDATE delivery SET state = 'unsure', asked = 0, next_at = NULL, reason = ?,
       started_at = (SELECT restored_to FROM meta)
     WHERE state IN ('queued', 'waiting', 'sending', 'unsure') AND form <> 'edit'
       AND (lane IS NOT NULL OR carrier IS NOT NULL)`,
  ).run(RESTORED);
  db.prepare('UPDATE message SET unanswered_at = ? WHERE receipt IS NOT NULL').run(now);
  db.exec('COMMIT');
}

/** When a database was put back and what it knew then, milliseconds since 1970 UTC; null where it never was. */
export async function readRestored(db: Kysely<Tables>): Promise<{ readonly to: number; readonly at: number } | null> {
  const row = await db.selectFrom('meta').select(['restored_to', 'restored_at']).executeTakeFirst();
  return row?.restored_to != null && row.restored_at !== null ? { to: row.restored_to, at: row.restored_at } : null;
}
