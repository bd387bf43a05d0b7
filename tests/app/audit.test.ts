import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { audit, readLate, readWithheld } from '../../src/app/audit.ts';
import type { Config } from '../../src/app/config.ts';
import { makeRounds } from '../../src/app/rounds.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, poll, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
  await bot.tools.store.enrol(['harbour'], now());
  await found([], []);
  bot.tools.later({ minutes: 1 });
});
afterEach(() => bot.tools.store.close());

const now = () => bot.tools.clock.now().toString();
const SHIPS = { query: 'ships', normal: '"ships"' };
const follow = async (changes: Partial<Parameters<typeof asks>[1]> = {}): Promise<Subscription> =>
  (await bot.tools.store.follow(asks(HERE, { ...SHIPS, ...changes }), now())).subscription;

/** A poll that found these, and made these subscriptions owed each of them; the first one is the baseline. */
async function found(keys: readonly string[], subscriptions: readonly number[]): Promise<void> {
  const releases = keys.map(key => release(key, { firstSeen: now(), updated: now() }));
  const status = keys.length === 0 ? 'baseline' : 'new';
  await bot.tools.store.record({
    ...batch(releases, {
      deliveries: subscriptions.length === 0 ? [] : releases.map(one => alert(one, HERE, subscriptions)),
      listed: releases.map(one => ({ key: one.key, release: one.id })),
      poll: poll(now(), { status }),
    }),
    at: now(),
  });
}

const config = (operations: Partial<Config['operations']>): Config => ({
  ...bot.tools.config,
  operations: { ...bot.tools.config.operations, ...operations },
});
const tools = (of = bot.tools.config) => ({
  ...bot.tools,
  config: of,
  channels: new Map([['slack' as const, bot.platform.channel]]),
});
const rounds = (of?: Config) => makeRounds(tools(of));
const found_ = async () => (await bot.tools.store.rounds()).found;
const errors = () => bot.tools.log.lines.filter(line => line.level === 'error');

