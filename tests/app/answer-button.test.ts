import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import type { Action } from '../../src/core/button.ts';
import { parseText } from '../../src/sources/text.ts';
import { post } from '../support/owing.ts';
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
  key = await post(tools.store, HERE, tools.clock.now().toString());
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

test('a message that opened a post is asked about in the post, and mutes what the forum follows', async () => {
  const here = 'discord:800000000000000031';
  const forum = 'discord:800000000000000015';
  await follow({ query: 'ferry', to: forum, style: 'card', mention: [], createdBy: 'config', backfill: 0 }, tools);
  await importItems(listing('Ferry sails', 'It sailed.'), SOURCE, true, tools);
  const receipt = { channel: '800000000000000031', message: '800000000000000031' };
  const posted = await post(tools.store, forum, tools.clock.now().toString(), receipt);
  expect(await press('why', { key: posted, here })).toContain('#3 ferry: it matches');
  expect(await press('mute', { key: posted, here })).toBe('Paused #3 ferry. "resume 3" goes on.');
  for (const other of ['discord:800000000000000032', 'slack:C0OTHER'])
    expect(await press('why', { key: posted, here: other })).toMatch(/^refused: gwanbo no longer knows this message/);
});

describe('of a message that tells of several releases', () => {
  const all = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth'].map(nth => `${nth} Steel Quota`);
  const at = () => tools.clock.now().toString();

  async function publish(): Promise<void> {
    for (const title of all) await importItems(listing(title, `The ${title} was set.`), SOURCE, true, tools);
  }
  const told = (said: string) => all.filter(title => said.includes(title));

  test('a group answers for all that it carries, in their order, and for nothing else', async () => {
    await publish();
    const group = await post(tools.store, HERE, at());
    const said = await press('why', { key: group });
    expect(told(said)).toEqual(all);
    expect(all.map(title => said.indexOf(title))).toEqual(
      all.map(title => said.indexOf(title)).toSorted((a, b) => a - b),
    );
    expect(said).not.toContain('Steel Quota With Canada');
    expect(said.match(/#1 topic:steel: it matches/g)).toHaveLength(all.length);
    expect(said).not.toContain('#2');
    expect(await press('mute', { key: group })).toBe('Paused #1 topic:steel. "resume 1" goes on.');
    expect((await tools.store.subscription(2))?.state).toBe('active');
  });

  test('a digest likewise, long after it was posted', async () => {
    await tools.store.edit(1, { when: 'daily 09:00' }, tools.clock.now().toString());
    await publish();
    const waiting = (await tools.store.deliveries({ state: 'waiting' })).map(one => one.id);
    expect(waiting).toHaveLength(all.length);
    tools.later({ hours: 24 });
    await tools.store.gather(HERE, at());
    const digest = await post(tools.store, HERE, at());
    await follow({ query: 'ferry', to: HERE, style: 'card', mention: [], createdBy: 'config', backfill: 0 }, tools);
    // More than a listing of deliveries gives.
    const ferries = Array.from({ length: 120 }, (_, n) => `-\nFerry ${n} sails\nIt sailed.date2025-12-04\n`).join('');
    await importItems(parseText(ferries, { zone: SOURCE.zone }), SOURCE, true, tools);
    expect(await tools.store.deliveries({ state: 'queued', limit: 200 })).toHaveLength(120);
    const said = await press('why', { key: digest });
    expect(told(said)).toEqual(all);
    expect(said).not.toContain('Ferry');
    expect(await press('mute', { key: digest })).toBe('Paused #1 topic:steel. "resume 1" goes on.');
    expect(await press('why', { key: digest, here: 'slack:C0OTHER' })).toMatch(/^refused: /);
  });
});
