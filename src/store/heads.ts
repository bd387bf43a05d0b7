import { type Kysely, type Selectable, sql } from 'kysely';
import { GROUP } from '../core/roundup.ts';
import type { Entry, Work } from '../ports/ledger.ts';
import { deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readDoubt } from './doubts.ts';
import { readIncident } from './incidents.ts';
import { readMessage } from './messages.ts';
import { TURN } from './owed.ts';
import { prepared } from './prepared.ts';
import { releaseOf } from './releases.ts';
import { subscriptionOf } from './subscriptions.ts';
import type { SubscriptionTable, Tables } from './tables.ts';
import { fromRest } from './times.ts';

/** A cause whose subscription still exists. */
type Followed<Cause> = Cause & Selectable<SubscriptionTable>;

type Head = Awaited<ReturnType<typeof readHead>>[number];

/** Destinations whose head may be claimed or asked for, the one that has waited longest first. */
export async function readyDestinations(db: Kysely<Tables>, now: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom(
      db
        .selectFrom('delivery')
        .select(eb => eb.fn.min<number>('place').as('head'))
        .where('lane', 'is not', null)
        .groupBy('lane')
        .as('queue'),
    )
    .innerJoin('delivery', join => join.on(sql<boolean>`delivery.id = queue.head % ${TURN}`))
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id')
    .where('destination.suspended', '=', 0)
    .where('delivery.state', '<>', 'sending')
    .where(eb => eb.or([eb('delivery.next_at', 'is', null), eb('delivery.next_at', '<=', now)]))
    .orderBy('delivery.id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function nextWork(
  db: Kysely<Tables>,
  destination: string,
  now: number,
): Promise<Work | { readonly at: string } | null> {
  const [head] = await readHead(db, { destination });
  if (!head || head.state === 'sending') return null;
  if (head.next_at !== null && head.next_at > now) return { at: fromRest(head.next_at) };
  if (head.state === 'unsure') return unsureWork(db, head);
  const causes = await readCauses(db, { delivery: head.id });
  const delivery = deliveryOf(
    head,
    causes.map(cause => cause.cause),
  );
  if (head.incident !== null && head.kind === 'notice')
    return { is: 'notice', delivery, incident: await readIncident(db, head.incident) };
  const frozen = head.attempts > 0 && (await readMessage(db, { key: head.key })).length > 0;
  const carried = frozen ? [] : await carriedBy(db, head, destination);
  const entries: Entry[] = [];
  for (const row of carried) entries.push(await readEntry(db, row));
  return { is: 'releases', delivery, entries, frozen };
}

/** What the message of a head is to carry: itself alone, where more wait a group, of a digest what was gathered for it. */
async function carriedBy(db: Kysely<Tables>, head: Head, destination: string): Promise<readonly Head[]> {
  if (head.kind === 'digest') return readFollowers(db, { carrier: head.id });
  const alone = [head];
  if (head.kind !== 'alert' || head.attempts > 0) return alone;
  const waiting = await readGroup(db, { destination, place: head.place });
  return waiting.length > GROUP.above ? waiting : alone;
}

/** A delivery with its release, and why it came for those who still want it. */
async function readEntry(db: Kysely<Tables>, row: Head): Promise<Entry> {
  const [release] = await readRelease(db, { id: row.release ?? '' });
  if (!release) throw new Error(`delivery ${row.id} names no release`);
  const causes = await readCauses(db, { delivery: row.id });
  const wanting = causes.filter((cause): cause is Followed<typeof cause> => cause.state === 'active');
  return {
    delivery: deliveryOf(
      row,
      causes.map(cause => cause.cause),
    ),
    release: releaseOf(release),
    why: wanting.map(({ why }) => JSON.parse(why)),
    subscriptions: wanting.map(subscriptionOf),
  };
}

async function unsureWork(db: Kysely<Tables>, head: Head): Promise<Work> {
  const [message] = await readMessage(db, { key: head.key });
  return {
    is: 'unsure',
    delivery: deliveryOf(head, []),
    doubt: await readDoubt(db, head),
    replyTo: message?.reply_to ? JSON.parse(message.reply_to) : null,
  };
}

/** The first in a destination's queue; none while the destination is suspended. */
const readHead = prepared((db, { destination }: { destination: string }) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .selectAll('delivery')
    .select(RECEIPT)
    .where('delivery.id', '=', eb =>
      eb
        .selectFrom('delivery')
        .select(of => sql<number>`${of.fn.min('delivery.place')} % ${TURN}`.as('head'))
        .where('lane', '=', destination),
    )
    .where('destination.suspended', '=', 0),
);

/** Alerts that nobody has claimed yet, from the head on. */
const readGroup = prepared((db, { destination, place }: { destination: string; place: number }) =>
  db
    .selectFrom('delivery')
    .selectAll()
    .select(RECEIPT)
    .where('lane', '=', destination)
    .where('place', '>=', place)
    .where('kind', '=', 'alert')
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .orderBy('place')
    .limit(sql.lit(GROUP.most)),
);

const readFollowers = prepared((db, { carrier }: { carrier: number }) =>
  db
    .selectFrom('delivery')
    .selectAll()
    .select(RECEIPT)
    .where('carrier', '=', carrier)
    .where('state', 'in', ['queued', 'waiting'])
    .orderBy('id'),
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
