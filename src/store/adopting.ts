import type { Kysely } from 'kysely';
import { isCarried, type Posted } from '../core/delivery.ts';
import { digestSubject } from '../core/digest.ts';
import { deliveryKey } from '../core/identity.ts';
import { batches, VALUES } from './batches.ts';
import { endWaiting } from './corrections.ts';
import { adoptedBody, deleteMessages, readAdopted, readMessage } from './messages.ts';
import type { Minting } from './minting.ts';
import type { DeliveryRow, Tables } from './tables.ts';

type Unsure = Pick<DeliveryRow, 'id' | 'key' | 'destination' | 'slot' | 'started_at' | 'reason'>;

/** Messages that a digest is looked for among; more than it ever has. */
const MOST_MESSAGES = 20;

/** The message of a key as the platform has shown it before, whatever it shows now; null where that is not known. */
export async function readShown(db: Kysely<Tables>, key: string): Promise<Posted | null> {
  const [message] = await readMessage(db, { key });
  if (!message || message.receipt === null) return null;
  const carries = readAdopted(message.body) ?? [];
  const { part, receipt } = message;
  return { key, part, receipt: JSON.parse(receipt), ...(carries.length > 0 && { carries }) };
}

/**
 * Takes out of an unsure message what the one that the platform shows does not carry: that is asked for by itself. A
 * restored database may take other alerts for its company than went out with it.
 */
export async function partFrom(db: Kysely<Tables>, unsure: Unsure, found: Posted): Promise<void> {
  if (found.carries === undefined) return;
  const company = await db
    .selectFrom('delivery')
    .select(['id', 'key'])
    .where('carrier', '=', unsure.id)
    .where('state', '=', 'unsure')
    .execute();
  const absent = company.filter(({ key }) => !isCarried(key, found)).map(({ id }) => id);
  for (const some of batches(absent, VALUES)) {
    await db.deleteFrom('delivery_message').where('delivery', 'in', some).execute();
    await db
      .updateTable('delivery')
      .set({ carrier: null, slot: null, started_at: unsure.started_at, reason: unsure.reason })
      .where('id', 'in', some)
      .execute();
  }
}

/**
 * Ties what turned out to be sent, and what went with it, to the message that the platform shows, so that later
 * corrections find it; a restored database may not know that message.
 */
export async function tieTo(
  db: Kysely<Tables>,
  unsure: Unsure,
  found: Posted,
  minting: Minting,
  now: number,
): Promise<void> {
  const { id, key, destination } = unsure;
  await knowDigest(db, unsure, found, minting, now);
  if (found.key !== key) await deleteMessages(db, db.selectFrom('message').select('id').where('key', '=', key));
  const message = await keepFound(db, found);
  const sent = await db
    .selectFrom('delivery')
    .select('id')
    .where(eb => eb.or([eb('id', '=', id), eb('carrier', '=', id)]))
    .where('state', '=', 'sent')
    .execute();
  await db
    .insertInto('delivery_message')
    .values(sent.map(one => ({ delivery: one.id, message })))
    .onConflict(same => same.doNothing())
    .execute();
  await gatherAround(db, found.key, message);
  await endWaiting(
    db,
    sent.map(one => one.id),
    destination,
  );
}

/** A digest that a restored database does not know is written down as sent: corrections of it say its own title. */
async function knowDigest(
  db: Kysely<Tables>,
  { key, destination, slot }: Unsure,
  found: Posted,
  { installation, digest }: Minting,
  now: number,
): Promise<void> {
  if (found.key === key || slot === null) return;
  for (let nth = 1; nth <= MOST_MESSAGES; nth++) {
    const subject = digestSubject(slot, nth, null);
    if (deliveryKey({ installation, destination, kind: 'digest', subject }, digest) !== found.key) continue;
    const row = { key: found.key, subject, destination, kind: 'digest', state: 'sent' } as const;
    await db
      .insertInto('delivery')
      .values({ ...row, attempts: 1, created_at: now, sent_at: now })
      .onConflict(same => same.column('key').doNothing())
      .execute();
    return;
  }
}

/** @returns the id of the message, which is written down where it was not known */
async function keepFound(db: Kysely<Tables>, { key, part, receipt, carries = [] }: Posted): Promise<number> {
  const { id } = await db
    .insertInto('message')
    .values({ key, part, body: adoptedBody(carries), receipt: JSON.stringify(receipt) })
    .onConflict(known =>
      known.columns(['key', 'part']).doUpdateSet(eb => ({
        receipt: eb.fn.coalesce('message.receipt', 'excluded.receipt'),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What a message shows is carried by whoever the message belongs to, once that is known to have been sent too. */
async function gatherAround(db: Kysely<Tables>, key: string, message: number): Promise<void> {
  const lead = await db
    .selectFrom('delivery')
    .select('id')
    .where('key', '=', key)
    .where('state', '=', 'sent')
    .executeTakeFirst();
  if (!lead) return;
  await db
    .updateTable('delivery')
    .set({ carrier: lead.id })
    .where('id', 'in', eb => eb.selectFrom('delivery_message').select('delivery').where('message', '=', message))
    .where('id', '<>', lead.id)
    .where('kind', '=', 'alert')
    .where('state', '=', 'sent')
    .execute();
}
