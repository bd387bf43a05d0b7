import { isLocked } from '../store/lock.ts';
import type { House } from './house.ts';
import type { Problem } from './problem.ts';

/** What is wrong where no source was ever read, and none is about to be: nobody can say then that all is well. */
export async function nothingWatched({
  store,
  environment,
}: Pick<House, 'store' | 'environment'>): Promise<Problem | null> {
  if (isLocked(environment.databasePath)) return null;
  if ((await store.sources()).some(({ polledAt }) => polledAt !== null)) return null;
  return { what: 'no source was ever read: nothing is watched yet', fix: 'start it: npm start, or gwanbo start' };
}
