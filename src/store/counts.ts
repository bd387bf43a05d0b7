import type { Kysely } from 'kysely';
import type { DeliveryState } from '../core/delivery.ts';
import type { Tables } from './tables.ts';

/** See `OperationsStore.deliveryCounts`. Triggers keep them. */
export function readCounts(
  db: Kysely<Tables>,
): Promise<readonly { readonly platform: string; readonly state: DeliveryState; readonly count: number }[]> {
  return db
    .selectFrom('delivery_count')
    .select(['platform', 'state', 'count'])
    .where('count', '>', 0)
    .orderBy('platform')
    .orderBy('state')
    .execute();
}
