import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPresets } from '../../src/app/config.ts';
import { siteOf } from '../../src/app/site.ts';
import { createHandler } from '../../src/publish/handler.ts';
import { listen } from '../../src/publish/server.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { startWatch, type Watch } from '../support/watch.ts';
import { send } from '../support/web-site.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

async function served(watch: Watch, paths: readonly string[]): Promise<string[]> {
  const site = siteOf(watch.house, { url: () => 'https://releases.example', mounts: new Map(), ready: () => [] });
  const server = await listen(createHandler(site), { host: '127.0.0.1', port: 0, limits: {} });
  try {
    return await Promise.all(paths.map(async path => (await send(server.url, path)).text));
  } finally {
    await server.close();
  }
}

test('security rule 5: every ready source is asked over https, and so is whatever it allows', () => {
  for (const [name, { url, categories = [] }] of Object.entries(loadPresets()))
    for (const address of [url ?? '', ...categories]) expect(new URL(address).protocol, name).toBe('https:');
});

const HOSTILE = `<p class="odd-class" style="color:red" id="odd-id" onclick="steal()">Steel <a href="/more?a=1&amp;b=2" target="_blank">more</a>
<a href="javascript:alert(1)">bad</a> <a href="//elsewhere.example/x">without a scheme</a> <a href="data:text/html,x">data</a>
<img src="pic.png" onerror="alert(1)"><script>alert(1)</script><svg onload="alert(1)"><circle/></svg>
<iframe src="https://evil.example/"></iframe><style>body{display:none}</style><form action="/x"><input></form></p>`;

test('security rule 6: what a source says in HTML is stored and served sanitized and absolute, the raw body nowhere', async () => {
  const feed = (body: string) =>
    `<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>Steel</title><link>/news/1</link><pubDate>2026-03-01</pubDate><description>${body.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</description></item></channel></rss>`;
  board.documents.set('/feed.xml', () => feed(HOSTILE));
  const source = { id: 'news', kind: 'feed', url: `${board.origin}/feed.xml`, every: '1s', republish: 'full' };
  const watch = await startWatch({ sources: [source] });
  expect(await watch.poll()).toMatchObject({ status: 'baseline', new: 1 });
  const [release] = await watch.house.store.releases({ limit: 1 });
  expect(release?.html).toContain(`href="${board.origin}/more?a=1&amp;b=2"`);
  expect(release?.html).toContain(`src="${board.origin}/pic.png"`);
  expect(release?.html).toContain('href="http://elsewhere.example/x"');
  expect(release?.html).toMatch(/rel="[^"]*noopener[^"]*nofollow|rel="[^"]*nofollow[^"]*noopener/);
  const [atom = '', page = '', front = ''] = await served(watch, ['/feed.atom', `/releases/${release?.id}`, '/']);
  for (const text of [atom, bodyOf(page), bodyOf(front)]) expect(text).toContain('Steel');
  const stored = JSON.stringify(release);
  for (const [where, text] of Object.entries({ stored, atom, page: bodyOf(page), front: bodyOf(front) })) {
    expect(text, where).not.toMatch(/<script|&lt;script|onerror|onclick|onload|javascript:|data:text|evil\.example/i);
    expect(text, where).not.toMatch(/<iframe|<svg|<style|<form|<input|display:none|color:red|odd-class|odd-id/i);
  }
});

/** What a page says, without its own style and sign. */
const bodyOf = (page: string) => page.slice(page.indexOf('<main'), page.indexOf('</main>'));

test('security rule 12: what a source says is clean before it is kept, wherever it says it', async () => {
  const nasty = 'Steel \\u0000\\u0007\\u001b[31m \\u009b31m \\ufffe\\uffff \\ud800 e\\u0301 ]]> \\u202Etalks';
  const items = [
    {
      id: '1',
      title: nasty,
      content_text: nasty,
      url: '/1',
      date_published: '2026-03-01',
      authors: [{ name: nasty }],
      tags: [nasty],
    },
  ];
  const json = JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'News', items }).replaceAll(
    '\\\\u',
    '\\u',
  );
  board.documents.set('/feed.json', () => json);
  const watch = await startWatch({
    sources: [{ id: 'news', kind: 'feed', url: `${board.origin}/feed.json`, every: '1s', republish: 'full' }],
  });
  expect(await watch.poll()).toMatchObject({ status: 'baseline', new: 1 });
  const [release] = await watch.house.store.releases({ limit: 1 });
  expect(release?.title).toMatch(/^Steel .*\u00e9 \]\]> .*talks$/);
  const said = [release?.title, release?.text, release?.html, release?.author, ...(release?.categories ?? [])].join(
    '\n',
  );
  expect(said.isWellFormed()).toBe(true);
  expect(said).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\u202e]/);
  const [atom = ''] = await served(watch, ['/feed.atom']);
  expect(atom).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u202e]/);
  expect(atom.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '')).not.toContain(']]>');
});

test('security rule 13: every package is pinned and in the lock file, and none builds anything but the one that is named', () => {
  const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '../..', name), 'utf8'));
  const { dependencies, devDependencies, allowScripts } = read('package.json');
  const { packages } = read('package-lock.json');
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
    expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
  const locked = Object.entries<{ readonly hasInstallScript?: boolean; readonly dev?: boolean }>(packages);
  const building = locked.filter(([, one]) => one.hasInstallScript).map(([path, one]) => [path, one.dev === true]);
  expect(building).toEqual(Object.keys(allowScripts).map(name => [`node_modules/${name}`, true]));
});

test('security rule 17: how to report is said, and every row of the threat model is held by tests', () => {
  const root = resolve(import.meta.dirname, '../..');
  const read = (name: string) => readFileSync(resolve(root, name), 'utf8');
  expect(read('SECURITY.md')).toMatch(/^\*\*Reporting\.\*\*/m);
  expect(JSON.parse(read('package.json')).files).toContain('SECURITY.md');
  const rows = [...read('docs/threat-model.md').matchAll(/^\| (\d+) \| .+ \| .+ \|$/gm)].map(([, rule]) =>
    Number(rule),
  );
  expect(rows).toEqual(Array.from({ length: 17 }, (_, at) => at + 1));
  const tests = readdirSync(resolve(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => read(`tests/${name}`))
    .join('\n');
  // As the name of a test begins, alone or behind the number of a fault.
  const held = (rule: number) => new RegExp(`['"\`](?:\\d+\\. )?security rule ${rule}:`).test(tests);
  expect(rows.filter(rule => !held(rule))).toEqual([]);
});
