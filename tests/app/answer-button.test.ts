import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import type { Action } from '../../src/core/button.ts';
import { parseText } from '../../src/sources/text.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
let key: string;
const HERE = 'slack:C0TRADE';
const SOURCE = { id: 'motir', zone: 'Asia/Seoul' };
const listing = (title: string, text: string) =>
  parseText(`-\n${title}\n${text}date2025-12-04\n`, { zone: SOURCE.zone });

beforeEach(async () => {
  tools = await openTools();
  for (const query of ['topic:steel', 'country:ca'])
    await follow({ query, to: HERE, style: 'card', mention: [], createdBy: 'config', backfill: 0 }, tools);
  const text = 'The steel quota with Canada was extended on Monday.';
  await importItems(listing('Steel Quota With Canada', text), SOURCE, true, tools);
  key = (await tools.store.deliveries())[0]?.key ?? '';
});
afterEach(() => tools.store.close());

const press = async (
  action: Action,
  more: { readonly here?: string; readonly mayChange?: true | string; readonly key?: string } = {},
) => {
  const asker = { id: 'slack:U1', here: more.here ?? HERE, mayChange: more.mayChange ?? true };
  const { ok, lines } = await answer({ verb: 'button', action, key: more.key ?? key }, asker, tools);
  return `${ok ? '' : 'refused: '}${lines.join('\n')}`;
};

test('Why? goes through the clauses of every subscription that made it come', async () => {
  const said = await press('why');
  expect(said).toContain('Steel Quota With Canada');
  expect(said).toContain('#1 topic:steel: it matches');
  expect(said).toContain('#2 country:ca: it matches');
});

test('Related shows the release and what has to do with it', async () => {
  expect(await press('related')).toContain('No related release is recorded.');
});

test('History says when it was first seen, and what was changed since', async () => {
  expect(await press('history')).toMatch(/First seen .* UTC\. Nothing was changed since\.$/);
  const text = 'The steel quota with Canada was extended on Tuesday.';
  await importItems(listing('Steel Quota With Canada', text), SOURCE, false, tools);
  expect(await press('history')).toMatch(/Revision 2, .* UTC: .*\(gone: Monday\.; new: Tuesday\.\)$/);
});

describe('Mute here', () => {
  test('pauses every subscription that made it come, and says how to go on', async () => {
    expect(await press('mute')).toBe(
      'Paused #1 topic:steel. "resume 1" goes on.\nPaused #2 country:ca. "resume 2" goes on.',
    );
    expect((await tools.store.subscriptions({ to: HERE })).map(({ state }) => state)).toEqual(['paused', 'paused']);
  });

  test('is refused to those who may not change what is posted there', async () => {
    expect(await press('mute', { mayChange: 'guests cannot' })).toBe('refused: guests cannot');
    expect((await tools.store.subscriptions({ to: HERE })).map(({ state }) => state)).toEqual(['active', 'active']);
  });
});

test('a message of another channel, or of nobody, is not known', async () => {
  for (const more of [{ here: 'slack:C0OTHER' }, { key: 'zzzzzzzzzz234567zzzz' }])
    for (const action of ['why', 'related', 'history', 'mute'] as const)
      expect(await press(action, more)).toMatch(/^refused: gwanbo no longer knows this message/);
});
