import { quietEnd } from '../core/quiet.ts';
import type { DueWork, Entry, Work } from '../ports/ledger.ts';
import type { DeliverTools } from './lane.ts';

type Tools = Pick<DeliverTools, 'store' | 'runtime'>;

/** Whether a piece of work was put off to the end of the quiet hours; urgent alerts and what was begun before are not. */
export async function waitsForMorning(work: Exclude<Work, DueWork>, { store, runtime }: Tools): Promise<boolean> {
  if (!(work.is === 'releases' || work.is === 'note') || work.frozen || work.delivery.attempts > 0) return false;
  // Who asks for a test wants it now.
  if (work.delivery.kind === 'test') return false;
  const end = quietEnd(runtime.now().toString(), work.settings.quiet, work.settings.zone);
  if (end === null) return false;
  const isUrgent = ({ subscriptions }: Entry) => subscriptions.some(one => one.urgent);
  // A digest has been put together already: it waits as a whole, or passes for the sake of one.
  if (work.is === 'releases' && work.delivery.kind === 'digest' && work.entries.some(isUrgent)) return false;
  const entries = work.is === 'releases' && work.delivery.kind === 'alert' ? work.entries : [];
  const patient = entries.filter(entry => !isUrgent(entry)).map(one => one.delivery.id);
  const urgent = entries.length > patient.length;
  const waiting = entries.length === 0 ? [work.delivery.id] : patient;
  if (waiting.length > 0) await store.postpone(waiting, end);
  return waiting.length > 0 || !urgent;
}

/** Makes a digest of what is due, or lets it wait for the end of the quiet hours. */
export async function gather(
  destination: string,
  { waiting, settings }: DueWork,
  { store, runtime }: Tools,
): Promise<Temporal.Instant> {
  const now = runtime.now().toString();
  const end = quietEnd(now, settings.quiet, settings.zone);
  const patient = end === null ? [] : waiting.filter(({ urgent }) => !urgent).map(({ delivery }) => delivery);
  if (end !== null && patient.length > 0) await store.postpone(patient, end);
  if (patient.length < waiting.length) await store.gather(destination, now);
  return runtime.now();
}
