import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/app/clock.ts';
import { loadConfig, loadPresets } from '../../src/app/config.ts';
import { readEnvironment } from '../../src/app/environment.ts';
import { Trouble } from '../../src/app/errors.ts';
import { addSource, removeSource } from '../../src/app/source-config.ts';
import { triedPage } from '../../src/app/source-print.ts';
import { type SourceOptions, trySource } from '../../src/app/source-try.ts';
import { openTerminal } from '../../src/app/terminal.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { rssFeed, textListing } from '../support/feed-xml.ts';
import { temporaryFolder } from '../support/folder.ts';
import { newsPage } from '../support/news-html.ts';
import { presetFixture } from '../support/preset-site.ts';
import { silentLog } from '../support/silent-log.ts';

let site: FakeBoard;
beforeEach(async () => {
  site = await startFakeBoard();
  site.documents
    .set('/feed.xml', rssFeed)
    .set('/list.txt', textListing)
    .set('/news.html', newsPage)
    .set(
      '/home.html',
      () => '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>',
    )
    .set('/korean.html', () => readFileSync(presetFixture('motir-korean').file, 'utf8'))
    .set(
      '/feed.json',
      () => '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","title":"T"}]}',
    )
    .set(
      '/plain.html',
      () =>
        '<!-- made by hand --><!DOCTYPE html><html><head><title>Plain</title></head><body><p>Hello.</p></body></html>',
    )
    .set('/words.txt', () => 'Only some words.');
  site.publish({ title: 'Steel talks', body: 'Talks were held.', date: '2025-12-04' });
});
afterEach(() => site.close());

/** Settings over a config file of its own. */
function settings(sources: object[] = [{ id: 'own', kind: 'feed', url: `${site.origin}/feed.xml` }]) {
  const file = join(temporaryFolder(), 'g.yaml');
  writeFileSync(file, `# mine\nsources:\n${sources.map(one => `  - ${JSON.stringify(one)}\n`).join('')}`);
  const environment = readEnvironment({}, path => {
    throw new Error(`no file ${path}`);
  });
  const read = () => ({ environment, config: loadConfig(file), log: silentLog(), clock: systemClock });
  return { file, read, text: () => readFileSync(file, 'utf8') };
}

const attempt = (target: string, options: SourceOptions = {}) => trySource(target, options, settings().read());
const SELECT = ['item=article.news', 'title=h3', 'date=time@datetime'];

describe('a trial guesses what an address is', () => {
  test.each([
    ['board', '/eng/article/EATCLdfa319ada', '/eng/article/EATCLdfa319ada'],
    ['feed', '/feed.xml', '/feed.xml'],
    ['feed', '/home.html', '/feed.xml'],
    ['feed', '/feed.json', '/feed.json'],
    ['text', '/list.txt', '/list.txt'],
  ])('%s at %s', async (kind, path, found) => {
    const tried = await attempt(`${site.origin}${path}`);
    expect(tried).toMatchObject({ kind, url: `${site.origin}${found}`, verdict: 'ok' });
    expect(tried.items).toHaveLength(1);
  });

  test('a table of the Korean site is a board too', async () => {
    const tried = await attempt(`${site.origin}/korean.html`);
    expect(tried).toMatchObject({ kind: 'board', verdict: 'ok', fields: { title: 2, date: 2, text: 0 } });
  });

  test.each([
    ['/plain.html', 'a page ("Plain") that names no feed'],
    ['/words.txt', 'neither a page nor a feed nor a text listing'],
    ['/gone.html', 'answered 404'],
  ])('or says why not: %s', async (path, why) => {
    await expect(attempt(`${site.origin}${path}`)).rejects.toThrow(why);
  });

  test('a page that names no feed is read by selectors', async () => {
    await expect(attempt(`${site.origin}/news.html`)).rejects.toMatchObject({
      code: 'source',
      fix: expect.stringContaining('--select item=CSS'),
    });
    expect(await attempt(`${site.origin}/news.html`, { select: SELECT })).toMatchObject({
      kind: 'listing',
      verdict: 'ok',
      items: [{ title: 'Steel talks', date: '2025-12-04', url: `${site.origin}/news/2435` }],
    });
  });
});

