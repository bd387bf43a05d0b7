import type { Kysely } from 'kysely';
import { deleteMessages } from './messages.ts';
import type { Tables } from './tables.ts';

/** For people: what became of a correction of what never left; that is rendered anew, from the last version. */
const NEVER_LEFT = 'the message that it would have corrected never left';

/** For people: what became of a digest whose releases were all taken out of it. */
const EMPTY = 'nothing is left to tell';

/**
 * Takes messages apart that never left, so that what is still owed is rendered anew: a group gives back what it carries,
 * a digest keeps it. What is being sent or unsure stays whole.
 * @param leads ids of deliveries that may carry others
 */
export async function dissolve(db: Kysely<Tables>, leads: readonly number[]): Promise<void> {
  for (const lead of new Set(leads)) {
    const found = await db
      .selectFrom('delivery')
      .select(['key', 'kind', 'state'])
      .where('id', '=', lead)
      .executeTakeFirst();
    if (!found || found.state === 'sending' || found.state === 'unsure' || found.state === 'sent') continue;
    await dropMessage(db, found.key);
    await db.updateTable('delivery').set({ attempts: 0 }).where('id', '=', lead).execute();
    const carried = db.updateTable('delivery').where('carrier', '=', lead).where('state', '<>', 'dead');
    if (found.kind === 'digest') {
      const left = await carried.set({ attempts: 0 }).returning('id').execute();
      if (left.length === 0) await bury(db, lead);
    } else await carried.set({ attempts: 0, carrier: null }).execute();
  }
}

/**
 * After a message was refused for good: each delivery that it carried is owed by itself, and not grouped again.
 * @returns the ids
 */
export async function scatter(db: Kysely<Tables>, lead: number, key: string): Promise<void> {
  await dropMessage(db, key);
  await db
    .updateTable('delivery')
    .set(eb => ({ carrier: null, slot: null, attempts: eb.fn('max', ['attempts', eb.lit(1)]) }))
    .where('carrier', '=', lead)
    .execute();
}

/** Forgets a message that never arrived, with the corrections of it that have not left. */
export async function dropMessage(db: Kysely<Tables>, key: string): Promise<void> {
  // One that is known to have arrived stays, with all that it shows.
  const mine = db.selectFrom('message').select('id').where('key', '=', key).where('receipt', 'is', null);
  const carried = await db
    .selectFrom('delivery_message')
    .innerJoin('delivery', 'delivery.id', 'delivery_message.delivery')
    .select(['release', 'destination'])
    .where('message', 'in', mine)
    .where('kind', '=', 'alert')
    .execute();
  await voidCorrections(db, carried);
  await deleteMessages(db, mine);
}

/** What would have corrected alerts that never left is not needed: they are rendered anew, from the last version. */
export async function voidCorrections(
  db: Kysely<Tables>,
  alerts: readonly { readonly release: string | null; readonly destination: string }[],
): Promise<void> {
  for (const { release, destination } of alerts)
    await db
      .updateTable('delivery')
      .set({ state: 'dead', next_at: null, slot: null, reason: NEVER_LEFT })
      .where('kind', '=', 'correction')
      .where('release', '=', release)
      .where('destination', '=', destination)
      .where('state', 'in', ['queued', 'waiting', 'unsure'])
      .execute();
}

async function bury(db: Kysely<Tables>, digest: number): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ state: 'dead', next_at: null, reason: EMPTY })
    .where('id', '=', digest)
    .where('state', '<>', 'dead')
    .execute();
}
