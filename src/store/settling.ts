import { type Kysely, sql } from 'kysely';
import { noteSubject } from '../core/correction.ts';
import {
  BadTransition,
  type Delivery,
  type Edited,
  findPosted,
  type History,
  type Outcome,
  resolve,
  type Settled,
  settle,
  settleEdit,
} from '../core/delivery.ts';
import { isClosing } from '../core/incident.ts';
import { partFrom, readShown, tieTo } from './adopting.ts';
import { scatter, voidCorrections } from './carried.ts';
import { deliveryOf, RECEIPT } from './delivery-rows.ts';
import { readDoubt } from './doubts.ts';
import { readTarget, readTold } from './edits.ts';
import type { Epochs } from './epochs.ts';
import { doubtChange, keepReceipt } from './messages.ts';
import type { Minting } from './minting.ts';
import { dropLeft, suspend } from './owed.ts';
import { prepared } from './prepared.ts';
import { readRestored, replyState } from './restored.ts';
import { readSettings } from './settings.ts';
import { waitAgain } from './slots.ts';
import type { DeliveryTable, Tables } from './tables.ts';
import { toRest, toRestOrNull } from './times.ts';

/** For people: what happened to a delivery whose process ended while the platform had not answered. */
const CUT_OFF = 'the process ended while this was being sent';

/**
 * Applies what a channel said of a message that is being sent, to all that it carries.
 * @throws {BadTransition} where it is not being sent
 */
export async function settleDelivery(
  db: Kysely<Tables>,
  delivery: number,
  outcome: Outcome,
  now: string,
  epochs: Epochs,
): Promise<Delivery> {
  const carried = outcome.is === 'dead' ? 1 + ((await countCarried(db, { delivery }))[0]?.count ?? 0) : 1;
  const settled = settle('sending', outcome, now, carried);
  const row = await apply(db, delivery, 'sending', settled, isUnasked(outcome));
  if (!row) throw await refusal(db, delivery, outcome, now);
  epochs.check(row.destination, row.epoch);
  if (outcome.is === 'suspend') await suspend(db, row.destination, outcome.reason);
  if (outcome.is === 'unsure') {
    // It may have waited for its turn first: that it had left by now is all that is known.
    await noteLeft(db, { delivery, now: toRest(now) });
    return readBack(db, delivery);
  }
  const left = settled.state === 'sent' ? false : await dropLeft(db, delivery);
  if (carried > 1) await fallApart(db, row, settled);
  return carried > 1 || left ? readBack(db, delivery) : deliveryOf(row, await readSubscriptions(db, delivery));
}

/**
 * Applies what a channel said of changing a posted message.
 * @throws {BadTransition} where it is not being sent
 */
export async function settleChange(
  db: Kysely<Tables>,
  delivery: number,
  edited: Edited,
  shown: { readonly key: string; readonly part: number; readonly body: unknown },
  now: string,
  epochs: Epochs,
): Promise<Delivery> {
  const { form, ...settled } = settleEdit('sending', edited, now);
  const row = await apply(db, delivery, 'sending', { ...settled, receipt: null }, isUnasked(edited));
  if (!row) throw new BadTransition(`delivery ${delivery} is no change that is being sent`);
  epochs.check(row.destination, row.epoch);
  // It may have waited for its turn first: that it had left by now is all that is known. What suspends may be the last of
  // several failures, and that one not have been answered.
  const isOpen = edited.is === 'unsure' || edited.is === 'suspend';
  await doubtChange(db, { key: shown.key, part: shown.part, at: isOpen ? toRest(now) : null });
  if (edited.is === 'sent') await keepShown(db, delivery, shown);
  if (edited.is === 'suspend') await suspend(db, row.destination, edited.reason);
  if (form === 'reply')
    await replyInstead(db, await readBack(db, delivery), edited.is === 'closed' ? edited.reason : '');
  return readBack(db, delivery);
}

