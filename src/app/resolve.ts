import { type Delivery, type History, stepOf } from '../core/delivery.ts';
import type { Message } from '../ports/channel.ts';
import type { UnsureWork } from '../ports/ledger.ts';
import { call } from './call.ts';
import type { DeliverTools, Place } from './lane.ts';

/**
 * Clears up what is unsure: the very same request again while the platform would know it, else what the platform shows,
 * once no request can still be executing.
 * @returns the message to send once more, or when the destination has something to do again
 */
export async function resolveUnsure(
  { delivery, doubt, replyTo }: UnsureWork,
  { channel, target }: Place,
  tools: DeliverTools,
): Promise<Message | Temporal.Instant> {
  const { store, runtime, settleMs } = tools;
  const repeatable = await channel.repeatable(target);
  const now = runtime.now();
  const there = channel.clock();
  const step = stepOf(
    doubt,
    { repeatable, settle: settleMs },
    { now: now.toString(), there: there?.toString() ?? null, since: tools.elapsed.since(delivery.key) },
  );
  switch (step.is) {
    case 'repeat':
      return (await store.claimAgain(delivery.id, now.toString())) ?? now;
    case 'wait':
      return Temporal.Instant.from(step.at);
    case 'ask': {
      const history = await askHistory(
        delivery,
        signal => channel.history(target, step.since, replyTo ?? undefined, signal),
        tools,
      );
      // It was asked by our own clock, which may be wrong by days; now that the platform told the time it is asked by that.
      const blind = doubt.firstThere === null && there === null;
      if (history.is === 'read' && blind && channel.clock() !== null) return runtime.now();
      const after = await store.resolve(delivery.id, history, runtime.now().toString());
      tell(delivery, after, runtime);
      return runtime.now();
    }
  }
}

/** Where there is no answer, it is asked again later. */
async function askHistory(
  { id: delivery, destination }: Delivery,
  ask: (signal: AbortSignal) => Promise<History>,
  tools: DeliverTools,
): Promise<History> {
  const history = await call('asked what it shows', { delivery, destination }, ask, tools);
  if (history.is !== 'none') return history;
  return { is: 'wait', at: tools.runtime.now().toString(), reason: history.reason };
}

function tell(
  before: Delivery,
  { id, release, destination, state, reason }: Delivery,
  { log }: DeliverTools['runtime'],
) {
  const fields = { delivery: id, release, destination, state, reason };
  if (state === 'sent') log.info(fields, 'it had arrived');
  else if (state === 'queued') log.warn(fields, 'it had not arrived and is sent again');
  else if (state === 'unsure' && reason === before.reason) log.debug(fields, 'still unsure whether it arrived');
  else log.warn(fields, 'whether it arrived cannot be told');
}
