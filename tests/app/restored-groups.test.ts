import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { Store } from '../../src/ports/store.ts';
import { backUp, putBack } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { deliverTools, PLACES, type Place } from '../support/places.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const now = () => Temporal.Now.instant();

let place: Place;
let store: Store;
afterEach(async () => {
  await store.close();
  await place.close();
});

describe.each(['Slack', 'Discord'] as const)('restored after a group went out in %s', name => {
  async function open() {
    place = await PLACES[name](now);
    const { to } = place;
    const path = join(temporaryFolder(), 'gwanbo.db');
    const start = () => openStore(`sqlite:${path}`, { authority: 'x.example', now: now().toString() });
    store = await start();
    const { subscription } = await store.follow(asks(to), now().toString());
    return {
      titles: () => place.shown().flatMap(text => KEYS.filter(key => text.includes(release(key).title))),
      async owe(keys: readonly string[]) {
        const releases = keys.map(key => release(key));
        const deliveries = releases.map(one => alert(one, to, [subscription.id]));
        await store.record({ ...batch(releases, { deliveries }), at: now().toString() });
      },
      async finish() {
        const end = performance.now() + 30_000;
        while ((await store.deliveries()).some(({ state }) => state !== 'sent')) {
          if (performance.now() > end) throw new Error(`it never ends: ${JSON.stringify(await store.deliveries())}`);
          await deliver(to, deliverTools(store, place, now, 100));
          await sleep(10);
        }
      },
      backUp: () => backUp(path, join(temporaryFolder(), 'backup.db')).path,
      async putBack(backup: string) {
        await store.close();
        putBack(backup, path, now(), 'before');
        store = await start();
        await store.recover(now().toString());
      },
    };
  }

  test('none of what it carried comes a second time, and what did not go out comes once', async () => {
    const { owe, finish, backUp, putBack, titles } = await open();
    await owe(KEYS.slice(0, 7));
    const backup = backUp();
    await finish();
    expect(place.shown(), 'one message').toHaveLength(1);
    expect(titles()).toEqual(KEYS.slice(0, 7));
    await putBack(backup);
    await owe(KEYS.slice(7));
    await finish();
    expect(titles().toSorted()).toEqual(KEYS);
  });

  test('the same of one that went out in another company than it would now', async () => {
    const { owe, finish, backUp, putBack, titles } = await open();
    await owe(KEYS.slice(0, 2));
    const backup = backUp();
    await owe(KEYS.slice(2));
    await finish();
    expect(titles()).toEqual(KEYS);
    await putBack(backup);
    await finish();
    expect(titles()).toEqual(KEYS);
  });
});
