import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Whether something may be started at a destination: it is not suspended, and nothing is on its way there. */
export const IS_OPEN = sql<boolean>`destination.suspended = 0 and not exists (
  select 1 from delivery as leaving where leaving.destination = destination.id and leaving.state = 'sending')`;

/** Makes dead what has not left and what, of the subscriptions that caused it, none wants any longer (all removed or paused). */
export async function dropUnwanted(db: Kysely<Tables>, id: number, destination: string, reason: string): Promise<void> {
  const dead = db
    .updateTable('delivery')
    .set({ state: 'dead', next_at: null, reason })
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
    );
  await dead.where('owed_to', '=', destination).where('state', '<>', 'sending').execute();
  // What waits for a person is not to leave either, once somebody lets it go. (By itself, so that each has its index.)
  await dead.where('unsent', '=', 'held').where('destination', '=', destination).execute();
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

/** Lets a destination be posted to again, with everything that followed there before. */
export async function liftSuspension(db: Kysely<Tables>, destination: string): Promise<void> {
  await db.updateTable('destination').set({ suspended: 0, reason: null }).where('id', '=', destination).execute();
  await db
    .updateTable('subscription')
    .set({ state: 'active', reason: null })
    .where('destination', '=', destination)
    .where('state', '=', 'suspended')
    .execute();
}
