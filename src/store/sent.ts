import { type Kysely, sql } from 'kysely';
import type { Receipt } from '../core/delivery.ts';
import type { Known, LastSent } from '../ports/operations.ts';
import { batches, VALUES } from './batches.ts';
import { platformOf } from './platforms.ts';
import type { Tables } from './tables.ts';
import { fromRest } from './times.ts';

/** Destinations that were sent something since a time, without the suspended ones. */
export async function readSentTo(db: Kysely<Tables>, since: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('destination')
    .select('id')
    .where('suspended', '=', 0)
    .where(
      sql<boolean>`exists (select 1 from delivery where delivery.destination = destination.id and delivery.sent_at >= ${since})`,
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** See `OperationsStore.repliedTo`. */
export async function readRepliedTo(
  db: Kysely<Tables>,
  destination: string,
  since: number,
): Promise<readonly Receipt[]> {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('delivery_message', 'delivery_message.delivery', 'delivery.id')
    .innerJoin('message', 'message.id', 'delivery_message.message')
    .select('reply_to')
    .distinct()
    .where('destination', '=', destination)
    .where('sent_at', '>=', since)
    .where('reply_to', 'is not', null)
    .execute();
  return rows.map(({ reply_to }) => JSON.parse(reply_to ?? ''));
}

export async function readReceipts(db: Kysely<Tables>, keys: readonly string[]): Promise<readonly Known[]> {
  const known: Known[] = [];
  for (const some of batches([...new Set(keys)], VALUES))
    for (const { key, part, receipt } of await db
      .selectFrom('message')
      .select(['key', 'part', 'receipt'])
      .where('key', 'in', some)
      .execute())
      known.push({ key, part, message: receipt === null ? null : JSON.parse(receipt).message });
  return known;
}

/** Of each destination the alert that was sent last. */
export async function readLastSent(db: Kysely<Tables>): Promise<readonly LastSent[]> {
  const rows = await db
    .selectFrom('destination')
    .innerJoin('delivery', join =>
      join.on(
        sql<boolean>`delivery.id = (select last.id from delivery as last
          where last.destination = destination.id and last.sent_at is not null and last.kind = 'alert'
          order by last.sent_at desc limit 1)`,
      ),
    )
    .innerJoin('release', 'release.id', 'delivery.release')
    .select(['destination.id as destination', 'delivery.sent_at', 'release.first_seen'])
    .orderBy('destination.id')
    .execute();
  return rows.flatMap(({ destination, sent_at, first_seen }) =>
    sent_at === null ? [] : [{ destination, sentAt: fromRest(sent_at), firstSeen: fromRest(first_seen) }],
  );
}

/** What waited for a digest is left out: it was meant to. */
export async function readLatencies(
  db: Kysely<Tables>,
  from: number,
  before: number,
): Promise<readonly { readonly platform: string; readonly seconds: number }[]> {
  const rows = await db
    .selectFrom('destination')
    // Each destination is asked for by the index: else SQLite walks through all that was ever sent.
    .crossJoin('delivery')
    .innerJoin('release', 'release.id', 'delivery.release')
    .whereRef('delivery.destination', '=', 'destination.id')
    .select(['destination.id', 'delivery.sent_at', 'release.first_seen'])
    .where('delivery.sent_at', '>=', from)
    .where('delivery.sent_at', '<', before)
    .where('delivery.kind', '=', 'alert')
    .where('delivery.slot', 'is', null)
    .execute();
  return rows.map(({ id, sent_at, first_seen }) => ({
    platform: platformOf(id),
    seconds: Math.max(0, (sent_at ?? first_seen) - first_seen) / 1000,
  }));
}
