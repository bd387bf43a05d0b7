import type { Insertable, Kysely, Updateable } from 'kysely';
import { DIGEST, digestSubject } from '../core/digest.ts';
import { deliveryKey } from '../core/identity.ts';
import { isDigested } from '../core/roundup.ts';
import type { Slot } from '../core/when.ts';
import { batches, VALUES } from './batches.ts';
import type { Minting } from './minting.ts';
import { prepared } from './prepared.ts';
import { mayHaveLeft, RESTORED, type Restored, readRestored } from './restored.ts';
import type { DeliveryTable, Tables } from './tables.ts';
import { fromRest, toRest } from './times.ts';

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

/**
 * Puts what waited and is due into the queue: alerts as one digest, anything else, and everything where single messages
 * are wanted, by itself. What a restored database knew before is asked for first.
 */
export async function gather(db: Kysely<Tables>, destination: string, now: number, minting: Minting): Promise<void> {
  const restored = await readRestored(db);
  const all = await db
    .selectFrom('delivery')
    .select(['id', 'kind', 'form', 'slot', 'created_at', 'started_at'])
    .where('parked', '=', destination)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .execute();
  const [doubtful, due] = partition(all, row => mayHaveLeft(row, restored));
  const isDigest = ({ kind }: { readonly kind: string }) => kind === 'alert' && isDigested(destination);
  // An alert that did not go out waits for its digest again: see `waitAgain`.
  const [alerts, others] = partition(doubtful, isDigest);
  const unsure = {
    state: 'unsure',
    next_at: null,
    asked: 0,
    started_at: restored?.to ?? now,
    reason: RESTORED,
  } as const;
  await change(db, alerts, unsure);
  await change(db, others, { ...unsure, slot: null });

  const [gathered, singles] = partition(due, isDigest);
  await change(db, singles, { state: 'queued', next_at: null, slot: null });
  // Of several that are due at once, as after days without a run, one digest is made: of the last one.
  const slot = gathered.at(-1)?.slot ?? null;
  if (slot === null) return;
  const ids = gathered.map(({ id }) => id).toSorted((one, two) => one - two);
  let nth = 1;
  for (let at = 0; at < ids.length; at += DIGEST.most) {
    const made = await makeDigest(db, { destination, slot, nth, now, restored }, minting);
    nth = made.nth + 1;
    await db
      .updateTable('delivery')
      .set({ carrier: made.id, state: 'queued', next_at: null })
      .where('id', 'in', ids.slice(at, at + DIGEST.most))
      .execute();
  }
}

/** What was asked for after a restore, and had not gone out, waits for the digest that it was meant for. */
export const waitAgain = prepared((db, { delivery, now }: { delivery: number; now: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'waiting', next_at: now })
    .where('id', '=', delivery)
    .where('kind', '=', 'alert')
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .where('carrier', 'is', null)
    .where('slot', 'is not', null),
);

/** Changes what waits, with what its message carries. */
async function change(
  db: Kysely<Tables>,
  rows: readonly { readonly id: number }[],
  become: Updateable<DeliveryTable>,
): Promise<void> {
  const { slot: _, ...carried } = become;
  for (const some of batches(rows, VALUES)) {
    const ids = some.map(({ id }) => id);
    await db.updateTable('delivery').set(become).where('id', 'in', ids).execute();
    await db
      .updateTable('delivery')
      .set(carried)
      .where('carrier', 'in', ids)
      .where('state', 'in', ['queued', 'waiting'])
      .execute();
  }
}

function partition<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter(one => !belongs(one))];
}

/** @returns the new delivery, with the next number that its slot has free */
async function makeDigest(
  db: Kysely<Tables>,
  of: {
    readonly destination: string;
    readonly slot: string;
    readonly nth: number;
    readonly now: number;
    readonly restored: Restored | null;
  },
  { installation, digest }: Minting,
): Promise<{ readonly id: number; readonly nth: number }> {
  const { destination, slot, now, restored } = of;
  for (let nth = of.nth; ; nth++) {
    const subject = digestSubject(slot, nth, restored && fromRest(restored.at));
    const row: Insertable<DeliveryTable> = {
      key: deliveryKey({ installation, destination, kind: 'digest', subject }, digest),
      subject,
      destination,
      kind: 'digest',
      state: 'queued',
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
