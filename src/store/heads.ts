import { type Kysely, sql } from 'kysely';
import type { Delivery } from '../core/delivery.ts';
import { GROUP, isGrouped } from '../core/roundup.ts';
import { mergeSettings } from '../core/settings.ts';
import type { Entry, Work } from '../ports/ledger.ts';
import { type DeliveryRowWithReceipt, deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readDoubt } from './doubts.ts';
import { editWork, readTarget, replyWork } from './edits.ts';
import { readCauses, readEntry, readTestEntry } from './entries.ts';
import { readIncident } from './incidents.ts';
import { readMessage } from './messages.ts';
import { IS_OPEN, TURN, WAITING_EDITS } from './owed.ts';
import { prepared } from './prepared.ts';
import { readSettings } from './settings.ts';
import type { Tables } from './tables.ts';
import { fromRest } from './times.ts';

/** How many stand behind it in its queue, counted up to what makes a group. */
const BEHIND = sql<number>`(select count(*) from (select 1 from delivery as others
  where others.lane = delivery.destination and others.place > delivery.place limit ${sql.lit(GROUP.above)}) as few)`.as(
  'behind',
);

/** Whether somebody asked for it who wants it in quiet hours too. */
const URGENT = sql<number>`exists (select 1 from delivery_subscription as cause
  join subscription on subscription.id = cause.subscription
  where cause.delivery = delivery.id and subscription.urgent = 1 and subscription.state = 'active')`.as('urgent');

type Head = Awaited<ReturnType<typeof readHead>>[number];

/** Of each destination's queue the first delivery, by the destination's id. */
export const queueHeads = (db: Kysely<Tables>) =>
  db
    .selectFrom(
      // From lane to lane by the index, not through what stands in them.
      db
        .withRecursive('lanes', cte =>
          cte
            .selectFrom('delivery')
            .select(eb => eb.fn.min<string | null>('lane').as('lane'))
            .where('lane', 'is not', null)
            .unionAll(
              cte
                .selectFrom('lanes')
                .select(eb =>
                  eb
                    .selectFrom('delivery as next')
                    .select(of => of.fn.min<string | null>('next.lane').as('lane'))
                    .whereRef('next.lane', '>', 'lanes.lane')
                    .as('lane'),
                )
                .where('lanes.lane', 'is not', null),
            ),
        )
        .selectFrom('lanes')
        .select(eb =>
          eb
            .selectFrom('delivery as first')
            .select(of => of.fn.min<number>('first.place').as('head'))
            .whereRef('first.lane', '=', 'lanes.lane')
            .as('head'),
        )
        .where('lanes.lane', 'is not', null)
        .as('queue'),
    )
    .innerJoin('delivery', join => join.on(sql<boolean>`delivery.id = queue.head % ${TURN}`))
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id');

/** Destinations whose head may be claimed or asked for, the one that has waited longest first. */
export async function readyDestinations(db: Kysely<Tables>, now: number): Promise<readonly string[]> {
  const rows = await queueHeads(db)
    .where('destination.suspended', '=', 0)
    .where('delivery.state', '<>', 'sending')
    .where(eb => eb.or([eb('delivery.next_at', 'is', null), eb('delivery.next_at', '<=', now)]))
    .orderBy('delivery.id')
    .execute();
  const edits = await readEditDestinations(db, { now });
  const due = await readDueDestinations(db, { now });
  return [...new Set([...rows, ...edits, ...due].map(({ id }) => id))];
}

export async function nextWork(
  db: Kysely<Tables>,
  destination: string,
  now: number,
): Promise<Work | { readonly at: string } | null> {
  const [first] = await readHead(db, { destination });
  if (!first) return dueWork(db, destination, now);
  if (first.state === 'sending') return null;
  if (first.state === 'unsure') return isDue(first, now) ? unsureWork(db, first) : laterOf(first);
  // A change that waits stands behind everything else, and comes before it once it may be made.
  const [edit] = await readWaitingEdit(db, { destination });
  const head = edit !== undefined && isDue(edit, now) ? edit : first;
  if (!isDue(head, now)) {
    const due = head.id === first.id && first.form === 'edit' ? await dueWork(db, destination, now) : null;
    return due ?? laterOf(edit !== undefined && (edit.next_at ?? 0) < (head.next_at ?? 0) ? edit : head);
  }
  if (head.form === 'edit') return editWork(db, head);
  // What was owed earlier and comes free keeps the pause that the platform has asked for.
  const [back] = head.state === 'queued' ? await readHeldBack(db, { destination, now }) : [];
  if (back) return laterOf(back);
  const frozen = head.attempts > 0 && (await readMessage(db, { key: head.key })).length > 0;
  if (head.form === 'reply') return replyWork(db, head, frozen);
  const settings = mergeSettings(head.zone, JSON.parse(head.settings), JSON.parse(head.config));
  if (head.incident !== null && head.kind === 'notice')
    return { is: 'notice', delivery: deliveryOf(head, []), incident: await readIncident(db, head.incident), settings };
  if (head.kind === 'test' && head.release === null)
    return { is: 'test', delivery: deliveryOf(head, []), frozen, settings };
  const carried = frozen ? [] : await carriedBy(db, head, destination);
  const entries: Entry[] = [];
  const read = head.kind === 'test' ? readTestEntry : readEntry;
  for (const row of carried) entries.push(await read(db, row));
  const delivery = entries.find(entry => entry.delivery.id === head.id)?.delivery ?? (await readDelivery(db, head));
  return { is: 'releases', delivery, entries, frozen, settings };
}

