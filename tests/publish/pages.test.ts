import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NO_FACETS } from '../../src/core/release.ts';
import { holdReleases } from '../support/memory-releases.ts';
import { buildRelease, HARBOR, sampleReleases } from '../support/release-builder.ts';
import { openSite } from '../support/web-site.ts';

describe('the front page', () => {
  test('lists the latest releases with date, source, link, labels and lead', async () => {
    await using site = await openSite();
    const { text, headers } = await site.get('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<time datetime="2025-12-04">4 December 2025</time> <span>Thursday</span>');
    expect(text).toContain(
      '<h3 lang="en" dir="auto"><a href="https://harbor.example/releases/2-104/view">Harbor Office Opens Second Quay for Steel Carriers to Portugal, R&amp;D Berth &lt;Delta&gt; Included</a></h3>',
    );
    expect(text).toContain(
      '<p class="lead" lang="en" dir="auto">The old lighthouse closes at the end of the year.</p>',
    );
    expect(text).toContain('<li class="source">들판청</li><li class="chip">Tides &amp; currents</li>');
    expect(text.match(/<section class="day">/g)).toHaveLength(3);
    expect([...text.matchAll(/<h3[^>]*><a href="([^"]+)/g)].map(found => found[1])).toEqual([
      'https://harbor.example/releases/2-104/view',
      'https://meadow.example/news/31?board=1&amp;kind=press',
      '/releases/harbor/t-abcdefgh',
      'https://harbor.example/releases/2-99/view',
    ]);
  });

  test('security rule 8: leads readers to the feed, names its language, and lets the browser load nothing else', async () => {
    await using site = await openSite();
    for (const path of ['/', '/releases/harbor/2-104']) {
      const { text, headers } = await site.get(path);
      expect(text).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
      expect(text).toContain(
        '<link rel="alternate" type="application/atom+xml" title="Official releases: Harbor and 들판청" href="/feed.atom">',
      );
      const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(text).not.toMatch(/<script| style="| on\w+="/);
    }
  });

  test('shows as many as the page size', async () => {
    await using site = await openSite({ pageSize: 2 });
    expect((await site.get('/')).text.match(/<article>/g)).toHaveLength(2);
  });

  test('says what will happen where there is nothing yet', async () => {
    await using site = await openSite({ store: holdReleases([]).store });
    const { text } = await site.get('/');
    expect(text).toContain('Nothing is recorded yet');
    expect(text).toContain('gwanbo is about to read Harbor and 들판청 for the first time.');
    await using none = await openSite({ store: holdReleases([]).store, sources: new Map() });
    expect((await none.get('/')).text).toContain('No source is watched yet');
  });

  test('is known by a tag and sent packed', async () => {
    await using site = await openSite();
    const first = await site.get('/', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(first.headers['content-encoding']).toBe('gzip');
    const again = { 'Accept-Encoding': 'gzip', 'If-None-Match': first.headers.etag ?? '' };
    expect((await site.get('/', { headers: again })).status).toBe(304);
  });
});

