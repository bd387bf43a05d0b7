import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from '../support/atom-tools.ts';
import { holdReleases } from '../support/memory-releases.ts';
import { buildRelease, sampleReleases } from '../support/release-builder.ts';
import { openSite, type WebSite } from '../support/web-site.ts';

const reason = missing('chromium');
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-gpu'];

/** Runs in the page, where the types of Node are of no use. */
const MEASURE = readFileSync(join(import.meta.dirname, '../support/measure-page.js'), 'utf8');
interface Measures {
  readonly overflow: number;
  readonly pale: readonly string[];
  readonly small: readonly string[];
}

/** A word and a URL longer than any screen is wide, in every place where one can stand. */
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(5);
const wide = buildRelease({
  key: 'wide',
  title: LONG,
  text: `${LONG} ${LONG}`,
  lead: LONG,
  category: LONG,
  topics: [LONG],
  attachments: [{ name: LONG, url: 'https://harbor.example/x', type: LONG, bytes: 1 }],
});

describe.skipIf(reason)(`in Chromium${reason ? ` (${reason})` : ''}`, () => {
  let browser: Browser;
  let site: WebSite;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
    const releases = [...sampleReleases(), wide];
    site = await openSite({
      store: holdReleases(releases).store,
      search: async normal => ({ is: 'found', normal, releases, hints: [`${LONG}: did you mean ${LONG}?`] }),
      values: async () => [
        { id: 'steel', label: { en: 'Steel and aluminium', ko: '철강·알루미늄' }, count: 1234, last: '2025-12-04' },
        { id: 'wide', label: { en: LONG, ko: LONG }, count: 0, last: null },
      ],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  const paths = ['/', '/releases/harbor/2-104', '/releases/harbor/wide', '/nowhere', '/search?q=steel', '/topics'];
  const cases = [...paths, '/topics/steel'].flatMap(path =>
    (['light', 'dark'] as const).flatMap(colorScheme => [1280, 390, 320].map(width => ({ path, colorScheme, width }))),
  );

  test.each(cases)('$path, $colorScheme, $width px: no complaint, nothing too wide, every text legible', async look => {
    const context = await browser.newContext({
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: 800 },
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', message => complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(error.message));
    page.on('requestfailed', request => complaints.push(request.url()));
    await page.goto(`${site.url}${look.path}`);
    const { overflow, pale, small } = await page.evaluate<Measures>(MEASURE);
    await context.close();
    // The answer of a missing page is reported as such; nothing else may be.
    expect(complaints.filter(text => !(look.path === '/nowhere' && text.includes('404')))).toEqual([]);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(pale).toEqual([]);
    expect(small).toEqual([]);
  });

  test('the colours follow the reader’s scheme', async () => {
    const grounds = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme });
      await page.goto(site.url);
      grounds.push(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
      await page.close();
    }
    expect(grounds).toEqual(['rgb(250, 248, 243)', 'rgb(23, 20, 18)']);
  });

  test('without JavaScript everything is there, and the keyboard reaches the content first', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(site.url);
    expect(await page.locator('article').count()).toBe(5);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.close();
  });
});
