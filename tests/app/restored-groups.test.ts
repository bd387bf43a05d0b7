import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { parseDestination } from '../../src/core/destination.ts';
import type { Release } from '../../src/core/release.ts';
import type { Store } from '../../src/ports/store.ts';
import { backUp, putBack } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { deliverTools, PLACES, type Place } from '../support/places.ts';
import { alert, asks, batch, poll, release } from '../support/store-samples.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8'];
/** What a test has let pass, hours. */
let passed = 0;
const now = () => Temporal.Now.instant().add({ hours: passed });

const mended = (key: string) => `Mended ${key} of the harbour`;

let restores = 0;
let place: Place;
let store: Store;
afterEach(async () => {
  passed = 0;
  await store.close();
  await place.close();
});

describe.each(['Slack', 'Discord'] as const)('restored after a group went out in %s', name => {
  async function open(when: 'now' | 'daily 09:00' = 'now') {
    place = await PLACES[name](now);
    const { to } = place;
    const path = join(temporaryFolder(), 'gwanbo.db');
    const start = () => openStore(`sqlite:${path}`, { authority: 'x.example', now: now().toString() });
    store = await start();
    const { subscription } = await store.follow(asks(to, { when }), now().toString());
    return {
      titles: () => place.shown().flatMap(text => KEYS.filter(key => text.includes(release(key).title))),
      async owe(keys: readonly string[]) {
        const releases = keys.map(key => release(key));
        const deliveries = releases.map(one => alert(one, to, [subscription.id]));
        await store.record({ ...batch(releases, { deliveries }), at: now().toString() });
      },
      /** What the first poll after a restore records and holds. @returns lets go what it is given, or all of it */
      async find(keys: readonly string[]) {
        const at = now().toString();
        const what = { concern: 'flood', kind: 'restored', what: 'restored', since: at, count: 1 } as const;
        const releases = keys.map(key => release(key));
        const { incidents } = await store.record({
          ...batch(releases, { deliveries: releases.map(one => alert(one, to, [subscription.id])), hold: true }),
          poll: poll(at, { health: { findings: [{ is: 'trouble', ...what }], tell: 'console' } }),
          at,
        });
        const held = await store.deliveries({ state: 'held' });
        return async (key?: string) => {
          const one = held.find(({ release: of }) => of === `harbour/${key}`);
          const what = one === undefined ? incidents.map(({ id }) => ({ incident: id })) : [{ delivery: one.id }];
          for (const each of what) await store.letGo(each, 'send', 'console', at);
        };
      },
      async mend(key: string) {
        const before = await store.release(`harbour/${key}`);
        if (!before) throw new Error(`no release ${key}`);
        const after: Release = {
          ...before,
          title: mended(key),
          revision: before.revision + 1,
          updated: now().toString(),
        };
        const revised = [{ after, fingerprint: `t-${key}` }];
        await store.record({ ...batch([], { revised }), at: now().toString() });
      },
      async finish() {
        const tools = deliverTools(store, place, now, 100);
        const end = performance.now() + 30_000;
        const isOver = ({ state }: Delivery) => state === 'sent' || state === 'held' || state === 'dead';
        while (!(await store.deliveries({ destination: to })).every(isOver)) {
          if (performance.now() > end) throw new Error(`it never ends: ${JSON.stringify(await store.deliveries())}`);
          await deliver(to, tools);
          await sleep(10);
        }
      },
      /** So many turns of the lane. */
      async turn(times: number) {
        for (; times > 0; times--) await deliver(to, deliverTools(store, place, now, 100));
      },
      backUp: () => backUp(path, join(temporaryFolder(), 'backup.db')).path,
      async putBack(backup: string) {
        await store.close();
        putBack(backup, path, now(), `before-${restores++}`);
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

  test('a correction changes what went out since, alone or with others, in its place', async () => {
    const { owe, finish, backUp, putBack, titles, mend } = await open();
    await owe(KEYS.slice(0, 1));
    const first = backUp();
    await finish();
    await putBack(first);
    await owe(KEYS.slice(1));
    const second = backUp();
    await finish();
    await putBack(second);
    await finish();
    expect(titles()).toEqual(KEYS);
    for (const key of ['1', '4']) await mend(key);
    await finish();
    expect(place.shown(), 'nothing new').toHaveLength(2);
    expect(place.shown()[0]).toContain(mended('1'));
    expect(place.shown()[1]).toContain(mended('4'));
    expect(titles(), 'all others as they were').toEqual(KEYS.filter(key => key !== '1' && key !== '4'));
  });

  test('a message with releases that the backup does not know keeps all its lines', async () => {
    const { owe, find, finish, backUp, putBack, titles, mend } = await open();
    await owe(KEYS.slice(0, 2));
    const backup = backUp();
    await owe(KEYS.slice(2));
    await finish();
    await putBack(backup);
    await finish();
    await mend('2');
    await finish();
    expect(place.shown(), 'a reply says it').toHaveLength(2);
    expect(titles()).toEqual(KEYS);
    await (await find(KEYS.slice(2)))();
    await finish();
    expect(titles(), 'nothing twice').toEqual(KEYS);
    await mend('6');
    await finish();
    expect(place.shown()).toHaveLength(2);
    const [group] = place.shown();
    for (const key of ['2', '6']) expect(group).toContain(mended(key));
    for (const key of ['1', '3', '4', '5', '7', '8']) expect(group).toContain(release(key).title);
  });

  test('releases that went out one by one and that the backup does not know', async () => {
    const { find, owe, finish, backUp, putBack, titles } = await open();
    const backup = backUp();
    for (const key of KEYS.slice(0, 6)) {
      await owe([key]);
      await finish();
    }
    expect(place.shown()).toHaveLength(6);
    await putBack(backup);
    await (await find(KEYS))();
    await finish();
    expect(titles()).toEqual(KEYS);
  });

  test('a message with releases that are let go one after the other, its first one last', async () => {
    const { owe, find, finish, backUp, putBack, titles, mend } = await open();
    const backup = backUp();
    await owe(KEYS);
    await finish();
    await putBack(backup);
    const letGo = await find(KEYS);
    await letGo('3');
    await finish();
    expect((await store.deliveries({ state: 'held' })).length, 'the others').toBe(KEYS.length - 1);
    await letGo();
    await finish();
    expect(titles()).toEqual(KEYS);
    await mend('3');
    await finish();
    expect(place.shown(), 'nothing new').toHaveLength(1);
    expect(place.shown()[0]).toContain(mended('3'));
    expect(titles(), 'all others as they were').toEqual(KEYS.filter(key => key !== '3'));
  });

  test('what is revised while it is held is told of where it stands, and of what did not go out in its message', async () => {
    const { owe, find, finish, turn, backUp, putBack, mend } = await open();
    const backup = backUp();
    await owe(KEYS.slice(0, 6));
    await finish();
    await putBack(backup);
    const letGo = await find(KEYS);
    for (const key of ['2', '7']) await mend(key);
    await turn(4);
    const waiting = await store.deliveries({ state: 'waiting' });
    expect(waiting.map(({ subject }) => subject)).toEqual(['harbour/7@2', 'harbour/2@2']);
    expect(place.shown().join()).not.toContain('Mended');
    await mend('3');
    await letGo();
    await mend('4');
    await finish();
    const [group, ...others] = place.shown();
    for (const key of ['2', '3', '4']) expect(group).toContain(mended(key));
    for (const key of ['1', '5', '6']) expect(group).toContain(release(key).title);
    expect(others.map(text => ['7', '8'].filter(key => text.includes(` ${key} of the harbour`)))).toEqual([
      ['7'],
      ['8'],
    ]);
    expect(others[0]).toContain(mended('7'));
    expect(others[0], 'nobody saw another version').not.toContain('Corrected');
  });

  test('a note on what is revised while it is held comes once, after the change', async () => {
    const { owe, find, finish, turn, backUp, putBack, mend } = await open();
    await store.saveSettings(place.to, { corrections: 'edit+note' }, now().toString());
    const backup = backUp();
    await owe(KEYS.slice(0, 1));
    await finish();
    await putBack(backup);
    const letGo = await find(KEYS.slice(0, 1));
    await mend('1');
    await turn(4);
    expect(await store.deliveries({ state: 'waiting' })).toHaveLength(2);
    await letGo();
    await finish();
    const [alert, note, ...others] = place.shown();
    expect(alert).toContain(mended('1'));
    expect(note).toMatch(/Corrected .*: title changed/);
    expect(others).toEqual([]);
  });

  test('57. a message that was found, and deleted since, is not sent again', async () => {
    const { owe, find, finish, backUp, putBack } = await open();
    const backup = backUp();
    await owe(KEYS);
    await finish();
    await putBack(backup);
    const letGo = await find(KEYS);
    await letGo('3');
    await finish();
    const [found] = await store.deliveries({ state: 'sent' });
    await place.channel.remove(parseDestination(place.to), found!.receipt!);
    expect(place.shown()).toEqual([]);
    await letGo('1');
    await finish();
    expect((await store.deliveries({ state: 'sent' })).map(({ release: of }) => of)).toEqual([
      'harbour/3',
      'harbour/1',
    ]);
    expect(place.shown()).toEqual([]);
  });

  test('a digest that went out since, with what the backup does not know', async () => {
    const { owe, find, finish, backUp, putBack, titles, mend } = await open('daily 09:00');
    await owe(KEYS.slice(0, 3));
    const backup = backUp();
    await owe(KEYS.slice(3, 5));
    passed = 25;
    await finish();
    expect(place.shown(), 'one digest').toHaveLength(1);
    expect(titles()).toEqual(KEYS.slice(0, 5));
    passed = 26;
    await putBack(backup);
    await finish();
    await (await find(KEYS.slice(3)))();
    await finish();
    expect(titles()).toEqual(KEYS);
    for (const key of ['2', '5']) await mend(key);
    await finish();
    expect(place.shown(), 'nothing new').toHaveLength(4);
    const [digest] = place.shown();
    expect(digest).toMatch(/Daily digest, .*: 5 releases/);
    for (const key of ['2', '5']) expect(digest).toContain(mended(key));
    for (const key of ['1', '3', '4']) expect(digest).toContain(release(key).title);
  });
});
