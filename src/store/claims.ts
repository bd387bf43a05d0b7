import { type Kysely, type Selectable, sql } from 'kysely';
import type { DeliveryStore, Work } from '../ports/store.ts';
import { deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readIncident } from './incidents.ts';
import { IS_OPEN } from './owed.ts';
import { prepared } from './prepared.ts';
import { releaseOf } from './releases.ts';
import { subscriptionOf } from './subscriptions.ts';
import type { SubscriptionTable, Tables } from './tables.ts';
import { fromRest } from './times.ts';

type Claimed = Awaited<ReturnType<DeliveryStore['claim']>>;

/** A cause whose subscription still exists. */
type Followed<Cause> = Cause & Selectable<SubscriptionTable>;

/** The first part of a message is its only one, until a text needs more. */
const FIRST_PART = 1;

/** Destinations whose oldest owed delivery may be claimed, the one that has waited longest first. */
export async function readyDestinations(db: Kysely<Tables>, now: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom(
      db
        .selectFrom('delivery')
        .select(eb => eb.fn.min<number>('id').as('head'))
        .where('owed_to', 'is not', null)
        .groupBy('owed_to')
        .as('queue'),
    )
    .innerJoin('delivery', 'delivery.id', 'queue.head')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id')
    .where(IS_OPEN)
    .where(eb => eb.or([eb('delivery.state', '=', 'queued'), eb('delivery.next_at', '<=', now)]))
    .orderBy('delivery.id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function nextDelivery(
  db: Kysely<Tables>,
  destination: string,
  now: number,
): Promise<Work | { readonly at: string } | null> {
  const [head] = await readHead(db, { destination });
  if (!head) return null;
  if (head.state === 'waiting' && head.next_at !== null && head.next_at > now) return { at: fromRest(head.next_at) };
  if (head.incident !== null && head.kind === 'notice')
    return { delivery: deliveryOf(head, []), incident: await readIncident(db, head.incident) };
  const [release] = await readRelease(db, { id: head.release ?? '' });
  if (!release) throw new Error(`delivery ${head.id} names no release`);
  const causes = await readCauses(db, { delivery: head.id });
  const wanting = causes.filter((cause): cause is Followed<typeof cause> => cause.state === 'active');
  return {
    delivery: deliveryOf(
      head,
      causes.map(cause => cause.cause),
    ),
    release: releaseOf(release),
    why: wanting.map(({ why }) => JSON.parse(why)),
    subscriptions: wanting.map(subscriptionOf),
  };
}

export async function claimDelivery(
  db: Kysely<Tables>,
  delivery: number,
  body: unknown,
  now: number,
): Promise<Claimed> {
  const [claimed] = await startSending(db, { delivery, now });
  if (!claimed) return null;
  const [frozen] = claimed.attempts > 1 ? await readMessage(db, { delivery }) : [];
  if (frozen) return { ...frozen, body: JSON.parse(frozen.body) };
  const text = JSON.stringify(body);
  const [message] = await insertMessage(db, { key: claimed.key, body: text });
  if (message) await linkMessage(db, { delivery, message: message.id });
  return { key: claimed.key, part: FIRST_PART, body: JSON.parse(text) };
}

/** The oldest owed delivery of a destination; none while nothing may be started there. */
const readHead = prepared((db, { destination }: { destination: string }) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .selectAll('delivery')
    .select(RECEIPT)
    .where('delivery.id', '=', eb =>
      eb
        .selectFrom('delivery')
        .select(of => of.fn.min<number>('delivery.id').as('head'))
        .where('owed_to', '=', destination),
    )
    .where(IS_OPEN),
);

const readRelease = prepared((db, { id }: { id: string }) => db.selectFrom('release').selectAll().where('id', '=', id));

/** Every subscription that caused it; what is known of one that is gone is only its number and why. */
const readCauses = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_subscription as cause')
    .leftJoin('subscription', 'subscription.id', 'cause.subscription')
    .selectAll('subscription')
    .select(['cause.subscription as cause', 'cause.why'])
    .where('cause.delivery', '=', delivery)
    .orderBy('cause.subscription'),
);

const startSending = prepared((db, { delivery, now }: { delivery: number; now: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'sending', attempts: sql`attempts + 1`, started_at: now, next_at: null, reason: null })
    .where('id', '=', delivery)
    .where(eb => eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'waiting'), eb('next_at', '<=', now)])]))
    .where('destination', 'in', eb =>
      eb
        .selectFrom('destination')
        .select('destination.id')
        .whereRef('destination.id', '=', 'delivery.destination')
        .where(IS_OPEN),
    )
    .returning(['key', 'attempts']),
);

const readMessage = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_message')
    .innerJoin('message', 'message.id', 'delivery_message.message')
    .select(['key', 'part', 'body'])
    .where('delivery', '=', delivery)
    .orderBy('part'),
);

const insertMessage = prepared((db, { key, body }: { key: string; body: string }) =>
  db.insertInto('message').values({ key, part: FIRST_PART, body }).returning('id'),
);

const linkMessage = prepared((db, { delivery, message }: { delivery: number; message: number }) =>
  db.insertInto('delivery_message').values({ delivery, message }),
);
