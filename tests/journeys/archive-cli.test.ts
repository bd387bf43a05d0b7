import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFolder } from '../support/bot.ts';

const BIN = resolve(import.meta.dirname, '../../bin/gwanbo.js');
const LISTING = [
  ['Steel Talks with Canada', 'Steel and AI were named in Ottawa.', '2025-12-04'],
  ['철강협회와 간담회', '철강업계의 애로를 들었다.', '2025-12-03'],
  ['Ceramics Fair', 'The ministry held a fair for makers of ceramics.', '2025-11-20'],
];

/** The command line on a database of its own that holds the listing. */
async function openCli() {
  const folder = openFolder();
  onTestFinished(folder.remove);
  const config = join(folder.path, 'gwanbo.yaml');
  const listing = join(folder.path, 'listing.txt');
  writeFileSync(config, `sources: [{ id: notes, kind: text, url: ${listing}, name: Notes, zone: Asia/Seoul }]\n`);
  writeFileSync(listing, LISTING.map(([title, body, date]) => `-\n${title}\n${body}date${date}\n`).join(''));
  const env = { PATH: process.env.PATH, GWANBO_CONFIG: config, DATABASE_URL: folder.database, NO_COLOR: '1' };
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>(done => {
      execFile(process.execPath, [BIN, ...args], { env, cwd: folder.path }, (error, out, err) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
  expect((await run('import', listing, '--source', 'notes')).out).toContain('3 recorded');
  const json = async (...args: string[]) =>
    (await run(...args, '--json')).out
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  return { run, json };
}

test('search and latest give releases a line, in pages', async () => {
  const { run, json } = await openCli();
  const [first, ...rest] = await json('search', 'steel OR 철강', '--limit', '1');
  expect([first.title, rest]).toEqual(['Steel Talks with Canada', []]);
  const next = await json('search', 'steel OR 철강', '--cursor', first.id);
  expect(next.map(({ title }) => title)).toEqual(['철강협회와 간담회']);
  expect((await json('latest', '--limit', '2')).map(({ date }) => date)).toEqual(['2025-12-04', '2025-12-03']);
  expect(await json('latest', 'AI')).toHaveLength(1);
  expect((await run('search', 'steel', '--limit', '1')).out).toContain(`--cursor ${first.id}`);
  expect((await run('search', 'ai')).out).toMatch(/No recorded release matches[\s\S]*did you mean/);
  expect((await run('search', '--', '-steel', '-철강')).out).toContain('Ceramics Fair');
  expect(await run('search', 'steel', '--cursor', 'notes/none')).toMatchObject({ code: 2, out: '' });
});

test('preview counts what a query would have brought', async () => {
  const { run, json } = await openCli();
  const [seen] = await json('preview', '철강', 'OR', 'steel', '--days', '36500');
  expect(seen).toMatchObject({ normal: 'steel OR 철강', count: 2, days: 36500, from: '2025-11-20' });
  expect(seen.months.slice(0, 2)).toEqual([
    { month: '2025-11', count: 0 },
    { month: '2025-12', count: 2 },
  ]);
  expect(seen.latest.map(({ title }: { title: string }) => title)).toEqual([
    'Steel Talks with Canada',
    '철강협회와 간담회',
  ]);
  expect(seen.latest[1].why).toEqual([
    {
      clause: '철강',
      evidence: [
        { where: 'title', words: '철강' },
        { where: 'lead', words: '철강' },
      ],
    },
  ]);
  const { out } = await run('preview', 'country:ca', '--days', '36500');
  expect(out).toMatch(/^country:ca would have alerted once since 2025-11-20/);
  expect(out).toMatch(/\n2025-12 {2}█ 1\n/);
  expect(out).toContain('country:ca x2');
  expect(await run('preview', 'steel', '--days', '0')).toMatchObject({ code: 2 });
});

test('why is clause by clause for a query', async () => {
  const { run, json } = await openCli();
  const [{ id }] = await json('latest', '--limit', '1');
  expect(await json('why', id, '--query', 'steel -AI')).toEqual([
    {
      release: id,
      subscription: null,
      query: 'steel -AI',
      match: false,
      clauses: [
        {
          clause: 'steel',
          holds: true,
          evidence: [
            { where: 'title', words: 'Steel' },
            { where: 'lead', words: 'Steel' },
          ],
        },
        { clause: '-AI', holds: false, evidence: [{ where: 'lead', words: 'AI' }] },
      ],
      delivery: null,
      turns: [],
      outcome: null,
    },
  ]);
  expect(await run('why', 'notes/none')).toMatchObject({ code: 2 });
  expect(await run('why', id, '--subscription', '1', '--query', 'steel')).toMatchObject({ code: 2 });
});

test('why is clause by clause for a subscription or for all of them', async () => {
  const { run, json } = await openCli();
  const [{ id }] = await json('latest', '--limit', '1');
  await run('follow', 'steel', '--to', 'console');
  await run('follow', 'zinc', '--to', 'console');
  expect((await json('why', id)).map(({ subscription, match }) => [subscription, match])).toEqual([
    [1, true],
    [2, false],
  ]);
  const { out } = await run('why', id, '--subscription', '1');
  expect(out).toContain('#1 steel: it matches\n  true   steel  title "Steel", lead "Steel"');
  expect(out).toContain('the subscription is younger than the release');
  expect(await run('why', id, '--subscription', '9')).toMatchObject({ code: 2 });
});

test('show tells what is related', async () => {
  const { run, json } = await openCli();
  const [{ id }] = await json('latest', '--limit', '1');
  const [shown] = await json('show', id);
  expect(shown).toMatchObject({
    title: 'Steel Talks with Canada',
    related: [{ because: expect.stringMatching(/^also /) }],
  });
  expect((await run('show', id)).out).toMatch(/\nRelated\nnotes\/\S+ 철강협회와 간담회 \(also /);
});

test('topics counts what releases are about, and feed says where a query can be read', async () => {
  const { run, json } = await openCli();
  const [first, ...rest] = await json('topics');
  expect([first, rest.length]).toEqual([
    {
      facet: 'topic',
      id: 'steel',
      label: { en: 'Steel and aluminium', ko: expect.any(String) },
      count: 2,
      last: '2025-12-04',
    },
    29,
  ]);
  expect(await run('topics', 'weather')).toMatchObject({ code: 2, out: '' });
  expect(await json('feed', 'STEEL', 'country:canada')).toEqual([
    {
      normal: 'country:ca steel',
      atom: 'http://127.0.0.1:8080/feed.atom?q=country%3Aca+steel',
      rss: 'http://127.0.0.1:8080/feed.rss?q=country%3Aca+steel',
      json: 'http://127.0.0.1:8080/feed.json?q=country%3Aca+steel',
    },
  ]);
});
