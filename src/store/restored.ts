import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { DeliveryRow, Tables } from './tables.ts';

/** For people: why a delivery of a restored database is asked for before it is sent. */
export const RESTORED = 'the database was restored from a backup: this may have been sent since';

/** For people: what became of a digest of a restored database. */
const TAKEN_APART = 'the database was restored from a backup: each release of this digest is asked for by itself';

/** When a database was put back, and a moment after all that it knew then; milliseconds since 1970 UTC. */
export interface Restored {
  readonly to: number;
  readonly at: number;
}

/** A moment after all that a database knows of, in its own words. */
const LAST = `(SELECT max(at) + 1 FROM (
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
  db.prepare(`UPDATE meta SET restored_to = min(coalesce(${LAST}, ?1), ?1 + 1), restored_at = ?1`).run(now);
  // What a clock wrote that was ahead is no newer for it than the backup.
  db.exec(`UPDATE delivery SET created_at = min(created_at, restored_to - 1), started_at = min(started_at, restored_to - 1)
    FROM meta WHERE unsent IS NOT NULL AND (created_at >= restored_to OR started_at >= restored_to)`);
  db.exec('UPDATE source SET read_at = restored_to FROM meta WHERE read_at > restored_to');
  takeApart(db);
  db.prepare(
    `UPDATE delivery SET state = 'unsure', asked = 0, next_at = NULL, reason = ?,
       started_at = (SELECT restored_to FROM meta)
     WHERE state IN ('queued', 'waiting', 'sending', 'unsure') AND form <> 'edit'
       AND (lane IS NOT NULL OR carrier IN (SELECT lead.id FROM delivery AS lead WHERE lead.lane IS NOT NULL))`,
  ).run(RESTORED);
  db.prepare('UPDATE message SET unanswered_at = ? WHERE receipt IS NOT NULL').run(now);
  db.exec('COMMIT');
}

/**
 * Messages that carry several and were on no way may have left since in another company, or each by itself: so that each
 * is asked for by itself. What comes of a digest waits for the next one.
 */
function takeApart(db: DatabaseSync): void {
  const leads = db
    .prepare(
      `SELECT id, "key" FROM delivery WHERE unsent IN ('queued', 'waiting')
         AND (kind = 'digest' OR id IN (SELECT carrier FROM delivery WHERE carrier IS NOT NULL))`,
    )
    .all();
  for (const { id = null, key = null } of leads) {
    db.prepare('DELETE FROM delivery_message WHERE message IN (SELECT id FROM message WHERE "key" = ?)').run(key);
    db.prepare('DELETE FROM message WHERE "key" = ?').run(key);
    db.prepare(
      `UPDATE delivery SET state = 'queued', next_at = NULL, carrier = NULL, attempts = 0
       WHERE carrier = ? AND unsent IN ('queued', 'waiting')`,
    ).run(id);
    db.prepare(
      `UPDATE delivery SET state = iif(kind = 'digest', 'dead', state), next_at = NULL, attempts = 0,
         reason = iif(kind = 'digest', ?, reason) WHERE id = ?`,
    ).run(TAKEN_APART, id);
  }
}

/** Null where it never was put back. */
export async function readRestored(db: Kysely<Tables>): Promise<Restored | null> {
  const row = await db.selectFrom('meta').select(['restored_to', 'restored_at']).executeTakeFirst();
  return row?.restored_to != null && row.restored_at !== null ? { to: row.restored_to, at: row.restored_at } : null;
}

/**
 * Whether what a database owed before it was put back has not been asked for since. Asking begins at `to`. A change does
 * no harm when it is made twice.
 */
export const mayHaveLeft = (
  { form, created_at, started_at }: Pick<DeliveryRow, 'form' | 'created_at' | 'started_at'>,
  restored: Restored | null,
): boolean => restored !== null && form !== 'edit' && created_at < restored.to && (started_at ?? 0) < restored.to;

/**
 * How a reply is owed to a message: where a restored database had planned the message before it was put back, it may have
 * been replied to since, so that the platform is asked first.
 */
export const replyState = ({ created_at }: Pick<DeliveryRow, 'created_at'>, restored: Restored | null) =>
  restored !== null && created_at < restored.to
    ? ({ state: 'unsure', started_at: restored.to, reason: RESTORED } as const)
    : ({ state: 'queued' } as const);
