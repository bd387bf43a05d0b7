import type { Kysely, Selectable } from 'kysely';
import { type Correction, happeningOf, isNote } from '../core/correction.ts';
import type { Entry } from '../ports/ledger.ts';
import { type DeliveryRowWithReceipt, deliveryOf } from './delivery-rows.ts';
import { prepared } from './prepared.ts';
import { releaseOf } from './releases.ts';
import { subscriptionOf } from './subscriptions.ts';
import type { SubscriptionTable, Tables } from './tables.ts';
import { fromRest } from './times.ts';

/** A cause whose subscription still exists. */
type Followed<Cause> = Cause & Selectable<SubscriptionTable>;

/** A delivery with its release, and why it came for those who still want it. */
export async function readEntry(db: Kysely<Tables>, row: DeliveryRowWithReceipt): Promise<Entry> {
  return entryOf(db, row, state => state === 'active', null);
}

/** The same of a test: also for those who pause, since it was asked for. */
export async function readTestEntry(db: Kysely<Tables>, row: DeliveryRowWithReceipt): Promise<Entry> {
  return entryOf(db, row, () => true, null);
}

/** The same of one that was told of before: why it came then, and what happened to the release since. */
export async function readToldEntry(db: Kysely<Tables>, row: DeliveryRowWithReceipt): Promise<Entry> {
  return entryOf(db, row, () => true, await readCorrection(db, row));
}

async function entryOf(
  db: Kysely<Tables>,
  row: DeliveryRowWithReceipt,
  tells: (state: string | null) => boolean,
  correction: Correction | null,
): Promise<Entry> {
  const [release] = await readRelease(db, { id: row.release ?? '' });
  if (!release) throw new Error(`delivery ${row.id} names no release`);
  const causes = await readCauses(db, { delivery: row.id });
  const telling = causes.filter(cause => tells(cause.state));
  const followed = telling.filter((cause): cause is Followed<typeof cause> => cause.state !== null);
  return {
    delivery: deliveryOf(
      row,
      causes.map(cause => cause.cause),
    ),
    release: releaseOf(release),
    why: telling.map(({ why }) => JSON.parse(why)),
    subscriptions: followed.map(subscriptionOf),
    correction,
  };
}

/** The last that happened to a release since a destination was told of it; not what happened before, to a message that never left. */
async function readCorrection(db: Kysely<Tables>, told: DeliveryRowWithReceipt): Promise<Correction | null> {
  const rows = await db
    .selectFrom('delivery')
    .select(['subject', 'created_at', 'changes'])
    .where('release', '=', told.release)
    .where('destination', '=', told.destination)
    .where('kind', '=', 'correction')
    .where(eb => eb.or([eb('state', '<>', 'dead'), eb('attempts', '>', 0)]))
    .orderBy('id', 'desc')
    .execute();
  const last = rows.find(row => !isNote(row.subject));
  if (!last) return null;
  const { subject, created_at, changes } = last;
  return { what: happeningOf(subject), at: fromRest(created_at), changes: JSON.parse(changes ?? '[]') };
}

const readRelease = prepared((db, { id }: { id: string }) => db.selectFrom('release').selectAll().where('id', '=', id));

/** Every subscription that caused it; what is known of one that is gone is only its number and why. */
export const readCauses = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_subscription as cause')
    .leftJoin('subscription', 'subscription.id', 'cause.subscription')
    .selectAll('subscription')
    .select(['cause.subscription as cause', 'cause.why'])
    .where('cause.delivery', '=', delivery)
    .orderBy('cause.subscription'),
);
