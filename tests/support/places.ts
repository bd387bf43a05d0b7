import { createElapsed } from '../../src/app/elapsed.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import type { Channel } from '../../src/ports/channel.ts';
import type { Store } from '../../src/ports/store.ts';
import { startFakeDiscord, CHANNEL as TEXT } from './fake-discord.ts';
import { startFakeSlack } from './fake-slack.ts';
import { silentLog } from './silent-log.ts';

const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfThePlaces12345678901234';
const TRADE = 'C0TRADE';
const log = silentLog();

/** A channel of a real adapter, and what its platform shows. */
export interface Place {
  readonly channel: Channel;
  readonly to: string;
  /** What each message says, oldest first. */
  shown(): readonly string[];
  /** The platform takes the next message, and its answer is lost. */
  loseNext(): void;
  /** More time passes than the platform knows a message again by its key. */
  forget(): void;
  close(): Promise<void>;
}

async function openInSlack(now: () => Temporal.Instant): Promise<Place> {
  const fake = await startFakeSlack({ burst: 50 });
  const channel = openSlack({ botToken: fake.botToken, apiUrl: fake.url, log, now });
  return {
    channel,
    to: `slack:${TRADE}`,
    shown: () => fake.messages(TRADE).map(({ text }) => text),
    loseNext: () => fake.script({ method: 'chat.postMessage', when: 'after', does: { reset: true } }),
    forget() {},
    async close() {
      await channel.close();
      await fake.close();
    },
  };
}

async function openInDiscord(now: () => Temporal.Instant): Promise<Place> {
  const fake = await startFakeDiscord({ token: TOKEN });
  const channel = openDiscord({ token: TOKEN, apiUrl: fake.url, log, now });
  return {
    channel,
    to: `discord:${TEXT}`,
    shown: () => fake.messages(TEXT).map(({ embeds }) => JSON.stringify(embeds)),
    loseNext: () => fake.script({ fault: 'lose' }),
    forget: () => fake.forgetNonces(),
    async close() {
      await channel.close();
      await fake.close();
    },
  };
}

export const PLACES = { Slack: openInSlack, Discord: openInDiscord } as const;

/** What delivers from a real record to a place. */
export const deliverTools = (
  store: Store,
  { channel }: Place,
  now: () => Temporal.Instant,
  settleMs: number,
  steady = () => performance.now(),
): DeliverTools => ({
  store,
  runtime: { now, log },
  channels: new Map([[channel.platform, channel]]),
  nameOf: id => id,
  labelsOf: () => [],
  settleMs,
  elapsed: createElapsed(steady),
  headingOf: () => null,
  matches: () => true,
  page: null,
});