/** The message says something else now, because of this delivery too. */
async function keepShown(
  db: Kysely<Tables>,
  delivery: number,
  { key, part, body }: { readonly key: string; readonly part: number; readonly body: unknown },
): Promise<void> {
  const message = await db
    .updateTable('message')
    .set({ body: JSON.stringify(body) })
    .where('key', '=', key)
    .where('part', '=', part)
    .returning('id')
    .executeTakeFirst();
  if (!message) return;
  await db
    .insertInto('delivery_message')
    .values({ delivery, message: message.id })
    .onConflict(same => same.doNothing())
    .execute();
}

/** A message that can be changed no more is replied to, unless a note does so, or there is nothing new to say. */
async function replyInstead(
  db: Kysely<Tables>,
  { id, kind, subject, destination }: Delivery,
  reason: string,
): Promise<void> {
  const note = await db
    .selectFrom('delivery')
    .select('id')
    .where('destination', '=', destination)
    .where('kind', '=', 'correction')
    .where('subject', '=', noteSubject(subject))
    .where('id', '>', id)
    .executeTakeFirst();
  const said = note ? 'a note says it' : kind === 'notice' && !isClosing(subject) ? 'its end is told' : null;
  const [row] = await readRow(db, { delivery: id });
  const told = row && (await readTold(db, row));
  const owed = told ? replyState(told, await readRestored(db)) : {};
  await db
    .updateTable('delivery')
    .set(said === null ? { form: 'reply', ...owed } : { state: 'dead', reason: `${reason}; ${said}` })
    .where('id', '=', id)
    .execute();
}

/**
 * Applies what the platform's record shows of a message in doubt, to all that it carries.
 * @throws {BadTransition} where it is not unsure
 */
export async function resolveDelivery(
  db: Kysely<Tables>,
  delivery: number,
  history: History,
  now: string,
  minting: Minting,
): Promise<Delivery> {
  const [unsure] = await readRow(db, { delivery });
  if (!unsure) throw new BadTransition(`there is no delivery ${delivery} to be in doubt`);
  const doubt = await readDoubt(db, unsure);
  const { whenUnsure } = await readSettings(db, unsure.destination);
  const shown = await readShown(db, unsure.key);
  const known = shown === null ? history : ({ is: 'read', messages: [shown] } as const);
  const resolved = resolve(unsure.state, doubt, known, whenUnsure, now);
  const found = findPosted(doubt, known);
  if (found) await partFrom(db, unsure, found);
  await apply(db, delivery, 'unsure', resolved, false);
  if (found) await tieTo(db, unsure, found, minting, toRest(now));
  else if (!doubt.kept && resolved.state === 'queued') await voidCorrections(db, await readAlerts(db, delivery));
  await db.updateTable('delivery').set({ asked: resolved.asked }).where('id', '=', delivery).execute();
  if (resolved.state === 'queued') await dropLeft(db, delivery);
  if (resolved.state === 'queued') await waitAgain(db, { delivery, now: toRest(now) });
  if (history.is === 'suspend') await suspend(db, unsure.destination, history.reason);
  return readBack(db, delivery);
}

/** The alerts that a delivery's message carries. */
const readAlerts = (db: Kysely<Tables>, delivery: number) =>
  db
    .selectFrom('delivery')
    .select(['release', 'destination'])
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('kind', '=', 'alert')
    .execute();

/**
 * What was being sent by a process that has ended. When its request left nobody knows: not after now.
 * @returns how many
 */
