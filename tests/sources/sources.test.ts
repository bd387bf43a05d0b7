import { afterAll } from 'vitest';
import type { SourceKind } from '../../src/ports/source.ts';
import { openReaders, openSource, type Readers } from '../../src/sources/open-source.ts';
import { type SourceUnderTest, sourceContract } from '../contracts/source.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { rssFeed, textListing } from '../support/feed-xml.ts';
import { NEWS_SELECT, newsPage } from '../support/news-html.ts';
import { sourceConfig } from '../support/sources.ts';

/** One for all: a thread takes a while to start. */
const readers = openReaders({ limits: { total: 4_000, header: 1_500 } });
afterAll(() => readers.close());
let documents = 0;
const counting: Readers = {
  ...readers,
  documents: {
    ...readers.documents,
    read: ((...asked) => {
      documents++;
      return readers.documents.read(...asked);
    }) as typeof readers.documents.read,
  },
};

async function open(kind: SourceKind): Promise<SourceUnderTest> {
  const site = await startFakeBoard();
  site.documents.set('/feed.xml', rssFeed).set('/list.txt', textListing).set('/news.html', newsPage);
  const url = {
    board: site.url,
    listing: `${site.origin}/news.html`,
    feed: `${site.origin}/feed.xml`,
    text: `${site.origin}/list.txt`,
  }[kind];
  const source = openSource(sourceConfig(kind, url, { select: kind === 'listing' ? NEWS_SELECT : null }), counting);
  return {
    source,
    site,
    documentsRead: () => documents,
    publish: (title, date) => site.publish({ title, body: 'The talks were held in Sejong. Both sides agreed.', date }),
    async close() {
      await source.close();
      await site.close();
    },
  };
}

for (const kind of ['board', 'listing', 'feed', 'text'] as const) sourceContract(kind, () => open(kind));
