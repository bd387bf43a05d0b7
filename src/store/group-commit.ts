import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Runs a piece of work in a transaction, which it may share with others; resolves when that is committed. */
export type Together = <T>(work: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

interface Waiting {
  readonly work: (db: Kysely<Tables>) => Promise<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A transaction holds the write lock, and other processes want it too. */
const MOST = 256;

/**
 * Puts what many destinations ask for within one turn of the event loop into one transaction, since a commit costs
 * as much as twenty statements. Where one of them fails, each is run again by itself: the others are not its victims.
 */
export function groupCommit(db: Kysely<Tables>): { readonly together: Together; idle(): Promise<void> } {
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;

  const alone = async ({ work, resolve, reject }: Waiting) => {
    try {
      resolve((await db.transaction().execute(work)) as never);
    } catch (error) {
      reject(error);
    }
  };

  const commit = async (group: readonly Waiting[]) => {
    const [only, ...others] = group;
    if (!only) return;
    if (others.length === 0) return alone(only);
    let results: unknown[];
    try {
      results = await db.transaction().execute(async trx => {
        const done: unknown[] = [];
        for (const { work } of group) done.push(await work(trx));
        return done;
      });
    } catch {
      for (const one of group) await alone(one);
      return;
    }
    for (const [at, one] of group.entries()) one.resolve(results[at] as never);
  };

  const drain = async () => {
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      await commit(group);
      await new Promise(setImmediate);
    }
    running = null;
  };

  return {
    together: work =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        running ??= drain();
      }),
    async idle() {
      await running;
    },
  };
}