describe('a trial says what is missing', () => {
  test('field by field, and whether a poll would believe it', async () => {
    const tried = await attempt(`${site.origin}/news.html`, { select: [...SELECT.slice(0, 2), 'date=.gone'] });
    expect(tried).toMatchObject({
      verdict: 'layout',
      error: expect.stringContaining('0 of 1'),
      fields: { key: 1, url: 1, title: 1, date: 0, text: 0 },
      items: [{ title: 'Steel talks', date: null }],
    });
    const page = triedPage(tried, openTerminal({ write: () => {} }, { json: false }));
    expect(page).toContain('date: missing in 1 of 1 item');
    expect(page).toContain('undated');
  });

  test('where it moved for good, and for how long it is fresh', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/old.xml') response.writeHead(301, { location: '/new.xml' }).end();
      else response.writeHead(200, { 'cache-control': 'max-age=1800' }).end(rssFeed(site.articles));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await attempt(`${origin}/old.xml`, { kind: 'feed' })).toMatchObject({
      verdict: 'ok',
      moved: `${origin}/new.xml`,
      maxAge: 1800,
    });
  });

  test.each([
    ['a configured source', 'own', {}, 'ok'],
    ['a configured source with words beside it', 'own', { zone: 'Asia/Seoul' }, 'usage'],
    ['a name that nobody knows', 'owm', {}, 'usage'],
    ['half a selector', '/news.html', { select: ['item'] }, 'usage'],
    ['selectors without a date', '/news.html', { select: SELECT.slice(0, 2) }, 'usage'],
    ['a zone that does not exist', '/feed.xml', { zone: 'Mars/Base' }, 'usage'],
  ])('%s', async (_, target, options, expected) => {
    const address = target.startsWith('/') ? `${site.origin}${target}` : target;
    const ended = await attempt(address, options).then(
      tried => tried.verdict,
      error => (error instanceof Trouble ? error.code : error),
    );
    expect(ended).toBe(expected);
  });
});

describe('a source in the config file', () => {
  test('is added by the name of a preset, under its own or another id, and found there', async () => {
    const { file, read, text } = settings();
    expect(await addSource('wto', {}, read())).toEqual({
      action: 'added',
      file,
      source: { id: 'wto', kind: 'feed', name: 'WTO', url: loadPresets().wto?.url },
    });
    await addSource('wto', { id: 'geneva' }, read());
    expect(text()).toMatch(
      /^# mine\nsources:\n {2}- \{.*\}\n {2}- id: wto\n {4}preset: wto\n {2}- id: geneva\n {4}preset: wto\n$/,
    );
    expect(read().config.sources.map(source => source.id)).toEqual(['own', 'wto', 'geneva']);
  });

  test('is added by its address, read once to see what it is', async () => {
    const { read } = settings();
    await addSource(`${site.origin}/home.html`, {}, read());
    await addSource(`${site.origin}/news.html`, { select: SELECT, id: 'news', zone: 'Asia/Seoul' }, read());
    expect(read().config.sources.slice(1)).toMatchObject([
      { id: '127-0-0-1', kind: 'feed', url: `${site.origin}/feed.xml` },
      { id: 'news', kind: 'listing', zone: 'Asia/Seoul', select: { item: 'article.news', link: null } },
    ]);
  });

  test.each([
    ['under an id that is taken', 'wto', { id: 'own' }, 'own is the id of another source'],
    ['under an id that is none', 'wto', { id: 'A B' }, 'not allowed here'],
    [
      'with a selector that is none',
      'https://example.org/',
      { select: ['item=li[', 'title=a', 'date=b'] },
      'no CSS selector',
    ],
  ])('is not added %s, and the file stays as it is', async (_, target, options, why) => {
    const { read, text } = settings();
    const before = text();
    await expect(addSource(target, options, read())).rejects.toThrow(why);
    expect(text()).toBe(before);
  });

  test('is removed, but never the only one', async () => {
    const { read, text } = settings();
    const before = text();
    await addSource('iso', {}, read());
    expect(removeSource('iso', read())).toMatchObject({ action: 'removed', source: { id: 'iso' } });
    expect(text()).toBe(before);
    expect(() => removeSource('own', read())).toThrow('own is the only source');
    expect(() => removeSource('onw', read())).toThrow('there is no source onw');
  });
});
