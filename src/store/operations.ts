import type { Kysely } from 'kysely';
import type { OperationsStore } from '../ports/operations.ts';
import { readAlerted, readArrived, readListings, readOverdue } from './accounts.ts';
import { readCounts } from './counts.ts';
import type { Together } from './group-commit.ts';
import type { Minting } from './minting.ts';
import { purgeDeliveries } from './purging.ts';
import { readLastSent, readLatencies, readReceipts, readRepliedTo, readSentTo } from './sent.ts';
import { sweepDeliveries } from './sweeping.ts';
import type { Tables } from './tables.ts';
import { insertTest, readLastTest } from './test-messages.ts';
import { toRest } from './times.ts';

export function operationsStore(db: Kysely<Tables>, together: Together, minting: Minting): OperationsStore {
  const rounds = async (of: Kysely<Tables>) =>
    JSON.parse((await of.selectFrom('meta').select('rounds').executeTakeFirst())?.rounds ?? '{}');
  return {
    rounds: () => rounds(db),
    saveRounds: changes =>
      together(async trx => {
        const all = JSON.stringify({ ...(await rounds(trx)), ...changes });
        await trx.updateTable('meta').set({ rounds: all }).execute();
      }),
    sweep: (now, since, latest) => together(trx => sweepDeliveries(trx, toRest(now), toRest(since), toRest(latest))),
    listings: () => readListings(db),
    arrived: (after, until) => readArrived(db, toRest(after), toRest(until)),
    alerted: releases => readAlerted(db, releases),
    overdue: (before, state) => readOverdue(db, toRest(before), state),
    planTest: (test, now) => together(trx => insertTest(trx, test, toRest(now), minting)),
    lastTest: beginning => readLastTest(db, beginning),
    sentTo: since => readSentTo(db, toRest(since)),
    repliedTo: (destination, since) => readRepliedTo(db, destination, toRest(since)),
    receipts: keys => readReceipts(db, keys),
    lastSent: () => readLastSent(db),
    latencies: (from, before) => readLatencies(db, toRest(from), toRest(before)),
    deliveryCounts: () => readCounts(db),
    purge: (before, after) => together(trx => purgeDeliveries(trx, toRest(before), after)),
  };
}
