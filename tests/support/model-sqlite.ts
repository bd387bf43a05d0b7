import { join } from 'node:path';
import { sweep } from '../../src/app/sweep.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type LedgerHouse, nextTitle, saysOf } from './model-ledger.ts';
import { silentLog } from './silent-log.ts';
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
      return releases.map(one => one.id);
    },
    async befall(id, what, at) {
      const before = await store.release(id);
      if (!before) throw new Error(`there is no release ${id}`);
      const { key, state, revision } = before;
      if (state === 'withdrawn')
        await store.record({ ...batch([], { listed: [{ key, release: id }], absent: [] }), at });
      else if (what === 'revised') {
        const after = { ...before, title: nextTitle(before), revision: revision + 1, updated: at };
        await store.record({ ...batch([], { revised: [{ after, fingerprint: `t-${key}` }] }), at });
      } else {
        await store.record({ ...batch([], { absent: [{ key, kind: 'vanished' }] }), at });
        const gone = { answer: 'gone', goneAt: at, nextAt: null } as const;
        const absence = { source: before.source, key, kind: 'vanished', since: at, ...gone } as const;
        await store.saveAnswer(absence, { absence, withdrawn: true }, at);
      }
    },
    async sweep(now) {
      await sweep({ store, clock: { now: () => now, chance: () => 0.5 }, log: silentLog(), wake: () => {} });
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
      const found = await store.releasesOf([...new Set(owed.flatMap(one => one.release ?? []))]);
      const releases = new Map(found.map(one => [one.id, one]));
      return owed.flatMap(one => {
        const of = releases.get(one.release ?? '');
        return of ? [{ ...one, title: of.title, says: saysOf(of) }] : [];
      });
    },
    async close() {
      for (const one of opened) await one.close();
    },
  };
}
