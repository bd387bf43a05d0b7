import type { Item } from '../core/item.ts';
import type { Rejected } from '../ports/source.ts';
import { type Unhealthy, unhealthy } from './fault.ts';

/** Four in five: one odd entry is the source's business, a fifth of them odd is another layout. */
const LEAST_WHOLE = 0.8;

/**
 * What a listing must be to be believed: at least one item, and most entries with title and date. A page that
 * says less is a fault of the page, never "nothing new".
 */
export function listingTrouble(items: readonly Item[], rejected: readonly Rejected[], what: string): Unhealthy | null {
  const all = items.length + rejected.length;
  if (all === 0) return unhealthy('empty', `${what} lists nothing`);
  const whole = items.filter(item => item.title !== '' && item.date !== null).length;
  if (whole / all >= LEAST_WHOLE) return null;
  const example = rejected[0] ? ` (${rejected[0].at}: ${rejected[0].reason})` : '';
  return unhealthy('layout', `${what}: only ${whole} of ${all} entries have a title and a date${example}`);
}

/** A feed is believed where an item has anything to know it by: an id, a link or a title. */
export function feedTrouble(items: readonly Item[], rejected: readonly Rejected[], what: string): Unhealthy | null {
  if (items.length === 0 && rejected.length === 0) return unhealthy('empty', `${what} holds no items`);
  const all = items.length + rejected.length;
  if (items.length / all >= LEAST_WHOLE) return null;
  return unhealthy('layout', `${what}: only ${items.length} of ${all} entries are items (${rejected[0]?.reason})`);
}
