import type { Kysely } from 'kysely';
import { BadTransition } from '../core/delivery.ts';
import type { Tables } from './tables.ts';

/**
 * Which destinations this process sends to. Whoever takes a destination raises its epoch, so that what a process does
 * which has been stopped and goes on later, without knowing of the other, is told from what its owner does.
 */
export interface Epochs {
  /** @throws {BadTransition} where another process has taken the destination since this one began to send there */
  check(destination: string, epoch: number): void;
  /** Takes all of them. */
  take(db: Kysely<Tables>): Promise<void>;
}

export function openEpochs(): Epochs {
  const mine = new Map<string, number>();
  return {
    check(destination, epoch) {
      const known = mine.get(destination);
      if (known === undefined) mine.set(destination, epoch);
      else if (known !== epoch) throw new BadTransition(`another process sends to ${destination} now`);
    },
    async take(db) {
      await db
        .updateTable('destination')
        .set(eb => ({ epoch: eb('epoch', '+', 1) }))
        .execute();
      mine.clear();
    },
  };
}
