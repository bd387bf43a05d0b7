import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Known, Reading, Source, SourceConfig } from '../../src/ports/source.ts';
import { openReaders, openSource, type Readers } from '../../src/sources/open-source.ts';
import { parseText } from '../../src/sources/text.ts';
import { listPage, maintenancePage } from '../support/board-html.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { sharedFile } from '../support/shared.ts';
import { endOf, itemsOf, sourceConfig } from '../support/sources.ts';

let board: FakeBoard;
let readers: Readers;

beforeEach(async () => {
  board = await startFakeBoard();
  readers = openReaders({ limits: { total: 10_000, header: 5_000 } });
});
afterEach(async () => {
  await readers.close();
  await board.close();
});

const open = (change: Partial<SourceConfig> = {}): Source =>
  openSource(sourceConfig('board', board.url, change), readers);
const publish = (count: number, from = 1) => {
  for (let at = from; at < from + count; at++)
    board.publish({ title: `Release ${at}`, body: `Text of ${at}.`, date: '2025-12-04' });
};
const titles = (reading: Reading) => itemsOf(reading).map(item => item.title);
const numbered = (high: number, low: number) =>
  Array.from({ length: high - low + 1 }, (_, at) => `Release ${high - at}`);
const keys =
  (...known: string[]): Known =>
  async asked =>
    new Set(asked.filter(key => known.includes(key)));

describe('a board page', () => {
  test('gives key, address, title, body and day of each article', async () => {
    board.publish({
      title: 'Steel & “ships” <today>',
      body: 'First line.\nSecond line: R&D.',
      date: '2025-12-04',
      number: 2441,
    });
    expect(itemsOf(await open().read(null))).toEqual([
      {
        key: '2-2441',
        url: `${board.origin}/eng/article/EATCLdfa319ada/2441/view`,
        title: 'Steel & “ships” <today>',
        text: 'First line.\nSecond line: R&D.',
        html: null,
        date: '2025-12-04',
        updated: null,
        author: null,
        categories: [],
        attachments: [],
      },
    ]);
  });

  test('39. an article on the list of all boards has the address of its own board, a category, and the same key', async () => {
    board.publish({ title: 'Talks', body: 'Text.', date: '2025-12-03', number: 1001, category: 'Trade/Investment' });
    board.publish({ title: 'Talks', body: 'Text.', date: '2025-12-04', number: 1001, code: 1, category: 'Energy' });
    const all = itemsOf(await open({ url: board.allUrl }).read(null));
    expect(all.map(({ key, url, categories }) => [key, url, ...categories])).toEqual([
      ['1-1001', `${board.origin}/eng/article/EATCLffca659a6/1001/view`, 'Energy'],
      ['2-1001', `${board.origin}/eng/article/EATCLdfa319ada/1001/view`, 'Trade/Investment'],
    ]);
    const press = itemsOf(await open().read(null));
    expect(press).toEqual([{ ...all[1], categories: [] }]);
  });

  test('39. the category is joined from the list that carries it, and its trouble costs nothing but the label', async () => {
    board.publish({ title: 'Talks', body: 'Text.', date: '2025-12-03', category: 'Industry' });
    publish(9);
    board.articles = board.articles.map(article => ({ ...article, category: article.category ?? 'Energy' }));
    const source = open({ categories: [board.allUrl] });
    const reading = await source.read(null, undefined, keys());
    expect(itemsOf(reading).map(item => item.categories)).toEqual([...Array(9).fill(['Energy']), ['Industry']]);
    board.fail({ is: 'status', status: 500 }, 1, 'EATCL0512e0b48');
    const without = await source.read(null);
    expect(itemsOf(without)).toHaveLength(8);
    // Nothing is remembered of a reading without labels, so that the next one asks for them again.
    expect(without).toMatchObject({ validators: { etag: null, lastModified: null, hash: null } });
  });

  test('a body that the list cuts is fetched from its page, with its files', async () => {
    const body = `${'The ministry announced a plan for the coming year, '.repeat(20)}and closed.\nThe minister spoke.`;
    board.publish({
      title: 'A plan',
      body,
      date: '2025-12-04',
      number: 1848,
      shownTo: 490,
      files: [
        { name: 'Press release (Dec 4).pdf', size: '47.9 KB', hash: 'ab12' },
        { name: 'Annex.hwpx', size: '1.5 MB', hash: 'cd34' },
      ],
    });
    const [item] = itemsOf(await open().read(null));
    expect(item?.text.replaceAll('\n\n', '\n')).toBe(body);
    expect(item?.html).toMatch(/^<p>The ministry/);
    expect(item?.attachments).toEqual([
      {
        name: 'Press release (Dec 4).pdf',
        url: `${board.origin}/attach/down/ab12/ab12`,
        type: 'application/pdf',
        bytes: 49_050,
      },
      {
        name: 'Annex.hwpx',
        url: `${board.origin}/attach/down/cd34/cd34`,
        type: 'application/hwp+zip',
        bytes: 1_572_864,
      },
    ]);
  });

  test('46. the page of an article is sanitized, and its addresses are absolute', async () => {
    board.publish({ title: 'A plan', body: 'word '.repeat(200), date: '2025-12-04', number: 1848, shownTo: 490 });
    const page = await (await fetch(`${board.origin}/eng/article/EATCLdfa319ada/1848/view`)).text();
    const hostile =
      '<p onclick="x()" style="color:red">A <a href="/b">b</a></p><script>x()</script><svg onload="x()"></svg><iframe src="/c"></iframe><a href="javascript:x()">c</a><img src="p.png" onerror="x()">';
    board.fail(
      { is: 'html', html: page.replace('<div class="detail-cont">', found => `${found}${hostile}`) },
      1,
      '/view',
    );
    const [item] = itemsOf(await open().read(null));
    expect(item?.html?.slice(0, item.html.indexOf('word') - 3)).toBe(
      `<p>A <a href="${board.origin}/b" rel="noopener nofollow">b</a></p><a>c</a><img src="${board.origin}/eng/article/EATCLdfa319ada/1848/p.png" />`,
    );
  });

  test('a body of that length that ends as a sentence ends is whole', async () => {
    board.publish({ title: 'A plan', body: `${'a'.repeat(488)}.`, date: '2025-12-04' });
    expect(itemsOf(await open().read(null))[0]?.text).toHaveLength(489);
    expect(board.requests).toHaveLength(1);
  });

  test('a cut body whose page cannot be read is named and asked for again, one whose page is gone is taken as listed', async () => {
    board.publish({ title: 'A plan', body: 'word '.repeat(200), date: '2025-12-04', number: 1848, shownTo: 490 });
    publish(4);
    const source = open();
    board.fail({ is: 'status', status: 500 }, 1, '1848/view');
    const reading = await source.read(null);
    expect(titles(reading)).toEqual(numbered(4, 1));
    expect(reading).toMatchObject({
      rejected: [{ at: `${board.origin}/eng/article/EATCLdfa319ada/1848/view` }],
      validators: { etag: null, hash: null },
    });
    expect(itemsOf(await source.read(null))[4]?.text).toHaveLength(999);
    board.fail({ is: 'status', status: 404 }, 1, '1848/view');
    expect(itemsOf(await source.read(null))[4]?.text).toHaveLength(489);
  });

  test('a page that says it is another article is not believed', async () => {
    board.publish({ title: 'A plan', body: 'word '.repeat(200), date: '2025-12-04', number: 1848, shownTo: 490 });
    const page = await (await fetch(`${board.origin}/eng/article/EATCLdfa319ada/1848/view`)).text();
    board.fail(
      { is: 'html', html: page.replace('value="1848"', 'value="1849"').replaceAll('word', 'lie') },
      1,
      '1848/view',
    );
    expect(itemsOf(await open().read(null))[0]?.text).not.toContain('lie');
  });
});