describe('listed = recorded = delivered', () => {
  test('all is well where each listed item is recorded and each match owed', async () => {
    const { id } = await follow();
    bot.tools.later({ minutes: 1 });
    await found(['1', '2'], [id]);
    expect(await audit(undefined, tools())).toMatchObject({
      sources: [{ source: 'harbour', listed: 2, unaccounted: 0 }],
      problems: [],
      doubts: [],
      missing: [],
    });
  });

  test('what is listed and not recorded is a problem by its key', async () => {
    await found(['1', '2'], []);
    const db = new DatabaseSync(bot.tools.path);
    db.exec("UPDATE item SET release = 'harbour/none' WHERE key = '2'");
    db.close();
    await rounds();
    expect(await found_()).toEqual({
      sources: [{ source: 'harbour', listed: 2, unaccounted: 1 }],
      problems: [{ what: 'source harbour lists what is not recorded: 2', fix: expect.stringContaining('check') }],
    });
    expect(errors()).toHaveLength(1);
    bot.tools.later({ minutes: 15 });
    await rounds();
    expect(errors(), 'told once').toHaveLength(1);
  });

  test('a match that was never owed is made owed, once, where nobody changed what is followed since', async () => {
    const { id } = await follow();
    await rounds();
    bot.tools.later({ minutes: 2 });
    await found(['1'], [id]);
    await found(['2'], []);
    bot.tools.later({ minutes: 15 });
    await rounds();
    expect(await found_()).toMatchObject({
      sources: [{ listed: 1, unaccounted: 1 }],
      problems: [{ what: 'harbour/2 matches what slack:C0001 follows, and was never owed there' }],
    });
    expect(bot.tools.woken).toContain(HERE);
    await bot.drain();
    expect(bot.platform.titles()).toEqual(['1', '2'].map(key => `Note ${key} of the harbour office`));
    bot.tools.later({ minutes: 15 });
    await rounds();
    expect(await found_()).toMatchObject({ sources: [{ unaccounted: 0 }], problems: [] });
    await bot.drain();
    expect(bot.platform.shown).toHaveLength(2);
  });

  test('what is suspended is owed its alerts, and a missing one is made owed all the same', async () => {
    const { id } = await follow();
    await found(['1'], [id]);
    bot.platform.fates.push({ is: 'suspend', reason: 'archived' });
    await bot.drain();
    await rounds();
    bot.tools.later({ minutes: 2 });
    await found(['2'], []);
    bot.tools.later({ minutes: 15 });
    await rounds();
    expect(await found_()).toMatchObject({ problems: [{ what: expect.stringContaining('harbour/2 matches') }] });
    expect(await bot.states()).toEqual(['queued', 'queued']);
    await bot.tools.store.resume(HERE);
    await bot.drain();
    expect(bot.platform.titles()).toEqual(['1', '2'].map(key => `Note ${key} of the harbour office`));
  });

  test('what waits for a person is named: held, or owed to a suspended channel', async () => {
    expect(await readWithheld(tools())).toEqual([]);
    await bot.owe('1', '2', '3');
    bot.platform.fates.push({ is: 'hold', reason: 'no permission' }, { is: 'suspend', reason: 'archived' });
    await bot.drain();
    expect(await readWithheld(tools())).toEqual([
      {
        what: '2 deliveries are owed to slack:C0001, which is suspended: archived',
        fix: 'mend that, then gwanbo resume slack:C0001',
      },
      { what: '1 delivery is held until a person decides', fix: expect.stringContaining('gwanbo release-held') },
    ]);
    await bot.tools.store.resume(HERE);
    await bot.drain();
    await bot.tools.store.letGo({ delivery: 1 }, 'drop', 'console', now());
    expect(await readWithheld(tools())).toEqual([]);
  });

  test('16. followed, read first and audited while our clock was ahead, what is missing now is made owed all the same', async () => {
    const wrong = { hours: 24 * 40 };
    bot.tools.jump(wrong);
    const db = new DatabaseSync(bot.tools.path);
    db.exec(`UPDATE source SET baseline_at = ${bot.tools.clock.now().epochMilliseconds}`);
    db.close();
    await follow();
    await rounds();
    bot.tools.jump(Temporal.Duration.from(wrong).negated());
    await rounds();
    bot.tools.later({ minutes: 2 });
    await found(['1'], []);
    bot.tools.later({ minutes: 15 });
    await rounds();
    await bot.drain();
    expect(bot.platform.titles()).toEqual(['Note 1 of the harbour office']);
  });

  test('of those who paused, edited or came meanwhile nothing is known for sure: nothing is sent, and it is no problem', async () => {
    const { id } = await follow();
    await rounds();
    await bot.tools.store.setState(id, 'paused', 'holiday');
    bot.tools.later({ minutes: 2 });
    await found(['1'], []);
    await bot.tools.store.setState(id, 'active', null);
    bot.tools.later({ minutes: 15 });
    const { problems, doubts, missing } = await audit((await bot.tools.store.rounds()).steady, tools());
    expect({ problems, missing }).toEqual({ problems: [], missing: [] });
    expect(doubts).toEqual([
      { what: expect.stringContaining('harbour/1 matches'), fix: expect.stringContaining(`--subscription ${id}`) },
    ]);
    await rounds();
    await bot.drain();
    expect(bot.platform.requests).toEqual([]);
  });

  test.each([
    [
      'a subscription that is younger than the release',
      async () => {
        await found(['1'], []);
        later();
        await follow();
      },
    ],
    [
      'one that pauses',
      async () => {
        const { id } = await follow();
        await rounds();
        later();
        await bot.tools.store.setState(id, 'paused', null);
        await found(['1'], []);
      },
    ],
    [
      'a release that was imported',
      async () => {
        await follow();
        await rounds();
        later();
        await bot.tools.store.record({ ...batch([release('1', { firstSeen: now() })]), at: now() });
      },
    ],
    [
      'an alert that is held, or dead',
      async () => {
        const { id } = await follow();
        await rounds();
        later();
        await found(['1'], [id]);
        const [one] = await bot.tools.store.deliveries();
        await bot.tools.store.drop(one!.id, 'dropped by hand');
      },
    ],
    [
      'a release that nobody follows',
      async () => {
        await follow({ query: 'steel', normal: 'topic:steel' });
        await rounds();
        later();
        await found(['1'], []);
      },
    ],
  ])('%s is nothing to find', async (_, story) => {
    await story();
    bot.tools.later({ minutes: 15 });
    expect(await audit((await bot.tools.store.rounds()).steady, tools())).toMatchObject({
      problems: [],
      doubts: [],
      missing: [],
    });
  });
  const later = () => bot.tools.later({ minutes: 1 });

  test('is asked again after a quarter of an hour, also by another process, and not before', async () => {
    await rounds();
    const { auditedAt: first } = await bot.tools.store.rounds();
    bot.tools.later({ minutes: 14 });
    await rounds();
    expect((await bot.tools.store.rounds()).auditedAt).toBe(first);
    bot.tools.later({ minutes: 1 });
    await rounds();
    expect((await bot.tools.store.rounds()).auditedAt).toBe(now());
  });
});

