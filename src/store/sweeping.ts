import { type Kysely, sql } from 'kysely';
import type { Swept } from '../ports/operations.ts';
import { bringBack } from './ahead.ts';
import { queueHeads } from './heads.ts';
import type { Tables } from './tables.ts';

/** For people: what happened to a delivery that was being sent for longer than any request takes. */
const STUCK = 'nobody said what became of this while it was being sent';

/** See `OperationsStore.sweep`. @param now, since, latest milliseconds since 1970 UTC */
export async function sweepDeliveries(db: Kysely<Tables>, now: number, since: number, latest: number): Promise<Swept> {
  const stuck = await db
    .updateTable('delivery')
    .set({
      state: sql<'unsure'>`case form when 'edit' then 'queued' else 'unsure' end`,
      reason: sql<string | null>`case form when 'edit' then null else ${STUCK} end`,
    })
    .where('unsent', '=', 'sending')
    .where('started_at', '<', since)
    .executeTakeFirst();
  const asleep = await db
    .updateTable('delivery')
    .set({ next_at: null })
    .where('unsent', '=', 'unsure')
    .where('next_at', '>', latest)
    .executeTakeFirst();
  const orphaned = await db
    .updateTable('delivery')
    .set(eb => ({
      state: 'queued',
      next_at: null,
      carrier: null,
      slot: null,
      // What has been tried is not grouped again.
      attempts: eb.fn('max', ['attempts', eb.lit(1)]),
    }))
    .where('unsent', 'in', ['queued', 'waiting'])
    .where(
      sql<boolean>`exists (select 1 from delivery as lead where lead.id = delivery.carrier and lead.state in ('sent', 'dead'))`,
    )
    .executeTakeFirst();
  return {
    stuck: Number(stuck.numUpdatedRows),
    asleep: Number(asleep.numUpdatedRows),
    ahead: await bringBack(db, now, latest),
    orphaned: Number(orphaned.numUpdatedRows),
    idle: await readIdle(db, since),
  };
}

/** Nothing has arrived at the destination of late: who has a long queue and is getting through it is not idle. */
const STILL = (since: number) => sql<boolean>`destination.suspended = 0 and not exists (
  select 1 from delivery as others where others.destination = destination.id and others.sent_at >= ${since})`;

/** Destinations whose head, or a digest for which nothing has to wait, has been due since before a time. */
async function readIdle(db: Kysely<Tables>, since: number): Promise<readonly string[]> {
  const heads = await queueHeads(db)
    .where('delivery.state', '<>', 'sending')
    .where('delivery.created_at', '<', since)
    .where(sql<boolean>`coalesce(delivery.next_at, delivery.started_at, delivery.created_at) < ${since}`)
    .where(STILL(since))
    .execute();
  const parked = await db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id')
    .distinct()
    .where('parked', 'is not', null)
    .where('next_at', '<', since)
    .where(STILL(since))
    .where(sql<boolean>`not exists (select 1 from delivery as queued where queued.lane = destination.id)`)
    .execute();
  return [...new Set([...heads, ...parked].map(({ id }) => id))].sort();
}
