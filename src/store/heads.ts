import { type Kysely, sql } from 'kysely';
import { GROUP } from '../core/roundup.ts';
import { mergeSettings } from '../core/settings.ts';
import type { Entry, Work } from '../ports/ledger.ts';
import { type DeliveryRowWithReceipt, deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readDoubt } from './doubts.ts';
import { editWork, replyWork } from './edits.ts';
import { readCauses, readEntry } from './entries.ts';
import { readIncident } from './incidents.ts';
import { readMessage } from './messages.ts';
import { TURN } from './owed.ts';
import { prepared } from './prepared.ts';
import type { Tables } from './tables.ts';
import { fromRest } from './times.ts';

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
  if (head.form === 'edit') return editWork(db, head);
  const frozen = head.attempts > 0 && (await readMessage(db, { key: head.key })).length > 0;
  if (head.form === 'reply') return replyWork(db, head, frozen);
  const settings = mergeSettings(head.zone, JSON.parse(head.settings), JSON.parse(head.config));
  const causes = await readCauses(db, { delivery: head.id });
  const delivery = deliveryOf(
    head,
    causes.map(cause => cause.cause),
  );
  if (head.incident !== null && head.kind === 'notice')
    return { is: 'notice', delivery, incident: await readIncident(db, head.incident), settings };
  const carried = frozen ? [] : await carriedBy(db, head, destination);
  const entries: Entry[] = [];
  for (const row of carried) entries.push(await readEntry(db, row));
  return { is: 'releases', delivery, entries, frozen, settings };
}

/** What the message of a head is to carry: itself alone, where more wait a group, of a digest what was gathered for it. */
async function carriedBy(
  db: Kysely<Tables>,
  head: Head,
  destination: string,
): Promise<readonly DeliveryRowWithReceipt[]> {
  if (head.kind === 'digest') return readFollowers(db, { carrier: head.id });
  const alone = [head];
  if (head.kind !== 'alert' || head.attempts > 0) return alone;
  const waiting = await readGroup(db, { destination, place: head.place });
  return waiting.length > GROUP.above ? waiting : alone;
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
    .innerJoin('meta', join => join.onTrue())
    .selectAll('delivery')
    .select(['settings', 'config', 'meta.zone'])
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
