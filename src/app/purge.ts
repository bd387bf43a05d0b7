import type { House } from './house.ts';
import { openBreath } from './unhurried.ts';

/**
 * Forgets what messages said and why they came of deliveries that ended longer ago than `operations.retention.deliveries`.
 * What was sent where stays known for ever, so that nothing is sent twice.
 * @returns how many deliveries had anything to forget
 */
export async function purge({ store, clock, config }: Pick<House, 'store' | 'clock' | 'config'>): Promise<number> {
  const before = clock.now().subtract({ milliseconds: config.operations.retention }).toString();
  const breathe = openBreath();
  let purged = 0;
  for (let after: number | null = 0; after !== null; ) {
    const { stripped, last } = await store.purge(before, after);
    purged += stripped;
    after = last;
    await breathe();
  }
  return purged;
}
