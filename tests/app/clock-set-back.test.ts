import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { startFakeDiscord, CHANNEL as TEXT } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { silentLog } from '../support/silent-log.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheClocks12345678901234';
const HOUR = 3_600_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Our own clock is wrong by so many milliseconds. */
let wrong = 0;
const now = () => Temporal.Now.instant().add({ milliseconds: wrong });

interface Place {
  readonly channel: Channel;
  readonly to: string;
  /** Whoever lost an answer has taken the message. */
  loseNext(): void;
  shown(): number;
}

const log = silentLog();
const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  async Slack() {
    const fake = await startFakeSlack({});
    closers.push(() => fake.close());
    const channel = openSlack({ botToken: fake.botToken, apiUrl: fake.url, log, now });
    return {
      channel,
      to: 'slack:C0TRADE',
      loseNext: () => fake.script({ method: 'chat.postMessage', when: 'after', does: { reset: true } }),
      shown: () => fake.messages('C0TRADE').length,
    };
  },
  async Discord() {
    const fake = await startFakeDiscord({ token: TOKEN });
    closers.push(() => fake.close());
    const channel = openDiscord({ token: TOKEN, apiUrl: fake.url, log, now });
    return {
      channel,
      to: `discord:${TEXT}`,
      loseNext: () => fake.script({ fault: 'lose' }),
      shown: () => {
        // Longer than a nonce is remembered, as far as the platform is concerned.
        fake.forgetNonces();
        return fake.messages(TEXT).length;
      },
    };
  },
};

describe.each(Object.keys(PLACES))('16. a clock that jumps while nobody knows whether a message arrived, %s', name => {
  test.each([
    ['an hour ahead, then right', true, HOUR, 0],
    ['an hour ahead, then right, before the platform told the time', false, HOUR, 0],
    ['an hour behind, then right', true, -HOUR, 0],
    ['right, then an hour behind', true, 0, -HOUR],
    ['right, then an hour ahead', true, 0, HOUR],
    ['two hours ahead, then an hour behind', true, 2 * HOUR, -HOUR],
  ])('%s: it is shown once', async (_, told, before, after) => {
    wrong = before;
    const { channel, to, loseNext, shown } = await PLACES[name]!();
    closers.push(() => channel.close());
    const { store } = await openTools(now().toString());
    const how: DeliverTools = {
      store,
      runtime: { now, log },
      channels: new Map([[channel.platform, channel]]),
      nameOf: id => id,
      labelsOf: () => [],
      settleMs: 200,
      headingOf: () => null,
      matches: () => true,
      page: null,
    };
    const { subscription } = await store.follow(asks(to), now().toString());
    const owe = async (key: string) => {
      const deliveries = [alert(release(key), to, [subscription.id])];
      await store.record({ ...batch([release(key)], { deliveries }), at: now().toString() });
    };
    const finish = async () => {
      const end = performance.now() + 30_000;
      while ((await store.deliveries()).some(({ state }) => state !== 'sent')) {
        if (performance.now() > end) throw new Error(`it never ends: ${JSON.stringify(await store.deliveries())}`);
        await deliver(to, how);
        await sleep(20);
      }
    };
    if (told) {
      await owe('a');
      await finish();
    }
    const already = shown();
    await owe('b');
    loseNext();
    await deliver(to, how);
    expect((await store.deliveries({ state: 'unsure' })).length).toBe(1);
    wrong = after;
    shown();
    await finish();
    expect(shown()).toBe(already + 1);
  });
});
