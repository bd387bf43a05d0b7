import type { Kysely } from 'kysely';
import { happeningOf } from '../core/correction.ts';
import type { Entry, Posting, Work } from '../ports/ledger.ts';
import { type DeliveryRowWithReceipt, deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readToldEntry } from './entries.ts';
import { readIncident } from './incidents.ts';
import { readAdopted } from './messages.ts';
import { prepared } from './prepared.ts';
import { mayHaveLeft, readRestored } from './restored.ts';
import { readSettings } from './settings.ts';
import type { Kept, Tables } from './tables.ts';
import { fromRest, fromRestOrNull } from './times.ts';

/** The change of a posted message: what it is to say now. Where nothing was posted there is nothing to change. */
export async function editWork(db: Kysely<Tables>, head: DeliveryRowWithReceipt): Promise<Work> {
  const delivery = deliveryOf(head, []);
  const told = await readTold(db, head);
  const message = told && (await readPosted(db, { delivery: told.id }))[0];
  const posted = message ? postedOf(message) : null;
  if (!told || !message || posted === null)
    return { is: 'edit', delivery, posted: null, pending: await isPending(db, told) };
  const settings = await readSettings(db, head.destination);
  if (head.incident !== null) {
    const shows = {
      is: 'notice',
      delivery: deliveryOf(told, []),
      incident: await readIncident(db, head.incident),
      settings,
    } as const;
    return { is: 'edit', delivery, posted, shows };
  }
  const rows = await readCarried(db, { message: message.id });
  const entries: Entry[] = [];
  for (const row of rows) entries.push(await readToldEntry(db, row));
  const [lead] = await readLead(db, { id: told.carrier ?? told.id });
  if (!lead) throw new Error(`delivery ${told.id} is carried by none`);
  return {
    is: 'edit',
    delivery,
    posted,
    partly: (readAdopted(message.body) ?? []).some(mark => !rows.some(({ key }) => key.startsWith(mark))),
    shows: { is: 'releases', delivery: deliveryOf(lead, []), entries, frozen: false, settings },
  };
}

/** The posted message that a change or a reply is meant for, undefined where there is none. */
export async function readTarget(db: Kysely<Tables>, head: DeliveryRowWithReceipt): Promise<Kept | undefined> {
  const told = await readTold(db, head);
  return told && (await readPosted(db, { delivery: told.id }))[0];
}

/** A reply to a posted message. */
export async function replyWork(db: Kysely<Tables>, head: DeliveryRowWithReceipt, frozen: boolean): Promise<Work> {
  const delivery = deliveryOf(head, []);
  const told = await readTold(db, head);
  const message = told && (await readPosted(db, { delivery: told.id }))[0];
  const posted = message ? postedOf(message) : null;
  if (posted === null) return { is: 'edit', delivery, posted, pending: await isPending(db, told) };
  const settings = await readSettings(db, head.destination);
  const replyTo = posted.receipt;
  if (head.incident !== null)
    return { is: 'notice', delivery, incident: await readIncident(db, head.incident), replyTo, settings };
  const revision = head.revision ?? 1;
  const versions = await db
    .selectFrom('revision')
    .select(['title', 'text', 'date'])
    .where('release', '=', head.release ?? '')
    .where('revision', 'in', [revision - 1, revision])
    .orderBy('revision')
    .execute();
  const what = happeningOf(head.subject);
  return {
    is: 'note',
    delivery,
    frozen,
    replyTo,
    settings,
    correction: { what, at: fromRest(head.created_at), changes: JSON.parse(head.changes ?? '[]') },
    versions: what === 'revised' ? versions : [],
  };
}

/** Lets a change wait. */
export async function rest(db: Kysely<Tables>, delivery: number, at: number): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ state: 'waiting', next_at: at })
    .where('id', '=', delivery)
    .where('state', 'in', ['queued', 'waiting'])
    .execute();
}

/** The delivery whose message is to be changed or replied to. */
export async function readTold(
  db: Kysely<Tables>,
  head: DeliveryRowWithReceipt,
): Promise<DeliveryRowWithReceipt | undefined> {
  let query = db.selectFrom('delivery').selectAll().select(RECEIPT).where('destination', '=', head.destination);
  query =
    head.incident === null
      ? query.where('release', '=', head.release).where('kind', '=', 'alert')
      : query.where('incident', '=', head.incident).where('kind', '=', 'notice').where('form', '=', 'post');
  return query.orderBy('id').executeTakeFirst();
}

/**
 * Whether an alert may turn out to have been sent: it was held where nobody could be asked, or after a restore, which also
 * leaves open whether what waits for its time came sooner.
 */
async function isPending(db: Kysely<Tables>, told: DeliveryRowWithReceipt | undefined): Promise<boolean> {
  if (told?.kind !== 'alert') return false;
  if (told.state === 'held' || told.state === 'unsure') return true;
  return told.state === 'waiting' && mayHaveLeft(told, await readRestored(db));
}

function postedOf({ key, part, receipt, unanswered_at }: Kept): Posting | null {
  if (receipt === null) return null;
  return { key, part, receipt: JSON.parse(receipt), unansweredAt: fromRestOrNull(unanswered_at) };
}

/** The message that carries a delivery, where it has arrived. */
const readPosted = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_message')
    .innerJoin('message', 'message.id', 'delivery_message.message')
    .selectAll('message')
    .where('delivery', '=', delivery)
    .where('receipt', 'is not', null)
    .orderBy('message.id', 'desc')
    .limit(1),
);

/** The alerts that a message carries. */
const readCarried = prepared((db, { message }: { message: number }) =>
  db
    .selectFrom('delivery_message')
    .innerJoin('delivery', 'delivery.id', 'delivery_message.delivery')
    .selectAll('delivery')
    .select(RECEIPT)
    .where('delivery_message.message', '=', message)
    .where('kind', '=', 'alert')
    .orderBy('delivery.id'),
);

const readLead = prepared((db, { id }: { id: number }) =>
  db.selectFrom('delivery').selectAll().select(RECEIPT).where('id', '=', id),
);
