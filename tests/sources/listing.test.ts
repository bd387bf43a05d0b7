import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Select } from '../../src/ports/source.ts';
import { canonicalLink } from '../../src/sources/link-key.ts';
import { parseListing } from '../../src/sources/listing-parse.ts';
import { readListing } from '../../src/sources/listing-read.ts';
import { openReaders, openSource } from '../../src/sources/open-source.ts';
import { readInput } from '../../src/sources/read-input.ts';
import { parseSelector, selectorTrouble } from '../../src/sources/selector.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { NEWS_SELECT, newsPage } from '../support/news-html.ts';
import { endOf, itemsOf, sourceConfig } from '../support/sources.ts';

const AT = { url: 'https://Example.org/news/list?page=1', zone: 'Asia/Seoul', select: NEWS_SELECT };

/** One item around whatever is said. */
const page = (inner: string, head = '') => `<html><head><title>News</title>${head}</head><body>${inner}</body></html>`;
const item = (inner: string) => `<article class="news">${inner}</article>`;
const only = (html: string, select: Partial<Select> = {}) => {
  const { items, rejected } = parseListing(html, { ...AT, select: { ...NEWS_SELECT, ...select } });
  if (items.length !== 1) throw new Error(`${items.length} items, ${JSON.stringify(rejected)}`);
  return items[0];
};

describe('a page by selectors', () => {
  test('is a title and its items, in the order of the page', () => {
    const one =
      '<h3><a href="/news/2">Two  of\n them</a></h3><time datetime="2025-12-04T09:00">4 Dec</time><p class="teaser">A <b>bold</b> step.<script>x()</script></p>';
    const two = '<h3><a href="1">One</a></h3><time datetime="2025-12-03">3 Dec</time>';
    expect(parseListing(page(item(one) + item(two)), AT)).toEqual({
      title: 'News',
      items: [
        {
          key: 'https://example.org/news/2',
          url: 'https://example.org/news/2',
          title: 'Two of them',
          text: 'A bold step.',
          html: 'A <b>bold</b> step.',
          date: '2025-12-04T09:00:00+09:00',
          updated: null,
          author: null,
          categories: [],
          attachments: [],
        },
        expect.objectContaining({ key: 'https://example.org/news/1', title: 'One', text: '', date: '2025-12-03' }),
      ],
      rejected: [],
    });
  });

  test.each([
    ['the text of an element', '.day', '<span class="day">2025. 12. 4.</span>', '2025-12-04'],
    ['an attribute', 'time@datetime', '<time datetime="2025-12-04">yesterday</time>', '2025-12-04'],
    ['an attribute of the item itself', '@data-day', '', '2025-12-05'],
    ['a label before it', '.day', '<span class="day">Published: 4 December 2025</span>', '2025-12-04'],
    ['a label glued to it', '.day', '<span class="day"><i>date</i>2025-12-04</span>', '2025-12-04'],
    ['words that only programs can read', 'time', '<time datetime="2025-12-04">yesterday</time>', '2025-12-04'],
    ['nothing', '.day', '', null],
    ['a day that no calendar has', '.day', '<span class="day">2025-13-40</span>', null],
  ])('a date from %s', (_, date, html, expected) => {
    const found = only(page(`<article class="news" data-day="2025-12-05"><h3>T</h3>${html}</article>`), { date });
    expect(found?.date).toBe(expected);
  });

  test.each([
    [
      'the first link where none is named',
      null,
      '<a name="x"></a><a href="/a">A</a><a href="/b">B</a>',
      'https://example.org/a',
    ],
    [
      'the attribute is href where none is named',
      'a.b',
      '<a href="/a">A</a><a class="b" href="/b">B</a>',
      'https://example.org/b',
    ],
    ['another attribute', 'a@data-url', '<a href="#" data-url="//other.example/c">C</a>', 'https://other.example/c'],
    ['a script', null, '<a href="javascript:view(3)">A</a>', null],
    ['an anchor of the same page', null, '<a href="#news-3">A</a>', null],
    ['a letter', null, '<a href="mailto:a@example.org">A</a>', null],
    ['none', null, '', null],
  ])('a link: %s', (_, link, html, url) => {
    expect(only(page(item(`<h3>T</h3>${html}`)), { link })).toMatchObject({ url, key: url });
  });

  test('an item that is itself the link', () => {
    expect(only(page('<a class="row" href="/r"><b>T</b></a>'), { item: 'a.row', title: 'b', link: null })?.url).toBe(
      'https://example.org/r',
    );
  });

  test("the page's own base wins over its address", () => {
    const html = page(item('<h3><a href="n/1">T</a></h3>'), '<base href="https://cdn.example/en/">');
    expect(only(html)?.url).toBe('https://cdn.example/en/n/1');
  });

  test('46. the body is sanitized, its addresses are absolute', () => {
    const body =
      '<div class="teaser"><p onclick="x()">A <a href="/b">b</a><img src="javascript:x()"></p><iframe src="/c"></iframe></div>';
    const found = only(page(item(`<h3>T</h3>${body}`)));
    expect(found?.html).toBe('<p>A <a href="https://example.org/b" rel="noopener nofollow">b</a></p>');
    expect(found?.text).toBe('A b');
  });

  test('links that lead to one place tell no items apart', () => {
    const all = ['One', 'Two'].map(title => item(`<h3><a href="/all">${title}</a></h3>`)).join('');
    const { items } = parseListing(page(all), AT);
    expect(items.map(one => [one.key, one.url])).toEqual([
      [null, 'https://example.org/all'],
      [null, 'https://example.org/all'],
    ]);
  });

  test('an item without a title is named', () => {
    const { items, rejected } = parseListing(page(item('<h3></h3>') + item('<h3>T</h3>')), AT);
    expect(items).toHaveLength(1);
    expect(rejected).toEqual([{ at: 'item 1', reason: 'nothing in it matches title "h3"' }]);
  });

  test('45. a page of ten thousand nested items is refused, not walked', () => {
    const html = page(`${'<article class="news"><h3>T</h3>'.repeat(9_000)}`);
    expect(() => readListing(html, { ...AT, what: 'it' })).toThrow('nests deeper');
  });
});

