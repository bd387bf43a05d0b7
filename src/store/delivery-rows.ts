import { type Kysely, sql } from 'kysely';
import type { Delivery } from '../core/delivery.ts';
import { batches, VALUES } from './batches.ts';
import type { DeliveryRow, Tables } from './tables.ts';
import { fromRest, fromRestOrNull } from './times.ts';

/** The platform's reference to the message that carries a delivery. */
export const RECEIPT = sql<string | null>`(
  select message.receipt from delivery_message join message on message.id = delivery_message.message
  where delivery_message.delivery = delivery.id order by message.part limit 1)`.as('receipt');

export type DeliveryRowWithReceipt = DeliveryRow & { readonly receipt: string | null };

/** Adds to each the subscriptions that caused it. */
export async function withSubscriptions(
  db: Kysely<Tables>,
  rows: readonly DeliveryRowWithReceipt[],
): Promise<Delivery[]> {
  const causes = new Map<number, number[]>(rows.map(row => [row.id, []]));
  for (const some of batches([...causes.keys()], VALUES)) {
    const found = await db
      .selectFrom('delivery_subscription')
      .select(['delivery', 'subscription'])
      .where('delivery', 'in', some)
      .orderBy('subscription')
      .execute();
    for (const { delivery, subscription } of found) causes.get(delivery)?.push(subscription);
  }
  return rows.map(row => deliveryOf(row, causes.get(row.id) ?? []));
}

/** @param subscriptions that caused it, ascending */
export function deliveryOf(row: DeliveryRowWithReceipt, subscriptions: readonly number[]): Delivery {
  return {
    id: row.id,
    key: row.key,
    subject: row.subject,
    release: row.release,
    revision: row.revision,
    destination: row.destination,
    kind: row.kind,
    form: row.form,
    state: row.state,
    carrier: row.carrier,
    slot: row.slot,
    attempts: row.attempts,
    receipt: row.receipt === null ? null : JSON.parse(row.receipt),
    createdAt: fromRest(row.created_at),
    startedAt: fromRestOrNull(row.started_at),
    nextAt: fromRestOrNull(row.next_at),
    sentAt: fromRestOrNull(row.sent_at),
    reason: row.reason,
    subscriptions,
    ...(row.replay !== null && { replay: JSON.parse(row.replay) }),
  };
}
