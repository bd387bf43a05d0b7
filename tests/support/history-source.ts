import type { Store } from '../../src/ports/store.ts';
import { HERE } from './delivering.ts';
import { alert, batch, release } from './store-samples.ts';

/** A listing that releases are published on, corrected and withdrawn, whatever a record knows of it. */
export function openListing() {
  const listed = new Map<string, { revision: number; isWithdrawn: boolean }>();
  const titleOf = (key: string, revision: number) => `Note ${key} v${revision}`;
  const releaseOf = async (store: Store, key: string) => {
    const found = await store.release(`harbour/${key}`);
    if (!found) throw new Error(`there is no release ${key}`);
    return found;
  };

  const self = {
    /** @returns the keys of so many releases, recorded and owed to these followers */
    async publish(store: Store, count: number, by: readonly number[], now: string): Promise<readonly string[]> {
      const releases = Array.from({ length: count }, () => {
        const key = String(listed.size + 1);
        listed.set(key, { revision: 1, isWithdrawn: false });
        return release(key, { title: titleOf(key, 1), firstSeen: now });
      });
      const deliveries = by.length === 0 ? [] : releases.map(one => alert(one, HERE, by));
      await store.record({ ...batch(releases, { deliveries }), at: now });
      return releases.map(({ key }) => key);
    },
    async join(store: Store, key: string, by: readonly number[], now: string): Promise<void> {
      const deliveries = [alert(await releaseOf(store, key), HERE, by)];
      await store.record({ ...batch([], { deliveries }), at: now });
    },
    /** @returns whether it is owed now: what was owed before, and let go by nobody, is not replayed */
    async replay(store: Store, key: string, now: string): Promise<boolean> {
      const { id, revision } = await releaseOf(store, key);
      if ((await store.alerted([id])).length > 0) return false;
      const planned = { destination: HERE, kind: 'alert', subject: id, release: id, revision, why: [] } as const;
      const deliveries = [{ ...planned, replay: { query: 'topic:shipping', clauses: [] } }];
      await store.record({ ...batch([], { deliveries }), at: now });
      return true;
    },
    async revise(store: Store, key: string, now: string): Promise<void> {
      const of = listed.get(key);
      if (!of || of.isWithdrawn) return;
      of.revision++;
      await self.read(store, key, now);
    },
    async withdrawOrListAgain(store: Store, key: string, now: string): Promise<void> {
      const of = listed.get(key);
      if (of) of.isWithdrawn = !of.isWithdrawn;
      await self.read(store, key, now);
    },
    /** Records what happened to a release since it was read, each thing by itself. */
    async read(store: Store, key: string, now: string): Promise<void> {
      const of = listed.get(key);
      if (!of) return;
      let before = await releaseOf(store, key);
      for (; before.revision < of.revision; before = await releaseOf(store, key)) {
        const revision = before.revision + 1;
        const after = { ...before, title: titleOf(key, revision), revision, updated: now };
        await store.record({ ...batch([], { revised: [{ after, fingerprint: `f${key}.${revision}` }] }), at: now });
      }
      const { id, source, state } = before;
      if ((state === 'withdrawn') === of.isWithdrawn) return;
      if (!of.isWithdrawn) {
        await store.record({ ...batch([], { listed: [{ key, release: id }], absent: [] }), at: now });
        return;
      }
      await store.record({ ...batch([], { absent: [{ key, kind: 'vanished' }] }), at: now });
      const gone = { answer: 'gone', goneAt: now, nextAt: null } as const;
      const absence = { source, key, kind: 'vanished', since: now, ...gone } as const;
      await store.saveAnswer(absence, { absence, withdrawn: true }, now);
    },
    /** What is to be said of a release at last. */
    says(key: string): string {
      const { revision, isWithdrawn } = listed.get(key) ?? { revision: 0, isWithdrawn: false };
      return `${titleOf(key, revision)}${isWithdrawn ? ': withdrawn' : ''}`;
    },
  };
  return self;
}
