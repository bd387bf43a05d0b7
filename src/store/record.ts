import { type Insertable, type Kysely, sql } from 'kysely';
import type { Adopted, Completed, Fresh, Revised } from '../core/reconcile.ts';
import type { Release } from '../core/release.ts';
import type { Batch, Recorded, Told } from '../ports/store.ts';
import { saveAbsent } from './absences.ts';
import { batches, ROWS, VALUES } from './batches.ts';
import { planCorrections } from './corrections.ts';
import { floodOf } from './incidents.ts';
import { type Lines, makeLinesOf } from './lines.ts';
import type { Minting } from './minting.ts';
import { planDeliveries } from './plan.ts';
import { savePoll } from './sources.ts';
import type { ReleaseTable, Tables } from './tables.ts';
import { dayOfRest, toRest, toRestOrNull } from './times.ts';
import { noteTurns } from './turns.ts';

/**
 * Writes a batch within the transaction it is given. Whatever another writer has recorded meanwhile stays as that
 * one left it, and nothing is owed for it here: the deliveries of a release belong to whoever recorded it.
 */
export async function recordBatch(
  db: Kysely<Tables>,
  batch: Batch,
  { lines, ...minting }: Minting & { readonly lines: Lines },
): Promise<Recorded> {
  const fresh = await insertFresh(db, batch);
  const revised = await applyRevised(db, batch.revised, toRest(batch.at));
  const adopted = await applyAdopted(db, batch.source, batch.adopted);
  const completed = await applyCompleted(db, batch.completed);
  await saveListing(db, batch, fresh.elsewhere);
  const present = batch.listed.map(one => one.key);
  if (batch.absent) await saveAbsent(db, batch.source, { absent: batch.absent, present }, toRest(batch.at), minting);
  const lost = new Set([...batch.fresh.map(one => one.release.id), ...batch.revised.map(one => one.after.id)]);
  for (const id of [...fresh.inserted, ...revised]) lost.delete(id);
  const owed = batch.deliveries.filter(delivery => !lost.has(delivery.release));

  const touched = [
    ...fresh.inserted,
    ...revised,
    ...batch.adopted.map(one => one.release),
    ...batch.completed.map(one => one.after.id),
  ];
  await makeLinesOf(db, lines, touched);

  const counts = { new: fresh.inserted.size, revised: revised.size, adopted };
  const changed = counts.new + counts.revised + counts.adopted > 0;
  if (changed || completed > 0) await db.updateTable('meta').set({ version: sql`version + 1` }).execute();
  const told: Told =
    batch.poll && (changed || !(await isRepeated(db, batch)))
      ? await savePoll(db, batch.poll, counts, minting)
      : { destinations: [], incidents: [] };
  // Before new reasons are written, which know of this correction already.
  await noteTurns(db, batch.turns?.filter(turn => revised.has(turn.release)) ?? []);
  const corrected = batch.revised
    .filter(({ after }) => revised.has(after.id))
    .map(({ after }) => ({ release: after.id, revision: after.revision, what: 'revised' as const }));
  const correcting = await planCorrections(db, corrected, toRest(batch.at), minting);
  const holder = batch.hold && owed.length > 0 ? await floodOf(db, batch.source) : null;
  const destinations = await planDeliveries(db, owed, { ...minting, at: toRest(batch.at), holder });
  return { ...counts, ...told, destinations: [...new Set([...destinations, ...correcting, ...told.destinations])] };
}

/** Whether this very poll was recorded before, so that its counts are not overwritten by the nothing of a second run. */
async function isRepeated(db: Kysely<Tables>, { poll, fresh, revised, adopted }: Batch): Promise<boolean> {
  if (!poll || fresh.length + revised.length + adopted.length === 0) return false;
  const last = await db.selectFrom('source').select('polled_at').where('id', '=', poll.source).executeTakeFirst();
  return last?.polled_at === toRest(poll.at);
}

async function insertFresh(
  db: Kysely<Tables>,
  { source, fresh, at }: Batch,
): Promise<{ readonly inserted: ReadonlySet<string>; readonly elsewhere: ReadonlyMap<string, string> }> {
  const elsewhere = await findAliases(
    db,
    source,
    fresh.map(one => one.release.key),
  );
  const byKey = new Map(fresh.filter(one => !elsewhere.has(one.release.key)).map(one => [one.release.key, one]));
  const inserted = new Set<string>();
  for (const some of batches([...byKey.values()], ROWS)) {
    const rows = await db
      .insertInto('release')
      .values(some.map(rowOf))
      .onConflict(same => same.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of rows) inserted.add(id);
  }
  const recorded = [...byKey.values()].filter(one => inserted.has(one.release.id)).map(one => one.release);
  for (const some of batches(recorded, ROWS)) {
    await db
      .insertInto('alias')
      .values(some.map(release => ({ source, key: release.key, release: release.id })))
      .execute();
  }
  await insertRevisions(db, recorded, toRest(at));
  return { inserted, elsewhere };
}

