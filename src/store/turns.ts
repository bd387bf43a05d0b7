import type { Kysely } from 'kysely';
import type { Why } from '../core/card.ts';
import type { TurnOf } from '../core/turns.ts';
import type { Tables } from './tables.ts';

/**
 * Writes beside the reason of an alert that its release was corrected so that the subscription asks for it no more, or
 * again; the alert and its reason stay as they are. Noted twice it is one.
 */
export async function noteTurns(db: Kysely<Tables>, turns: readonly TurnOf[]): Promise<void> {
  for (const { release, subscription, ...turn } of turns) {
    const causes = await db
      .selectFrom('delivery_subscription as cause')
      .innerJoin('delivery', 'delivery.id', 'cause.delivery')
      .select(['cause.delivery', 'cause.why'])
      .where('delivery.release', '=', release)
      .where('delivery.kind', '=', 'alert')
      .where('cause.subscription', '=', subscription)
      .execute();
    for (const cause of causes) {
      const why: Why = JSON.parse(cause.why);
      const known = why.turns ?? [];
      if (known.some(({ revision }) => revision === turn.revision)) continue;
      await db
        .updateTable('delivery_subscription')
        .set({ why: JSON.stringify({ ...why, turns: [...known, turn] }) })
        .where('delivery', '=', cause.delivery)
        .where('subscription', '=', subscription)
        .execute();
    }
  }
}

/** Why a delivery was planned, as it was recorded then, for each subscription that caused it. */
export async function readWhys(db: Kysely<Tables>, delivery: number): Promise<readonly Why[]> {
  const rows = await db
    .selectFrom('delivery_subscription')
    .select('why')
    .where('delivery', '=', delivery)
    .orderBy('subscription')
    .execute();
  return rows.map(({ why }) => JSON.parse(why));
}
