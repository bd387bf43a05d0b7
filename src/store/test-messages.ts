import { type Kysely, sql } from 'kysely';
import type { Delivery } from '../core/delivery.ts';
import { deliveryKey } from '../core/identity.ts';
import type { NewTest } from '../ports/operations.ts';
import { RECEIPT, withSubscriptions } from './delivery-rows.ts';
import { insertDestinations } from './destinations.ts';
import type { Minting } from './minting.ts';
import type { Tables } from './tables.ts';

/** See `OperationsStore.planTest`. @param at milliseconds since 1970 UTC */
export async function insertTest(
  db: Kysely<Tables>,
  { destination, subject, release, why }: NewTest,
  at: number,
  { installation, digest }: Minting,
): Promise<Delivery> {
  await insertDestinations(db, new Set([destination]));
  const key = deliveryKey({ installation, destination, kind: 'test', subject }, digest);
  const made = await db
    .insertInto('delivery')
    .values({
      key,
      subject,
      release: release?.id ?? null,
      revision: release?.revision ?? null,
      destination,
      kind: 'test',
      state: 'queued',
      attempts: 0,
      created_at: at,
    })
    .onConflict(same => same.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made && why.length > 0)
    await db
      .insertInto('delivery_subscription')
      .values(why.map(one => ({ delivery: made.id, subscription: one.subscription, why: JSON.stringify(one) })))
      .execute();
  const rows = await db.selectFrom('delivery').selectAll().select(RECEIPT).where('key', '=', key).execute();
  const [delivery] = await withSubscriptions(db, rows);
  if (!delivery) throw new Error(`the test ${subject} was not stored`);
  return delivery;
}

export async function readLastTest(db: Kysely<Tables>, beginning: string): Promise<Delivery | null> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .select(RECEIPT)
    // Written out, so that SQLite sees that the index of tests will do.
    .where('kind', '=', sql.lit('test'))
    .where('subject', '>=', beginning)
    .where('subject', '<', `${beginning}\uffff`)
    .orderBy('id', 'desc')
    .limit(1)
    .execute();
  return (await withSubscriptions(db, rows))[0] ?? null;
}
