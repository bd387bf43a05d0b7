import type { Kysely } from 'kysely';
import { BadTransition, type DeliveryState } from '../core/delivery.ts';
import type { DeliveryStore, DestinationState, Tally } from '../ports/ledger.ts';
import { claimChange, claimDelivery, claimUnsure, Outdated } from './claims.ts';
import { readCounts } from './counts.ts';
import { RECEIPT, withSubscriptions } from './delivery-rows.ts';
import { rest } from './edits.ts';
import { openEpochs } from './epochs.ts';
import type { Together } from './group-commit.ts';
import { nextWork, readyDestinations } from './heads.ts';
import { setAside } from './held.ts';
import { carriedBy } from './messages.ts';
import type { Minting } from './minting.ts';
import { liftSuspension } from './owed.ts';
import { interrupt, resolveDelivery, settleChange, settleDelivery } from './settling.ts';
import { gather, postpone } from './slots.ts';
import type { DestinationRow, Tables } from './tables.ts';
import { toRest } from './times.ts';
import { readWhys } from './turns.ts';

/** Deliveries that a listing gives unless asked for more. */
const LISTED = 100;
const NONE: Tally['deliveries'] = { queued: 0, sending: 0, waiting: 0, unsure: 0, held: 0, sent: 0, dead: 0 };

export function deliveryStore(db: Kysely<Tables>, together: Together, minting: Minting): DeliveryStore {
  const epochs = openEpochs();
  return {
    async deliveries(filter = {}) {
      let query = db.selectFrom('delivery').selectAll().select(RECEIPT);
      if (filter.state === 'sent') query = query.where('state', '=', 'sent');
      else if (filter.state !== undefined) query = query.where('unsent', '=', filter.state);
      if (filter.destination !== undefined) query = query.where('destination', '=', filter.destination);
      if (filter.release !== undefined) query = query.where('release', '=', filter.release);
      if (filter.message !== undefined) query = query.where('id', 'in', carriedBy(db, filter.message));
      const rows = await query
        .orderBy('id', 'desc')
        .limit(filter.limit ?? LISTED)
        .execute();
      return withSubscriptions(db, rows);
    },

    whys: delivery => readWhys(db, delivery),

    recover: now =>
      together(async trx => {
        await epochs.take(trx);
        return interrupt(trx, toRest(now));
      }),
    ready: now => readyDestinations(db, toRest(now)),
    next: (destination, now) => nextWork(db, destination, toRest(now)),
    claim: (delivery, body, now, rendered = { carries: [] }) =>
      refused(together(trx => claimDelivery(trx, delivery, body, toRest(now), rendered, epochs))),
    claimAgain: (delivery, now) => refused(together(trx => claimUnsure(trx, delivery, toRest(now), epochs))),
    claimEdit: async (delivery, message, now) =>
      refused(together(trx => claimChange(trx, delivery, message, toRest(now), epochs))),
    restEdit: (delivery, at) => together(trx => rest(trx, delivery, toRest(at))),
    hold: (id, reason) => together(trx => setAside(trx, id, 'held', reason)),
    drop: (id, reason) => together(trx => setAside(trx, id, 'dead', reason)),
    postpone: (deliveries, slot) => together(trx => postpone(trx, deliveries, slot)),
    gather: (destination, now) => together(trx => gather(trx, destination, toRest(now), minting)),
    settleEdit: (id, edited, shown, now) => together(trx => settleChange(trx, id, edited, shown, now, epochs)),
    settle: (id, outcome, now) => together(trx => settleDelivery(trx, id, outcome, now, epochs)),
    resolve: (id, history, now) => together(trx => resolveDelivery(trx, id, history, now, minting)),

    async destinations() {
      return (await db.selectFrom('destination').selectAll().orderBy('id').execute()).map(stateOf);
    },

    resume: id =>
      together(async trx => {
        const before = await trx.selectFrom('destination').selectAll().where('id', '=', id).executeTakeFirst();
        if (before?.suspended === 1) await liftSuspension(trx, id);
        return before ? stateOf(before) : null;
      }),

    tally: () => readTally(db),
  };
}

function stateOf({ id, suspended, reason }: DestinationRow): DestinationState {
  return { id, suspended: suspended === 1, reason };
}

/** What is claimed by one that may not, or from what is no longer so, is not claimed. */
const refused = <T>(claim: Promise<T>): Promise<T | null> =>
  claim.catch(error => {
    if (error instanceof Outdated || error instanceof BadTransition) return null;
    throw error;
  });

async function readTally(db: Kysely<Tables>): Promise<Tally> {
  const deliveries: Record<DeliveryState, number> = { ...NONE };
  for (const { state, count } of await readCounts(db)) deliveries[state] += count;
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
