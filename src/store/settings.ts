import type { Kysely } from 'kysely';
import { type AllSettings, mergeSettings, type Settings } from '../core/settings.ts';
import type { SettingsStore } from '../ports/ledger.ts';
import { insertDestinations } from './destinations.ts';
import type { Tables } from './tables.ts';

export function settingsStore(db: Kysely<Tables>): SettingsStore {
  return {
    async settings(destination) {
      const { zone, own, config } = await readLayers(db, destination);
      return { all: mergeSettings(zone, own, config), config };
    },

    saveSettings: (destination, changes) =>
      db.transaction().execute(async trx => {
        await insertDestinations(trx, new Set([destination]));
        const { own } = await readLayers(trx, destination);
        const kept = Object.fromEntries(Object.entries({ ...own, ...changes }).filter(([, value]) => value !== null));
        await trx
          .updateTable('destination')
          .set({ settings: JSON.stringify(kept) })
          .where('id', '=', destination)
          .execute();
      }),

    syncSettings: (zone, destinations) =>
      db.transaction().execute(async trx => {
        await trx.updateTable('meta').set({ zone }).execute();
        await insertDestinations(trx, new Set(destinations.map(one => one.to)));
        await trx.updateTable('destination').set({ config: '{}' }).where('config', '<>', '{}').execute();
        for (const { to, settings } of destinations)
          await trx
            .updateTable('destination')
            .set({ config: JSON.stringify(settings) })
            .where('id', '=', to)
            .execute();
      }),
  };
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