test('what is owed for more than ten minutes is late; what waits for its digest is not', async () => {
  await bot.owe('1', '2');
  const { subscription } = await bot.tools.store.follow(asks('discord:123456', { when: 'daily 09:00' }), now());
  const one = release('3');
  await bot.tools.store.record({
    ...batch([one], { deliveries: [alert(one, 'discord:123456', [subscription.id])] }),
    at: now(),
  });
  bot.tools.later({ minutes: 9 });
  expect(await readLate(tools())).toEqual([]);
  bot.tools.later({ minutes: 2 });
  expect(await readLate(tools())).toMatchObject([{ what: '2 deliveries are owed to slack for more than 10 minutes' }]);
  await bot.drain();
  expect(await readLate(tools())).toEqual([]);
});

describe('the canary', () => {
  const daily = () => config({ to: HERE, canary: 24 * 3_600_000 });

  test('goes the way of every alert once a day, marked as a test', async () => {
    await rounds(daily());
    await bot.drain();
    bot.tools.later({ minutes: 15 });
    await rounds(daily());
    await bot.drain();
    expect(bot.platform.shown.map(({ body }) => body)).toMatchObject([{ kind: 'test', title: 'Alerts arrive here' }]);
    bot.tools.later({ hours: 24 });
    await rounds(daily());
    await bot.drain();
    expect(bot.platform.shown).toHaveLength(2);
    expect((await bot.tools.store.deliveries()).map(({ kind, subject }) => [kind, subject])).toEqual([
      ['test', 'canary@2025-12-06T00:00:00Z'],
      ['test', 'canary@2025-12-05T00:00:00Z'],
    ]);
    expect(await readLate(tools(daily()))).toEqual([]);
  });

  test('is missed where it has not arrived after a quarter of an hour, until it has', async () => {
    await rounds(daily());
    bot.platform.fates.push({ is: 'hold', reason: 'no permission' });
    await bot.drain();
    expect(await readLate(tools(daily()))).toEqual([]);
    bot.tools.later({ minutes: 16 });
    const [problem] = await readLate(tools(daily()));
    expect(problem?.what).toBe(
      'the canary of 2025-12-05 01:01 UTC has not arrived at slack:C0001: it is held, no permission',
    );
    const [held] = await bot.tools.store.deliveries({ state: 'held' });
    await bot.tools.store.letGo({ delivery: held!.id }, 'send', 'console', now());
    await bot.drain();
    expect(await readLate(tools(daily()))).toEqual([]);
  });

  test('does not pile up while its channel is suspended, or it is held: no new one before the former has ended', async () => {
    await rounds(daily());
    bot.platform.fates.push({ is: 'suspend', reason: 'archived' });
    await bot.drain();
    for (let day = 0; day < 7; day++) {
      bot.tools.later({ hours: 24 });
      await rounds(daily());
    }
    expect(await bot.states()).toEqual(['queued']);
    expect(await readLate(tools(daily()))).toMatchObject([{ what: expect.stringContaining('has not arrived') }]);
    await bot.tools.store.resume(HERE);
    bot.platform.fates.push({ is: 'hold', reason: 'no permission' });
    await bot.drain();
    bot.tools.later({ hours: 24 });
    await rounds(daily());
    expect(await bot.states()).toEqual(['held']);
    const [problem] = await readLate(tools(daily()));
    expect(problem?.fix).toContain('gwanbo release-held 1 lets it go');
    await bot.tools.store.letGo({ delivery: 1 }, 'drop', 'console', now());
    bot.tools.later({ hours: 24 });
    await rounds(daily());
    expect(await bot.states(), 'one that was given up keeps no other back').toEqual(['dead', 'queued']);
    expect(await readLate(tools(daily()))).toEqual([]);
    await rounds(config({ to: 'slack:C0002', canary: 24 * 3_600_000 }));
    bot.tools.later({ hours: 24 });
    await rounds(config({ to: 'slack:C0002', canary: 24 * 3_600_000 }));
    const { destination, state } = (await bot.tools.store.deliveries())[0]!;
    expect([destination, state], 'nor one of another channel').toEqual(['slack:C0002', 'queued']);
  });

  test('waits for the end of quiet hours', async () => {
    await bot.tools.store.saveSettings(HERE, { quiet: '01:00-02:00', zone: 'UTC' }, bot.tools.clock.now().toString());
    await rounds(daily());
    expect(await bot.tools.store.deliveries()).toEqual([]);
    bot.tools.later({ hours: 1 });
    await rounds(daily());
    expect(await bot.states()).toEqual(['queued']);
  });
});

