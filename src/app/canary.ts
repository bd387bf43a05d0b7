import { CANARIES, canarySubject } from '../core/canary.ts';
import type { DeliveryState } from '../core/delivery.ts';
import { quietEnd } from '../core/quiet.ts';
import type { House } from './house.ts';
import { minute } from './layout.ts';
import type { Problem } from './problem.ts';

/** A message takes seconds; the queue before it, and a platform that asks for a pause, take minutes. */
const PATIENCE = Temporal.Duration.from({ minutes: 15 });

/** What one that was sent, or never will be, has come to. */
const ENDED: ReadonlySet<DeliveryState> = new Set(['sent', 'dead']);

type Tools = Pick<House, 'store' | 'clock' | 'config'>;

/**
 * Makes the test message of this stretch of time owed to whoever runs the bot; not in the quiet hours there, nor while the
 * one before is still to arrive: whoever mends a channel after a week is not to find seven.
 */
export async function sendCanary({ store, clock, config }: Tools): Promise<readonly string[]> {
  const { canary, to } = config.operations;
  if (canary === null) return [];
  const now = clock.now().toString();
  const subject = canarySubject(now, canary);
  if ((await store.lastTest(subject)) !== null) return [];
  const last = await store.lastTest(CANARIES);
  if (last !== null && last.destination === to && !ENDED.has(last.state)) return [];
  const { quiet, zone } = (await store.settings(to)).all;
  if (quietEnd(now, quiet, zone) !== null) return [];
  await store.planTest({ destination: to, subject, release: null, why: [] }, now);
  return [to];
}

/** What is wrong where the last one has not arrived; null where it has, or has time yet. */
export async function missingCanary({ store, clock, config }: Tools): Promise<Problem | null> {
  if (config.operations.canary === null) return null;
  const last = await store.lastTest(CANARIES);
  if (last === null || last.state === 'sent') return null;
  if (Temporal.Duration.compare(clock.now().since(last.createdAt), PATIENCE) < 0) return null;
  const { id, destination, createdAt, state, reason } = last;
  return {
    what: `the canary of ${minute(createdAt)} has not arrived at ${destination}: it is ${state}${reason === null ? '' : `, ${reason}`}`,
    fix: `other alerts may not arrive either; gwanbo deliveries --state ${state} shows delivery ${id}${state === 'held' ? `, and gwanbo release-held ${id} lets it go` : ''}`,
  };
}
