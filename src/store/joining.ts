import type { Insertable, Kysely, Selectable } from 'kysely';
import { NOT_WANTED } from '../core/delivery.ts';
import { batches, VALUES } from './batches.ts';
import { dropMessage } from './carried.ts';
import { UNWANTED } from './owed.ts';
import { mayHaveLeft, RESTORED, type Restored, readRestored } from './restored.ts';
import type { DeliveryTable, Tables } from './tables.ts';

type Row = Selectable<DeliveryTable>;

/** An owed delivery that others ask for as well. */
export interface Joined {
  readonly id: number;
  readonly key: string;
  /** Whether it may leave sooner than it would have. */
  readonly sooner: boolean;
}

/** Why a delivery died that nobody wanted any more: known not to have arrived, it is owed again to whoever asks for it. */
export const LET_GO: readonly string[] = [...UNWANTED, NOT_WANTED.absent];

/**
 * What is asked for that a destination has been owed before. What has not been sent yet is owed to these as well, and no
 * later than they want it; what nobody wanted any more is owed anew. What was sent, refused or dropped by hand stays so.
 * @param asked as they would be owed, had they not been before
 * @returns those that are owed to whoever asked
 */
export async function joinOwed(
  db: Kysely<Tables>,
  asked: readonly Insertable<DeliveryTable>[],
): Promise<readonly Joined[]> {
  const joined: Joined[] = [];
  for (const some of batches(asked, VALUES)) {
    const keys = some.map(({ key }) => key);
    const restored = await readRestored(db);
    const known = await db.selectFrom('delivery').selectAll().where('key', 'in', keys).execute();
    for (const row of known) {
      const wish = some.find(({ key }) => key === row.key);
      if (wish === undefined) continue;
      const owe = row.state === 'dead' ? revive : bringForward;
      const sooner = await owe(db, row, wish, restored);
      if (sooner !== null) joined.push({ id: row.id, key: row.key, sooner });
    }
  }
  return joined;
}

/** @returns whether it may leave now; null where it stays dead */
async function revive(
  db: Kysely<Tables>,
  row: Row,
  wish: Insertable<DeliveryTable>,
  restored: Restored | null,
): Promise<boolean | null> {
  if (!LET_GO.includes(row.reason ?? '')) return null;
  // Of the message that it had nothing arrived; those who asked for it then are asked no more.
  if (row.carrier === null) await dropMessage(db, row.key);
  await db.deleteFrom('delivery_message').where('delivery', '=', row.id).execute();
  await db.deleteFrom('delivery_subscription').where('delivery', '=', row.id).execute();
  // By a restored database it may have been owed before, and sent: it stays as old as it is, and is asked for.
  const doubt = mayHaveLeft(row, restored) ? { created_at: row.created_at, ...doubtOf(wish, restored) } : {};
  const anew = { carrier: null, slot: null, next_at: null, started_at: null, reason: null, incident: null };
  await db
    .updateTable('delivery')
    .set({ ...anew, asked: 0, failures: 0, ...wish, ...doubt })
    .where('id', '=', row.id)
    .execute();
  return wish.state !== 'held';
}

/** Of what a restored database owed before: what may leave at once is asked for first. What waits is when its time comes. */
const doubtOf = ({ state }: Insertable<DeliveryTable>, restored: Restored | null) =>
  state === 'queued' && ({ state: 'unsure', started_at: restored?.to ?? null, reason: RESTORED } as const);

/** @returns whether it leaves sooner for it; null where it was sent */
async function bringForward(
  db: Kysely<Tables>,
  row: Row,
  wish: Insertable<DeliveryTable>,
  restored: Restored | null,
): Promise<boolean | null> {
  if (row.state === 'sent') return null;
  const isParked = row.state === 'waiting' && row.slot !== null && row.carrier === null;
  if (!isParked || wish.state === 'held' || (wish.next_at ?? 0) >= (row.next_at ?? 0)) return false;
  const { state, next_at = null, slot = null } = wish;
  const doubt = mayHaveLeft(row, restored) ? doubtOf(wish, restored) : {};
  await db
    .updateTable('delivery')
    .set({ state, next_at, slot, ...doubt })
    .where('id', '=', row.id)
    .execute();
  return true;
}
