import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import type { Command } from '../../src/core/command.ts';
import { parseText } from '../../src/sources/text.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
beforeEach(async () => {
  tools = await openTools();
});
afterEach(() => tools.store.close());

const ASKER = { id: 'slack:U1', here: 'slack:C0TRADE', mayChange: true } as const;
const follows = (query: string, more: Partial<Extract<Command, { verb: 'follow' }>> = {}): Command => ({
  verb: 'follow',
  query,
  to: null,
  style: 'card',
  mention: [],
  ...more,
});
const say = async (command: Command) => {
  const { ok, lines } = await answer(command, ASKER, tools);
  return `${ok ? '' : 'refused: '}${lines.join('\n')}`;
};
const byCode = (query: string, to: string, createdBy = 'config') =>
  follow({ query, to, style: 'card', mention: [], createdBy, backfill: 0 }, tools);

describe('one channel under two written forms', () => {
  test('has one subscription, which its people see and change', async () => {
    await byCode('topic:steel', 'slack:T0TEST/C0TRADE', 'cli');
    expect(await say({ verb: 'list' })).toContain('#1 topic:steel');
    expect(await say(follows('topic:steel'))).toContain('already follows topic:steel (#1');
    expect(await say(follows('topic:steel', { to: 'slack:T0TEST/C0TRADE' }))).toContain('This channel already follows');
    expect(await say({ verb: 'unfollow', target: 1 })).toContain('gone');
  });

  test('gets one alert', async () => {
    await byCode('topic:steel', 'slack:T0TEST/C0TRADE');
    await byCode('country:ca', 'slack:C0TRADE');
    const listing = '-\nSteel Quota With Canada\nThe steel quota with Canada was extended.date2025-12-04\n';
    await importItems(parseText(listing, { zone: 'Asia/Seoul' }), { id: 'motir', zone: 'Asia/Seoul' }, true, tools);
    expect(await tools.store.deliveries()).toMatchObject([{ destination: 'slack:C0TRADE', subscriptions: [1, 2] }]);
  });
});

test('security rule 10: fifty queries made in chat are enough for a channel; those of the operator do not count', async () => {
  await byCode('steel', 'slack:C0TRADE');
  await byCode('ships', 'slack:C0TRADE', 'cli');
  for (let i = 1; i <= 50; i++) expect(await say(follows(`word${i}`))).not.toContain('refused');
  expect(await say(follows('one more'))).toMatch(/^refused: .*50 queries/);
  expect(await say(follows('word7')), 'what is followed already takes no room').toContain('already follows');
  expect(await say(follows('one more', { to: 'slack:C0OTHER' }))).not.toContain('refused');
});

describe('when and how a channel gets its alerts', () => {
  test('a digest is followed in its normal form, at the hour of the channel', async () => {
    expect(await say({ verb: 'settings', changes: { digestHour: '8:30', zone: 'Asia/Seoul' } })).toContain('08:30');
    expect(await say(follows('topic:steel', { when: 'Daily', urgent: true }))).toContain('A digest comes daily 08:30');
    expect(await say({ verb: 'list' })).toContain('(by slack:U1 on 2025-12-05, daily 08:30, urgent,');
    expect(await say(follows('country:ca', { when: 'someday' }))).toMatch(/^refused: .*write now, hourly/);
  });

  test('settings are shown to everyone and changed by those who may', async () => {
    const reader = { ...ASKER, mayChange: 'You need Manage Channels.' } as const;
    const read = await answer({ verb: 'settings', changes: {} }, reader, tools);
    expect(read).toMatchObject({
      ok: true,
      lines: [
        expect.stringContaining('UTC'),
        expect.stringContaining('off'),
        expect.anything(),
        expect.anything(),
        expect.anything(),
      ],
    });
    expect(await answer({ verb: 'settings', changes: { quiet: 'off' } }, reader, tools)).toMatchObject({ ok: false });
    expect(await say({ verb: 'settings', changes: { quiet: 'at night' } })).toMatch(/^refused: .*22:00-07:00/);
    expect((await tools.store.settings('slack:C0TRADE')).all.quiet).toBe(null);
  });

  test('what the configuration says cannot be changed here', async () => {
    await tools.store.syncSettings(
      'Asia/Seoul',
      [{ to: 'slack:C0TRADE', settings: { corrections: 'off' } }],
      tools.clock.now().toString(),
    );
    expect(await say({ verb: 'settings', changes: { corrections: 'edit' } })).toMatch(/^refused: .*configuration file/);
    expect(await say({ verb: 'settings', changes: { quiet: '22:00-07:00' } })).toMatch(
      /zone +Asia\/Seoul\nquiet +22:00-07:00.*\ncorrections +off.*\(in the configuration file\)/,
    );
  });
});

