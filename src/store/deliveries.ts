import { type Kysely, sql } from 'kysely';
import type { DeliveryState } from '../core/delivery.ts';
import type { DeliveryStore, Tally } from '../ports/store.ts';
import { claimDelivery, nextDelivery, readyDestinations } from './claims.ts';
import { RECEIPT, withSubscriptions } from './delivery-rows.ts';
import type { Together } from './group-commit.ts';
import { holdDelivery, settleDelivery } from './settling.ts';
import type { Tables } from './tables.ts';
import { toRest } from './times.ts';
import { readWhys } from './turns.ts';

/** Deliveries that a listing gives unless asked for more. */
const LISTED = 100;
const NONE: Tally['deliveries'] = { queued: 0, sending: 0, waiting: 0, unsure: 0, held: 0, sent: 0, dead: 0 };
/** For people: what happened to a delivery whose process ended while the platform had not answered. */
const CUT_OFF = 'the process ended while this was being sent';

export function deliveryStore(db: Kysely<Tables>, together: Together): DeliveryStore {
  return {
    async deliveries(filter = {}) {
      let query = db.selectFrom('delivery').selectAll().select(RECEIPT);
      if (filter.state === 'sent') query = query.where('state', '=', 'sent');
      else if (filter.state !== undefined) query = query.where('unsent', '=', filter.state);
      if (filter.destination !== undefined) query = query.where('destination', '=', filter.destination);
      if (filter.release !== undefined) query = query.where('release', '=', filter.release);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(filter.limit ?? LISTED)
        .execute();
      return withSubscriptions(db, rows);
    },

    whys: delivery => readWhys(db, delivery),

    async recover(_now) {
      const { numUpdatedRows } = await together(trx =>
        trx
          .updateTable('delivery')
          .set({ state: 'unsure', reason: CUT_OFF })
          .where('unsent', '=', 'sending')
          .executeTakeFirst(),
      );
      return Number(numUpdatedRows);
    },

    ready: now => readyDestinations(db, toRest(now)),
    next: (destination, now) => nextDelivery(db, destination, toRest(now)),
    claim: (delivery, body, now) => together(trx => claimDelivery(trx, delivery, body, toRest(now))),
    hold: (id, reason) => together(trx => holdDelivery(trx, id, reason)),
    settle: (id, outcome, now) => together(trx => settleDelivery(trx, id, outcome, now)),

    async destinations() {
      const rows = await db.selectFrom('destination').selectAll().orderBy('id').execute();
      return rows.map(({ id, suspended, reason }) => ({ id, suspended: suspended === 1, reason }));
    },

    tally: () => readTally(db),
  };
}

async function readTally(db: Kysely<Tables>): Promise<Tally> {
  const deliveries: Record<DeliveryState, number> = { ...NONE };
  // Nearly all are sent: those are what remains of the whole when the others, which have an index, are counted.
  const counts = await db
    .selectFrom('delivery')
    .select(eb => ['unsent as state', eb.fn.countAll<number>().as('count')])
    .where('unsent', 'is not', null)
    .groupBy('unsent')
    .unionAll(db.selectFrom('delivery').select(eb => [sql.lit(null).as('state'), eb.fn.countAll<number>().as('count')]))
    .execute();
  for (const { state, count } of counts) {
    deliveries[state ?? 'sent'] += count;
    if (state !== null) deliveries.sent -= count;
  }
  const { active } = await db
    .selectFrom('subscription')
    .select(eb => eb.fn.countAll<number>().as('active'))
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  const { releases } = await db
    .selectFrom('release')
    .select(eb => eb.fn.countAll<number>().as('releases'))
    .executeTakeFirstOrThrow();
  return { deliveries, subscriptions: active, releases };
}
