import { AWAITING } from '../core/correction.ts';
import { changeableAt, type Delivery, type Edited } from '../core/delivery.ts';
import type { Message } from '../ports/channel.ts';
import type { EditWork, Posting } from '../ports/ledger.ts';
import { call } from './call.ts';
import { compose } from './compose.ts';
import { AFTER_DOWN, type DeliverTools, keep, make, type Place, report, setAside } from './lane.ts';

/** For people: what became of a correction of nothing. */
const NOTHING_POSTED = 'nothing was posted that it could correct';

/** What corrects something that is held is looked at again; it leaves at once where that turns out to have been sent. */
const AFTER_HELD = Temporal.Duration.from({ hours: 1 });

/** A message that was found after a restore may show more than the restored database knows: it is replied to. */
const PARTLY_KNOWN: Edited = { is: 'closed', reason: 'the message shows releases that are not known here' };

/** A change whose answer was lost is simply made again; after so long, and not before `changeableAt` allows it. */
const AFTER_LOST = Temporal.Duration.from({ seconds: 30 });

/**
 * Gives a posted message what it is to say now. Doing so twice changes nothing, so an answer that was lost leaves no
 * doubt: the change is made again. None leaves while an earlier one of the same message may still be executing, which
 * would put back what it said.
 * What corrects an alert that is held waits: let go, that is rendered from the last version; found, it is changed.
 * @returns when the destination has something to do again
 */
export async function correct(work: EditWork, place: Place, tools: DeliverTools): Promise<Temporal.Instant> {
  const { store, runtime } = tools;
  const { delivery } = work;
  if (work.posted === null) {
    const at = runtime.now().add(AFTER_HELD).toString();
    if (work.pending && delivery.attempts === 0) await store.postpone([delivery.id], { name: AWAITING, at });
    else await store.drop(delivery.id, NOTHING_POSTED);
    return runtime.now();
  }
  const { key, part, receipt, unansweredAt } = work.posted;
  const { shows } = work;
  const now = runtime.now().toString();
  // It is a request of its own, whatever became of that which posted the message.
  const change = `change of ${key} ${part}`;
  const unanswered = unansweredAt === null ? null : tools.elapsed.since(change).last;
  const free = changeableAt(unanswered, tools.settleMs, now);
  if (free !== null) {
    await store.restEdit(delivery.id, free);
    return runtime.now();
  }
  const made = make(delivery, () => place.channel.render(compose(shows, tools), key), tools);
  if ('reason' in made) return setAside(work, made.reason, tools);
  const { body } = made;
  const failures = await store.claimEdit(delivery.id, { key, part }, runtime.now().toString());
  if (failures === null) return runtime.now();
  const message = { key, part, body, failures };
  tools.elapsed.leaves(change, false);
  const edited = work.partly ? PARTLY_KNOWN : await edit(delivery, { receipt, ...message }, place, tools);
  if (edited.is === 'unsure' || edited.is === 'suspend') tools.elapsed.lost(change);
  else tools.elapsed.settled(change);
  const at = runtime.now().toString();
  report(
    delivery,
    await keep(delivery, edited.is, () => store.settleEdit(delivery.id, edited, message, at), tools),
    tools,
  );
  return runtime.now().add(edited.is === 'down' ? AFTER_DOWN : { milliseconds: place.channel.gap });
}

/** Where there is no answer, the message may yet be changed; it is changed again later. */
async function edit(
  { id: delivery, destination }: Delivery,
  { receipt, ...message }: Pick<Posting, 'receipt'> & Message,
  { channel, target }: Place,
  tools: DeliverTools,
): Promise<Edited> {
  const change = (signal: AbortSignal) => channel.edit(target, receipt, message, signal);
  const edited = await call('changing a message', { delivery, destination }, change, tools);
  if (edited.is !== 'none' && edited.is !== 'unsure') return edited;
  const again = tools.runtime.now().add(AFTER_LOST).toString();
  return { is: 'unsure', reason: edited.reason, at: 'at' in edited ? edited.at : again };
}
