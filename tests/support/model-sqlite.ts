import { join } from 'node:path';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { LedgerHouse } from './model-ledger.ts';
import { alert, asks, batch, release, T0 } from './store-samples.ts';

/** The same over the real store, in a file; each process has a connection of its own. */
export async function openSqliteLedger(folder: string): Promise<LedgerHouse> {
  const url = `sqlite:${join(folder, 'gwanbo.db')}`;
  const opened: Store[] = [];
  const connect = async () => {
    const store = await openStore(url, { authority: 'x.example', now: T0 });
    opened.push(store);
    return store;
  };
  const store = await connect();
  return {
    open: connect,
    async owe(destination, count, at) {
      const { subscription } = await store.follow(asks(destination), at);
      const before = await store.count();
      const releases = Array.from({ length: count }, (_, at) => release(String(before + at + 1)));
      const deliveries = releases.map(one => alert(one, destination, [subscription.id]));
      await store.record({ ...batch(releases, { deliveries }), at });
    },
    async resume(destination) {
      const suspended = (await store.destinations()).some(one => one.id === destination && one.suspended);
      const [subscription] = await store.subscriptions({ to: destination });
      if (suspended && subscription) await store.setState(subscription.id, 'active', null);
      return suspended;
    },
    async letGo(delivery, at) {
      await store.letGo({ delivery }, 'send', 'console', at);
    },
    async deliveries(destination) {
      const owed = (await store.deliveries({ destination, limit: 1000 })).toReversed();
      const titles = new Map<string, string>();
      for (const one of await store.releasesOf(owed.flatMap(one => one.release ?? []))) titles.set(one.id, one.title);
      return owed.map(one => ({ ...one, title: titles.get(one.release ?? '') ?? '' }));
    },
    async close() {
      for (const one of opened) await one.close();
    },
  };
}
