import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSample } from '../../src/app/demo/sample-releases.ts';
import { startSampleSite } from '../../src/app/demo/sample-site.ts';

/** Half past midnight in Seoul: the day of the institution is not the day of UTC. */
const NOW = { now: () => Temporal.Instant.from('2026-01-05T15:30:00Z') };

async function site() {
  const started = await startSampleSite(NOW);
  onTestFinished(() => started.close());
  return started;
}

const get = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { response, text: await response.text() };
};

const ITEM =
  /<li><a href="javascript:article\.view\('(\d+)', '2'\);"><div class="item">\s*<strong class="title">([^<]+)<\/strong>\s*<p class="info"><span class="cont">([^<]+)<\/span><span class="date"><i>date<\/i>(\d{4}-\d\d-\d\d)<\/span><\/p>\s*<\/div><\/a><\/li>/g;
const itemsOf = (html: string) =>
  [...html.matchAll(ITEM)].map(([, number, title, , date]) => ({ number, title, date }));

describe('the board', () => {
  test('starts on loopback with eight releases, newest first, dated before the start', async () => {
    const { url, listUrl, remaining } = await site();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(listUrl).toBe(`${url}/eng/article/EATCLdfa319ada`);
    const { text, response } = await get(listUrl);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const items = itemsOf(text);
    expect(items.map(({ number }) => number)).toEqual(['508', '507', '506', '505', '504', '503', '502', '501']);
    expect(items[0]?.date).toBe('2026-01-05');
    expect(items.map(({ date }) => date)).toEqual(
      items
        .map(({ date }) => date)
        .toSorted()
        .toReversed(),
    );
    expect(remaining()).toBe(16);
  });

  test('publishes one by one on top, dated today in Seoul, until none is left', async () => {
    const { listUrl, publish, remaining } = await site();
    const first = publish();
    expect(first).toEqual({ number: 509, title: expect.stringContaining('Free Trade Agreement') });
    const [top, ...others] = itemsOf((await get(listUrl)).text);
    expect(top).toEqual({ number: '509', title: first?.title, date: '2026-01-06' });
    expect(others.map(({ number }) => number)).toEqual(['508', '507', '506', '505', '504', '503', '502']);
    for (let left = remaining(); left > 0; left--) expect(publish()?.number).toBe(525 - left);
    expect([publish(), remaining()]).toEqual([null, 0]);
  });

  test('has pages of eight; a page beyond the last is empty', async () => {
    const { listUrl, publish } = await site();
    publish();
    expect(itemsOf((await get(`${listUrl}?pageIndex=2`)).text).map(({ number }) => number)).toEqual(['501']);
    expect(itemsOf((await get(`${listUrl}?pageIndex=3&bbsCdN=2`)).text)).toEqual([]);
    expect((await get(`${listUrl}?pageIndex=0`)).response.status).toBe(404);
  });

  test('shows an item with its identity, date and paragraphs', async () => {
    const { listUrl } = await site();
    const { text } = await get(`${listUrl}/505/view?pageIndex=3&bbsCdN=2`);
    expect(text).toContain('<div class="board-detail">');
    expect(text).toContain('name="bbsSeqN" value="505"');
    expect(text).toContain('name="bbsCdN" value="2"');
    expect(text).toMatch(/Registration date<\/strong> <span>2025-12-31</);
    expect(text).toMatch(/<div class="detail-cont"><p>[^<]+배터리 여권 안내[^<]+<\/p>\s*<p>/);
  });

  test('answers with validators, to HEAD, and by name to what it does not have', async () => {
    const { url, listUrl, publish } = await site();
    const etag = (await get(listUrl)).response.headers.get('etag') ?? '';
    expect((await get(listUrl, { headers: { 'if-none-match': etag } })).response.status).toBe(304);
    publish();
    expect((await get(listUrl, { headers: { 'if-none-match': etag } })).response.status).toBe(200);
    const head = await get(listUrl, { method: 'HEAD' });
    expect([head.response.status, head.text]).toEqual([200, '']);
    expect((await get(listUrl, { method: 'POST', body: 'x' })).response.status).toBe(405);
    expect((await get(url)).response.url).toBe(listUrl);
    for (const path of ['/eng/article/EATCLdfa319ada/999/view', '/eng/article/OTHER', '/../../etc/passwd', '/%00'])
      expect((await get(`${url}${path}`)).response.status, path).toBe(404);
  });

  test('escapes what it shows', async () => {
    const started = await startSampleSite(NOW, {
      institution: { name: '<b>I', short: 'I', korean: '기관' },
      releases: [{ title: '"<script>alert(1)</script>', body: "a & b's", day: 0 }],
    });
    onTestFinished(() => started.close());
    const { text } = await get(started.listUrl);
    expect(text).toContain('&quot;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('a &amp; b&#39;s');
    expect(text).not.toContain('<b>I');
  });

  test('is gone after close, also while somebody is in the middle of asking', async () => {
    const started = await startSampleSite(NOW);
    await get(started.listUrl);
    const asking = connect(Number(new URL(started.url).port), '127.0.0.1');
    asking.on('error', () => {});
    const ended = once(asking, 'close');
    asking.write('GET / HTTP/1.1\r\nHost: x\r\n');
    await once(asking, 'connect');
    // The server has to have seen the connection before it is told to close.
    await get(started.listUrl);
    await started.close();
    await ended;
    await expect(fetch(started.listUrl)).rejects.toThrow('fetch failed');
  });
});

describe('the sample', () => {
  const sample = readSample();

  test('has eight releases for the beginning and more to come, of many subjects, some with Korean words', () => {
    expect(sample.releases.filter(({ day }) => day !== null)).toHaveLength(8);
    expect(sample.releases.length).toBeGreaterThanOrEqual(24);
    expect(new Set(sample.releases.map(({ title }) => title)).size).toBe(sample.releases.length);
    const coming = sample.releases.filter(({ day }) => day === null).map(({ title, body }) => `${title} ${body}`);
    for (const subject of [/steel/i, /semiconductor/i, /batter/i, /free trade agreement/i, /hydrogen/i, /[가-힣]{2}/])
      expect(
        coming.some(text => subject.test(text)),
        String(subject),
      ).toBe(true);
  });

  test('is whole sentences, so that no reader takes a body for a cut one', () => {
    for (const { title, body } of sample.releases) {
      expect(body, title).toMatch(/[.)]$/);
      expect(title).not.toMatch(/\.$/);
    }
  });

  test.each([
    ['', 'lacks a group of keys'],
    ['institution: {name: a, short: b}\nreleases: []', 'lacks a text for "korean"'],
    ['institution: {name: a, short: b, korean: c}', 'has no list of releases'],
    ['institution: {name: a, short: b, korean: c}\nreleases: [{title: x}]', 'lacks a text for "body"'],
  ])('%j is refused', (text, message) => {
    expect(() => readSample(text)).toThrow(message);
  });
});
