import { type Kysely, sql } from 'kysely';
import { batches, VALUES } from './batches.ts';
import { dissolve } from './carried.ts';
import { type DeliveryRowWithReceipt, RECEIPT, withSubscriptions } from './delivery-rows.ts';
import { numberOf } from './minting.ts';
import { mayHaveLeft, RESTORED, readRestored } from './restored.ts';
import type { DeliveryRow, Tables } from './tables.ts';

/** What is let go: a delivery with all that its message carries, or everything that an incident holds. */
export type Held = { readonly delivery: number } | { readonly incident: string };

/** States of what is owed and on no way. */
const ASHORE = ['queued', 'waiting', 'held'] as const;

/** Takes what is owed and has not left out of its queue, with all that its message carries. @returns null where it is not owed */
export async function setAside(db: Kysely<Tables>, delivery: number, state: 'held' | 'dead', reason: string) {
  const rows = await db
    .updateTable('delivery')
    .set({ state, reason, next_at: null })
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('state', 'in', ['queued', 'waiting'])
    .returningAll()
    .returning(RECEIPT)
    .execute();
  const lead = rows.filter(({ id }) => id === delivery);
  const [aside] = await withSubscriptions(db, lead);
  return aside ?? null;
}

/**
 * Lets what is held leave, or makes it dead. What one message carries shares its fate, as when it was held; what is
 * taken out of a message by itself leaves the rest held, each by itself unless they are a digest.
 * @returns what was held, as it is now
 */
export async function letGo(
  db: Kysely<Tables>,
  what: Held,
  verdict: 'send' | 'drop',
): Promise<readonly DeliveryRowWithReceipt[]> {
  const held = db.selectFrom('delivery').select(['id', 'carrier', 'kind']).where('unsent', '=', 'held');
  const named = await ('delivery' in what
    ? held.where('id', '=', what.delivery)
    : held.where('incident', '=', numberOf(what.incident))
  ).execute();
  const state = verdict === 'send' ? ('queued' as const) : ('dead' as const);
  const become = { state, next_at: null, reason: verdict === 'send' ? null : 'dropped by hand' };
  // What was held after it was refused has no message that arrived.
  const noReceipt = sql<string | null>`null`.as('receipt');
  const rows: DeliveryRowWithReceipt[] = [];
  for (const some of batches(named, VALUES)) {
    const ids = some.map(({ id }) => id);
    const change = db.updateTable('delivery').where('state', 'in', ASHORE);
    const carried = change.set(become).where('carrier', 'in', ids);
    rows.push(...(await carried.returningAll().returning(noReceipt).execute()));
    const leads = change.set({ ...become, carrier: null, slot: null }).where('id', 'in', ids);
    rows.push(...(await leads.returningAll().returning(noReceipt).execute()));
  }
  if (verdict === 'send') await doubtRestored(db, rows);
  // Nothing of the others has arrived: what is sent is rendered anew, and what went with it no longer does.
  await dissolve(
    db,
    named.flatMap(({ id, carrier }) => (carrier === null ? [id] : [id, carrier])),
  );
  return rows;
}

/** What a restored database knew before, or found at its first look, may have been sent: the platform is asked first. */
async function doubtRestored(db: Kysely<Tables>, rows: readonly DeliveryRow[]): Promise<void> {
  const restored = await readRestored(db);
  if (restored === null) return;
  const found = await db.selectFrom('incident').select('id').where('kind', '=', 'restored').execute();
  const isHeldByIt = ({ incident, started_at }: DeliveryRow) =>
    started_at === null && found.some(({ id }) => id === incident);
  const doubtful = rows.filter(row => isHeldByIt(row) || mayHaveLeft(row, restored));
  for (const some of batches(doubtful, VALUES))
    await db
      .updateTable('delivery')
      .set({ state: 'unsure', started_at: restored.to, next_at: null, asked: 0, reason: RESTORED })
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .where('state', '=', 'queued')
      .execute();
}
