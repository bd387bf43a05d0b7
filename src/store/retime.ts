import { type Kysely, sql } from 'kysely';
import { earliestSlot, type When } from '../core/when.ts';
import { batches, VALUES } from './batches.ts';
import { mayHaveLeft, RESTORED, readRestored } from './restored.ts';
import type { DeliveryRow, Tables } from './tables.ts';
import { fromRest, toRest } from './times.ts';

type Parked = Pick<DeliveryRow, 'id' | 'form' | 'slot' | 'next_at' | 'created_at' | 'started_at'> & {
  readonly times: string | null;
};

/** What waits, or is owed at once: what becomes of a delivery. */
type Become = Pick<DeliveryRow, 'state' | 'next_at' | 'slot'> &
  Partial<Pick<DeliveryRow, 'asked' | 'started_at' | 'reason'>>;

/** What becomes the same. */
interface Moved {
  readonly become: Become;
  readonly ids: number[];
}

/** Where it waits. */
interface Where {
  readonly destination: string;
  /** In which the times of its digests are meant. */
  readonly zone: string;
  /** The subscription that it waits because of; absent for all. */
  readonly of?: number;
}

/**
 * Lets what waits beside the queue come when it is wanted now: at the earliest of the times of all who asked for it and
 * still do. What only waited for the end of quiet hours is owed at once, and waits again where it is still quiet. What is
 * due, or stands in the queue already, stays.
 * @param now milliseconds since 1970 UTC
 */
export async function retime(db: Kysely<Tables>, { destination, zone, of }: Where, now: number): Promise<void> {
  const rows = await readParked(db, destination, of);
  if (rows.length === 0) return;
  const restored = await readRestored(db);
  const moved = new Map<string, Moved>();
  for (const row of rows) {
    const become = wanted(row, now, zone);
    if (become === null || (become.next_at === row.next_at && become.slot === row.slot)) continue;
    // By a restored database it may have been sent: it is asked for first.
    const doubt = become.state === 'queued' && mayHaveLeft(row, restored);
    const unsure = { ...become, state: 'unsure', asked: 0, started_at: restored?.to ?? now, reason: RESTORED } as const;
    const all = doubt ? unsure : become;
    const alike: Moved = moved.get(JSON.stringify(all)) ?? { become: all, ids: [] };
    alike.ids.push(row.id);
    moved.set(JSON.stringify(all), alike);
  }
  for (const { become, ids } of moved.values())
    for (const some of batches(ids, VALUES))
      await db.updateTable('delivery').set(become).where('id', 'in', some).execute();
}

/** What waits beside the queue of a destination, and when those who asked for it want it. */
function readParked(db: Kysely<Tables>, destination: string, of?: number): Promise<readonly Parked[]> {
  const parked = db
    .selectFrom('delivery')
    .select(['id', 'form', 'slot', 'next_at', 'created_at', 'started_at'])
    .select(
      sql<string | null>`(select json_group_array(distinct subscription."when") from delivery_subscription as cause
        join subscription on subscription.id = cause.subscription
        where cause.delivery = delivery.id and subscription.state <> 'paused')`.as('times'),
    )
    .where('parked', '=', destination);
  const theirs = sql<boolean>`exists (select 1 from delivery_subscription as cause
    where cause.delivery = delivery.id and cause.subscription = ${of})`;
  return (of === undefined ? parked : parked.where(theirs)).orderBy('id').execute();
}

/** @returns null where it stays as it is */
function wanted({ slot, next_at, times }: Parked, now: number, zone: string): Become | null {
  if ((next_at ?? 0) <= now) return null;
  if (slot?.startsWith('quiet ')) return AT_ONCE;
  const theirs: readonly When[] = JSON.parse(times ?? '[]');
  if (theirs.length === 0) return null;
  const next = earliestSlot(theirs, fromRest(now), zone);
  return next === null ? AT_ONCE : { state: 'waiting', next_at: toRest(next.at), slot: next.name };
}

const AT_ONCE: Become = { state: 'queued', next_at: null, slot: null };
