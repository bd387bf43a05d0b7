import type { Measure } from '../harness.ts';
import { openOrigin } from '../support/origin.ts';
import { GWANBO, NODE, startService, timeCommand } from '../support/process.ts';
import { makePlace } from '../support/settings.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

/** Each run is a process of its own, from its start to its end, or to where it serves. */
export const start: Measure = {
  name: 'start',
  title: 'cold start',
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/feed.xml', { type, body: rssOf(writeTexts(8)), etag: '"1"' });
    const place = makePlace(`${origin.url}/feed.xml`, ['topic:steel']);
    bench.defer(place.remove);
    const bare = { against: 'node -e 0', unit: 'ms', theirs: () => timeCommand([NODE, '-e', '0']) };

    await bench.compare({
      what: 'gwanbo --help',
      ...bare,
      goal: { most: 2 },
      ours: () => timeCommand([NODE, GWANBO, '--help'], place.env),
    });
    await bench.compare({
      what: 'gwanbo list (opens the database)',
      ...bare,
      ours: () => timeCommand([NODE, GWANBO, 'list'], place.env),
    });
    await bench.compare({
      what: 'gwanbo start until it serves, without chat',
      ...bare,
      goal: { most: 3.5 },
      ours: async () => {
        const begun = performance.now();
        const bot = startService([GWANBO, 'start', '--json'], place.env);
        await bot.said(line => line.event === 'listening');
        const took = performance.now() - begun;
        await bot.stop();
        return took;
      },
    });
    bench.skip('gwanbo start with both chat adapters', 'its time depends on the platforms that it connects to');
  },
};
