import type { Kysely, Selectable } from 'kysely';
import type { Counts, Poll, SourceState, SourceStore, Told } from '../ports/store.ts';
import { batches, ROWS } from './batches.ts';
import { applyHealth } from './incidents.ts';
import type { Minting } from './minting.ts';
import type { SourceTable, Tables } from './tables.ts';
import { CLOCK_WENT_BACK, fromRest, fromRestOrNull, toRest } from './times.ts';

const NOTHING: Counts = { new: 0, revised: 0, adopted: 0 };

export function sourceStore(db: Kysely<Tables>, minting: Minting): SourceStore {
  return {
    enrol: (sources, now) =>
      db.transaction().execute(async trx => {
        await trx.updateTable('source').set({ enrolled: 0 }).where('enrolled', '=', 1).execute();
        for (const some of batches([...new Set(sources)], ROWS)) {
          await trx
            .insertInto('source')
            .values(some.map(id => unread(id, toRest(now))))
            .onConflict(same => same.column('id').doUpdateSet({ enrolled: 1 }))
            .execute();
        }
      }),

    async sources() {
      return (await db.selectFrom('source').selectAll().orderBy('id').execute()).map(stateOf);
    },

    async due(now) {
      const rows = await db
        .selectFrom('source')
        .selectAll()
        .where('enrolled', '=', 1)
        .where(eb =>
          eb.or([
            eb('due_at', '<=', toRest(now)),
            // What was never asked is due at once, whatever the clock showed when it was added.
            eb('polled_at', 'is', null),
            eb('polled_at', '>', toRest(now) + CLOCK_WENT_BACK),
          ]),
        )
        .orderBy('due_at')
        .orderBy('id')
        .execute();
      return rows.map(stateOf);
    },

    polled: poll => db.transaction().execute(trx => savePoll(trx, poll, NOTHING, minting)),

    async keptPages(source, mark, since) {
      const rows = await db
        .selectFrom('kept_page')
        .select(['page', 'content'])
        .where('source', '=', source)
        .where('mark', '=', mark)
        .where('kept_at', '>=', toRest(since))
        .orderBy('page')
        .orderBy('seq', 'desc')
        .execute();
      return rows.map(({ page, content }) => ({ page, content: JSON.parse(content) }));
    },

    async keepPage(source, mark, { page, content }, now) {
      const row = { source, mark, page, content: JSON.stringify(content), kept_at: toRest(now) };
      await db.insertInto('kept_page').values(row).execute();
    },

    requestPoll: (source, now) =>
      db.transaction().execute(async trx => {
        const at = toRest(now);
        await trx.updateTable('source').set({ due_at: at }).where('id', '=', source).where('due_at', '>', at).execute();
      }),
  };
}

/** Keeps how a poll ended and what it says of the source's health; a source that is not known becomes known, without being enrolled. */
export async function savePoll(db: Kysely<Tables>, poll: Poll, counts: Counts, minting: Minting): Promise<Told> {
  const before = await db.selectFrom('source').selectAll().where('id', '=', poll.source).executeTakeFirst();
  const at = toRest(poll.at);
  const row: Selectable<SourceTable> = {
    ...(before ?? { ...unread(poll.source, at), enrolled: 0 }),
    due_at: toRest(poll.dueAt),
    baseline_at: before?.baseline_at ?? (poll.status === 'baseline' ? at : null),
    polled_at: at,
    status: poll.status,
    failures: poll.status === 'unhealthy' ? (before?.failures ?? 0) + 1 : 0,
    fault: poll.fault,
    error: poll.error,
    read_at: poll.status === 'unhealthy' ? (before?.read_at ?? null) : at,
    full_read_at: poll.full === true && poll.status !== 'unhealthy' ? at : (before?.full_read_at ?? null),
    ...counts,
  };
  if (poll.move !== undefined) row.move = poll.move === null ? null : JSON.stringify(poll.move);
  if (poll.validators) row.validators = JSON.stringify(poll.validators);
  if (poll.status !== 'unhealthy') await db.deleteFrom('kept_page').where('source', '=', poll.source).execute();
  await db
    .insertInto('source')
    .values(row)
    .onConflict(same => same.column('id').doUpdateSet(row))
    .execute();
  if (!poll.health) return { destinations: [], incidents: [] };
  return applyHealth(db, poll.source, poll.health, at, minting);
}

/** A source of which nothing is known yet. */
export function unread(id: string, due: number): Selectable<SourceTable> {
  return {
    id,
    enrolled: 1,
    due_at: due,
    baseline_at: null,
    polled_at: null,
    status: null,
    validators: null,
    failures: 0,
    fault: null,
    error: null,
    read_at: null,
    full_read_at: null,
    move: null,
    ...NOTHING,
  };
}

function stateOf(row: Selectable<SourceTable>): SourceState {
  return {
    id: row.id,
    baselineAt: fromRestOrNull(row.baseline_at),
    polledAt: fromRestOrNull(row.polled_at),
    readAt: fromRestOrNull(row.read_at),
    fullReadAt: fromRestOrNull(row.full_read_at),
    dueAt: fromRest(row.due_at),
    status: row.status,
    validators: row.validators === null ? null : JSON.parse(row.validators),
    failures: row.failures,
    fault: row.fault,
    error: row.error,
    move: row.move === null ? null : JSON.parse(row.move),
    counts: { new: row.new, revised: row.revised, adopted: row.adopted },
    enrolled: row.enrolled === 1,
  };
}