describe('a change', () => {
  const edits = (target: number, changes: Extract<Command, { verb: 'edit' }>['changes']): Command => ({
    verb: 'edit',
    target,
    changes,
  });
  beforeEach(async () => {
    await say(follows('topic:steel'));
  });

  test('keeps the number, and is seen in the list', async () => {
    const how = { when: 'daily', urgent: true, style: 'full', mention: ['user:U2'] } as const;
    const line = '#1 country:ca (by slack:U1 on 2025-12-05, daily 09:00, urgent, full, mentions user:U2, no match yet)';
    expect(await say(edits(1, { query: 'country:Canada', ...how }))).toBe(`${line} is changed.`);
    expect(await say({ verb: 'list' })).toBe(line);
    expect(await say(edits(1, { urgent: false, when: 'now' }))).toContain('2025-12-05, full, mentions user:U2');
  });

  test('says what a query may miss, and refuses what is none', async () => {
    expect(await say(edits(1, { query: 'us' }))).toMatch(/is changed\.\nus matches only the word "us"/);
    expect(await say(edits(1, { query: 'country:canda' }))).toMatch(/^refused: country:canda: did you mean/);
    expect(await say(edits(1, { when: 'someday' }))).toMatch(/^refused: .*write now, hourly/);
    expect(await say(edits(1, { mention: ['role:1'] }))).toMatch(/^refused: .*means nobody on slack/);
    expect(await say(follows('country:ca'))).toContain('#2');
    expect(await say(edits(2, { query: 'us' }))).toMatch(/^refused: .*follows this already as #1/);
  });

  test('is for those who may, in the channel of the subscription, and not for what the configuration says', async () => {
    await byCode('ferry', 'slack:C0OTHER', 'cli');
    await byCode('steel', 'slack:C0TRADE');
    const reader = { ...ASKER, mayChange: 'you may not' } as const;
    const refused = await answer(edits(1, { query: 'us' }), reader, tools);
    expect(refused).toEqual({ ok: false, lines: ['you may not'] });
    expect(await say(edits(2, { query: 'us' }))).toMatch(/^refused: this channel has no subscription #2/);
    expect(await say(edits(3, { query: 'us' }))).toMatch(/^refused: #3 stands in the configuration file/);
    expect((await tools.store.subscriptions()).map(one => one.normal)).toEqual(['topic:steel', 'ferry', 'steel']);
  });
});

test('a pause says when it ends, and ends then', async () => {
  await say(follows('topic:steel'));
  expect(await say({ verb: 'pause', target: 1, for: '3d' })).toBe(
    'Paused #1 topic:steel until 2025-12-08 01:00 UTC. "resume 1" goes on at once.',
  );
  expect(await say({ verb: 'list' })).toContain('paused: paused by slack:U1 until 2025-12-08 01:00 UTC)');
  expect(await say({ verb: 'pause', target: 1, for: 'ever' })).toMatch(
    /^refused: "ever" is no time for a pause: write/,
  );
  tools.later({ hours: 72 });
  await tools.store.endPauses(tools.clock.now().toString());
  expect(await say({ verb: 'list' })).toContain('no match yet)');
  expect(await say({ verb: 'pause', target: 1 })).toBe('Paused #1 topic:steel. "resume 1" goes on.');
  tools.later({ hours: 9_000 });
  expect(await tools.store.endPauses(tools.clock.now().toString())).toEqual([]);
});

test('a follow may send the latest matches at once', async () => {
  const listing =
    '-\nSteel Quota\nThe steel quota was extended.date2025-12-04\n-\nSteel Tariff\nA steel tariff.date2025-12-03\n';
  await importItems(parseText(listing, { zone: 'Asia/Seoul' }), { id: 'motir', zone: 'Asia/Seoul' }, true, tools);
  expect(await say(follows('topic:steel', { backfill: 1 }))).toContain('The latest one is sent now.');
  expect(await tools.store.deliveries()).toMatchObject([{ destination: 'slack:C0TRADE', state: 'queued' }]);
  expect(await say(follows('steel', { backfill: 5, to: 'slack:C0OTHER' }))).toContain('The latest 2 are sent now.');
  expect(await say(follows('steel tariff', { backfill: 1, when: 'daily' }))).toContain(
    'The latest one will be in the first digest.',
  );
  expect(await say(follows('quota', { backfill: 11 }))).toBe('refused: --backfill 11 is too many: write 0 to 10');
  expect(await say(follows('tariff'))).not.toContain('sent now');
});

test('security rule 10: a query of more than a thousand characters is refused', async () => {
  expect(await say(follows('x'.repeat(1001)))).toMatch(/^refused: .*1000/);
  expect(await tools.store.subscriptions()).toEqual([]);
});

test('a mention that calls nobody on the platform is refused', async () => {
  expect(await say(follows('steel', { mention: ['role:123456'] }))).toMatch(
    /^refused: .*means nobody on slack.*group:/,
  );
});

test('nobody is told that alerts come where nothing can be posted', async () => {
  await byCode('topic:steel', 'slack:C0TRADE');
  const listing = '-\nSteel Quota\nThe steel quota was extended.date2025-12-04\n';
  await importItems(parseText(listing, { zone: 'Asia/Seoul' }), { id: 'motir', zone: 'Asia/Seoul' }, true, tools);
  const [owed] = await tools.store.deliveries();
  await tools.store.claim(owed?.id ?? 0, {}, '2025-12-05T01:00:00Z');
  await tools.store.settle(owed?.id ?? 0, { is: 'suspend', reason: 'the channel is archived' }, '2025-12-05T01:00:00Z');
  const said = await say(follows('country:ca'));
  expect(said).toContain('the channel is archived');
  expect(said).toContain('resume 2');
  expect(said).not.toContain('Alerts come from now on');
});

test('61. two people follow the same at once in one channel: one subscription, and both are told its number', async () => {
  const command = follows('topic:steel');
  const people = ['slack:U1', 'slack:U2', 'slack:U3'];
  const told = await Promise.all(people.map(id => answer(command, { ...ASKER, id }, tools)));
  expect(await tools.store.subscriptions()).toMatchObject([{ id: 1, to: 'slack:C0TRADE', normal: 'topic:steel' }]);
  for (const { ok, lines } of told) expect([ok, lines.join('\n')]).toEqual([true, expect.stringContaining('#1')]);
  const already = told.filter(({ lines }) => lines.join('\n').includes('already follows'));
  expect(already, 'who came second hears so').toHaveLength(2);
});
