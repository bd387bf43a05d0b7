import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { batch, release, T0 } from '../support/store-samples.ts';
import { addedSourceContract } from './store-added-sources.ts';
import { deliveryContract } from './store-deliveries.ts';
import { digestContract } from './store-deliveries-digests.ts';
import { groupContract } from './store-deliveries-groups.ts';
import { ledgerContract } from './store-deliveries-ledger.ts';
import { deliveryOrderContract } from './store-deliveries-order.ts';
import { unsureContract } from './store-deliveries-unsure.ts';
import { incidentContract } from './store-incidents.ts';
import { releaseContract } from './store-releases.ts';
import { searchContract } from './store-search.ts';
import { settingsContract } from './store-settings.ts';
import { sourceContract } from './store-sources.ts';
import { subscriptionContract } from './store-subscriptions.ts';
import { vocabularyContract } from './store-vocabulary.ts';

/** A place where a store's data is. Opening it twice is what two processes do. */
export interface StorePlace {
  open(): Promise<Store>;
  /** Frees whatever the place takes; every store of it is closed by then. */
  clear(): Promise<void>;
}

/** What the parts of the contract work with: the store of this test, and another one over the same data. */
export interface StoreUnderTest {
  readonly store: () => Store;
  readonly other: () => Promise<Store>;
}

/** Everything that any engine behind the Store has to hold to. `place` gives an empty place. */
export function storeContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`store: ${name}`, () => {
    let current: StorePlace;
    let store: Store;
    const opened: Store[] = [];
    const open = async () => {
      const one = await current.open();
      opened.push(one);
      return one;
    };

    beforeEach(async () => {
      current = await place();
      store = await open();
    });
    afterEach(async () => {
      await expectCounted(store);
      for (const one of opened.splice(0)) await one.close();
      await current.clear();
    });

    const under: StoreUnderTest = { store: () => store, other: open };
    installationContract(under);
    sourceContract(under);
    addedSourceContract(under);
    releaseContract(under);
    searchContract(under);
    subscriptionContract(under);
    deliveryContract(under);
    deliveryOrderContract(under);
    unsureContract(under);
    groupContract(under);
    digestContract(under);
    settingsContract(under);
    ledgerContract(under);
    incidentContract(under);
    vocabularyContract(under);
  });
}

function installationContract({ store, other }: StoreUnderTest): void {
  describe('installation', () => {
    test('is minted once and is the same for everyone who opens the data', async () => {
      const minted = await store().installation();
      expect(minted).toEqual({ id: expect.stringMatching(/^[a-z2-7]{26}$/), authority: 'notes.example', year: 2026 });
      expect(await (await other()).installation()).toEqual(minted);
    });

    test('the version grows with every change of releases, and with nothing else', async () => {
      const one = release('1');
      const start = await store().version();
      await store().record(batch([one]));
      const recorded = await store().version();
      expect(recorded).toBeGreaterThan(start);
      await store().record(batch([one]));
      await store().enrol(['harbour'], T0);
      expect(await store().version()).toBe(recorded);
      const after = { ...one, title: 'Another title', revision: 2 };
      await store().record(batch([], { revised: [{ after, fingerprint: 't-1' }] }));
      expect(await store().version()).toBeGreaterThan(recorded);
    });

    test('the version shows what another process has committed', async () => {
      const second = await other();
      const before = await second.version();
      await store().record(batch([release('1')]));
      expect(await second.version()).toBeGreaterThan(before);
      expect((await second.release('harbour/1'))?.title).toBe('Note 1 of the harbour office');
    });
  });
}

/** Whatever a test did: the counts are those of the deliveries. */
async function expectCounted(store: Store): Promise<void> {
  const all = await store.deliveries({ limit: Number.MAX_SAFE_INTEGER });
  const counted = new Map<string, number>();
  for (const { destination, state } of all) {
    const name = `${destination.split(':')[0]} ${state}`;
    counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  const kept = (await store.deliveryCounts()).map(
    ({ platform, state, count }) => [`${platform} ${state}`, count] as const,
  );
  expect(kept).toEqual([...counted].sort(([one], [other]) => (one < other ? -1 : 1)));
}
