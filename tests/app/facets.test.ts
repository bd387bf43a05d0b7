import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { classifyLines, facetsJson } from '../../src/app/facets.ts';
import { NO_FACETS } from '../../src/core/release.ts';
import { vocabulary } from '../support/language.ts';

async function* chunks(...parts: readonly string[]) {
  for (const part of parts) yield Buffer.from(part);
}

async function read(...parts: readonly string[]) {
  const lines: string[] = [];
  for await (const line of classifyLines(chunks(...parts), vocabulary))
    lines.push('facets' in line ? line.facets.topics.join(' ') : line.trouble.message);
  return lines;
}

test('a line is a release however it is cut into pieces; the last one needs no end', async () => {
  const line = '{"title":"Steel Quota","body":"철강\u2028 talks."}';
  const bytes = Buffer.from(`${line}\r\n\n${line}`);
  const lines: string[] = [];
  async function* bytewise() {
    for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
  }
  for await (const one of classifyLines(bytewise(), vocabulary))
    lines.push('facets' in one ? one.facets.topics.join(' ') : one.trouble.message);
  expect(lines).toEqual(['steel trade-remedies', 'steel trade-remedies']);
  expect(await read()).toEqual([]);
});

test('a bad line is named by its number, and the others go on', async () => {
  expect(
    await read(
      '{"title":"Steel"}\nnonsense\n\n[1]\n{"body":"x"}\n{"title":"x","body":5}\n',
      '{"title":"x","date":"2025-02-30"}\n{"title":"Robots","body":null,"date":null}',
    ),
  ).toEqual([
    'steel',
    expect.stringContaining('line 2: '),
    'line 4: it is no JSON object',
    'line 5: "title" must be a text',
    'line 6: "body" must be a text',
    'line 7: "date" must be a day as YYYY-MM-DD',
    'robots',
  ]);
});

test('what the outside gets has the keys of the contract, and no key of ours', () => {
  const facets = { ...NO_FACETS, people: [{ name: 'A B', role: null, body: null, key: 'a-b' }], version: '1-a' };
  const json = facetsJson(facets);
  expect(Object.keys(json)).toEqual([
    'topics',
    'countries',
    'agencies',
    'mentions',
    'people',
    'agreements',
    'figures',
    'series',
    'type',
    'lead',
    'evidence',
    'lang',
    'events',
  ]);
  expect(json.people).toEqual([{ name: 'A B', role: null, body: null }]);
});

test('the command: JSON lines out, errors on stderr, exit 1 where a line was bad', async () => {
  const run = async (input: string, ...options: string[]) => {
    const child = spawn(process.execPath, ['src/cli.ts', 'facets', ...options], { stdio: 'pipe' });
    const [out, errors, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise(resolve => child.on('close', resolve)),
      child.stdin.end(input),
    ]);
    return { out: out.split('\n').filter(Boolean), errors, code };
  };
  const good =
    '{"title":"Korea and Canada Discuss Steel","body":"They met on Thursday, December 4.","date":"2025-12-04"}';
  const fine = await run(`${good}\n`);
  expect(fine).toMatchObject({ errors: '', code: 0 });
  expect(JSON.parse(fine.out[0] ?? '')).toMatchObject({
    topics: ['diplomacy', 'steel'],
    countries: ['ca'],
    type: 'talks',
    lead: 'They met on Thursday, December 4.',
    events: [{ date: '2025-12-04', words: 'Thursday, December 4' }],
  });
  const bad = await run(`oops\n${good}\n`, '--json');
  expect(bad.out).toEqual(fine.out);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.errors)).toMatchObject({ error: { code: 'failure', at: 'line 1' } });
});