async function findAliases(db: Kysely<Tables>, source: string, keys: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of batches([...new Set(keys)], VALUES)) {
    const rows = await db
      .selectFrom('alias')
      .select(['key', 'release'])
      .where('source', '=', source)
      .where('key', 'in', some)
      .execute();
    for (const row of rows) found.set(row.key, row.release);
  }
  return found;
}

/** @returns ids of those that were the next revision of what is recorded */
async function applyRevised(db: Kysely<Tables>, revised: readonly Revised[], at: number): Promise<ReadonlySet<string>> {
  const applied = new Map<string, Release>();
  for (const { after, fingerprint } of revised) {
    const done = await db
      .updateTable('release')
      .set({ ...contentOf(after), fingerprint })
      .where('id', '=', after.id)
      .where('revision', '=', after.revision - 1)
      .returning('id')
      .executeTakeFirst();
    if (done) applied.set(after.id, after);
  }
  await insertRevisions(db, [...applied.values()], at);
  return new Set(applied.keys());
}

async function applyAdopted(db: Kysely<Tables>, source: string, adopted: readonly Adopted[]): Promise<number> {
  const taken = await findAliases(
    db,
    source,
    adopted.map(one => one.key),
  );
  let count = 0;
  for (const { release, key, from } of adopted) {
    if (taken.has(key)) continue;
    const done = await db
      .updateTable('release')
      .set({ key, provisional: 0 })
      .where('id', '=', release)
      .where('source', '=', source)
      .where(eb => (from === undefined ? eb('provisional', '=', 1) : eb('key', '=', from)))
      .returning('id')
      .executeTakeFirst();
    if (!done) continue;
    taken.set(key, release);
    await db.insertInto('alias').values({ source, key, release }).execute();
    count += 1;
  }
  return count;
}

/** What others have revised meanwhile is left alone: the next reading completes it. */
async function applyCompleted(db: Kysely<Tables>, completed: readonly Completed[]): Promise<number> {
  let count = 0;
  for (const { after } of completed) {
    const { url, html, published, category, categories, author, attachments } = contentOf(after);
    const done = await db
      .updateTable('release')
      .set({ url, html, published, category, categories, author, attachments })
      .where('id', '=', after.id)
      .where('revision', '=', after.revision)
      .returning('id')
      .executeTakeFirst();
    if (done) count += 1;
  }
  return count;
}

async function insertRevisions(db: Kysely<Tables>, releases: readonly Release[], at: number): Promise<void> {
  for (const some of batches(releases, ROWS)) {
    await db
      .insertInto('revision')
      .values(
        some.map(({ id, revision, title, text, date }) => ({
          release: id,
          revision,
          title,
          text,
          date,
          recorded_at: at,
        })),
      )
      .execute();
  }
}

/** The listing as read replaces the one before; what is no longer on it is kept, without a position. */
async function saveListing(db: Kysely<Tables>, batch: Batch, elsewhere: ReadonlyMap<string, string>): Promise<void> {
  if (batch.listed.length === 0) return;
  const at = toRest(batch.at);
  await db
    .updateTable('item')
    .set({ position: null })
    .where('source', '=', batch.source)
    .where('position', 'is not', null)
    .execute();
  const rows = batch.listed.map(({ key, release }, position) => ({
    source: batch.source,
    key,
    release: elsewhere.get(key) ?? release,
    first_seen: at,
    last_seen: at,
    position,
  }));
  for (const some of batches(rows, ROWS)) {
    await db
      .insertInto('item')
      .values(some)
      .onConflict(same =>
        same.columns(['source', 'key']).doUpdateSet(eb => ({
          release: eb.ref('excluded.release'),
          last_seen: eb.ref('excluded.last_seen'),
          position: eb.ref('excluded.position'),
        })),
      )
      .execute();
  }
}

function rowOf({ release, fingerprint, provisional }: Fresh): Insertable<ReleaseTable> {
  return {
    id: release.id,
    source: release.source,
    key: release.key,
    provisional: provisional ? 1 : 0,
    fingerprint,
    first_seen: toRest(release.firstSeen),
    ...contentOf(release),
  };
}

/** What of a release may change. Its id, source and first sight never do, its key only by an adoption. */
function contentOf(release: Release) {
  return {
    url: release.url,
    title: release.title,
    text: release.text,
    html: release.html,
    date: release.date,
    day: release.date ?? dayOfRest(toRest(release.firstSeen)),
    published: toRestOrNull(release.published),
    updated: toRest(release.updated),
    revision: release.revision,
    state: release.state,
    topics: JSON.stringify(release.topics),
    countries: JSON.stringify(release.countries),
    agencies: JSON.stringify(release.agencies),
    facets: JSON.stringify(release.facets),
    vocabulary: release.facets.version,
    category: release.category,
    categories: JSON.stringify(release.categories),
    author: release.author,
    attachments: JSON.stringify(release.attachments),
  };
}
