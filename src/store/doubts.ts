import type { Kysely } from 'kysely';
import type { Doubt } from '../core/delivery.ts';
import { FIRST_PART, readAdopted, readMessage } from './messages.ts';
import { IS_WANTED } from './owed.ts';
import { prepared } from './prepared.ts';
import type { DeliveryRow, Tables } from './tables.ts';
import { fromRest, fromRestOrNull } from './times.ts';

/** What is known of a message of which nobody knows whether it arrived. */
export async function readDoubt(db: Kysely<Tables>, unsure: DeliveryRow): Promise<Doubt> {
  const [message] = await readMessage(db, { key: unsure.key });
  const started = unsure.started_at ?? unsure.created_at;
  const wanted = await readWanted(db, { lead: unsure.id });
  return {
    key: unsure.key,
    part: message?.part ?? FIRST_PART,
    kept: message !== undefined && readAdopted(message.body) === null,
    firstAt: fromRest(message?.first_at ?? started),
    firstThere: fromRestOrNull(message?.first_there ?? null),
    attempts: unsure.attempts,
    asked: unsure.asked,
    wanted: wanted.length > 0,
  };
}

/** Those of a message's deliveries that somebody wants. */
const readWanted = prepared((db, { lead }: { lead: number }) =>
  db
    .selectFrom('delivery')
    .select('id')
    .where(eb => eb.or([eb('carrier', '=', lead), eb.and([eb('id', '=', lead), eb('kind', '<>', 'digest')])]))
    .where(IS_WANTED)
    .limit(1),
);
