import { type Kysely, sql } from 'kysely';
import { nextSlot, type When } from '../core/when.ts';
import { readSettings } from './settings.ts';
import type { Tables } from './tables.ts';
import { CLOCK_WENT_BACK, fromRest, toRest } from './times.ts';

const HOUR = 3_600_000;

/** What no pause is longer than: every channel believes a day at most of what it is asked for, and adds a tenth by chance. */
const LONGEST_PAUSE = 27 * HOUR;

/** How far ahead the next slot lies at most, by what a slot's name begins with; a day may have 25 hours. */
const LONGEST_WAIT = sql<number>`case
  when slot like 'hourly@%' then ${sql.lit(2 * HOUR)}
  when slot like 'weekly %' then ${sql.lit((7 * 24 + 2) * HOUR)}
  else ${sql.lit(26 * HOUR)} end`;

/**
 * Brings back what waits for a time that a clock set which was ahead: it would keep its channel waiting until then.
 * A retry whose wait began later than now waits as long from now; one that is further away than any pause, now. What
 * waits for a digest waits for the next one.
 * @param now milliseconds since 1970 UTC
 * @param soon what has never been tried, and waits beside no digest, waits until then at most
 * @returns how many
 */
export async function bringBack(db: Kysely<Tables>, now: number, soon: number): Promise<number> {
  const isAhead = sql<boolean>`started_at > ${now + CLOCK_WENT_BACK}`;
  const { numUpdatedRows } = await db
    .updateTable('delivery')
    .set({
      next_at: sql<number>`case when ${isAhead}
        then ${now} + min(max(next_at - started_at, 0), ${sql.lit(LONGEST_PAUSE)}) else ${now} end`,
      started_at: sql<number | null>`case when ${isAhead} then ${now} else started_at end`,
    })
    .where('unsent', '=', 'waiting')
    .where('slot', 'is', null)
    .where(eb =>
      eb.or([
        isAhead,
        eb('next_at', '>', now + LONGEST_PAUSE),
        eb.and([eb('started_at', 'is', null), eb('next_at', '>', soon)]),
      ]),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows) + (await bringBackParked(db, now));
}

async function bringBackParked(db: Kysely<Tables>, now: number): Promise<number> {
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'destination', 'slot'])
    .where('parked', 'is not', null)
    .where('next_at', '>', sql<number>`${now} + ${LONGEST_WAIT}`)
    .execute();
  for (const { id, destination, slot } of rows) {
    const { zone } = await readSettings(db, destination);
    // The end of quiet hours is none of these: whoever sends next asks for them anew.
    const next = nextSlot((slot ?? '').split('@')[0] as When, fromRest(now), zone);
    await db
      .updateTable('delivery')
      .set(
        next === null ? { state: 'queued', next_at: null, slot: null } : { next_at: toRest(next.at), slot: next.name },
      )
      .where('id', '=', id)
      .execute();
  }
  return rows.length;
}
