import type { Kysely } from 'kysely';
import { type AllSettings, mergeSettings, type Settings } from '../core/settings.ts';
import type { SettingsStore } from '../ports/ledger.ts';
import { insertDestinations } from './destinations.ts';
import { retime } from './retime.ts';
import type { Tables } from './tables.ts';
import { toRest } from './times.ts';

export function settingsStore(db: Kysely<Tables>): SettingsStore {
  return {
    async settings(destination) {
      const { zone, own, config } = await readLayers(db, destination);
      return { all: mergeSettings(zone, own, config), config };
    },

    saveSettings: (destination, changes, now) =>
      db.transaction().execute(async trx => {
        await insertDestinations(trx, new Set([destination]));
        const before = await readSettings(trx, destination);
        const { own } = await readLayers(trx, destination);
        const kept = Object.fromEntries(Object.entries({ ...own, ...changes }).filter(([, value]) => value !== null));
        await trx
          .updateTable('destination')
          .set({ settings: JSON.stringify(kept) })
          .where('id', '=', destination)
          .execute();
        await retimeWhereChanged(trx, new Map([[destination, before]]), toRest(now));
      }),

    syncSettings: (zone, destinations, now) =>
      db.transaction().execute(async trx => {
        const before = await readWaiting(trx);
        await trx.updateTable('meta').set({ zone }).execute();
        await insertDestinations(trx, new Set(destinations.map(one => one.to)));
        await trx.updateTable('destination').set({ config: '{}' }).where('config', '<>', '{}').execute();
        for (const { to, settings } of destinations)
          await trx
            .updateTable('destination')
            .set({ config: JSON.stringify(settings) })
            .where('id', '=', to)
            .execute();
        await retimeWhereChanged(trx, before, toRest(now));
      }),
  };
}

/** The settings of all destinations for which something waits beside the queue. */
async function readWaiting(db: Kysely<Tables>): Promise<ReadonlyMap<string, AllSettings>> {
  const waiting = await db.selectFrom('delivery').select('parked').distinct().where('parked', 'is not', null).execute();
  const all = new Map<string, AllSettings>();
  for (const { parked } of waiting) if (parked !== null) all.set(parked, await readSettings(db, parked));
  return all;
}

/** What waits is wanted at another time where the zone or the quiet hours are others than before. */
async function retimeWhereChanged(
  db: Kysely<Tables>,
  before: ReadonlyMap<string, AllSettings>,
  now: number,
): Promise<void> {
  for (const [destination, old] of before) {
    const { zone, quiet } = await readSettings(db, destination);
    if (zone !== old.zone || quiet !== old.quiet) await retime(db, { destination, zone }, now);
  }
}

/** The settings of a destination, with everything filled in. */
export async function readSettings(db: Kysely<Tables>, destination: string): Promise<AllSettings> {
  const { zone, own, config } = await readLayers(db, destination);
  return mergeSettings(zone, own, config);
}

async function readLayers(
  db: Kysely<Tables>,
  destination: string,
): Promise<{ readonly zone: string; readonly own: Settings; readonly config: Settings }> {
  const row = await db
    .selectFrom('meta')
    .leftJoin('destination', join => join.on('destination.id', '=', destination))
    .select(['meta.zone', 'settings', 'config'])
    .executeTakeFirstOrThrow();
  return { zone: row.zone, own: JSON.parse(row.settings ?? '{}'), config: JSON.parse(row.config ?? '{}') };
}
