import { type Kysely, sql } from 'kysely';
import type { Message } from '../ports/channel.ts';
import type { Part, Rendered } from '../ports/ledger.ts';
import type { Epochs } from './epochs.ts';
import { doubtChange, FIRST_PART, insertMessage, linkMessage, readAdopted, readMessage } from './messages.ts';
import { IS_OPEN } from './owed.ts';
import { prepared } from './prepared.ts';
import type { Kept, Tables } from './tables.ts';
import { toRestOrNull } from './times.ts';

/** Thrown to undo a claim: what it was rendered from is no longer so. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
}

/** @throws {Outdated} @throws {BadTransition} where another process sends there now */
export async function claimDelivery(
  db: Kysely<Tables>,
  delivery: number,
  body: unknown,
  now: number,
  { carries = [], replyTo, over, there = null }: Partial<Rendered>,
  epochs: Epochs,
): Promise<Message | null> {
  const own = carries.find(one => one.delivery === delivery);
  const [claimed] = await startSending(db, {
    delivery,
    now,
    revision: own?.revision ?? null,
    release_state: own?.state ?? null,
    over: over === undefined ? null : Number(over),
  });
  if (!claimed) return null;
  epochs.check(claimed.destination, claimed.epoch);
  const [frozen] = claimed.attempts > 1 ? await readMessage(db, { key: claimed.key }) : [];
  if (frozen?.receipt === null) {
    await startCarried(db, { delivery, now });
    return messageOf(frozen, claimed.failures);
  }
  const text = JSON.stringify(body);
  const reply_to = replyTo === undefined ? null : JSON.stringify(replyTo);
  const [message] = await insertMessage(db, {
    key: claimed.key,
    body: text,
    first_at: now,
    first_there: toRestOrNull(there),
    reply_to,
  });
  if (!message) {
    // The platform has shown it: nothing is to be sent, and what it carries is told apart from what it does not.
    await putInDoubt(db, { delivery });
    return null;
  }
  await linkMessage(db, { delivery, message: message.id });
  for (const one of carries) {
    if (one.delivery === delivery) continue;
    const [joined] = await joinSending(db, {
      delivery: one.delivery,
      carrier: delivery,
      now,
      revision: one.revision,
      release_state: one.state,
    });
    if (!joined) throw new Outdated(`delivery ${one.delivery} changed while it was rendered`);
    await linkMessage(db, { delivery: one.delivery, message: message.id });
  }
  return messageOf({ key: claimed.key, part: FIRST_PART, body: text, reply_to }, claimed.failures);
}

/** A change of a posted message: it has no message of its own. @returns how often it was refused before */
export async function claimChange(
  db: Kysely<Tables>,
  delivery: number,
  message: Part,
  now: number,
  epochs: Epochs,
): Promise<number | null> {
  const [claimed] = await startSending(db, { delivery, now, revision: null, release_state: null, over: null });
  if (!claimed) return null;
  epochs.check(claimed.destination, claimed.epoch);
  await doubtChange(db, { ...message, at: now });
  return claimed.failures;
}

/** An unsure one again, with the message as it was sent before. */
export async function claimUnsure(
  db: Kysely<Tables>,
  delivery: number,
  now: number,
  epochs: Epochs,
): Promise<Message | null> {
  const [claimed] = await restartSending(db, { delivery, now });
  if (!claimed) return null;
  epochs.check(claimed.destination, claimed.epoch);
  const [frozen] = await readMessage(db, { key: claimed.key });
  if (!frozen || readAdopted(frozen.body) !== null) {
    // It was restored from before its message was made: it is made now, with the key by which a platform knows it.
    await oweAgain(db, { delivery });
    return null;
  }
  await startCarried(db, { delivery, now });
  return messageOf(frozen, claimed.failures);
}

const putInDoubt = prepared((db, { delivery }: { delivery: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'unsure' })
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('state', 'in', ['sending', 'queued', 'waiting']),
);

