import type { Insertable, Kysely } from 'kysely';
import { DIGEST, digestSubject } from '../core/digest.ts';
import { deliveryKey } from '../core/identity.ts';
import { isDigested } from '../core/roundup.ts';
import type { Slot } from '../core/when.ts';
import { batches, VALUES } from './batches.ts';
import type { Minting } from './minting.ts';
import { RESTORED, readRestored } from './restored.ts';
import type { DeliveryTable, Tables } from './tables.ts';
import { toRest } from './times.ts';

/** Lets what has not been claimed yet wait beside the queue. */
export async function postpone(db: Kysely<Tables>, deliveries: readonly number[], slot: Slot): Promise<void> {
  for (const some of batches(deliveries, VALUES))
    await db
      .updateTable('delivery')
      .set({ state: 'waiting', next_at: toRest(slot.at), slot: slot.name })
      .where('id', 'in', some)
      .where('state', 'in', ['queued', 'waiting'])
      .where('carrier', 'is', null)
      .where('attempts', '=', 0)
      .execute();
}

/** Puts what waited and is due into the queue: alerts as one digest, anything else, and everything where single messages are wanted, by itself. */
export async function gather(db: Kysely<Tables>, destination: string, now: number, minting: Minting): Promise<void> {
  const single = !isDigested(destination);
  const due = await db
    .selectFrom('delivery')
    .select(['id', 'kind', 'slot', 'next_at'])
    .where('parked', '=', destination)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .execute();
  const others = due.filter(({ kind }) => single || kind !== 'alert').map(({ id }) => id);
  for (const some of batches(others, VALUES))
    await db
      .updateTable('delivery')
      .set({ state: 'queued', next_at: null, slot: null })
      .where('id', 'in', some)
      .execute();

  // Of several that are due at once, as after days without a run, one digest is made: of the last one.
  const alerts = single ? [] : due.filter(({ kind }) => kind === 'alert');
  const slot = alerts.at(-1)?.slot ?? null;
  if (slot === null) return;
  const restored = await readRestored(db);
  // Due before the database was restored, it may have been sent: the platform is asked for it by its key.
  const doubtful = restored !== null && (alerts.at(-1)?.next_at ?? now) <= restored.at ? restored.to : null;
  const ids = alerts.map(({ id }) => id).toSorted((one, two) => one - two);
  let nth = 1;
  for (let at = 0; at < ids.length; at += DIGEST.most) {
    const made = await makeDigest(db, { destination, slot, nth, now, doubtful }, minting);
    nth = made.nth + 1;
    await db
      .updateTable('delivery')
      .set({ carrier: made.id, state: doubtful === null ? 'queued' : 'unsure', next_at: null })
      .where('id', 'in', ids.slice(at, at + DIGEST.most))
      .execute();
  }
}

/** @returns the new delivery, with the next number that its slot has free */
async function makeDigest(
  db: Kysely<Tables>,
  of: {
    readonly destination: string;
    readonly slot: string;
    readonly nth: number;
    readonly now: number;
    readonly doubtful: number | null;
  },
  { installation, digest }: Minting,
): Promise<{ readonly id: number; readonly nth: number }> {
  const { destination, slot, now, doubtful } = of;
  for (let nth = of.nth; ; nth++) {
    const subject = digestSubject(slot, nth);
    const row: Insertable<DeliveryTable> = {
      key: deliveryKey({ installation, destination, kind: 'digest', subject }, digest),
      subject,
      destination,
      kind: 'digest',
      ...(doubtful === null ? { state: 'queued' } : { state: 'unsure', started_at: doubtful, reason: RESTORED }),
      attempts: 0,
      created_at: now,
    };
    const made = await db
      .insertInto('delivery')
      .values(row)
      .onConflict(same => same.column('key').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) return { id: made.id, nth };
  }
}
