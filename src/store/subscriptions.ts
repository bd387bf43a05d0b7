import { type Kysely, type Selectable, sql } from 'kysely';
import type { NewSubscription, Subscription } from '../core/subscription.ts';
import type { SubscriptionStore } from '../ports/store.ts';
import { insertDestinations } from './destinations.ts';
import { dropUnwanted, liftSuspension } from './owed.ts';
import { retime } from './retime.ts';
import { readSettings } from './settings.ts';
import type { SubscriptionTable, Tables } from './tables.ts';
import { fromRest, fromRestOrNull, toRest, toRestOrNull } from './times.ts';

/** `createdBy` of the subscriptions that the config owns. */
const CONFIG = 'config';

const GOING_ON = { reason: null, paused_until: null } as const;

export function subscriptionStore(db: Kysely<Tables>): SubscriptionStore {
  return {
    follow: (asked, now) => db.transaction().execute(trx => insertSubscription(trx, asked, now)),

    subscription: id => readSubscription(db, id),

    async subscriptions(filter = {}) {
      let query = db.selectFrom('subscription').selectAll();
      if (filter.to !== undefined) query = query.where('destination', '=', filter.to);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      return (await query.orderBy('id').execute()).map(subscriptionOf);
    },

    async subscriptionsVersion() {
      return (await db.selectFrom('meta').select('subscriptions').executeTakeFirstOrThrow()).subscriptions;
    },

    unfollow: (id, now) => db.transaction().execute(trx => removeSubscription(trx, id, now)),

    setState: (id, state, reason, until = null) =>
      db.transaction().execute(async trx => {
        const before = await readSubscription(trx, id);
        if (!before) return null;
        await trx
          .updateTable('subscription')
          .set({ state, ...(state === 'active' ? GOING_ON : { reason, paused_until: toRestOrNull(until) }) })
          .where('id', '=', id)
          .execute();
        if (state === 'paused') await dropUnwanted(trx, id, before.to, 'paused');
        else await liftSuspension(trx, before.to);
        return readSubscription(trx, id);
      }),

    async endPauses(now) {
      const over = db
        .selectFrom('subscription')
        .select('id')
        .where('paused_until', '<=', toRest(now))
        .where('state', '=', 'paused');
      // Asked every second, and there is hardly ever one.
      if (!(await over.executeTakeFirst())) return [];
      const rows = await db
        .updateTable('subscription')
        .from('destination')
        .whereRef('destination.id', '=', 'subscription.destination')
        .where('subscription.id', 'in', over)
        .set(eb => ({
          state: sql<Subscription['state']>`case when destination.suspended = 1 then 'suspended' else 'active' end`,
          reason: eb.ref('destination.reason'),
          paused_until: null,
        }))
        .returning('subscription.id')
        .execute();
      const ended = await Promise.all(rows.map(({ id }) => readSubscription(db, id)));
      return ended.filter(one => one !== null);
    },

    edit: (id, { mention, urgent, ...changes }, now) =>
      db.transaction().execute(async trx => {
        const before = await readSubscription(trx, id);
        if (!before) return null;
        const same = await trx
          .selectFrom('subscription')
          .select('id')
          .where('destination', '=', before.to)
          .where('normal', '=', changes.normal ?? before.normal)
          .where('id', '<>', id)
          .executeTakeFirst();
        if (same) return { same: same.id };
        await trx
          .updateTable('subscription')
          .set({
            query: before.query,
            ...changes,
            ...(mention && { mention: JSON.stringify(mention) }),
            ...(urgent !== undefined && { urgent: Number(urgent) }),
          })
          .where('id', '=', id)
          .execute();
        const after = await readSubscription(trx, id);
        if (after) await retimeWhereChanged(trx, before, after, now);
        return after;
      }),

    syncConfig: (wanted, now) =>
      db.transaction().execute(async trx => {
        const keep = new Set<number>();
        for (const asked of wanted) {
          await renormalize(trx, asked);
          const { subscription } = await insertSubscription(trx, { ...asked, createdBy: CONFIG }, now);
          keep.add(subscription.id);
          await trx
            .updateTable('subscription')
            .set({
              query: asked.query,
              when: asked.when,
              urgent: Number(asked.urgent),
              style: asked.style,
              mention: JSON.stringify(asked.mention),
            })
            .where('id', '=', subscription.id)
            .where('created_by', '=', CONFIG)
            .execute();
          const after = await readSubscription(trx, subscription.id);
          if (after) await retimeWhereChanged(trx, subscription, after, now);
        }
        const own = await trx.selectFrom('subscription').select('id').where('created_by', '=', CONFIG).execute();
        for (const { id } of own) if (!keep.has(id)) await removeSubscription(trx, id, now);
      }),
  };
}

