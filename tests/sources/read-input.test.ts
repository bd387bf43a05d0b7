import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReaders, openSource } from '../../src/sources/open-source.ts';
import { type InputOptions, readInput } from '../../src/sources/read-input.ts';
import { type Article, itemPage, listPage } from '../support/board-html.ts';
import { rssFeed, textListing } from '../support/feed-xml.ts';
import { around, KINDS, listingOf, QUADRATIC } from '../support/hostile-text.ts';
import { NEWS_SELECT } from '../support/news-html.ts';
import { endOf, itemsOf, sourceConfig } from '../support/sources.ts';

const ARTICLE: Article = {
  number: 2441,
  code: 2,
  title: 'Steel & ships',
  body: 'The talks were held.',
  date: '2025-12-04',
  category: null,
  files: [{ name: 'a.pdf', size: '2 KB', hash: 'ab' }],
  shownTo: null,
};
const BASE = 'https://english.motir.go.kr/eng/article/EATCLdfa319ada';
const OPTIONS: InputOptions = { zone: 'Asia/Seoul', base: BASE };

const readers = openReaders();
const folder = mkdtempSync(join(tmpdir(), 'gwanbo-input-'));
const file = (name: string) => join(folder, name);
beforeAll(() => {
  writeFileSync(file('list.html'), listPage([ARTICLE], 1, 1));
  writeFileSync(file('item.html'), itemPage(ARTICLE));
  writeFileSync(file('feed.xml'), rssFeed([ARTICLE]));
  writeFileSync(file('list.txt'), textListing([ARTICLE]));
});
afterAll(async () => {
  await readers.close();
  rmSync(folder, { recursive: true });
});

const read = (kind: 'board' | 'feed' | 'text', input: string | Uint8Array, options = OPTIONS) =>
  readInput(kind, input, options, readers);

describe('one document, read without a source', () => {
  test.each([
    ['board', 'list.html', '2-2441', `${BASE}/2441/view`],
    ['board', 'item.html', '2-2441', BASE],
    ['feed', 'feed.xml', '2441', 'https://english.motir.go.kr/releases/2441'],
    ['text', 'list.txt', null, null],
  ] as const)('%s %s', async (kind, name, key, url) => {
    const item = { key, url, title: 'Steel & ships', text: 'The talks were held.', date: '2025-12-04' };
    expect(await read(kind, file(name))).toMatchObject({ is: 'read', items: [item], rejected: [] });
    expect(await read(kind, pathToFileURL(file(name)).href)).toMatchObject({ items: [item] });
  });

  test('bytes of standard input', async () => {
    expect(await read('text', Buffer.from(textListing([ARTICLE])))).toMatchObject({
      items: [{ title: 'Steel & ships' }],
    });
  });

  test('a feed without items is one, an empty file is a fault', async () => {
    expect(await read('feed', Buffer.from(rssFeed([])))).toMatchObject({ is: 'read', title: 'Sample feed', items: [] });
    expect(await read('feed', Buffer.from(''))).toMatchObject({ is: 'fault', fault: 'empty' });
  });

  test('keys are shown as printed, and made distinct for the archive', async () => {
    const twins = Buffer.from(
      rssFeed([ARTICLE, { ...ARTICLE, title: 'Other' }]).replace('/releases/2441', '/releases/2442'),
    );
    const keys = async (distinct: boolean) => {
      const input = await read('feed', twins, { ...OPTIONS, distinct });
      return input.is === 'read' ? input.items.map(item => item.key) : input;
    };
    expect(await keys(false)).toEqual(['2441', '2441']);
    const [first, second] = (await keys(true)) as string[];
    expect([first, second]).toEqual([
      'https://english.motir.go.kr/releases/2442',
      'https://english.motir.go.kr/releases/2441',
    ]);
  });

  test.each([
    ['text', 'missing.txt', 'file'],
    ['board', 'list.txt', 'layout'],
    ['feed', 'list.html', 'layout'],
  ] as const)('%s %s is a fault', async (kind, name, fault) => {
    expect(await read(kind, file(name))).toMatchObject({ is: 'fault', fault });
  });

  test('a zone that does not exist is a fault, not a crash', async () => {
    expect(await read('text', file('list.txt'), { ...OPTIONS, zone: 'Mars/Base' })).toMatchObject({ is: 'fault' });
  });
});

describe('45. hostile input of any kind', () => {
  const hasty = openReaders({ reading: { deadline: 1_500 } });
  afterAll(() => hasty.close());

  test.each(KINDS.flatMap(kind => Object.entries(QUADRATIC).map(([name, text]) => [kind, name, text] as const)))(
    '%s, %s: is read or is a fault in time, from a file and from standard input',
    async (kind, name, text) => {
      writeFileSync(file(`${kind}-${name}`), around(kind, text));
      const options = { ...OPTIONS, select: NEWS_SELECT };
      for (const input of [file(`${kind}-${name}`), Buffer.from(around(kind, text))]) {
        const found = await readInput(kind, input, options, hasty);
        if (found.is === 'read') expect(found.items.map(item => item.title)).toEqual(['First']);
        else expect(['timeout', 'parse', 'size']).toContain(found.fault);
      }
    },
  );

  test.each(KINDS)('%s: 200,000 items in 20 MB end at the cap', async kind => {
    const options = { ...OPTIONS, select: NEWS_SELECT };
    const many = Buffer.from(listingOf(kind, 200_000));
    expect(await readInput(kind, many, options, hasty)).toMatchObject({ is: 'fault', fault: 'size' });
  });
});

describe('a file as a source', () => {
  test('is read, unchanged while its bytes are, and read again when they change', async () => {
    const source = openSource(sourceConfig('text', file('source.txt')), readers);
    expect(endOf(await source.read(null))).toBe('file');
    writeFileSync(file('source.txt'), textListing([ARTICLE]));
    const first = await source.read(null);
    if (first.is !== 'items') throw new Error('no items');
    expect((await source.read(first.validators)).is).toBe('unchanged');
    writeFileSync(file('source.txt'), textListing([{ ...ARTICLE, title: 'New' }, ARTICLE]));
    expect(itemsOf(await source.read(first.validators)).map(item => item.title)).toEqual(['New', 'Steel & ships']);
  });
});
