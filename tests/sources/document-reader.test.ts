import { afterAll, describe, expect, test } from 'vitest';
import { openDocumentReader } from '../../src/sources/document-reader.ts';
import { listPage } from '../support/board-html.ts';
import { NEWS_SELECT } from '../support/news-html.ts';

const rss = (items: string) => `<rss version="2.0"><channel><title>News</title>${items}</channel></rss>`;
const GOOD = rss('<item><title>T</title></item>');
/** Minutes of work for a parser that looks for the end of each mark anew. */
const SLOW = rss('<item><title>T</title></item>'.repeat(60_000));

const AT = { what: 'it', url: 'https://example.org/', zone: 'UTC' };
const document = (text: string) => ({ bytes: Buffer.from(text), contentType: null });

describe('the threads that read', () => {
  const reader = openDocumentReader({ deadline: 1_500, bytes: 2_000_000 });
  afterAll(() => reader.close());
  const feed = (text: string, signal?: AbortSignal) =>
    reader.read(document(text), 'feed', { ...AT, distinct: true }, signal);

  test('45. a document that takes too long is ended with its thread, and the next one is read', async () => {
    expect(await feed(SLOW)).toMatchObject({ fault: 'timeout', reason: 'it was not read within 1500 ms' });
    expect(await feed(GOOD)).toMatchObject({ items: [{ title: 'T' }] });
  });

  test('what is asked at once is answered, each to the one who asked', async () => {
    const titles = ['A', 'B', 'C', 'D', 'E'];
    const read = await Promise.all(titles.map(title => feed(rss(`<item><title>${title}</title></item>`))));
    expect(read.map(one => ('is' in one ? one.reason : one.items[0]?.title))).toEqual(titles);
  });

  test('a document that takes its time holds no other back', async () => {
    const ended: string[] = [];
    await Promise.all([
      feed(SLOW).then(() => ended.push('slow')),
      ...['A', 'B', 'C'].map(name => feed(GOOD).then(() => ended.push(name))),
    ]);
    expect(ended).toEqual(['A', 'B', 'C', 'slow']);
  });

  test('a document that is not wanted any longer is ended, also while it waits', async () => {
    const stop = new AbortController();
    const all = [SLOW, SLOW, GOOD].map(text => feed(text, stop.signal));
    setTimeout(() => stop.abort(), 100);
    for (const read of await Promise.all(all))
      expect(read).toMatchObject({ fault: 'timeout', reason: expect.stringContaining('stopped') });
    expect(await feed(GOOD)).toMatchObject({ items: [{ title: 'T' }] });
  });

  test('what is longer than the most is not begun', async () => {
    expect(await feed('x'.repeat(2_000_001))).toMatchObject({ fault: 'size' });
  });

  test('closed, they start again when they are needed', async () => {
    await reader.close();
    expect(await feed(GOOD)).toMatchObject({ title: 'News' });
  });

  test('every kind of document is read there', async () => {
    const article = {
      ...{ number: 7, code: 2, title: 'T', body: 'Text.', date: '2025-12-04' },
      ...{ category: null, files: [], shownTo: null },
    };
    const list = document(listPage([article], 1, 1));
    const page = { ...AT, profile: null };
    expect(await reader.read(list, 'boardList', page)).toMatchObject({ entries: [{ id: '7' }] });
    expect(await reader.read(list, 'board', page)).toMatchObject({ items: [{ title: 'T' }] });
    expect(await reader.read(list, 'boardPage', page)).toMatchObject({ is: 'unhealthy', fault: 'layout' });
    expect(await reader.read(list, 'guess', { ...AT, contentType: null })).toMatchObject({ kind: 'board' });
    expect(await reader.read(list, 'listing', { ...AT, select: NEWS_SELECT })).toMatchObject({ fault: 'layout' });
    expect(await reader.read(document('-\nT\nText.date2025-12-04'), 'text', AT)).toMatchObject({
      items: [{ title: 'T' }],
    });
  });

  test('44. what cannot be decoded is unhealthy(charset)', async () => {
    const bytes = Buffer.from(rss(`<item><title>${'\u00e9'.repeat(100)}</title></item>`), 'latin1');
    const read = await reader.read({ bytes, contentType: 'text/xml;charset=utf-8' }, 'feed', { ...AT, distinct: true });
    expect(read).toMatchObject({ fault: 'charset', reason: expect.stringMatching(/^it: /) });
  });

  test('more entries that are none than a document can have are another document', async () => {
    const text = `-\nT\nText.date2025-12-04\n${'-\n'.repeat(2_000)}`;
    expect(await reader.read(document(text), 'text', AT)).toMatchObject({ fault: 'layout' });
  });
});

test('past ten thousand items the rest is named', async () => {
  const reader = openDocumentReader();
  const items = Array.from({ length: 10_500 }, (_, at) => `<item><title>T</title><guid>g${at}</guid></item>`);
  const read = await reader.read(document(rss(items.join(''))), 'feed', { ...AT, distinct: true });
  if ('is' in read) throw new Error(read.reason);
  expect(read.items).toHaveLength(10_000);
  expect(read.rejected).toMatchObject([{ at: 'item 10001' }]);
  await reader.close();
});

test('a document that takes too much memory is ended with its thread', async () => {
  const reader = openDocumentReader({ memory: 24 });
  const items = Array.from({ length: 40_000 }, (_, at) => `<item><title>T</title><guid>${at}</guid></item>`);
  const read = await reader.read(document(rss(items.join(''))), 'feed', { ...AT, distinct: true });
  expect(read).toMatchObject({ fault: 'size', reason: 'it takes more than 24 MB of memory to read' });
  await reader.close();
});

test('an idle thread gives its memory back, and the next document starts another', async () => {
  const reader = openDocumentReader({ idle: 1 });
  for (let nth = 0; nth < 5; nth++) {
    expect(await reader.read(document('-\nT\nText.date2025-12-04'), 'text', AT)).toMatchObject({ rejected: [] });
    await new Promise(resolve => setTimeout(resolve, nth));
  }
  await reader.close();
});

test('a thread that does not start is a fault too', async () => {
  const reader = openDocumentReader({ start: 1 });
  expect(await reader.read(document(GOOD), 'feed', { ...AT, distinct: true })).toMatchObject({ fault: 'timeout' });
  await reader.close();
});
