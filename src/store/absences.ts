import { type Kysely, type Selectable, sql } from 'kysely';
import type { Absence } from '../core/absence.ts';
import type { AbsenceStore } from '../ports/store.ts';
import { batches, ROWS, VALUES } from './batches.ts';
import { planCorrections } from './corrections.ts';
import type { Minting } from './minting.ts';
import type { AbsenceTable, Tables } from './tables.ts';
import { fromRest, fromRestOrNull, toRest, toRestOrNull } from './times.ts';

/** A page is asked for again after a day (core/absence.ts); one that is to rest longer was put off by a clock that was ahead. */
const LONGEST_REST = 25 * 3_600_000;

export function absenceStore(db: Kysely<Tables>, minting: Minting): AbsenceStore {
  return {
    async listed(source) {
      const rows = await db
        .selectFrom('item')
        .select('key')
        .where('source', '=', source)
        .where('position', 'is not', null)
        .orderBy('position')
        .execute();
      return rows.map(({ key }) => key);
    },

    async absences(filter) {
      let query = db.selectFrom('absence').selectAll();
      if (filter.source !== undefined) query = query.where('source', '=', filter.source);
      if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
      if (filter.due !== undefined) {
        const due = toRest(filter.due);
        query = query.where(eb => eb.or([eb('next_at', '<=', due), eb('next_at', '>', due + LONGEST_REST)]));
      }
      return (await query.orderBy('since', 'desc').orderBy('key').limit(filter.limit).execute()).map(absenceOf);
    },

    saveAnswer: ({ source, key }, { absence, withdrawn }, now) =>
      db.transaction().execute(async trx => {
        if (absence === null)
          await trx.deleteFrom('absence').where('source', '=', source).where('key', '=', key).execute();
        else
          await trx
            .updateTable('absence')
            .set({
              answer: absence.answer,
              gone_at: toRestOrNull(absence.goneAt),
              next_at: toRestOrNull(absence.nextAt),
            })
            .where('source', '=', source)
            .where('key', '=', key)
            .execute();
        const release = idsOf(trx).where('source', '=', source).where('key', '=', key);
        if (withdrawn) await setState(trx, release, 'withdrawn', toRest(now), minting);
      }),
  };
}

/** Keeps what is absent, due at once where it is new; what is present is absent no more, and not withdrawn either. */
export async function saveAbsent(
  db: Kysely<Tables>,
  source: string,
  {
    absent,
    present,
  }: { readonly absent: readonly Pick<Absence, 'key' | 'kind'>[]; readonly present: readonly string[] },
  at: number,
  minting: Minting,
): Promise<void> {
  for (const some of batches([...new Set(present)], VALUES)) {
    await db.deleteFrom('absence').where('source', '=', source).where('key', 'in', some).execute();
    await setState(db, idsOf(db).where('source', '=', source).where('key', 'in', some), 'listed', at, minting);
  }
  for (const some of batches(absent, ROWS))
    await db
      .insertInto('absence')
      .values(some.map(({ key, kind }) => ({ source, key, kind, since: at, next_at: at })))
      .onConflict(same => same.columns(['source', 'key']).doNothing())
      .execute();
}

/** Changes the state of releases that have the other one, tells caches where there were any, and corrects what was posted. */
async function setState(
  db: Kysely<Tables>,
  releases: ReturnType<typeof idsOf>,
  state: 'listed' | 'withdrawn',
  at: number,
  minting: Minting,
): Promise<void> {
  const changed = await db
    .updateTable('release')
    .set({ state, updated: at })
    .where('id', 'in', releases)
    .where('state', '<>', state)
    .returning(['id', 'revision'])
    .execute();
  if (changed.length === 0) return;
  await db.updateTable('meta').set({ version: sql`version + 1` }).execute();
  const what = state === 'listed' ? 'restored' : 'withdrawn';
  const happened = changed.map(({ id, revision }) => ({ release: id, revision, what }) as const);
  await planCorrections(db, happened, at, minting);
}

const idsOf = (db: Kysely<Tables>) => db.selectFrom('alias').select('release');

function absenceOf(row: Selectable<AbsenceTable>): Absence {
  return {
    source: row.source,
    key: row.key,
    kind: row.kind,
    since: fromRest(row.since),
    answer: row.answer,
    goneAt: fromRestOrNull(row.gone_at),
    nextAt: fromRestOrNull(row.next_at),
  };
}
