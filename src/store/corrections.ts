import { type Insertable, type Kysely, sql } from 'kysely';
import {
  AWAITING,
  changesToTell,
  correctionSubject,
  type Happening,
  isGrave,
  noteSubject,
} from '../core/correction.ts';
import { deliveryKey } from '../core/identity.ts';
import type { Change } from '../core/revision.ts';
import type { Minting } from './minting.ts';
import { readRestored, replyState } from './restored.ts';
import { readSettings } from './settings.ts';
import type { DeliveryTable, Tables } from './tables.ts';

/** What happened to a recorded release. */
export interface Happened {
  readonly release: string;
  readonly revision: number;
  readonly what: Happening;
}

/**
 * Makes it owed to correct the messages that tell of releases, in destinations that want it: those whose body is frozen,
 * and those that may have been sent before a restore.
 * What has not left yet is rendered from the last version anyway; and a release that nobody was told of costs nothing.
 * @param at milliseconds since 1970 UTC
 * @returns the destinations that are owed corrections
 */
export async function planCorrections(
  db: Kysely<Tables>,
  happened: readonly Happened[],
  at: number,
  { installation, digest }: Minting,
): Promise<readonly string[]> {
  const destinations = new Set<string>();
  for (const one of happened) {
    const told = await readTold(db, one.release);
    if (told.length === 0) continue;
    const changes = one.what === 'revised' ? await readChanges(db, one) : [];
    if (one.what === 'revised' && changes.length === 0) continue;
    for (const { destination, created_at } of told) {
      const { corrections } = await readSettings(db, destination);
      if (corrections === 'off') continue;
      const subject = await subjectOf(db, one, destination);
      const row = (form: 'edit' | 'reply', named: string): Insertable<DeliveryTable> => ({
        key: deliveryKey({ installation, destination, kind: 'correction', subject: named }, digest),
        subject: named,
        release: one.release,
        revision: one.revision,
        destination,
        kind: 'correction',
        form,
        state: 'queued',
        attempts: 0,
        created_at: at,
        changes: JSON.stringify(changes),
      });
      const rows = [row('edit', subject)];
      if (corrections === 'edit+note' && isGrave(changes)) {
        const note = row('reply', noteSubject(subject));
        rows.push({ ...note, ...replyState({ created_at }, await readRestored(db)) });
      }
      await db
        .insertInto('delivery')
        .values(rows)
        .onConflict(same => same.column('key').doNothing())
        .execute();
      destinations.add(destination);
    }
  }
  return [...destinations];
}

/**
 * Lets the corrections of alerts leave that turned out to have been sent. A note on what a restored database knew before is
 * asked for first: it may have been posted since.
 * @param alerts ids, of one destination
 */
export async function endWaiting(db: Kysely<Tables>, alerts: readonly number[], destination: string): Promise<void> {
  const told = await db.selectFrom('delivery').select(['release', 'created_at']).where('id', 'in', alerts).execute();
  const restored = await readRestored(db);
  for (const { release, created_at } of told) {
    const waiting = db
      .updateTable('delivery')
      .where('destination', '=', destination)
      .where('unsent', '=', 'waiting')
      .where('slot', '=', AWAITING)
      .where('release', '=', release);
    const leaves = { next_at: null, slot: null };
    await waiting
      .set({ ...leaves, state: 'queued' })
      .where('form', '=', 'edit')
      .execute();
    await waiting.set({ ...leaves, ...replyState({ created_at }, restored) }).execute();
  }
}

/**
 * The destinations in which a message tells of a release, or may, and since when that was planned: nobody knows it of what
 * is unsure, nor after a restore of what is held or waits for its time: that may have come sooner since the backup.
 */
async function readTold(db: Kysely<Tables>, release: string) {
  const restored = await readRestored(db);
  return db
    .selectFrom('delivery')
    .select(['destination', 'created_at'])
    .where('release', '=', release)
    .where('kind', '=', 'alert')
    .where('state', '<>', 'dead')
    .where(eb =>
      eb.or([
        eb('state', '=', 'unsure'),
        eb.and([
          eb('state', 'in', ['waiting', 'held']),
          eb('created_at', '<', restored?.to ?? 0),
          eb(eb.fn.coalesce('started_at', sql.lit(0)), '<', restored?.to ?? 0),
        ]),
        eb.exists(eb.selectFrom('delivery_message').select('message').whereRef('delivery', '=', 'delivery.id')),
        eb.exists(
          eb
            .selectFrom('incident')
            .select('incident.id')
            .whereRef('incident.id', '=', 'delivery.incident')
            .where('incident.kind', '=', 'restored')
            .where('delivery.state', '=', 'held'),
        ),
      ]),
    )
    .orderBy('id')
    .execute();
}

async function readChanges(db: Kysely<Tables>, { release, revision }: Happened): Promise<readonly Change[]> {
  const [before, after] = await db
    .selectFrom('revision')
    .select(['title', 'text', 'date'])
    .where('release', '=', release)
    .where('revision', 'in', [revision - 1, revision])
    .orderBy('revision')
    .execute();
  return before && after ? changesToTell(before, after) : [];
}

async function subjectOf(
  db: Kysely<Tables>,
  { release, revision, what }: Happened,
  destination: string,
): Promise<string> {
  if (what === 'revised') return correctionSubject(release, revision, what);
  const { before } = await db
    .selectFrom('delivery')
    .select(eb => eb.fn.countAll<number>().as('before'))
    .where('release', '=', release)
    .where('destination', '=', destination)
    .where('kind', '=', 'correction')
    .where(sql<boolean>`subject like ${`%@${revision}/${what}%`}`)
    .executeTakeFirstOrThrow();
  return correctionSubject(release, revision, what, before + 1);
}