const isDue = ({ next_at }: Pick<Head, 'next_at'>, now: number) => next_at === null || next_at <= now;
const laterOf = ({ next_at }: Pick<Head, 'next_at'>) => ({ at: fromRest(next_at ?? 0) });

async function readDelivery(db: Kysely<Tables>, head: Head): Promise<Delivery> {
  const causes = await readCauses(db, { delivery: head.id });
  return deliveryOf(
    head,
    causes.map(cause => cause.cause),
  );
}

/** What the message of a head is to carry: itself alone, where more wait a group, of a digest what was gathered for it. */
async function carriedBy(
  db: Kysely<Tables>,
  head: Head,
  destination: string,
): Promise<readonly DeliveryRowWithReceipt[]> {
  if (head.kind === 'digest') return readFollowers(db, { carrier: head.id });
  const alone = [head];
  if (!isGrouped(destination) || head.kind !== 'alert' || head.attempts > 0 || head.behind < GROUP.above) return alone;
  const waiting = await readGroup(db, { destination, place: head.place });
  return waiting.length > GROUP.above ? waiting : alone;
}

/** What is due beside an empty queue. What is not yet needs no waiting for: it is looked for all the time. */
async function dueWork(db: Kysely<Tables>, destination: string, now: number): Promise<Work | null> {
  const rows = await readDue(db, { destination, now });
  if (rows.length === 0) return null;
  const waiting = rows.map(({ id, urgent }) => ({ delivery: id, urgent: urgent === 1 }));
  return { is: 'due', waiting, settings: await readSettings(db, destination) };
}

async function unsureWork(db: Kysely<Tables>, head: Head): Promise<Work> {
  const [message] = await readMessage(db, { key: head.key });
  // A restored database may not have it: it is looked for where it would have gone.
  const target = message === undefined && head.form === 'reply' ? await readTarget(db, head) : undefined;
  const replyTo = message?.reply_to ?? target?.receipt ?? null;
  return {
    is: 'unsure',
    delivery: deliveryOf(head, []),
    doubt: await readDoubt(db, head),
    replyTo: replyTo === null ? null : JSON.parse(replyTo),
  };
}

/** What waited for a slot that has come; none while the destination is suspended, or something is on its way there. */
const readDue = prepared((db, { destination, now }: { destination: string; now: number }) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select(['delivery.id', URGENT])
    .where('parked', '=', destination)
    .where('next_at', '<=', now)
    .where(IS_OPEN)
    .orderBy('delivery.id'),
);

const heads = (db: Kysely<Tables>) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .innerJoin('meta', join => join.onTrue())
    .selectAll('delivery')
    .select(['settings', 'config', 'meta.zone', BEHIND])
    .select(RECEIPT)
    .where('destination.suspended', '=', 0);

/** The first in a destination's queue; none while the destination is suspended. */
const readHead = prepared((db, { destination }: { destination: string }) =>
  heads(db).where('delivery.id', '=', eb =>
    eb
      .selectFrom('delivery')
      .select(of => sql<number>`${of.fn.min('delivery.place')} % ${TURN}`.as('head'))
      .where('lane', '=', destination),
  ),
);

/** A message that its platform asked to hold back, the last one that may leave. */
const readHeldBack = prepared((db, { destination, now }: { destination: string; now: number }) =>
  db
    .selectFrom('delivery')
    .select('next_at')
    .where('lane', '=', destination)
    .where('state', '=', sql.lit<'waiting'>('waiting'))
    .where('form', '<>', sql.lit<'edit'>('edit'))
    .where('next_at', '>', now)
    .orderBy('next_at', 'desc')
    .limit(1),
);

/** The change that may be made first, of those that wait. */
const readWaitingEdit = prepared((db, { destination }: { destination: string }) =>
  heads(db).where('delivery.id', '=', eb =>
    eb
      .selectFrom('delivery')
      .select('delivery.id')
      .where('lane', '=', destination)
      .where(sql<boolean>`place > ${WAITING_EDITS}`)
      .orderBy('next_at')
      .orderBy('id')
      .limit(1),
  ),
);

/** Destinations where a change has waited long enough, and nothing is on its way. */
const readEditDestinations = prepared((db, { now }: { now: number }) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id')
    .distinct()
    .where('form', '=', sql.lit<'edit'>('edit'))
    .where('delivery.state', '=', sql.lit<'waiting'>('waiting'))
    .where('lane', 'is not', null)
    .where('next_at', '<=', now)
    .where(IS_OPEN),
);

/** Destinations for which something that waited is due. */
const readDueDestinations = prepared((db, { now }: { now: number }) =>
  db
    .selectFrom('delivery')
    .innerJoin('destination', 'destination.id', 'delivery.destination')
    .select('destination.id')
    .distinct()
    .where('parked', 'is not', null)
    .where('next_at', '<=', now)
    .where('destination.suspended', '=', 0),
);

/** Alerts that nobody has claimed yet, from the head on; those that wait were in a message that was taken apart, and wait with it. */
const readGroup = prepared((db, { destination, place }: { destination: string; place: number }) =>
  db
    .selectFrom('delivery')
    .selectAll()
    .select(RECEIPT)
    .where('lane', '=', destination)
    .where('place', '>=', place)
    .where('kind', '=', 'alert')
    .where('state', 'in', ['queued', 'waiting'])
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
