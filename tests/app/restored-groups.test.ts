import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import type { Channel } from '../../src/ports/channel.ts';
import type { Store } from '../../src/ports/store.ts';
import { backUp, putBack } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startFakeDiscord, CHANNEL as TEXT } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { temporaryFolder } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheRestore1234567890123';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const log = silentLog();
const now = () => Temporal.Now.instant();

interface Place {
  readonly channel: Channel;
  readonly to: string;
  /** What each message says, with its buttons. */
  shown(): readonly string[];
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  async Slack() {
    const fake = await startFakeSlack({ burst: 50 });
    closers.push(() => fake.close());
    const channel = openSlack({ botToken: fake.botToken, apiUrl: fake.url, log, now });
    return { channel, to: 'slack:C0TRADE', shown: () => fake.messages('C0TRADE').map(({ text }) => text) };
  },
  async Discord() {
    const fake = await startFakeDiscord({ token: TOKEN });
    closers.push(() => fake.close());
    const channel = openDiscord({ token: TOKEN, apiUrl: fake.url, log, now });
    return { channel, to: `discord:${TEXT}`, shown: () => fake.messages(TEXT).map(one => JSON.stringify(one.embeds)) };
  },
};

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8'];

describe.each(Object.keys(PLACES))('restored after a group went out in %s', name => {
  async function open() {
    const { channel, to, shown } = await PLACES[name]!();
    closers.push(() => channel.close());
    const path = join(temporaryFolder(), 'gwanbo.db');
    const start = () => openStore(`sqlite:${path}`, { authority: 'x.example', now: now().toString() });
    let store: Store = await start();
    closers.push(() => store.close());
    const { subscription } = await store.follow(asks(to), now().toString());
    return {
      to,
      shown,
      titles: () => shown().flatMap(text => KEYS.filter(key => text.includes(release(key).title))),
      store: () => store,
      async owe(keys: readonly string[]) {
        const releases = keys.map(key => release(key));
        const deliveries = releases.map(one => alert(one, to, [subscription.id]));
        await store.record({ ...batch(releases, { deliveries }), at: now().toString() });
      },
      async finish() {
        const how: DeliverTools = {
          store,
          runtime: { now, log },
          channels: new Map([[channel.platform, channel]]),
          nameOf: id => id,
          labelsOf: () => [],
          settleMs: 100,
          headingOf: () => null,
          matches: () => true,
          page: null,
        };
        const end = performance.now() + 30_000;
        while ((await store.deliveries()).some(({ state }) => state !== 'sent')) {
          if (performance.now() > end) throw new Error(`it never ends: ${JSON.stringify(await store.deliveries())}`);
          await deliver(to, how);
          await sleep(10);
        }
      },
      backUp: () => backUp(path, join(temporaryFolder(), 'backup.db')).path,
      async putBack(backup: string) {
        await store.close();
        const copy = join(temporaryFolder(), 'copy.db');
        copyFileSync(backup, copy);
        putBack(copy, path, now(), 'before');
        store = await start();
        await store.recover(now().toString());
      },
    };
  }

  test('none of what it carried comes a second time, and what did not go out comes once', async () => {
    const { owe, finish, backUp, putBack, shown, titles, store } = await open();
    await owe(KEYS.slice(0, 7));
    const backup = backUp();
    await finish();
    expect(shown(), 'one message').toHaveLength(1);
    expect(titles()).toEqual(KEYS.slice(0, 7));
    await putBack(backup);
    await owe(KEYS.slice(7));
    await finish();
    expect(titles().toSorted()).toEqual(KEYS);
    expect((await store().deliveries()).map(({ state }) => state)).toEqual(KEYS.map(() => 'sent'));
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
