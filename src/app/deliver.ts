import { type Delivery, type Outcome, ofRepeated } from '../core/delivery.ts';
import type { Message } from '../ports/channel.ts';
import type { Idle } from '../ports/dispatcher.ts';
import type { NoteWork, NoticeWork, ReleaseWork, Rendered, TestWork, Work } from '../ports/ledger.ts';
import { call } from './call.ts';
import { compose } from './compose.ts';
import { correct } from './correct.ts';
import { AFTER_DOWN, type DeliverTools, keep, make, type Place, placeOf, report, setAside } from './lane.ts';
import { gather, waitsForMorning } from './quiet-hours.ts';
import { resolveUnsure } from './resolve.ts';

/**
 * Pays the oldest debt of a destination: claims it, commits that it is being sent, sends it, settles the answer. Of what
 * is unsure the platform is asked before anything else leaves. What can never be sent as it stands is set aside for a
 * person, so that it keeps nothing else waiting.
 * @returns when the destination has something to do again, or until when it has nothing to do unless something new is
 * owed; null for "when woken"
 */
export async function deliver(destination: string, tools: DeliverTools): Promise<Temporal.Instant | Idle | null> {
  const { store, runtime } = tools;
  const next = await store.next(destination, runtime.now().toString());
  if (next === null) return null;
  // What bars the others bars what is new as well: the store is asked anew when that comes.
  if ('at' in next) return { idleUntil: Temporal.Instant.from(next.at) };
  const work = await asTaken(next, destination, tools);
  if (work.is === 'due') return gather(destination, work, tools);
  if (await waitsForMorning(work, tools)) return runtime.now();
  const place = placeOf(destination, tools);
  if ('reason' in place) return setAside(work, place.reason, tools);
  if (work.is === 'edit') return correct(work, place, tools);
  if (work.is === 'unsure') {
    const found = await resolveUnsure(work, place, tools);
    if (found instanceof Temporal.Instant) return found;
    // Where a message is known for ever, doubts about earlier requests do not matter.
    const knownForEver = (await place.channel.repeatable(place.target)) === Number.POSITIVE_INFINITY;
    return pay(found, work.delivery, place, tools, knownForEver ? undefined : ofRepeated);
  }
  const frozen = work.is !== 'notice' && work.frozen;
  const made = frozen
    ? null
    : make(work.delivery, () => place.channel.render(compose(work, tools), work.delivery.key), tools);
  if (made !== null && 'reason' in made) return setAside(work, made.reason, tools);
  const rendered = { ...renderedOf(work), there: place.channel.clock()?.toString() ?? null };
  const message = await store.claim(work.delivery.id, made?.body, runtime.now().toString(), rendered);
  return message === null ? runtime.now() : pay(message, work.delivery, place, tools);
}

/** Of a group the first alone, where the channel has each alert apart: the others come after it. */
async function asTaken(work: Work, destination: string, tools: DeliverTools): Promise<Work> {
  if (work.is !== 'releases' || work.delivery.kind !== 'alert' || work.entries.length < 2) return work;
  const place = placeOf(destination, tools);
  if ('reason' in place || !(await place.channel.apart?.(place.target))) return work;
  return { ...work, entries: work.entries.filter(({ delivery }) => delivery.id === work.delivery.id) };
}

/** Sends what is claimed and settles what the answer means. */
async function pay(
  message: Message,
  delivery: Delivery,
  place: Place,
  tools: DeliverTools,
  meaning: (outcome: Outcome) => Outcome = outcome => outcome,
): Promise<Temporal.Instant> {
  const { store, runtime, elapsed } = tools;
  elapsed.leaves(message.key, delivery.attempts === 0);
  const outcome = meaning(await send(message, delivery, place, tools));
  if (outcome.is === 'unsure') elapsed.lost(message.key);
  else elapsed.settled(message.key);
  const at = runtime.now().toString();
  report(delivery, await keep(delivery, outcome.is, () => store.settle(delivery.id, outcome, at), tools), tools);
  return tools.runtime.now().add(outcome.is === 'down' ? AFTER_DOWN : { milliseconds: place.channel.gap });
}

function renderedOf(work: ReleaseWork | TestWork | NoticeWork | NoteWork): Rendered {
  switch (work.is) {
    case 'releases':
      return {
        carries: work.entries.map(({ delivery, release: { revision, state } }) => ({
          delivery: delivery.id,
          revision,
          state,
        })),
      };
    case 'notice': {
      const { incident, replyTo } = work;
      return { carries: [], over: incident.closedAt !== null, ...(replyTo && { replyTo }) };
    }
    case 'test':
      return { carries: [] };
    case 'note':
      return { carries: [], replyTo: work.replyTo };
  }
}

/** Where there is no answer, what it was sending may have left. */
async function send(
  message: Message,
  { id: delivery, destination }: Delivery,
  { channel, target }: Place,
  tools: DeliverTools,
): Promise<Outcome> {
  const sent = await call('sending', { delivery, destination }, signal => channel.send(target, message, signal), tools);
  return sent.is === 'none' ? { is: 'unsure', reason: sent.reason } : sent;
}