/** What waits because of a subscription is wanted at another time where that has another time, or became urgent. */
async function retimeWhereChanged(
  db: Kysely<Tables>,
  before: Subscription,
  { id, to, when, urgent }: Subscription,
  now: string,
): Promise<void> {
  if (when === before.when && urgent === before.urgent) return;
  const { zone } = await readSettings(db, to);
  await retime(db, { destination: to, zone, of: id }, toRest(now));
}

/**
 * A later vocabulary may give the same words another normal form. They are the same subscription all the same, with
 * its number, its state and what it is owed.
 */
async function renormalize(db: Kysely<Tables>, { query, normal, to }: NewSubscription): Promise<void> {
  const there = await db
    .selectFrom('subscription')
    .select(['id', 'query', 'normal', 'created_by'])
    .where('destination', '=', to)
    .execute();
  if (there.some(one => one.normal === normal)) return;
  const same = there.find(one => one.created_by === CONFIG && one.query === query);
  if (same) await db.updateTable('subscription').set({ normal }).where('id', '=', same.id).execute();
}

async function insertSubscription(
  db: Kysely<Tables>,
  asked: NewSubscription,
  now: string,
): Promise<{ subscription: Subscription; created: boolean }> {
  await insertDestinations(db, new Set([asked.to]));
  const destination = await db
    .selectFrom('destination')
    .selectAll()
    .where('id', '=', asked.to)
    .executeTakeFirstOrThrow();
  const inserted = await db
    .insertInto('subscription')
    .values({
      query: asked.query,
      normal: asked.normal,
      destination: asked.to,
      when: asked.when,
      urgent: Number(asked.urgent),
      mention: JSON.stringify(asked.mention),
      style: asked.style,
      // Where nothing can be posted a new subscription must not look as if it worked.
      state: destination.suspended ? 'suspended' : 'active',
      reason: destination.reason,
      created_by: asked.createdBy,
      created_at: toRest(now),
    })
    .onConflict(same => same.columns(['destination', 'normal']).doNothing())
    .returning('id')
    .executeTakeFirst();
  const row = await db
    .selectFrom('subscription')
    .selectAll()
    .where('destination', '=', asked.to)
    .where('normal', '=', asked.normal)
    .executeTakeFirstOrThrow();
  return { subscription: subscriptionOf(row), created: inserted !== undefined };
}

/** What it asked for with others, who are left, waits until they want it. */
async function removeSubscription(db: Kysely<Tables>, id: number, now: string): Promise<boolean> {
  const removed = await db.deleteFrom('subscription').where('id', '=', id).returning('destination').executeTakeFirst();
  if (!removed) return false;
  const { destination } = removed;
  await dropUnwanted(db, id, destination, 'unfollowed');
  const { zone } = await readSettings(db, destination);
  await retime(db, { destination, zone, of: id }, toRest(now));
  return true;
}

async function readSubscription(db: Kysely<Tables>, id: number): Promise<Subscription | null> {
  const row = await db.selectFrom('subscription').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? subscriptionOf(row) : null;
}

export function subscriptionOf(row: Selectable<SubscriptionTable>): Subscription {
  return {
    id: row.id,
    query: row.query,
    normal: row.normal,
    to: row.destination,
    when: row.when,
    urgent: row.urgent === 1,
    mention: JSON.parse(row.mention),
    style: row.style,
    state: row.state,
    reason: row.reason,
    pausedUntil: fromRestOrNull(row.paused_until),
    createdBy: row.created_by,
    createdAt: fromRest(row.created_at),
    lastMatch: fromRestOrNull(row.last_match),
  };
}
