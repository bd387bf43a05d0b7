import { openReaders } from '../../src/sources/open-source.ts';
import { cpuOf, type Measure } from '../harness.ts';
import { channelAt, followAll, openOwnStore, pollNow, SOURCE, sourceAt, watch } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { channelTo } from '../support/posting.ts';
import { rssOf, writeTexts } from '../support/texts.ts';
import { fanOutThrough } from './fan-out.ts';

const FEW = 100;

/** Ten times the work is to cost ten times as much: an exponent above one is a wall further on. */
export const growth: Measure = {
  name: 'growth',
  title: 'ten times the work',
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const readers = openReaders();
    bench.defer(() => readers.close());
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/one.xml', { type, body: rssOf(writeTexts(1)) });
    for (const count of [FEW, FEW * 10])
      await origin.put(`/${count}.xml`, { type, body: rssOf(writeTexts(count + 1)) });

    const ingest = (count: number) => async () => {
      const store = await openOwnStore();
      await followAll(store, [{ query: `source:${SOURCE}`, to: channelAt(1) }]);
      await pollNow(await watch(sourceAt('feed', `${origin.url}/one.xml`), store, readers), 'baseline');
      const watching = await watch(sourceAt('feed', `${origin.url}/${count}.xml`), store, readers);
      const cost = await cpuOf(() => pollNow(watching, 'new'));
      await store.remove();
      return cost;
    };
    await bench.compare({
      what: `ingest of ${FEW * 10} new items`,
      against: `ingest of ${FEW}`,
      unit: 'ms CPU',
      form: 'exponent',
      goal: { most: 1.05 },
      ours: ingest(FEW * 10),
      theirs: ingest(FEW),
    });
    const fanOut = (count: number) => async () =>
      (await fanOutThrough(() => channelTo(`${origin.url}/post`), count)).cpu;
    await bench.compare({
      what: `fan-out to ${FEW * 10} channels`,
      against: `fan-out to ${FEW}`,
      unit: 'ms CPU',
      form: 'exponent',
      goal: { most: 1.05 },
      ours: fanOut(FEW * 10),
      theirs: fanOut(FEW),
    });
  },
};
