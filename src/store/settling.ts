import type { Kysely } from 'kysely';
import { BadTransition, type Delivery, type Outcome, settle } from '../core/delivery.ts';
import { deliveryOf, RECEIPT, withSubscriptions } from './delivery-rows.ts';
import { suspend } from './owed.ts';
import { prepared } from './prepared.ts';
import type { DeliveryTable, Tables } from './tables.ts';
import { toRestOrNull } from './times.ts';

/**
 * Applies what a channel said of a delivery that is being sent.
 * @throws {BadTransition} where it is not being sent
 */
export async function settleDelivery(
  db: Kysely<Tables>,
  delivery: number,
  outcome: Outcome,
  now: string,
): Promise<Delivery> {
  const { state, receipt, reason, nextAt, sentAt } = settle('sending', outcome, now);
  if (receipt) await keepReceipt(db, { delivery, receipt: JSON.stringify(receipt) });
  const [row] = await stopSending(db, {
    delivery,
    state,
    reason,
    next_at: toRestOrNull(nextAt),
    sent_at: toRestOrNull(sentAt),
  });
  if (!row) throw await refusal(db, delivery, outcome, now);
  if (outcome.is === 'suspend') await suspend(db, row.destination, outcome.reason);
  const causes = await readCauses(db, { delivery });
  return deliveryOf(
    row,
    causes.map(({ subscription }) => subscription),
  );
}

/** Sets aside what is owed and has not left. */
export async function holdDelivery(db: Kysely<Tables>, delivery: number, reason: string): Promise<Delivery | null> {
  const row = await db
    .updateTable('delivery')
    .set({ state: 'held', reason, next_at: null })
    .where('id', '=', delivery)
    .where('state', 'in', ['queued', 'waiting'])
    .returningAll()
    .returning(RECEIPT)
    .executeTakeFirst();
  const [held] = row ? await withSubscriptions(db, [row]) : [];
  return held ?? null;
}

/** Why it could not be settled, in the words of the rule itself. */
async function refusal(db: Kysely<Tables>, delivery: number, outcome: Outcome, now: string): Promise<Error> {
  const found = await db.selectFrom('delivery').select('state').where('id', '=', delivery).executeTakeFirst();
  if (!found) return new BadTransition(`there is no delivery ${delivery} to settle as ${outcome.is}`);
  try {
    settle(found.state, outcome, now);
    return new Error(`delivery ${delivery} changed while it was being settled`);
  } catch (error) {
    return error as Error;
  }
}

type Settling = { delivery: number } & Pick<DeliveryTable, 'state' | 'reason' | 'next_at' | 'sent_at'>;

const stopSending = prepared((db, { delivery, state, reason, next_at, sent_at }: Settling) =>
  db
    .updateTable('delivery')
    .set({ state, reason, next_at, sent_at })
    .where('id', '=', delivery)
    .where('state', '=', 'sending')
    .returningAll()
    .returning(RECEIPT),
);

const keepReceipt = prepared((db, { delivery, receipt }: { delivery: number; receipt: string }) =>
  db
    .updateTable('message')
    .set({ receipt })
    .where('id', 'in', eb =>
      eb.selectFrom('delivery_message').select('message').where('delivery_message.delivery', '=', delivery),
    ),
);

const readCauses = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_subscription')
    .select('subscription')
    .where('delivery', '=', delivery)
    .orderBy('subscription'),
);
