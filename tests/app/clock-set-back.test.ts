import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { deliverTools, PLACES, type Place } from '../support/places.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

const HOUR = 3_600_000;

let place: Place;
afterEach(() => place.close());

/** Our own clock is wrong by so many milliseconds. */
let wrong = 0;
/** Milliseconds that pass all at once, so that the platform knows no message again by its key. */
let passed = 0;
const now = () => Temporal.Now.instant().add({ milliseconds: wrong });

describe.each(['Slack', 'Discord'] as const)(
  '16. a clock that jumps while nobody knows whether a message arrived, %s',
  name => {
    test.each([
      ['an hour ahead, then right', true, HOUR, 0],
      ['an hour ahead, then right, before the platform told the time', false, HOUR, 0],
      ['two days ahead all the time, before the platform told the time', false, 48 * HOUR, 48 * HOUR],
      ['two days ahead, then right, before the platform told the time', false, 48 * HOUR, 0],
      ['an hour behind, then right', true, -HOUR, 0],
      ['right, then an hour behind', true, 0, -HOUR],
      ['right, then an hour ahead', true, 0, HOUR],
      ['two hours ahead, then an hour behind', true, 2 * HOUR, -HOUR],
    ])('%s: it is shown once', async (_, told, before, after) => {
      wrong = before;
      passed = 0;
      place = await PLACES[name](now);
      const { to } = place;
      const { store } = await openTools(now().toString());
      const tools = deliverTools(store, place, now, 200, () => performance.now() + passed);
      const { subscription } = await store.follow(asks(to), now().toString());
      const owe = async (key: string) => {
        const deliveries = [alert(release(key), to, [subscription.id])];
        await store.record({ ...batch([release(key)], { deliveries }), at: now().toString() });
      };
      const finish = async () => {
        const end = performance.now() + 30_000;
        while ((await store.deliveries()).some(({ state }) => state !== 'sent')) {
          if (performance.now() > end) throw new Error(`it never ends: ${JSON.stringify(await store.deliveries())}`);
          await deliver(to, tools);
          await sleep(20);
        }
      };
      if (told) {
        await owe('a');
        await finish();
      }
      const already = place.shown().length;
      await owe('b');
      place.loseNext();
      await deliver(to, tools);
      expect(await store.deliveries({ state: 'unsure' })).toHaveLength(1);
      wrong = after;
      place.forget();
      passed = 10 * 60_000;
      await finish();
      expect(place.shown()).toHaveLength(already + 1);
    });
  },
);
