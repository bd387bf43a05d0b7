import type { Insertable, Kysely } from 'kysely';
import { parseDestination } from '../core/destination.ts';
import { deliveryKey } from '../core/identity.ts';
import { type Incident, NOTICE_AGAIN, noticeSubject } from '../core/incident.ts';
import { dropMessage } from './carried.ts';
import { insertDestinations } from './destinations.ts';
import { type Minting, numberOf } from './minting.ts';
import type { DeliveryRow, DeliveryTable, Tables } from './tables.ts';

/**
 * Makes it owed to tell of an incident: by a message of its own when it opens, by changing that message when it is over.
 * Where the end comes before the message was made, the message says so by itself.
 * @returns the destination that is owed something
 */
export async function planNotice(
  db: Kysely<Tables>,
  incident: Incident,
  destination: string,
  at: number,
  minting: Minting,
): Promise<readonly string[]> {
  await insertDestinations(db, new Set([destination]));
  const over = incident.closedAt !== null;
  const told = over ? await readNotice(db, incident, destination) : undefined;
  if (told && (await isMadeAnew(db, told))) return [destination];
  const form = told === undefined ? 'post' : 'edit';
  await insertNotice(
    db,
    incident,
    { destination, form, subject: noticeSubject(incident, over ? 'closed' : 'opened') },
    at,
    minting,
  );
  return [destination];
}

/** Makes it owed to bring the message of an open incident up to date, when it says something else or is old. */
export async function planUpdate(
  db: Kysely<Tables>,
  before: Incident,
  now: Incident,
  destination: string,
  at: number,
  minting: Minting,
): Promise<readonly string[]> {
  const told = now.lastSeen === before.lastSeen ? undefined : await readNotice(db, now, destination);
  if (told === undefined || (await isMadeAnew(db, told))) return [];
  const last = await db
    .selectFrom('delivery')
    .select(['state', 'form', 'created_at'])
    .where('incident', '=', numberOf(now.id))
    .where('kind', '=', 'notice')
    .where('destination', '=', destination)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  // A change that has not been made yet says how it is by then.
  if (last?.state === 'queued' && last.form === 'edit') return [];
  const changed = now.kind !== before.kind || now.what !== before.what;
  if (!changed && at - (last?.created_at ?? 0) < NOTICE_AGAIN) return [];
  await insertNotice(db, now, { destination, form: 'edit', subject: noticeSubject(now, 'goes on') }, at, minting);
  return [destination];
}

/** The message that told a destination of an incident. */
const readNotice = (db: Kysely<Tables>, incident: Incident, destination: string) =>
  db
    .selectFrom('delivery')
    .select(['id', 'key', 'destination', 'state', 'attempts'])
    .where('incident', '=', numberOf(incident.id))
    .where('kind', '=', 'notice')
    .where('form', '=', 'post')
    .where('destination', '=', destination)
    .executeTakeFirst();

/**
 * Whether the message is made once it leaves, so that it says how it is by then. One that was made and refused is made
 * anew: nothing of it has arrived. Not so at a webhook, which knows what it was sent before by its id, and may have taken
 * it without an answer.
 */
async function isMadeAnew(
  db: Kysely<Tables>,
  { id, key, destination, state, attempts }: Pick<DeliveryRow, 'id' | 'key' | 'destination' | 'state' | 'attempts'>,
): Promise<boolean> {
  if (state === 'held') return true;
  if (!(state === 'queued' || state === 'waiting')) return false;
  if (attempts === 0) return true;
  if (parseDestination(destination).platform === 'webhook') return false;
  await dropMessage(db, key);
  await db.updateTable('delivery').set({ attempts: 0 }).where('id', '=', id).execute();
  return true;
}

async function insertNotice(
  db: Kysely<Tables>,
  incident: Incident,
  notice: Pick<DeliveryTable, 'destination' | 'subject'> & { readonly form: 'post' | 'edit' },
  at: number,
  { installation, digest }: Minting,
): Promise<void> {
  const { destination, subject } = notice;
  const row: Insertable<DeliveryTable> = {
    ...notice,
    key: deliveryKey({ installation, destination, kind: 'notice', subject }, digest),
    kind: 'notice',
    state: 'queued',
    attempts: 0,
    created_at: at,
    incident: numberOf(incident.id),
  };
  await db
    .insertInto('delivery')
    .values(row)
    .onConflict(same => same.column('key').doNothing())
    .execute();
}
