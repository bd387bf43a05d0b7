import type { Kysely } from 'kysely';
import { type AllSettings, mergeSettings } from '../core/settings.ts';
import type { Tables } from './tables.ts';

/** The settings of a destination, with everything filled in. */
export async function readSettings(db: Kysely<Tables>, destination: string): Promise<AllSettings> {
  const row = await db
    .selectFrom('meta')
    .leftJoin('destination', join => join.on('destination.id', '=', destination))
    .select(['meta.zone', 'settings', 'config'])
    .executeTakeFirstOrThrow();
  return mergeSettings(row.zone, JSON.parse(row.settings ?? '{}'), JSON.parse(row.config ?? '{}'));
}