export async function interrupt(db: Kysely<Tables>, now: number): Promise<number> {
  const changes = await db
    .selectFrom('delivery')
    .selectAll()
    .select(RECEIPT)
    .where('unsent', '=', 'sending')
    .where('form', '=', 'edit')
    .execute();
  for (const change of changes) {
    const message = await readTarget(db, change);
    if (message) await doubtChange(db, { key: message.key, part: message.part, at: now });
  }
  const { numUpdatedRows } = await db
    .updateTable('delivery')
    .set({
      state: sql<'unsure'>`case form when 'edit' then 'queued' else 'unsure' end`,
      reason: sql<string | null>`case form when 'edit' then null else ${CUT_OFF} end`,
      started_at: now,
    })
    .where('unsent', '=', 'sending')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** @returns the row as it is then, with its destination's epoch; undefined where it is in another state */
async function apply(
  db: Kysely<Tables>,
  delivery: number,
  from: 'sending' | 'unsure',
  settled: Settled,
  unasked: boolean,
) {
  const { state, receipt, reason, nextAt, sentAt } = settled;
  if (receipt) await keepReceipt(db, { delivery, receipt: JSON.stringify(receipt) });
  const left = await leave(db, {
    delivery,
    from,
    state,
    reason,
    next_at: toRestOrNull(nextAt),
    sent_at: toRestOrNull(sentAt),
    failed: Number(state === 'waiting' && !unasked),
  });
  return left.find(one => one.id === delivery);
}

const isUnasked = (outcome: Edited): boolean => outcome.is === 'wait' && outcome.unasked === true;

/** Each of what a refused message carried goes by itself; a digest has nothing more to carry. */
async function fallApart(
  db: Kysely<Tables>,
  { id, key, kind }: { readonly id: number; readonly key: string; readonly kind: DeliveryTable['kind'] },
  { reason }: Settled,
): Promise<void> {
  await scatter(db, id, key);
  if (kind === 'digest') await db.updateTable('delivery').set({ state: 'dead', reason }).where('id', '=', id).execute();
}

async function readBack(db: Kysely<Tables>, delivery: number): Promise<Delivery> {
  const [row] = await readRow(db, { delivery });
  if (!row) throw new Error(`delivery ${delivery} is gone`);
  return deliveryOf(row, await readSubscriptions(db, delivery));
}

const readSubscriptions = async (db: Kysely<Tables>, delivery: number): Promise<readonly number[]> =>
  (await readCauses(db, { delivery })).map(({ subscription }) => subscription);

/** Why it could not be settled, in the words of the rule itself. */
async function refusal(db: Kysely<Tables>, delivery: number, outcome: Outcome, now: string): Promise<Error> {
  const found = await db.selectFrom('delivery').select('state').where('id', '=', delivery).executeTakeFirst();
  if (!found) return new BadTransition(`there is no delivery ${delivery} to settle as ${outcome.is}`);
  try {
    settle(found.state, outcome, now);
    return new Error(`delivery ${delivery} changed while it was being settled`);
  } catch (error) {
    return error as Error;
  }
}

type Settling = { delivery: number; from: 'sending' | 'unsure'; failed: number } & Pick<
  DeliveryTable,
  'state' | 'reason' | 'next_at' | 'sent_at'
>;

const leave = prepared((db, { delivery, from, state, reason, next_at, sent_at, failed }: Settling) =>
  db
    .updateTable('delivery')
    .set({ state, reason, next_at, sent_at, failures: sql`failures + ${failed}` })
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('state', '=', from)
    .returningAll()
    .returning(RECEIPT)
    .returning(sql<number>`(select epoch from destination where destination.id = delivery.destination)`.as('epoch')),
);

const noteLeft = prepared((db, { delivery, now }: { delivery: number; now: number }) =>
  db
    .updateTable('delivery')
    .set({ started_at: now })
    .where(eb => eb.or([eb('id', '=', delivery), eb('carrier', '=', delivery)]))
    .where('state', '=', 'unsure'),
);

const countCarried = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('carrier', '=', delivery),
);

const readRow = prepared((db, { delivery }: { delivery: number }) =>
  db.selectFrom('delivery').selectAll().select(RECEIPT).where('id', '=', delivery),
);

const readCauses = prepared((db, { delivery }: { delivery: number }) =>
  db
    .selectFrom('delivery_subscription')
    .select('subscription')
    .where('delivery', '=', delivery)
    .orderBy('subscription'),
);