describe('a link as a key', () => {
  test.each([
    ['https://EXAMPLE.org:443/a?id=3', 'https://example.org/a?id=3'],
    ['https://example.org/a?utm_source=x&id=3&utm_medium=y', 'https://example.org/a?id=3'],
    ['https://example.org/a?fbclid=1', 'https://example.org/a'],
    ['https://example.org/a;jsessionid=AB?id=3', 'https://example.org/a?id=3'],
    ['https://example.org/a?b=2&a=1&a=0', 'https://example.org/a?b=2&a=1&a=0'],
    ['https://example.org/A%2fb?q=%ED%95%9C+x', 'https://example.org/A%2fb?q=%ED%95%9C+x'],
    ['https://example.org/a#part', 'https://example.org/a#part'],
    ['https://example.org/a?utm_unknown', 'https://example.org/a'],
    ['https://example.org/a?sid=7', 'https://example.org/a?sid=7'],
  ])('%s', (link, expected) => {
    expect(canonicalLink(link)).toBe(expected);
    expect(canonicalLink(expected)).toBe(expected);
  });
});

describe('a selector', () => {
  test.each([
    ['li.news > a', { css: 'li.news > a', attribute: null }],
    ['time@datetime', { css: 'time', attribute: 'datetime' }],
    [' a @href ', { css: ' a', attribute: 'href' }],
    ['@data-id', { css: '', attribute: 'data-id' }],
    ['a[href*="@x"]', { css: 'a[href*="@x"]', attribute: null }],
    ['a[href*="@x"]@title', { css: 'a[href*="@x"]', attribute: 'title' }],
  ])('%s', (written, expected) => {
    expect(parseSelector(written)).toEqual(expected);
    expect(selectorTrouble(written)).toBeNull();
  });

  test.each([
    ['li[', 'Expected name'],
    ['a:hover-soon', 'hover-soon'],
    ['a:not(b', ''],
    ['', 'it is empty'],
    ['%@href', 'Empty sub-selector'],
  ])('%s is none', (written, why) => {
    expect(selectorTrouble(written)).toContain(why);
  });
});

describe('as a source', () => {
  const readers = openReaders({ limits: { total: 4_000, header: 2_000 } });
  let site: FakeBoard;
  beforeEach(async () => {
    site = await startFakeBoard();
    site.documents.set('/news.html', newsPage);
    site.publish({ title: 'First', body: 'It is first.', date: '2025-12-04' });
  });
  afterEach(() => site.close());
  afterAll(() => readers.close());
  const open = (select: Partial<Select> = {}) =>
    openSource(sourceConfig('listing', `${site.origin}/news.html`, { select: { ...NEWS_SELECT, ...select } }), readers);

  test('24. where the fields are missing the contract fails and nothing is taken', async () => {
    expect(itemsOf(await open().read(null))).toHaveLength(1);
    const reading = await open({ date: '.gone' }).read(null);
    expect(reading).toMatchObject({ is: 'unhealthy', fault: 'layout', reason: expect.stringContaining('0 of 1') });
  });

  test('where no item is found the page and the selector are named', async () => {
    const reading = await open({ item: 'li.item' }).read(null);
    expect(reading).toMatchObject({
      fault: 'layout',
      reason: expect.stringMatching(/nothing on .*news\.html \("News"\) matches item "li\.item"/),
    });
  });

  test('21. other selectors are another reader: the same page is read again', async () => {
    const first = await open().read(null);
    if (first.is !== 'items') throw new Error('no items');
    expect((await open().read(first.validators)).is).toBe('unchanged');
    const other = await open({ body: null }).read(first.validators);
    expect(itemsOf(other)[0]?.text).toBe('');
    expect(site.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  test('a saved page is read by the same selectors, and not at all without any', async () => {
    const html = Buffer.from(newsPage(site.articles));
    const options = { zone: 'UTC', base: 'https://example.org/' };
    expect(await readInput('listing', html, { ...options, select: NEWS_SELECT }, readers)).toMatchObject({
      is: 'read',
      items: [{ key: 'https://example.org/news/2435', title: 'First', text: 'It is first.' }],
    });
    expect(await readInput('listing', html, options, readers)).toMatchObject({ is: 'fault', fault: 'parse' });
    expect(endOf(await open().read(null))).toBe('items');
  });
});
