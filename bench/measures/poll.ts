import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { openReaders } from '../../src/sources/open-source.ts';
import { cpuOf, type Measure } from '../harness.ts';
import { openOwnStore, pollNow, sourceAt, watch } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

/** Polls of one run. */
const TIMES = 200;
/** Items of the feed. */
const ITEMS = 200;

/** A poll that finds nothing new is nearly every poll: what it costs beside the request itself. */
export const poll: Measure = {
  name: 'poll',
  title: 'warm polls of a source that has not changed',
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const body = rssOf(writeTexts(ITEMS));
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/validators.xml', { type, body, etag: '"1"' });
    await origin.put('/plain.xml', { type, body });

    const polls = async (url: string) => {
      const store = await openOwnStore();
      const readers = openReaders();
      bench.defer(store.remove);
      bench.defer(() => readers.close());
      let parsed = 0;
      const counting = {
        ...readers,
        documents: {
          ...readers.documents,
          read: ((...asked) => {
            parsed++;
            return readers.documents.read(...asked);
          }) as typeof readers.documents.read,
        },
      };
      const watching = await watch(sourceAt('feed', url), store, counting);
      await pollNow(watching, 'baseline');
      return async () => {
        parsed = 0;
        const cost = await cpuOf(() => repeat(() => pollNow(watching, 'unchanged')));
        if (parsed > 0) throw new Error('a poll that found nothing new parsed the feed');
        return (cost * 1000) / TIMES;
      };
    };
    const bare = (work: () => Promise<unknown>) => async () => ((await cpuOf(() => repeat(work))) * 1000) / TIMES;

    await bench.compare({
      what: 'poll with validators (304)',
      against: 'node:http conditional GET',
      unit: 'us CPU',
      goal: { most: 1.5 },
      ours: await polls(`${origin.url}/validators.xml`),
      theirs: bare(() => fetchBytes(`${origin.url}/validators.xml`, { 'if-none-match': '"1"' })),
    });
    await bench.compare({
      what: `poll without validators (${Math.round(body.length / 1000)} kB)`,
      against: 'node:http GET and sha256',
      unit: 'us CPU',
      goal: { most: 1.3 },
      ours: await polls(`${origin.url}/plain.xml`),
      theirs: bare(async () =>
        createHash('sha256')
          .update(await fetchBytes(`${origin.url}/plain.xml`))
          .digest('hex'),
      ),
    });
  },
};

async function repeat(work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < TIMES; time++) await work();
}

async function fetchBytes(url: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers }, resolve).on('error', reject);
  const chunks: Buffer[] = [];
  for await (const chunk of await promise) chunks.push(chunk);
  return Buffer.concat(chunks);
}