describe('self-repair', () => {
  async function double(): Promise<void> {
    await bot.owe('1', '2');
    await bot.drain();
    const [first] = bot.platform.shown;
    bot.platform.shown.push({ ...first!, id: 'late copy' });
  }

  test('5. a copy that came later is taken away, the one that the record knows stays', async () => {
    await double();
    await rounds();
    expect(bot.platform.shown.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(bot.tools.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'a message was shown twice: the copy was taken away' }),
    );
  });

  test('also where the record knows the later one', async () => {
    await double();
    const db = new DatabaseSync(bot.tools.path);
    db.exec(`UPDATE message SET receipt = '{"channel":"C0001","message":"late copy"}' WHERE id = 1`);
    db.close();
    await rounds();
    expect(bot.platform.shown.map(({ id }) => id)).toEqual(['m2', 'late copy']);
  });

  test('takes nothing away of what the record does not know, and looks again after six hours', async () => {
    await double();
    const db = new DatabaseSync(bot.tools.path);
    db.exec('UPDATE message SET receipt = NULL WHERE id = 1');
    await rounds();
    expect(bot.platform.shown).toHaveLength(3);
    db.exec(`UPDATE message SET receipt = '{"channel":"C0001","message":"m1"}' WHERE id = 1`);
    db.close();
    bot.tools.later({ hours: 5 });
    await rounds();
    expect(bot.platform.shown).toHaveLength(3);
    bot.tools.later({ hours: 1 });
    await rounds();
    expect(bot.platform.shown).toHaveLength(2);
  });

  test('a note that a thread shows twice is shown once', async () => {
    await bot.tools.store.saveSettings(HERE, { corrections: 'edit+note' }, bot.tools.clock.now().toString());
    await bot.owe('1');
    await bot.finish();
    await bot.revise('1', { title: 'Note 1, mended' });
    await bot.finish();
    const [, note] = bot.platform.shown;
    expect(note?.replyTo).toEqual({ channel: 'C0001', message: 'm1' });
    bot.platform.shown.push({ ...note!, id: 'late copy' });
    await rounds();
    expect(bot.platform.shown.map(({ id }) => id)).toEqual(['m1', 'm2']);
    // What nobody wrote to for a day is not asked for.
    bot.platform.shown.push({ ...note!, id: 'late copy' });
    bot.tools.later({ hours: 25 });
    await rounds();
    expect(bot.platform.shown).toHaveLength(3);
  });

  test('a channel that cannot be asked keeps no other from its turn', async () => {
    await double();
    bot.platform.answers.push({ is: 'hold', reason: 'no permission to read' });
    await rounds();
    expect(bot.platform.shown).toHaveLength(3);
    expect((await bot.tools.store.rounds()).repairedAt).toBe(now());
  });
});

