import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createHandler } from '../../src/publish/handler.ts';
import { listen } from '../../src/publish/server.ts';
import { missing, openFolder, PYTHON, run } from '../support/atom-tools.ts';
import { holdReleases } from '../support/memory-releases.ts';
import { sampleReleases } from '../support/release-builder.ts';
import { openSite, siteOf } from '../support/web-site.ts';

const TITLES = sampleReleases().map(release => release.title);

const SCRIPT = `
import feedparser, json, sys
read = feedparser.parse(sys.argv[1])
again = feedparser.parse(sys.argv[1], etag=read.get('etag'), modified=read.get('modified'))
print(json.dumps({
  'bozo': bool(read.bozo), 'version': read.version, 'status': [read.status, again.status], 'language': read.feed.language,
  'id': read.feed.id, 'generator': read.feed.generator_detail.version,
  'entries': [{'id': e.id, 'title': e.title, 'published': e.get('published'), 'updated': e.updated_parsed[:6],
    'link': e.link, 'terms': [t.term for t in e.get('tags', [])], 'files': [f.href for f in e.enclosures]} for e in read.entries],
}))`;

const noFeedparser = missing('feedparser');
test.skipIf(noFeedparser)(`feedparser reads what was written${noFeedparser ? ` (${noFeedparser})` : ''}`, async () => {
  await using site = await openSite();
  const { out, said } = await run(PYTHON, ['-c', SCRIPT, `${site.url}/feed.atom`], { PYTHONIOENCODING: 'utf-8' });
  expect(said.startsWith('{'), said).toBe(true);
  const read = JSON.parse(out);
  expect(read).toMatchObject({
    bozo: false,
    version: 'atom10',
    status: [200, 304],
    language: 'en',
    id: 'tag:harbor.example,2025:feed',
    generator: '1.2.3',
  });
  // It hands titles on as HTML, as they are marked.
  const plain = (html: string) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  expect(read.entries.map((entry: { title: string }) => plain(entry.title))).toEqual(TITLES);
  expect(read.entries[0]).toMatchObject({
    id: 'tag:harbor.example,2025:harbor/2-104',
    published: '2025-12-04T00:00:00+09:00',
    updated: [2025, 12, 5, 6, 30, 0],
    link: 'https://harbor.example/releases/2-104/view',
    terms: ['shipping', 'steel', 'tides', 'pt', 'tide-institute', 'Ports/Shipping', 'Press'],
    files: ['https://harbor.example/files/quay%20plan.pdf', 'https://harbor.example/files?id=7&type=raw'],
  });
  expect(read.entries[3].published).toBeNull();
});

const noNewsboat = missing('newsboat');
test.skipIf(noNewsboat)(
  `newsboat keeps every title, and the next fetch after it knows the feed is 304${noNewsboat ? ` (${noNewsboat})` : ''}`,
  async () => {
    await using folder = await openFolder();
    const answers: number[] = [];
    const handler = createHandler(siteOf({ store: holdReleases(sampleReleases()).store }));
    const open = await listen(
      (request, response) => {
        response.once('finish', () => answers.push(response.statusCode));
        handler(request, response);
      },
      { host: '127.0.0.1', port: 0 },
    );
    const [urls, cache, config] = ['urls', 'cache.db', 'config'].map(name => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(urls, `${open.url}/feed.atom\n`);
    await writeFile(config, '');
    const words = ['-u', urls, '-c', cache, '-C', config, '-x', 'reload'];
    // It keeps tag and date only of a feed that is in its cache already, so from its second run on.
    for (let time = 0; time < 3; time++) await run('newsboat', words, { HOME: folder.path, LANG: 'C.UTF-8' });
    await open.close();
    expect(answers).toEqual([200, 200, 304]);
    using database = new DatabaseSync(cache, { readOnly: true });
    const rows = database.prepare('select guid, title, pubDate from rss_item').all();
    expect(new Set(rows.map(row => row.title))).toEqual(new Set(TITLES));
    const quay = rows.find(row => row.guid === 'tag:harbor.example,2025:harbor/2-104');
    // The day began in Seoul.
    expect(quay?.pubDate).toBe(Date.parse('2025-12-03T15:00:00Z') / 1000);
  },
  60_000,
);
