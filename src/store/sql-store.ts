import type { Kysely } from 'kysely';
import type { Digest } from '../core/identity.ts';
import type { Installation, Store } from '../ports/store.ts';
import { absenceStore } from './absences.ts';
import { deliveryStore } from './deliveries.ts';
import { groupCommit } from './group-commit.ts';
import { incidentStore } from './incidents.ts';
import { releaseStore } from './releases.ts';
import { sourceStore } from './sources.ts';
import { subscriptionStore } from './subscriptions.ts';
import type { Tables } from './tables.ts';
import { vocabularyStore } from './vocabulary.ts';

/**
 * The one Store, over any engine that Kysely speaks to.
 * @param db with the schema in place; the store closes it
 * @param digest sha256
 */
export function sqlStore(db: Kysely<Tables>, installation: Installation, digest: Digest): Store {
  const { together, idle } = groupCommit(db);
  const minting = { installation: installation.id, digest };
  return {
    ...sourceStore(db, minting),
    ...releaseStore(db, minting),
    ...vocabularyStore(db),
    ...incidentStore(db, minting),
    ...absenceStore(db),
    ...subscriptionStore(db),
    ...deliveryStore(db, together),
    async installation() {
      return installation;
    },
    async version() {
      return (await db.selectFrom('meta').select('version').executeTakeFirstOrThrow()).version;
    },
    async close() {
      await idle();
      await db.destroy();
    },
  };
}
