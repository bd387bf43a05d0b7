import type { Outcome } from '../../src/core/delivery.ts';
import type { NoticeWork, ReleaseWork, UnsureWork } from '../../src/ports/ledger.ts';
import type { Store } from '../../src/ports/store.ts';
import { alert, asks, batch, release, T0 } from './store-samples.ts';

export const HERE = 'slack:C0001';
export const RECEIPT = { channel: 'C0001', message: '1700000000.000100' };
export const SENT: Outcome = { is: 'sent', receipt: RECEIPT };

/** Makes HERE (or another) owed so many alerts, and gives the ids of the deliveries in their order. */
export async function owe(store: Store, keys: readonly string[], to = HERE): Promise<number[]> {
  const { subscription } = await store.follow(asks(to), T0);
  const releases = keys.map(key => release(key));
  await store.record(batch(releases, { deliveries: releases.map(one => alert(one, to, [subscription.id])) }));
  const owed = await store.deliveries({ destination: to });
  return owed
    .slice(0, keys.length)
    .map(delivery => delivery.id)
    .reverse();
}

interface Works {
  readonly releases: ReleaseWork;
  readonly notice: NoticeWork;
  readonly unsure: UnsureWork;
}

/** The work of a kind that a destination has now. */
export async function workOf<Is extends keyof Works>(store: Store, is: Is, now = T0, to = HERE): Promise<Works[Is]> {
  const next = await store.next(to, now);
  if (next === null || 'at' in next || next.is !== is) throw new Error(`no such work: ${JSON.stringify(next)}`);
  return next as Works[Is];
}

export const work = (store: Store, now = T0, to = HERE): Promise<ReleaseWork> => workOf(store, 'releases', now, to);

/** What a message of these entries was rendered from. */
export const renderedFrom = ({ entries }: ReleaseWork) => ({
  carries: entries.map(({ delivery, release: of }) => ({
    delivery: delivery.id,
    revision: of.revision,
    state: of.state,
  })),
});

/** Posts what is to be posted next, as one message. @returns its key */
export async function post(store: Store, to: string, now: string, receipt = RECEIPT): Promise<string> {
  const next = await work(store, now, to);
  const message = await store.claim(next.delivery.id, {}, now, renderedFrom(next));
  if (message === null) throw new Error('it could not be claimed');
  await store.settle(next.delivery.id, { is: 'sent', receipt }, now);
  return message.key;
}
