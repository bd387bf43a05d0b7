import type { Kysely } from 'kysely';
import { isCarried, type Posted } from '../core/delivery.ts';
import { batches, VALUES } from './batches.ts';
import { dropMessage } from './carried.ts';
import { adoptedBody, readAdopted, readMessage } from './messages.ts';
import type { DeliveryRow, Tables } from './tables.ts';

/**
 * Ties an unsure delivery, and what goes with it, to the message that the platform shows, so that later corrections find
 * it: a restored database may know nothing of that message, or take other alerts for its company. What the message does
 * not show is asked for by itself.
 */
export async function adopt(db: Kysely<Tables>, unsure: DeliveryRow, found: Posted): Promise<void> {
  const company = await db.selectFrom('delivery').select(['id', 'key']).where('carrier', '=', unsure.id).execute();
  const isShown = ({ key }: { readonly key: string }) => found.carries === undefined || isCarried(key, found);
  const absent = company.filter(one => !isShown(one)).map(({ id }) => id);
  for (const some of batches(absent, VALUES)) {
    await db.deleteFrom('delivery_message').where('delivery', 'in', some).execute();
    await db
      .updateTable('delivery')
      .set({ carrier: null, slot: null, started_at: unsure.started_at, reason: unsure.reason })
      .where('id', 'in', some)
      .where('state', '=', 'unsure')
      .execute();
  }
  if (found.key !== unsure.key) await dropMessage(db, unsure.key);
  const message = await keepFound(db, found);
  const linked = [unsure.id, ...company.filter(isShown).map(({ id }) => id)];
  for (const delivery of linked)
    await db
      .insertInto('delivery_message')
      .values({ delivery, message })
      .onConflict(same => same.doNothing())
      .execute();
}

/** What went out in another message than its own is carried by whoever that message belongs to, where that is known. */
export async function joinCarrier(db: Kysely<Tables>, { id, key }: DeliveryRow, found: Posted): Promise<void> {
  if (found.key === key) return;
  const lead = await db
    .selectFrom('delivery')
    .select('id')
    .where('key', '=', found.key)
    .where('carrier', 'is', null)
    .executeTakeFirst();
  if (!lead) return;
  await db
    .updateTable('delivery')
    .set({ carrier: lead.id })
    .where(eb => eb.or([eb('id', '=', id), eb('carrier', '=', id)]))
    .where('state', '=', 'sent')
    .execute();
}

/** @returns the id of the message, which is written down where it was not known */
async function keepFound(db: Kysely<Tables>, { key, part, receipt, carries = [] }: Posted): Promise<number> {
  const [known] = await readMessage(db, { key });
  if (known?.part === part) {
    if (known.receipt === null)
      await db
        .updateTable('message')
        .set({ receipt: JSON.stringify(receipt) })
        .where('id', '=', known.id)
        .execute();
    return known.id;
  }
  const row = { key, part, body: adoptedBody(carries), receipt: JSON.stringify(receipt) };
  return (await db.insertInto('message').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

/**
 * Whether a message shows alerts that nobody here knows: given another body it would lose their lines.
 * @param release that it tells of, in a destination
 */
export async function isPartlyKnown(db: Kysely<Tables>, release: string, destination: string): Promise<boolean> {
  const message = await db
    .selectFrom('delivery')
    .innerJoin('delivery_message', 'delivery_message.delivery', 'delivery.id')
    .innerJoin('message', 'message.id', 'delivery_message.message')
    .select(['message.id', 'message.body'])
    .where('delivery.release', '=', release)
    .where('delivery.destination', '=', destination)
    .where('delivery.kind', '=', 'alert')
    .orderBy('message.id', 'desc')
    .executeTakeFirst();
  const marks = message ? readAdopted(message.body) : null;
  if (!message || marks === null || marks.length === 0) return false;
  const known = await db
    .selectFrom('delivery_message')
    .innerJoin('delivery', 'delivery.id', 'delivery_message.delivery')
    .select('key')
    .where('message', '=', message.id)
    .where('kind', '=', 'alert')
    .execute();
  return marks.some(mark => !known.some(({ key }) => key.startsWith(mark)));
}