describe('the page of a release', () => {
  test('shows its text in paragraphs, its attachments, and why it is about what it is about', async () => {
    await using site = await openSite();
    const { text } = await site.get('/releases/harbor/2-104');
    expect(text).toContain(
      '<a class="go" href="https://harbor.example/releases/2-104/view">Read the official page</a>',
    );
    expect(text).toContain('Its figures are published each week.<br>The next report follows on December 11.</p>');
    expect(text).toContain(
      '<a href="https://harbor.example/files/quay%20plan.pdf">Quay plan.pdf</a> <small>application/pdf, 49.0 kB</small>',
    );
    expect(text).toContain(
      '<span class="chip">Steel</span> <small><q lang="en">Steel</q> in the title, <q lang="en">steel</q> in the lead</small>',
    );
    expect(text).toContain('<q lang="en">currents</q> in the text ×2');
    expect(text).toContain('<dt>Also mentioned</dt><dd>Canada</dd>');
    expect(text).toContain('5 December 2025, 06:30 UTC</time>, version 2');
    expect(text).toContain('<link rel="canonical" href="https://releases.example/releases/harbor/2-104">');
    expect(text).toContain('<dd>tag:harbor.example,2025:harbor/2-104</dd>');
  });

  test('stands in for the official page where there is none', async () => {
    await using site = await openSite();
    const { text } = await site.get('/releases/harbor/t-abcdefgh');
    expect(text).toContain('Its lamp goes to the museum of the town');
    expect(text).not.toContain('official page</a>');
  });

  test('says that its source no longer lists it, and that it has no date', async () => {
    await using site = await openSite();
    const { text } = await site.get('/releases/harbor/2-99');
    expect(text).toContain('The source no longer lists this release.');
    expect(text).toContain('<li>No date given</li>');
  });

  test.each([
    ['full', ['The lead.', 'The rest.', 'in the text', 'in the lead', 'in the title']],
    ['lead', ['The lead.', 'in the lead', 'in the title', 'The whole text is on the official page.']],
    ['link', ['in the title', 'The whole text is on the official page.']],
  ] as const)('security rule 16: shows as much text as its source allows: %s', async (republish, expected) => {
    const release = buildRelease({
      text: 'The lead. The rest.',
      topics: ['steel'],
      facets: {
        ...NO_FACETS,
        topics: ['steel'],
        lead: 'The lead.',
        evidence: (['title', 'lead', 'body'] as const).map(where => ({
          facet: 'topic',
          id: 'steel',
          where,
          words: where,
        })),
      },
    });
    const sources = new Map([['harbor', { ...HARBOR, republish }]]);
    await using site = await openSite({ sources, store: holdReleases([release]).store });
    const front = (await site.get('/')).text;
    const { text } = await site.get('/releases/harbor/2-100');
    const all = [
      'The lead.',
      'The rest.',
      'in the text',
      'in the lead',
      'in the title',
      'The whole text is on the official page.',
    ];
    expect(all.filter(words => text.includes(words)).toSorted()).toEqual([...expected].toSorted());
    expect(front.includes('The lead.')).toBe(republish !== 'link');
    expect(front).not.toContain('The rest.');
  });

  test('leads to related releases and says what ties them', async () => {
    const other = { id: 'meadow/n-31', title: '수위 <관측소>', date: '2025-12-04' };
    await using site = await openSite({
      related: async ({ id }) =>
        id === 'harbor/2-104' ? [{ release: other, because: 'same series, 2nd forum & more' }] : [],
    });
    expect((await site.get('/releases/harbor/2-104')).text).toContain(
      '<section class="part"><h2>Related</h2><ul><li><a href="/releases/meadow/n-31" lang="ko" dir="auto">수위 &lt;관측소&gt;</a> <small><time datetime="2025-12-04">4 December 2025</time> · same series, 2nd forum &amp; more</small></li>',
    );
    expect((await site.get('/releases/harbor/2-99')).text).not.toContain('Related');
  });

  test('changes with the release', async () => {
    await using site = await openSite();
    await site.get('/releases/harbor/2-104');
    site.memory.commit(sampleReleases().map(release => ({ ...release, title: 'Corrected' })));
    expect((await site.get('/releases/harbor/2-104')).text).toContain('dir="auto">Corrected</h1>');
  });
});

describe('refusals', () => {
  test('are a page for a browser and a line for everyone else, and are kept by nobody', async () => {
    await using site = await openSite();
    const page = await site.get('/nowhere', { headers: { Accept: 'text/html,*/*' } });
    const line = await site.get('/nowhere');
    expect(page.text).toContain('<h1>Not found</h1>');
    expect(page.text).toContain('type="application/atom+xml"');
    expect(page.text).toContain('<meta name="robots" content="noindex">');
    expect(line.text).toBe('Not found. There is nothing at this address.\n');
    for (const { status, headers } of [page, line])
      expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });
});
