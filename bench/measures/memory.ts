import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../harness.ts';
import { openOrigin } from '../support/origin.ts';
import { GWANBO, hasProc, memoryOf, startService } from '../support/process.ts';
import { makePlace } from '../support/settings.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

/** Milliseconds after which a process that does nothing has come to rest. */
const REST = 1_500;

/** What a bot occupies that has nothing to do, which is what it does nearly all day. */
export const memory: Measure = {
  name: 'memory',
  title: 'resident memory',
  async run(bench) {
    if (!hasProc) return bench.skip('resident memory', 'this system has no /proc');
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/thousand.xml', { type, body: rssOf(writeTexts(1000)), etag: '"1"' });

    const bare = async () => {
      const node = startService(['-e', 'console.log("{}"); setInterval(() => {}, 1000)'], {});
      await node.said(() => true);
      await sleep(REST);
      const used = memoryOf(node.pid) / 1024;
      await node.stop();
      return used;
    };
    const bot = (path: string, ready: string) => async () => {
      const place = makePlace(`${origin.url}${path}`, ['topic:steel']);
      const running = startService([GWANBO, 'start', '--json'], place.env);
      await running.said(line => line.event === ready);
      await sleep(REST);
      const used = memoryOf(running.pid) / 1024;
      await running.stop();
      place.remove();
      return used;
    };
    const against = { against: 'node that waits', unit: 'MB', theirs: bare, warm: false };
    await bench.compare({
      what: 'serving, nothing to read (the source answers 404)',
      ...against,
      goal: { most: 1.75 },
      ours: bot('/absent.xml', 'listening'),
    });
    await bench.compare({
      what: 'after 1,000 releases were ingested',
      ...against,
      goal: { most: 2.8 },
      ours: bot('/thousand.xml', 'polled'),
    });
    bench.skip('serving with both chat adapters', 'they are loaded when their platforms are there to answer');
  },
};