const oweAgain = prepared((db, { delivery }: { delivery: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'queued', attempts: 0, started_at: null, reason: null })
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('state', 'in', ['sending', 'unsure']),
);

type Frozen = Pick<Kept, 'key' | 'part' | 'body' | 'reply_to'>;

function messageOf({ key, part, body, reply_to }: Frozen, failures: number): Message {
  const replyTo = reply_to === null ? {} : { replyTo: JSON.parse(reply_to) };
  return { key, part, body: JSON.parse(body), failures, ...replyTo };
}

const EPOCH = sql<number>`(select epoch from destination where destination.id = delivery.destination)`.as('epoch');

type Starting = {
  delivery: number;
  now: number;
  revision: number | null;
  release_state: string | null;
  over: number | null;
};

const startSending = prepared((db, { delivery, now, revision, release_state, over }: Starting) =>
  db
    .updateTable('delivery')
    .set({
      state: 'sending',
      attempts: sql`attempts + 1`,
      started_at: now,
      next_at: null,
      reason: null,
      revision: sql`coalesce(${revision}, revision)`,
    })
    .where('id', '=', delivery)
    .where('carrier', 'is', null)
    .where(eb => eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'waiting'), eb('next_at', '<=', now)])]))
    .where('destination', 'in', eb =>
      eb
        .selectFrom('destination')
        .select('destination.id')
        .whereRef('destination.id', '=', 'delivery.destination')
        .where(IS_OPEN),
    )
    .where(eb =>
      eb.or([
        sql<boolean>`${revision} is null`,
        eb.exists(
          eb
            .selectFrom('release')
            .select('id')
            .whereRef('release.id', '=', 'delivery.release')
            .where('release.revision', '=', revision)
            .where('release.state', '=', sql<'listed'>`${release_state}`),
        ),
      ]),
    )
    .where(
      sql<boolean>`(${over} is null or ${over} = (select closed_at is not null from incident where incident.id = delivery.incident))`,
    )
    .returning(['key', 'attempts', 'failures', 'destination'])
    .returning(EPOCH),
);

const restartSending = prepared((db, { delivery, now }: { delivery: number; now: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'sending', attempts: sql`attempts + 1`, started_at: now, next_at: null, reason: null })
    .where('id', '=', delivery)
    .where('carrier', 'is', null)
    .where('state', '=', 'unsure')
    .where('destination', 'in', eb =>
      eb
        .selectFrom('destination')
        .select('destination.id')
        .whereRef('destination.id', '=', 'delivery.destination')
        .where('suspended', '=', 0),
    )
    .returning(['key', 'attempts', 'failures', 'destination'])
    .returning(EPOCH),
);

/** What a frozen message carries leaves again with it. */
const startCarried = prepared((db, { delivery, now }: { delivery: number; now: number }) =>
  db
    .updateTable('delivery')
    .set({ state: 'sending', attempts: sql`attempts + 1`, started_at: now, next_at: null, reason: null })
    .where('carrier', '=', delivery)
    .where('state', 'in', ['queued', 'waiting', 'unsure']),
);

type Joining = { delivery: number; carrier: number; now: number; revision: number; release_state: string };

const joinSending = prepared((db, { delivery, carrier, now, revision, release_state }: Joining) =>
  db
    .updateTable('delivery')
    .set({
      state: 'sending',
      carrier,
      attempts: sql`attempts + 1`,
      started_at: now,
      next_at: null,
      reason: null,
      revision,
    })
    .where('id', '=', delivery)
    .where('state', 'in', ['queued', 'waiting'])
    .where(eb => eb.or([eb('carrier', 'is', null), eb('carrier', '=', carrier)]))
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('release')
          .select('id')
          .whereRef('release.id', '=', 'delivery.release')
          .where('release.revision', '=', revision)
          .where('release.state', '=', sql<'listed'>`${release_state}`),
      ),
    )
    .returning('id'),
);
