import type { Insertable, Kysely } from 'kysely';
import { type Digest, deliveryKey } from '../core/identity.ts';
import type { PlannedDelivery } from '../core/plan.ts';
import { earliestSlot, type Slot, type When } from '../core/when.ts';

import { batches, ROWS, VALUES } from './batches.ts';
import { insertDestinations } from './destinations.ts';
import { joinOwed } from './joining.ts';
import { readSettings } from './settings.ts';
import type { DeliveryTable, Tables } from './tables.ts';
import { fromRest, toRest } from './times.ts';

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
 * Makes deliveries owed, in the order given. One that is owed already is owed to those who ask for it now as well; one
 * whose subscriptions have all been removed or paused since it was planned is not wanted any more, and one without a
 * recorded release is void.
 * @returns the destinations that have some which may leave now, or sooner
 */
export async function planDeliveries(
  db: Kysely<Tables>,
  planned: readonly PlannedDelivery[],
  { installation, at, digest, holder }: Planning,
): Promise<readonly string[]> {
  const wanting = await findWanting(db, planned);
  const recorded = await findRecorded(db, planned);
  const byKey = new Map<string, PlannedDelivery & { readonly slot: Slot | null }>();
  for (const delivery of planned) {
    const why = delivery.why.filter(({ subscription }) => wanting.has(subscription));
    if (!recorded.has(delivery.release) || (why.length === 0 && delivery.why.length > 0)) continue;
    const key = deliveryKey({ installation, ...delivery }, digest);
    if (byKey.has(key)) continue;
    const times = why.map(({ subscription }) => wanting.get(subscription) ?? 'now');
    byKey.set(key, { ...delivery, why, slot: await slotFor(db, delivery.destination, times, at) });
  }
  await insertDestinations(db, new Set([...byKey.values()].map(delivery => delivery.destination)));

  const destinations = new Set<string>();
  const matched = new Set<number>();
  for (const some of batches([...byKey], ROWS)) {
    const rows = some.map(
      ([key, { subject, release, revision, destination, kind, slot, replay }]): Insertable<DeliveryTable> => ({
        key,
        subject,
        release,
        revision,
        destination,
        kind,
        ...(holder === null
          ? owedFrom(slot)
          : { state: 'held', reason: `held by incident ${holder.name}`, incident: holder.id }),
        attempts: 0,
        created_at: at,
        replay: replay === undefined ? null : JSON.stringify(replay),
      }),
    );
    const inserted = await db
      .insertInto('delivery')
      .values(rows)
      .onConflict(same => same.column('key').doNothing())
      .returning(['id', 'key'])
      .execute();
    const isNew = new Set(inserted.map(({ key }) => key));
    const joined = await joinOwed(
      db,
      rows.filter(({ key }) => !isNew.has(key)),
    );
    for (const { key } of [...inserted.filter(() => holder === null), ...joined.filter(one => one.sooner)])
      destinations.add(byKey.get(key)?.destination ?? '');
    const causes = [...inserted, ...joined].flatMap(({ id, key }) =>
      (byKey.get(key)?.why ?? []).map(why => ({
        delivery: id,
        subscription: why.subscription,
        why: JSON.stringify(why),
      })),
    );
    for (const few of batches(causes, ROWS))
      await db
        .insertInto('delivery_subscription')
        .values(few)
        .onConflict(same => same.doNothing())
        .execute();
    for (const { subscription } of causes) matched.add(subscription);
  }
  await noteMatch(db, matched, at);
  return [...destinations];
}

/** The digest that an alert waits for; null where one of those who asked for it wants it now, or nobody in particular asked. */
async function slotFor(
  db: Kysely<Tables>,
  destination: string,
  times: readonly When[],
  at: number,
): Promise<Slot | null> {
  if (times.length === 0 || times.includes('now')) return null;
  const { zone } = await readSettings(db, destination);
  return earliestSlot(times, fromRest(at), zone);
}

function owedFrom(slot: Slot | null) {
  return slot === null
    ? { state: 'queued' as const }
    : { state: 'waiting' as const, next_at: toRest(slot.at), slot: slot.name };
}

async function findWanting(
  db: Kysely<Tables>,
  planned: readonly PlannedDelivery[],
): Promise<ReadonlyMap<number, When>> {
  const named = new Set(planned.flatMap(delivery => delivery.why.map(why => why.subscription)));
  const wanting = new Map<number, When>();
  for (const some of batches([...named], VALUES)) {
    const rows = await db
      .selectFrom('subscription')
      .select(['id', 'when'])
      .where('id', 'in', some)
      .where('state', '<>', 'paused')
      .execute();
    for (const { id, when } of rows) wanting.set(id, when);
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
