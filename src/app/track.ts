import type { Track } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Clock } from './clock.ts';

/** What was read longer ago may say something else by now, and is read again. */
const FRESH = Temporal.Duration.from({ hours: 1 });

/** Keeps what a reading has had in the store, and finds it again after a stop of any kind. */
export function openTrack(source: string, { store, clock }: { readonly store: Store; readonly clock: Clock }): Track {
  return {
    kept: mark => store.keptPages(source, mark, clock.now().subtract(FRESH).toString()),
    keep: (mark, page) => store.keepPage(source, mark, page, clock.now().toString()),
  };
}