describe('a replay', () => {
  const REPLAY = { query: '"ships"', clauses: [{ clause: '"ships"', evidence: [] }] };

  test('says which query it is for, also once it is corrected, and is the one alert of its release', async () => {
    const one = release('1', { firstSeen: now(), updated: now() });
    const deliveries = [{ ...alert(one, HERE, []), why: [], replay: REPLAY }];
    await bot.tools.store.record({ ...batch([one], { deliveries }), at: now() });
    await bot.finish();
    expect(bot.platform.shown[0]?.body).toMatchObject({ why: [], replay: REPLAY });
    const { id } = await follow();
    await bot.tools.store.record({ ...batch([], { deliveries: [alert(one, HERE, [id])] }), at: now() });
    await bot.tools.store.record({ ...batch([], { deliveries }), at: now() });
    await bot.finish();
    expect(bot.platform.shown).toHaveLength(1);
    await bot.revise('1', { title: 'Mended' });
    await bot.finish();
    expect(bot.platform.shown[0]?.body).toMatchObject({ title: 'Mended', replay: REPLAY });
    bot.tools.later({ hours: 24 * 401 });
    await rounds();
    expect((await bot.tools.store.deliveries()).map(({ kind, replay }) => [kind, replay])).toEqual([
      ['correction', undefined],
      ['alert', undefined],
    ]);
  });

  test('outlives the end of what is followed there', async () => {
    const one = release('1', { firstSeen: now(), updated: now() });
    const { id } = await follow();
    await bot.tools.store.record({
      ...batch([one], { deliveries: [{ ...alert(one, HERE, []), why: [], replay: REPLAY }] }),
      at: now(),
    });
    await bot.tools.store.unfollow(id, now());
    expect(await bot.states()).toEqual(['queued']);
  });
});

describe('retention', () => {
  test('forgets what old messages said; what was sent where stays, and is not sent again', async () => {
    await bot.owe('1');
    await bot.drain();
    const [before] = await bot.tools.store.deliveries();
    bot.tools.later({ hours: 24 * 399 });
    await bot.owe('2');
    await bot.drain();
    await rounds();
    expect(await bot.tools.store.whys(before!.id)).toHaveLength(1);
    bot.tools.later({ hours: 24 * 2 });
    await rounds();
    expect(await bot.tools.store.whys(before!.id)).toEqual([]);
    expect(await bot.tools.store.whys(before!.id + 1)).toHaveLength(1);
    const db = new DatabaseSync(bot.tools.path);
    expect(db.prepare('SELECT body FROM message ORDER BY id').all()).toEqual([
      { body: 'null' },
      { body: expect.stringContaining('Note 2') },
    ]);
    db.close();
    const [, after] = await bot.tools.store.deliveries();
    expect(after).toEqual({ ...before, subscriptions: [] });
    await bot.owe('1');
    await bot.drain();
    expect(bot.platform.shown).toHaveLength(2);
    await bot.revise('1', { title: 'Mended' });
    await bot.drain();
    expect(bot.platform.titles()[0]).toBe('Mended');
  });
});
