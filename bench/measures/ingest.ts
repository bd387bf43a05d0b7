import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import RssParser from 'rss-parser';
import { openReaders } from '../../src/sources/open-source.ts';
import { type Measure, timeOf } from '../harness.ts';
import { channelAt, followAll, openFolder, openOwnStore, pollNow, SOURCE, sourceAt, watch } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

const ITEMS = 1_000;
const QUERIES = [`source:${SOURCE}`, 'topic:steel country:ca', '"supply chain" -AI', 'topic:semiconductors'];

/** What has piled up is read at once: after an outage, or when a source is new. Each release is owed to a channel. */
export const ingest: Measure = {
  name: 'ingest',
  title: 'a poll that finds 1,000 new items, warm, synchronous=FULL, facets and outbox included',
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/one.xml', { type, body: rssOf(writeTexts(1)) });
    await origin.put('/all.xml', { type, body: rssOf(writeTexts(ITEMS + 1)) });
    const readers = openReaders();
    bench.defer(() => readers.close());

    await bench.compare({
      what: '1,000 new items',
      against: 'GET, rss-parser and 1,000 rows in one commit: no facets, no identity, no outbox',
      unit: 'ms',
      ours: async () => {
        const store = await openOwnStore();
        await followAll(
          store,
          QUERIES.map((query, at) => ({ query, to: channelAt(at) })),
        );
        await pollNow(await watch(sourceAt('feed', `${origin.url}/one.xml`), store, readers), 'baseline');
        const all = await watch(sourceAt('feed', `${origin.url}/all.xml`), store, readers);
        const cost = await timeOf(() => pollNow(all, 'new'));
        const { deliveries } = await store.tally();
        if (deliveries.queued < ITEMS) throw new Error(`only ${deliveries.queued} deliveries are owed`);
        await store.remove();
        return cost;
      },
      theirs: async () => {
        const { path, remove } = openFolder();
        const db = openBare(join(path, 'bare.db'));
        const cost = await timeOf(() => ingestBare(`${origin.url}/all.xml`, db));
        db.close();
        remove();
        return cost;
      },
    });
  },
};

function openBare(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('CREATE TABLE item (id TEXT PRIMARY KEY, title TEXT, link TEXT, body TEXT, date TEXT) STRICT');
  return db;
}

async function ingestBare(url: string, db: DatabaseSync): Promise<void> {
  const xml = await (await fetch(url)).text();
  const feed = await new RssParser().parseString(xml);
  const insert = db.prepare('INSERT INTO item VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  db.exec('BEGIN IMMEDIATE');
  for (const { guid = '', title = '', link = '', content = '', isoDate = '' } of feed.items)
    insert.run(guid, title, link, content, isoDate);
  db.exec('COMMIT');
}
