import type { History, Posted } from '../core/delivery.ts';
import { type Platform, parseDestination } from '../core/destination.ts';
import type { Channel } from '../ports/channel.ts';
import { call, type Deadlines } from './call.ts';
import type { House } from './house.ts';

/** How far back channels are looked through. */
const REACH = Temporal.Duration.from({ hours: 24 });

export interface RepairTools extends Pick<House, 'store' | 'clock' | 'log'> {
  readonly channels: ReadonlyMap<Platform, Channel>;
  /** `DEADLINES` if absent. */
  readonly deadlines?: Deadlines;
  /** Aborted when the bot stops. */
  readonly signal?: AbortSignal;
}

/**
 * Looks for messages of ours that a channel shows twice, as when a platform carries out a request long after everybody
 * gave it up; the replies in threads that were written to of late are among them. The one that the record knows stays,
 * the others are taken away; of what the record does not know yet nothing is taken.
 * @returns how many were taken away
 */
export async function repair(tools: RepairTools): Promise<number> {
  const { store, clock, log, channels, signal } = tools;
  const how = { ...tools, runtime: { now: clock.now, log } };
  let removed = 0;
  const since = clock.now().subtract(REACH);
  for (const destination of await store.sentTo(since.toString())) {
    if (signal?.aborted) break;
    const target = parseDestination(destination);
    const channel = channels.get(target.platform);
    if (!channel) continue;
    const there = (channel.clock()?.subtract(REACH) ?? since).toString();
    // Where the platform keeps replies apart, and where a post of a forum has its own, the channel does not show them.
    const threads = (await store.repliedTo(destination, since.toString())).filter(
      ({ channel: place }) => channel.threaded || place !== target.channel,
    );
    const extras = [];
    for (const thread of [undefined, ...threads]) {
      if (signal?.aborted) break;
      const look = (given: AbortSignal) => channel.history(target, there, thread, given);
      const history = await call('looked through', { destination }, look, how);
      if (history.is !== 'read') {
        const fields = { destination, ...(thread && { thread: thread.message }), reason: history.reason };
        log.debug(fields, 'a channel was not looked through for doubled messages');
        // What cannot be asked of the channel cannot be asked of its threads.
        if (thread === undefined) break;
        continue;
      }
      extras.push(...(await extrasOf(history.messages, destination, tools)));
    }
    for (const extra of extras) {
      const { key, receipt } = extra;
      const take = (given: AbortSignal) => channel.remove(target, receipt, given);
      const done = await call('taking a copy away', { destination }, take, how);
      const fields = { destination, message: key, receipt: receipt.message };
      if (done.is === 'sent') {
        removed++;
        log.warn(fields, 'a message was shown twice: the copy was taken away');
      } else
        log.error({ ...fields, reason: done.reason }, 'a message is shown twice, and the copy cannot be taken away');
    }
  }
  return removed;
}

/** Copies of what the record knows by another receipt. */
async function extrasOf(
  messages: Extract<History, { is: 'read' }>['messages'],
  destination: string,
  { store, log }: RepairTools,
): Promise<readonly Posted[]> {
  const groups = [...Map.groupBy(messages, ({ key, part }) => `${key} ${part}`).values()];
  const doubled = groups.filter(group => new Set(group.map(({ receipt }) => receipt.message)).size > 1);
  const receipts = await store.receipts(doubled.flatMap(group => group.map(({ key }) => key)));
  return doubled.flatMap(group => {
    const [{ key, part } = { key: '', part: 0 }] = group;
    const known = receipts.find(one => one.key === key && one.part === part)?.message ?? null;
    if (group.some(({ receipt }) => receipt.message === known))
      return group.filter(({ receipt }) => receipt.message !== known);
    log.warn(
      { destination, message: key },
      'a message is shown twice, and the record knows neither: both stay for now',
    );
    return [];
  });
}
