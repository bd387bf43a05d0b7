import { type Kysely, sql } from 'kysely';
import { VALUES } from './batches.ts';
import type { Tables } from './tables.ts';

/** In place of a body that was forgotten. */
const FORGOTTEN = 'null';

/** See `OperationsStore.purge`. @param before milliseconds since 1970 UTC */
export async function purgeDeliveries(
  db: Kysely<Tables>,
  before: number,
  after: number,
): Promise<{ readonly stripped: number; readonly last: number | null }> {
  const rows = await db
    .selectFrom('delivery')
    .select('id')
    .where('id', '>', after)
    .where('state', 'in', ['sent', 'dead'])
    .where(sql<boolean>`coalesce(sent_at, created_at) < ${before}`)
    .orderBy('id')
    .limit(VALUES)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return { stripped: 0, last: null };
  const causes = await db
    .deleteFrom('delivery_subscription')
    .where('delivery', 'in', ids)
    .returning('delivery')
    .execute();
  const told = await db
    .selectFrom('delivery_message')
    .innerJoin('message', 'message.id', 'delivery_message.message')
    .select(['delivery', 'message'])
    .where('delivery', 'in', ids)
    .where('body', '<>', FORGOTTEN)
    .execute();
  if (told.length > 0) {
    const messages = [...new Set(told.map(({ message }) => message))];
    await db.updateTable('message').set({ body: FORGOTTEN }).where('id', 'in', messages).execute();
  }
  await db
    .updateTable('delivery')
    .set({ changes: null, replay: null })
    .where('id', 'in', ids)
    .where(eb => eb.or([eb('changes', 'is not', null), eb('replay', 'is not', null)]))
    .execute();
  const stripped = new Set([...causes, ...told].map(({ delivery }) => delivery)).size;
  return { stripped, last: ids.length < VALUES ? null : (ids.at(-1) ?? null) };
}
