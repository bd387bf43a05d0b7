import type { Kysely } from 'kysely';
import type { Digest } from '../core/identity.ts';
import { once } from '../core/once.ts';
import type { Installation, Store } from '../ports/store.ts';
import { absenceStore } from './absences.ts';
import { addedSourceStore } from './added-sources.ts';
import { deliveryStore } from './deliveries.ts';
import { groupCommit } from './group-commit.ts';
import { incidentStore } from './incidents.ts';
import { adoptLines, type Lines, PLAIN_LINES } from './lines.ts';
import { operationsStore } from './operations.ts';
import { prepared } from './prepared.ts';
import { releaseStore } from './releases.ts';
import { readRestored } from './restored.ts';
import { searchStore } from './search.ts';
import { settingsStore } from './settings.ts';
import { sourceStore } from './sources.ts';
import { subscriptionStore } from './subscriptions.ts';
import type { Tables } from './tables.ts';
import { fromRestOrNull } from './times.ts';
import { vocabularyStore } from './vocabulary.ts';

/**
 * The one Store, over any engine that Kysely speaks to.
 * @param db with the schema in place; the store closes it
 * @param digest sha256
 * @param lines what makes the lines that are searched
 */
export function sqlStore(
  db: Kysely<Tables>,
  installation: Installation,
  digest: Digest,
  lines: Lines = PLAIN_LINES,
): Store {
  const { together, idle } = groupCommit(db);
  // Which rules made the lines is asked before they are first used: most commands use none.
  const ready = { lines, adopt: once(() => adoptLines(db, lines)) };
  const minting = { installation: installation.id, digest };
  return {
    ...sourceStore(db, minting),
    ...addedSourceStore(db),
    ...releaseStore(db, minting, ready),
    ...searchStore(db, ready),
    ...vocabularyStore(db, ready),
    ...incidentStore(db, minting),
    ...absenceStore(db, minting),
    ...subscriptionStore(db),
    ...deliveryStore(db, together, minting),
    ...settingsStore(db),
    ...operationsStore(db, together, minting),
    async installation() {
      return installation;
    },
    async version() {
      return (await readVersion(db, {}))[0]?.version ?? 0;
    },
    restoredTo: async () => fromRestOrNull((await readRestored(db))?.to ?? null),
    logins: async () => JSON.parse((await db.selectFrom('meta').select('logins').executeTakeFirst())?.logins ?? '[]'),
    async saveLogins(logins) {
      await db
        .updateTable('meta')
        .set({ logins: JSON.stringify(logins) })
        .execute();
    },
    async close() {
      await idle();
      await db.destroy();
    },
  };
}

/** Every request of a reader asks for it. */
const readVersion = prepared(db => db.selectFrom('meta').select('version'));
