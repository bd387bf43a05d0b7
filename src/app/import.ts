import type { Item } from '../core/item.ts';
import type { Rejected } from '../ports/source.ts';
import { planFor, turnsFor } from './matching.ts';
import type { WatchTools } from './watch.ts';
import { compare } from './watch.ts';

/** What an import did: its JSON line. */
export interface Imported {
  readonly recorded: number;
  readonly revised: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/**
 * Puts items that were read from a file into the archive of a source, in one transaction. A second import of the
 * same file changes nothing, and the source's own polls know these items afterwards.
 * @param items newest first
 * @param alert whether new ones are alerted; otherwise an import is as silent as a baseline
 */
export async function importItems(
  read: { readonly items: readonly Item[]; readonly rejected: readonly Rejected[] },
  source: { readonly id: string; readonly zone: string },
  alert: boolean,
  tools: Omit<WatchTools, 'operations'>,
): Promise<Imported> {
  const at = tools.clock.now();
  // Alerted or not: for readers of the feed a release of a file is as old as its day.
  const changes = await compare(read.items, source, true, at, tools);
  const recorded = await tools.store.record({
    source: source.id,
    at: at.toString(),
    poll: null,
    ...changes,
    deliveries: alert ? await planFor(changes, tools) : [],
    turns: await turnsFor(changes, tools),
    listed: [],
  });
  tools.wake(recorded.destinations);
  return {
    recorded: recorded.new,
    revised: recorded.revised,
    unchanged: changes.unchanged,
    rejected: read.rejected.length,
  };
}