describe('23. a page that is no list', () => {
  test.each([
    ['an empty list', `<html><div class="board-list"><ul></ul></div></html>`, 'empty'],
    ['a maintenance page', maintenancePage(), 'layout'],
    ['a login page', '<html><form action="/login"><input name="id"><input type="password"></form></html>', 'layout'],
    ['a bot check', '<html><title>Just a moment...</title><script>check()</script></html>', 'layout'],
    [
      'a list of something else',
      '<html><div class="board-list"><li><a href="/a">Sitemap</a></li></div></html>',
      'layout',
    ],
  ])('%s is unhealthy', async (_, html, fault) => {
    publish(3);
    board.fail({ is: 'html', html }, 1);
    const source = open();
    const reading = await source.read(null);
    expect(endOf(reading)).toBe(fault);
    expect(titles(await source.read(null))).toEqual(numbered(3, 1));
  });
});

describe('24. a changed layout', () => {
  test.each([
    ['titles', /<strong class="title">/g, '<strong class="subject">'],
    ['dates', /<span class="date">/g, '<span class="day">'],
    ['links', /javascript:article\.view\(/g, 'javascript:open('],
  ])('half of the %s missing fails the contract', async (_, from, to) => {
    publish(8);
    const html = await (await fetch(board.url)).text();
    let at = 0;
    board.fail({ is: 'html', html: html.replace(from, found => (at++ % 2 === 0 ? to : found)) });
    expect(endOf(await open().read(null))).toBe('layout');
  });

  test('one odd entry of eight is rejected by name, and the others are read', async () => {
    publish(8);
    const html = await (await fetch(board.url)).text();
    board.fail({ is: 'html', html: html.replace('<strong class="title">', '<strong class="subject">') });
    const reading = await open().read(null);
    expect(titles(reading)).toEqual(numbered(7, 1));
    expect(reading).toMatchObject({ rejected: [{ at: 'entry 1', reason: expect.stringContaining('has no title') }] });
  });
});

test('27. a page whose end is missing is not read, although its length is right', async () => {
  publish(8);
  board.fail({ is: 'half' });
  expect(endOf(await open().read(null))).toBe('parse');
});

test('28. a gzip bomb is stopped at 5 MB', async () => {
  board.fail({ is: 'packed', gzip: gzipSync(Buffer.alloc(60_000_000)) });
  expect(endOf(await open().read(null))).toBe('size');
});

test('29. the old host of a site may answer where it is allowed', async () => {
  const other = await startFakeBoard();
  other.publish({ title: 'Moved', body: 'Text.', date: '2025-12-04' });
  board.fail({ is: 'redirect', status: 301, to: other.url });
  expect(titles(await open({ hosts: [new URL(other.origin).host] }).read(null))).toEqual(['Moved']);
  expect(endOf(await open().read(null))).toBe('redirect');
  await other.close();
});

describe('32. new items over several pages since the last poll', () => {
  test('are all read, in order, once each, down to the page that ends with a recorded one', async () => {
    publish(60);
    const reading = await open().read(null, undefined, keys('2-2448', '2-2449'));
    // Release 15 is 2449: the page that holds it also ends with a recorded article (2447 is not asked for).
    expect(titles(reading).slice(0, 46)).toEqual(numbered(60, 15));
    expect(new Set(titles(reading)).size).toBe(itemsOf(reading).length);
  });

  test('without anything to compare with only the first page is read', async () => {
    publish(60);
    expect(titles(await open().read(null))).toEqual(numbered(60, 53));
    expect(board.requests).toHaveLength(1);
  });

  test('an unhealthy page on the way fails the whole reading: a part of it would hide the rest for ever', async () => {
    publish(60);
    board.fail({ is: 'status', status: 500 }, 1, 'pageIndex=3');
    const source = open();
    expect(endOf(await source.read(null, undefined, keys('2-2435')))).toBe('status');
    expect(titles(await source.read(null, undefined, keys('2-2435')))).toEqual(numbered(60, 1));
  });

  test('where nothing recorded is ever met it stops after fifty pages and says so', async () => {
    publish(8 * 52);
    const reading = await open().read(null, undefined, keys());
    expect(itemsOf(reading)).toHaveLength(400);
    expect(reading).toMatchObject({ rejected: [{ at: 'page 50', reason: expect.stringContaining('older items') }] });
  });

  test('the end of the board ends the walk', async () => {
    publish(20);
    expect(titles(await open().read(null, undefined, keys()))).toEqual(numbered(20, 1));
  });
});

test('40. an article that is taken down does not make the archive below it news', async () => {
  publish(60);
  const page = board.articles.slice(0, 8).map(article => `2-${article.number}`);
  board.withdraw(board.articles[3]?.number ?? 0);
  const reading = await open().read(null, undefined, keys(...page));
  expect(itemsOf(reading).map(item => item.key)).toEqual([...page.filter((_, at) => at !== 3), '2-2486']);
  expect(board.requests).toHaveLength(1);
});

test('39. an article on several category lists keeps the label of the first, whatever else has to be looked up', async () => {
  const paths = ['/eng/12/topics/1', '/eng/14/topics/3'] as const;
  board.documents.set(paths[0], articles => listPage(articles.slice(-1), 1, 1));
  board.documents.set(paths[1], articles => listPage(articles, 1, 1));
  const source = open({ categories: paths.map(path => `${board.origin}${path}`) });
  const labels = async () => itemsOf(await source.read(null)).map(item => item.categories);
  board.publish({ title: 'Talks', body: 'Text.', date: '2025-12-03' });
  expect(await labels()).toEqual([['Industry']]);
  board.publish({ title: 'Turbines', body: 'Text.', date: '2025-12-04' });
  expect(await labels()).toEqual([['Energy'], ['Industry']]);
});

test.each([
  ['address', () => ({ url: board.allUrl })],
  ['category list', () => ({ categories: [board.allUrl] })],
  ['time zone', () => ({ zone: 'UTC' })],
])(
  '21. validators say nothing to a source with another %s, not even where the bytes are the same',
  async (_, change) => {
    publish(3);
    const first = await open().read(null);
    if (first.is !== 'items') throw new Error('no items');
    expect((await open().read(first.validators)).is).toBe('unchanged');
    expect(itemsOf(await open(change()).read(first.validators))).toHaveLength(3);
  },
);

describe('33. pages that slide while they are read', () => {
  test('items that come in meanwhile are not missed and none is read twice', async () => {
    publish(30);
    board.before = url => {
      if (!url.includes('pageIndex=2')) return;
      board.before = null;
      publish(3, 31);
    };
    expect(titles(await open().read(null, undefined, keys('2-2435')))).toEqual(numbered(33, 1));
  });

  test('nor are those that move up to a page already read, because one was taken down', async () => {
    publish(30);
    board.before = url => {
      if (!url.includes('pageIndex=3')) return;
      board.before = null;
      board.withdraw(board.articles[0]?.number ?? 0);
    };
    const read = titles(await open().read(null, undefined, keys('2-2435')));
    expect(read.toSorted()).toEqual(numbered(30, 1).toSorted());
  });
});

test('36. an old article pinned on top neither ends the walk nor moves its key', async () => {
  publish(30);
  const pinned = board.articles.at(-1);
  if (!pinned) throw new Error('no article');
  board.articles = [pinned, ...board.articles.slice(0, -1)];
  const reading = await open().read(null, undefined, keys('2-2435', '2-2436', '2-2437', '2-2438', '2-2439', '2-2440'));
  expect(titles(reading)).toEqual(expect.arrayContaining(numbered(30, 7)));
  expect(itemsOf(reading)[0]?.key).toBe('2-2435');
});

test.each(['', '2025-13-40', '0000-00-00', 'soon'])('42. an article dated "%s" is kept without a date', async date => {
  publish(7);
  board.publish({ title: 'Odd', body: 'Text.', date });
  const items = itemsOf(await open().read(null));
  expect(items).toHaveLength(8);
  expect(items.map(item => item.date)).toEqual([null, ...Array(7).fill('2025-12-04')]);
});

test('43. control characters and overrides do not get past the reader', async () => {
  board.publish({ title: 'A\u0001B\u202eC', body: 'x\u0007y ]]> z', date: '2025-12-04' });
  const [item] = itemsOf(await open().read(null));
  expect([item?.title, item?.text]).toEqual(['ABC', 'xy ]]> z']);
});

describe('44. a page in another charset than it says', () => {
  test('gives the right text', async () => {
    board.publish({ title: '한미 통상 협의', body: '산업통상부는 회의를 열었다.', date: '2025-12-04' });
    board.fail(
      { is: 'charset', encode: html => iconv.encode(html, 'cp949'), contentType: 'text/html;charset=UTF-8' },
      1,
    );
    const source = open();
    expect(titles(await source.read(null))).toEqual(['한미 통상 협의']);
    board.fail({ is: 'charset', encode: html => Buffer.from(html), contentType: 'text/html;charset=EUC-KR' }, 1);
    expect(titles(await source.read(null))).toEqual(['한미 통상 협의']);
  });

  test('or is unhealthy(charset)', async () => {
    board.publish({ title: 'Économie', body: 'é'.repeat(50), date: '2025-12-04' });
    board.fail({ is: 'charset', encode: html => iconv.encode(html, 'latin1'), contentType: 'text/html;charset=UTF-8' });
    expect(endOf(await open().read(null))).toBe('charset');
  });
});

test('45. a page of hostile markup neither hangs nor throws', async () => {
  const hostile = [
    '<div>'.repeat(19_000),
    '<!'.repeat(19_000),
    `<div class="board-list">${'<li>'.repeat(19_000)}`,
    'x<br'.repeat(100_000),
  ];
  for (const html of hostile) {
    board.fail({ is: 'html', html: `<html>${html}</html>` }, 1);
    expect(['layout', 'empty', 'size', 'parse']).toContain(endOf(await open().read(null)));
  }
});

const listing = sharedFile('data/motir-listing.txt');
describe.skipIf(listing === null)("the ministry's listing as a board (needs SHARED_DIR)", () => {
  test('gives the same titles, texts and dates as the text reader', async () => {
    const { items } = parseText(readFileSync(listing ?? '', 'utf8'), { zone: 'Asia/Seoul' });
    for (const { title, text, date } of items.toReversed()) board.publish({ title, body: text, date: date ?? '' });
    const read = itemsOf(await open().read(null));
    expect(read.map(({ title, text, date }) => ({ title, text, date }))).toEqual(
      items.map(({ title, text, date }) => ({ title, text, date })),
    );
    expect(read[0]?.key).toBe('2-2442');
  });
});
