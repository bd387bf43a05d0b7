import { type Kysely, sql } from 'kysely';
import { dissolve } from './carried.ts';
import type { Tables } from './tables.ts';

/** `place` of what is on its way or unsure is below this; what it leaves when divided by this is the id. */
export const TURN = sql.lit(2 ** 50);

/** `place` of changes that wait is above this. */
export const WAITING_EDITS = sql.lit(3 * 2 ** 50);

/** Why nobody wants something any more; who follows again is owed it again. */
export const UNWANTED = ['paused', 'unfollowed'] as const;

/** Whether something may be started at a destination: it is not suspended, and nothing is on its way there or unsure. */
export const IS_OPEN = sql<boolean>`destination.suspended = 0 and not exists (
  select 1 from delivery as leaving where leaving.lane = destination.id and leaving.place < ${TURN})`;

/**
 * Makes dead what has not left and what, of the subscriptions that caused it, none wants any longer (all removed or
 * paused). What is unsure is asked for first: see `IS_WANTED`. A replay is for whoever asked for it, not for those who
 * follow.
 */
export async function dropUnwanted(
  db: Kysely<Tables>,
  id: number,
  destination: string,
  reason: (typeof UNWANTED)[number],
): Promise<void> {
  const dropped = await db
    .updateTable('delivery')
    .set({ state: 'dead', next_at: null, reason })
    .where('unsent', 'in', ['queued', 'waiting', 'held'])
    .where('destination', '=', destination)
    .where('replay', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('delivery_subscription')
          .select('delivery')
          .whereRef('delivery', '=', 'delivery.id')
          .where('subscription', '=', id),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery_subscription')
            .innerJoin('subscription', 'subscription.id', 'delivery_subscription.subscription')
            .select('delivery')
            .whereRef('delivery', '=', 'delivery.id')
            .where('subscription.state', '<>', 'paused'),
        ),
      ),
    )
    .returning(['id', 'carrier'])
    .execute();
  await dissolve(
    db,
    dropped.map(one => one.carrier ?? one.id),
  );
}

/** Whether somebody who caused a delivery still wants it; nobody in particular asks for notices, tests and replays. */
export const IS_WANTED = sql<boolean>`(delivery.replay is not null
  or not exists (select 1 from delivery_subscription as cause where cause.delivery = delivery.id)
  or exists (select 1 from delivery_subscription as cause
    join subscription on subscription.id = cause.subscription
    where cause.delivery = delivery.id and subscription.state <> 'paused'))`;

/**
 * Makes dead what a message carries that did not arrive, and that nobody wants any more since it was begun.
 * @returns whether there was any
 */
export async function dropLeft(db: Kysely<Tables>, lead: number): Promise<boolean> {
  const dropped = await db
    .updateTable('delivery')
    .set({
      state: 'dead',
      next_at: null,
      reason: sql<(typeof UNWANTED)[number]>`iif(exists (select 1 from delivery_subscription as cause
        join subscription on subscription.id = cause.subscription where cause.delivery = delivery.id), 'paused', 'unfollowed')`,
    })
    .where(eb => eb.or([eb('id', '=', lead), eb('carrier', '=', lead)]))
    .where('state', 'in', ['queued', 'waiting', 'held'])
    .where('kind', '=', 'alert')
    .where(({ not }) => not(IS_WANTED))
    .returning(['id', 'carrier'])
    .execute();
  await dissolve(
    db,
    dropped.map(one => one.carrier ?? one.id),
  );
  return dropped.length > 0;
}

/** Suspends a destination and whoever follows there, for the same reason. */
export async function suspend(db: Kysely<Tables>, destination: string, reason: string): Promise<void> {
  await db.updateTable('destination').set({ suspended: 1, reason }).where('id', '=', destination).execute();
  await db
    .updateTable('subscription')
    .set({ state: 'suspended', reason })
    .where('destination', '=', destination)
    .where('state', '=', 'active')
    .execute();
}

/** Lets a destination be posted to again, with everything that followed there before; what it refused then counts no more. */
export async function liftSuspension(db: Kysely<Tables>, destination: string): Promise<void> {
  await db.updateTable('destination').set({ suspended: 0, reason: null }).where('id', '=', destination).execute();
  await db
    .updateTable('delivery')
    .set({ failures: 0 })
    .where('unsent', 'in', ['queued', 'waiting', 'unsure', 'held'])
    .where('destination', '=', destination)
    .where('failures', '>', 0)
    .execute();
  await db
    .updateTable('subscription')
    .set({ state: 'active', reason: null })
    .where('destination', '=', destination)
    .where('state', '=', 'suspended')
    .execute();
}
