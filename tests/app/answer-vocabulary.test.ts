import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import type { Command } from '../../src/core/command.ts';
import { parseText } from '../../src/sources/text.ts';
import { openTools } from '../support/tools.ts';

const HERE = 'slack:C0TRADE';
let tools: Awaited<ReturnType<typeof openTools>>;
const open = async (...how: Parameters<typeof openTools>) => {
  tools = await openTools(...how);
};
beforeEach(() => open());
afterEach(() => tools.store.close());

const say = async (command: Command) => {
  const { ok, lines } = await answer(command, { id: 'slack:U1', here: HERE, mayChange: 'you may not' }, tools);
  return `${ok ? '' : 'refused: '}${lines.join('\n')}`;
};
const feed = (query: string | null, target: number | null = null) => say({ verb: 'feed', query, target });

describe('topics', () => {
  test('before anything is recorded: some that can be asked for', async () => {
    const said = await say({ verb: 'topics', list: 'topics' });
    expect(said).toMatch(
      /^\d+ topics can be asked for, as in: follow topic:[a-z-]+\. No release is recorded yet\. 30 of/,
    );
    expect(said.split('\n')).toHaveLength(31);
  });

  test.each([
    ['topics', 'follow topic:steel', 'steel (Steel and aluminium · 철강): 1'],
    ['countries', 'follow country:ca', 'ca (Canada · 캐나다): 1'],
    ['agencies', 'follow agency:kats', /^kats \(.+\): 1$/m],
  ] as const)('%s that releases are about, with how many', async (list, example, line) => {
    const listing = '-\nSteel Quota With Canada\nKATS extended the steel quota with Canada.date2025-12-04\n';
    await importItems(parseText(listing, { zone: 'Asia/Seoul' }), { id: 'motir', zone: 'Asia/Seoul' }, false, tools);
    const said = await say({ verb: 'topics', list });
    expect(said).toContain(`, as in: ${example}. Those of most releases (`);
    expect(said).toMatch(line);
    expect(said).not.toContain(': 0');
  });
});

describe('feed', () => {
  test('where no public address is set, that is said', async () => {
    expect(await feed('steel country:ca')).toBe(
      [
        'Releases that match country:ca steel, for feed readers:',
        ...['Atom', 'RSS', 'JSON'].map(
          name => `${name} http://127.0.0.1:8080/feed.${name.toLowerCase()}?q=country%3Aca+steel`,
        ),
        'These open on the machine of gwanbo alone: whoever runs it can set a public address, GWANBO_BASE_URL.',
      ].join('\n'),
    );
  });

  test('of everything, at the public address, whoever may be written to', async () => {
    await tools.store.close();
    await open(undefined, {
      operations: { contact: 'mailto:desk@example.org' },
      variables: { GWANBO_BASE_URL: 'https://news.example/gwanbo/' },
    });
    expect(await feed(null)).toBe(
      'Every release, for feed readers:\nAtom https://news.example/gwanbo/feed.atom\nRSS https://news.example/gwanbo/feed.rss\nJSON https://news.example/gwanbo/feed.json',
    );
  });

  test('of a subscription of this channel, and of no other', async () => {
    for (const [query, to] of [
      ['topic:steel', HERE],
      ['ferry', 'slack:C0OTHER'],
    ] as const)
      await follow({ query, to, style: 'card', mention: [], createdBy: 'cli', backfill: 0 }, tools);
    expect(await feed(null, 1)).toContain('Releases that match topic:steel');
    expect(await feed(null, 2)).toBe('refused: this channel has no subscription #2: "list" shows the ones it has');
  });

  test('of a query with a mistake none', async () => {
    expect(await feed('country:canda')).toMatch(/^refused: country:canda: did you mean country:ca/);
  });
});
