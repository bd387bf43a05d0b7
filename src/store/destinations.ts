import type { Kysely } from 'kysely';
import { batches, ROWS } from './batches.ts';
import type { Tables } from './tables.ts';

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
