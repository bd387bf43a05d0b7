import type { Kysely, SelectQueryBuilder } from 'kysely';
import { prepared } from './prepared.ts';
import type { Tables } from './tables.ts';

/** The first part of a message is its only one, until a text needs more. */
export const FIRST_PART = 1;

/** The message of a delivery, by its key. */
export const readMessage = prepared((db, { key }: { key: string }) =>
  db.selectFrom('message').selectAll().where('key', '=', key).where('part', '=', FIRST_PART),
);

/** Gives nothing where the message is known already. */
export const insertMessage = prepared(
  (
    db,
    {
      key,
      body,
      first_at,
      first_there,
      reply_to,
    }: { key: string; body: string; first_at: number; first_there: number | null; reply_to: string | null },
  ) =>
    db
      .insertInto('message')
      .values({ key, part: FIRST_PART, body, first_at, first_there, reply_to })
      .onConflict(known => known.doNothing())
      .returning('id'),
);

export const linkMessage = prepared((db, { delivery, message }: { delivery: number; message: number }) =>
  db.insertInto('delivery_message').values({ delivery, message }),
);

const ADOPTED = '{"adopted":';

/**
 * What is kept, in place of its body, of a message that the platform shows and that a restored database does not know.
 * @param carries marks of the alerts that it shows; empty where it shows one
 */
export const adoptedBody = (carries: readonly string[]): string => `${ADOPTED}${JSON.stringify(carries)}}`;

/** The marks of a message of which only those are known; null for any whose body is kept. */
export function readAdopted(body: string): readonly string[] | null {
  return body.startsWith(ADOPTED) ? JSON.parse(body).adopted : null;
}

/** Forgets messages, and what each carries. @param ids gives them */
export async function deleteMessages(
  db: Kysely<Tables>,
  ids: SelectQueryBuilder<Tables, 'message', { id: number }>,
): Promise<void> {
  await db.deleteFrom('delivery_message').where('message', 'in', ids).execute();
  await db.deleteFrom('message').where('id', 'in', ids).execute();
}

/** Ids of the deliveries that a message carries, whichever of its parts. */
export const carriedBy = (db: Kysely<Tables>, key: string) =>
  db
    .selectFrom('message')
    .innerJoin('delivery_message', 'delivery_message.message', 'message.id')
    .select('delivery_message.delivery')
    .where('message.key', '=', key);

/** Of the message that a delivery is sent by. */
export const keepReceipt = prepared((db, { delivery, receipt }: { delivery: number; receipt: string }) =>
  db
    .updateTable('message')
    .set({ receipt })
    .where('key', '=', eb => eb.selectFrom('delivery').select('delivery.key').where('delivery.id', '=', delivery)),
);

/** By when a change of it had left that nobody has answered; null once all were. */
export const doubtChange = prepared((db, { key, part, at }: { key: string; part: number; at: number | null }) =>
  db.updateTable('message').set({ unanswered_at: at }).where('key', '=', key).where('part', '=', part),
);
