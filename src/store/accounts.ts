import { type Kysely, sql } from 'kysely';
import type { Release } from '../core/release.ts';
import type { Listing, OperationsStore } from '../ports/operations.ts';
import { batches, VALUES } from './batches.ts';
import { LET_GO } from './joining.ts';
import { platformOf, sumBy } from './platforms.ts';
import { releaseOf } from './releases.ts';
import type { Tables } from './tables.ts';

/** What sources list, as last read, held against what is recorded. */
export async function readListings(db: Kysely<Tables>): Promise<readonly Listing[]> {
  const rows = await db
    .selectFrom('item')
    .innerJoin('source', 'source.id', 'item.source')
    .leftJoin('release', 'release.id', 'item.release')
    .select(['item.source', 'item.key', 'release.id as recorded'])
    .where('source.enrolled', '=', 1)
    .where('item.position', 'is not', null)
    .orderBy('item.source')
    .orderBy('item.position')
    .execute();
  return [...Map.groupBy(rows, ({ source }) => source)].map(([source, items]) => ({
    source,
    listed: items.length,
    missing: items.filter(({ recorded }) => recorded === null).map(({ key }) => key),
  }));
}

/** What an import or a backfill records was on no listing then, under none of its keys; of the baseline nobody is told. */
export async function readArrived(db: Kysely<Tables>, after: number, until: number): Promise<readonly Release[]> {
  const rows = await db
    .selectFrom('release')
    .innerJoin('source', 'source.id', 'release.source')
    .selectAll('release')
    .where('release.first_seen', '>', after)
    .where('release.first_seen', '<=', until)
    // A baseline that is still to come was made while our clock was ahead.
    .where(eb =>
      eb.or([eb('release.first_seen', '>', eb.ref('source.baseline_at')), eb('source.baseline_at', '>', until)]),
    )
    .where(
      sql<boolean>`exists (select 1 from alias join item on item.source = alias.source and item.key = alias.key
        where alias.release = release.id and item.first_seen = release.first_seen)`,
    )
    .orderBy('release.seq')
    .execute();
  return rows.map(releaseOf);
}

/** See `OperationsStore.alerted`. */
export async function readAlerted(
  db: Kysely<Tables>,
  releases: readonly string[],
): Promise<readonly { readonly release: string; readonly destination: string }[]> {
  const found: { release: string; destination: string }[] = [];
  for (const some of batches([...new Set(releases)], VALUES))
    for (const { release, destination } of await db
      .selectFrom('delivery')
      .select(['release', 'destination'])
      .where('release', 'in', some)
      .where('kind', '=', 'alert')
      .where(eb => eb.or([eb('state', '<>', 'dead'), eb('reason', 'is', null), eb('reason', 'not in', LET_GO)]))
      .execute())
      if (release !== null) found.push({ release, destination });
  return found;
}

const OWED = ['queued', 'sending', 'unsure', 'waiting'] as const;

/** See `OperationsStore.overdue`. */
export async function readOverdue(
  db: Kysely<Tables>,
  before: number,
  state?: Parameters<OperationsStore['overdue']>[1],
): Promise<readonly { readonly platform: string; readonly count: number }[]> {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select(eb => ['delivery.destination', eb.fn.countAll<number>().as('count')])
    .where('unsent', 'in', state === undefined ? OWED : [state])
    .where('carrier', 'is', null)
    .where('created_at', '<', before)
    .where(sql<boolean>`(slot is null or next_at is null or next_at < ${before})`)
    .where('suspended', '=', 0)
    .groupBy('delivery.destination')
    .execute();
  return sumBy(rows, ({ destination }) => ({ platform: platformOf(destination) }));
}
