import type { Kysely } from 'kysely';
import { type Digest, deliveryKey } from '../core/identity.ts';
import type { PlannedDelivery } from '../core/plan.ts';

import { batches, ROWS, VALUES } from './batches.ts';
import type { Tables } from './tables.ts';

/** What a planned delivery needs to become one: the installation that is part of its key, and when it was planned. */
interface Planning {
  readonly installation: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly digest: Digest;
  /** The incident that holds them back, null where they may leave. */
  readonly holder: { readonly id: number; readonly name: string } | null;
}

/**
 * Makes deliveries owed, in the order given. One that is owed already is left as it is; one whose subscriptions have
 * all been removed or paused since it was planned is not wanted any more, and one without a recorded release is void.
 * @returns the destinations that have new ones which may leave
 */
export async function planDeliveries(
  db: Kysely<Tables>,
  planned: readonly PlannedDelivery[],
  { installation, at, digest, holder }: Planning,
): Promise<readonly string[]> {
  const wanting = await findWanting(db, planned);
  const recorded = await findRecorded(db, planned);
  const byKey = new Map<string, PlannedDelivery>();
  for (const delivery of planned) {
    const why = delivery.why.filter(({ subscription }) => wanting.has(subscription));
    if (!recorded.has(delivery.release) || (why.length === 0 && delivery.why.length > 0)) continue;
    const key = deliveryKey({ installation, ...delivery }, digest);
    if (!byKey.has(key)) byKey.set(key, { ...delivery, why });
  }
  await insertDestinations(db, new Set([...byKey.values()].map(delivery => delivery.destination)));

  const destinations = new Set<string>();
  const matched = new Set<number>();
  for (const some of batches([...byKey], ROWS)) {
    const inserted = await db
      .insertInto('delivery')
      .values(
        some.map(([key, { subject, release, revision, destination, kind }]) => ({
          key,
          subject,
          release,
          revision,
          destination,
          kind,
          ...(holder === null
            ? { state: 'queued' as const }
            : { state: 'held' as const, reason: `held by incident ${holder.name}`, incident: holder.id }),
          attempts: 0,
          created_at: at,
        })),
      )
      .onConflict(same => same.column('key').doNothing())
      .returning(['id', 'key'])
      .execute();
    const causes = inserted.flatMap(({ id, key }) => {
      const delivery = byKey.get(key);
      if (delivery && holder === null) destinations.add(delivery.destination);
      return (delivery?.why ?? []).map(why => ({
        delivery: id,
        subscription: why.subscription,
        why: JSON.stringify(why),
      }));
    });
    for (const few of batches(causes, ROWS)) await db.insertInto('delivery_subscription').values(few).execute();
    for (const { subscription } of causes) matched.add(subscription);
  }
  await noteMatch(db, matched, at);
  return [...destinations];
}

/** Makes sure that each has a row. */
export async function insertDestinations(db: Kysely<Tables>, destinations: ReadonlySet<string>): Promise<void> {
  for (const some of batches([...destinations], ROWS)) {
    await db
      .insertInto('destination')
      .values(some.map(id => ({ id, suspended: 0 })))
      .onConflict(same => same.column('id').doNothing())
      .execute();
  }
}

async function findWanting(db: Kysely<Tables>, planned: readonly PlannedDelivery[]): Promise<ReadonlySet<number>> {
  const named = new Set(planned.flatMap(delivery => delivery.why.map(why => why.subscription)));
  const wanting = new Set<number>();
  for (const some of batches([...named], VALUES)) {
    const rows = await db
      .selectFrom('subscription')
      .select('id')
      .where('id', 'in', some)
      .where('state', '<>', 'paused')
      .execute();
    for (const { id } of rows) wanting.add(id);
  }
  return wanting;
}

async function findRecorded(db: Kysely<Tables>, planned: readonly PlannedDelivery[]): Promise<ReadonlySet<string>> {
  const recorded = new Set<string>();
  for (const some of batches([...new Set(planned.map(delivery => delivery.release))], VALUES)) {
    const rows = await db.selectFrom('release').select('id').where('id', 'in', some).execute();
    for (const { id } of rows) recorded.add(id);
  }
  return recorded;
}

async function noteMatch(db: Kysely<Tables>, subscriptions: ReadonlySet<number>, at: number): Promise<void> {
  for (const some of batches([...subscriptions], VALUES)) {
    await db
      .updateTable('subscription')
      .set({ last_match: at })
      .where('id', 'in', some)
      .where(eb => eb.or([eb('last_match', 'is', null), eb('last_match', '<', at)]))
      .execute();
  }
}
