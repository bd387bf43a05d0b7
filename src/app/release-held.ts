import type { Delivery } from '../core/delivery.ts';
import { Trouble } from './errors.ts';
import type { House } from './house.ts';

/**
 * Lets go of what is held: a delivery by its number, with all that its message carries, or by the name of an incident all
 * that it holds.
 * @param verdict `send` makes it owed, so that a running bot sends it; `drop` makes sure that it never is
 * @returns the deliveries, oldest first
 * @throws {Trouble} where nothing of that name is held
 */
export async function releaseHeld(
  name: string,
  verdict: 'send' | 'drop',
  { store, clock, config }: Pick<House, 'store' | 'clock' | 'config'>,
): Promise<readonly Delivery[]> {
  const what = /^\d{1,15}$/.test(name) ? { delivery: Number(name) } : { incident: name };
  const { deliveries } = await store.letGo(what, verdict, config.operations.to, clock.now().toString());
  if (deliveries.length > 0) return deliveries;
  throw new Trouble('usage', `nothing is held under ${name}`, {
    fix: 'gwanbo deliveries --state held lists what is; gwanbo status names the incidents',
  });
}
