import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import { renderCard } from '../../src/channels/slack/blocks.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import { cardOf } from '../../src/core/card.ts';
import { plan } from '../../src/core/plan.ts';
import { openInProcess } from '../../src/dispatch/in-process.ts';
import type { Channel } from '../../src/ports/channel.ts';
import type { Store } from '../../src/ports/store.ts';
import { type Measure, timeOf } from '../harness.ts';
import { channelAt, followAll, language, now, openOwnStore, runtime, SOURCE } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { channelTo, clientOf } from '../support/posting.ts';
import { writeTexts } from '../support/texts.ts';
import { releaseOf } from './match.ts';

/** Channels that follow the release. */
const CHANNELS = 1_000;
/** Requests that the library for Slack makes at once. */
const AT_ONCE = 100;

/** One release for many channels: claimed, sent and settled one by one, each step committed before the next. */
export const fanOut: Measure = {
  name: 'fan-out',
  title: `one release to ${CHANNELS.toLocaleString('en')} channels on loopback, durable claim and acknowledgement`,
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const bodies = await bodiesOf();

    const { webApi } = await import('@slack/bolt');
    const slackApiUrl = `${origin.url}/api/`;
    await bench.compare({
      what: 'the Slack channel',
      against: 'the vendor client alone, the same bodies',
      unit: 'ms',
      goal: { most: 1.25 },
      ours: () =>
        fanOutThrough(() =>
          openSlack({ botToken: 'xoxb-bench', apiUrl: slackApiUrl, log: runtime.log, now: runtime.now }),
        ),
      theirs: () => {
        const client = new webApi.WebClient('xoxb-bench', { slackApiUrl, maxRequestConcurrency: AT_ONCE });
        return timeOf(() =>
          Promise.all(bodies.map((body, at) => client.chat.postMessage({ ...body, channel: `C${at}` }))),
        );
      },
    });
    await bench.compare({
      what: 'a channel of node:http alone',
      against: 'node:http alone, the same bodies',
      unit: 'ms',
      ours: () => fanOutThrough(() => channelTo(`${origin.url}/post`)),
      theirs: async () => {
        const client = clientOf(`${origin.url}/post`);
        const cost = await timeOf(() => Promise.all(bodies.map(body => client.post(JSON.stringify(body)))));
        client.close();
        return cost;
      },
    });
  },
};

/** Records a release that all channels follow, then measures from the wake-up to the last settled delivery. */
export async function fanOutThrough(open: () => Channel, count: number = CHANNELS) {
  const own = await openOwnStore();
  const destinations = await owe(own, count);
  const channel = open();
  const settled = Promise.withResolvers<void>();
  let left = count;
  const store: Store = {
    ...own,
    async settle(...asked) {
      const delivery = await own.settle(...asked);
      if (delivery.state !== 'sent')
        settled.reject(new Error(`a delivery became ${delivery.state}: ${delivery.reason}`));
      if (--left === 0) settled.resolve();
      return delivery;
    },
  };
  const tools = {
    store,
    runtime,
    channels: new Map([[channel.platform, channel]]),
    nameOf: () => 'Bench',
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: createElapsed(() => performance.now()),
    matches: () => true,
    headingOf: () => null,
    page: null,
  };
  const dispatcher = openInProcess(runtime);
  dispatcher.start(destination => deliver(destination, tools));
  try {
    return await timeOf(async () => {
      for (const destination of destinations) dispatcher.wake(destination);
      await settled.promise;
    });
  } finally {
    await dispatcher.stop(5_000);
    await channel.close();
    await own.remove();
  }
}

/** A release that as many channels are owed. */
async function owe(store: Store, count: number): Promise<readonly string[]> {
  await followAll(
    store,
    Array.from({ length: count }, (_, at) => ({ query: `source:${SOURCE}`, to: channelAt(at) })),
  );
  const release = releaseOf(writeTexts(1)[0]!);
  const deliveries = plan([release], language.matcher(await store.subscriptions()));
  const { destinations } = await store.record({
    source: SOURCE,
    at: now(),
    poll: null,
    fresh: [{ release, fingerprint: 'f', provisional: false }],
    revised: [],
    adopted: [],
    completed: [],
    deliveries,
    listed: [],
  });
  return destinations;
}

/** The same messages, rendered beforehand. */
async function bodiesOf() {
  const release = releaseOf(writeTexts(1)[0]!);
  const why = { subscription: 1, query: `source:${SOURCE}`, createdBy: 'config', clauses: [] };
  const card = cardOf(release, {
    kind: 'alert',
    source: 'Bench',
    why: [why],
    subscriptions: [{ style: 'card', mention: [] }],
    labels: [],
  });
  return Array.from(
    { length: CHANNELS },
    (_, at) => renderCard(card, `key${at}`) as unknown as { text: string; blocks: [] },
  );
}
