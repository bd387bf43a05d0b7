import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Card, Roundup } from '../../src/core/card.ts';
import type { When } from '../../src/core/when.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
/** It is 10:00 on Friday, 5 December 2025, in Seoul. */
beforeEach(async () => {
  bot = await openDelivering();
  await bot.tools.store.syncSettings('Asia/Seoul', [], now());
});
afterEach(() => bot.tools.store.close());

const now = () => bot.tools.clock.now().toString();
const follow = async (when: When, changes: object = {}) =>
  (await bot.tools.store.follow(asks(HERE, { normal: `${when} ${JSON.stringify(changes)}`, when, ...changes }), now()))
    .subscription.id;

/** Publishes releases that so many subscriptions ask for. */
async function publish(keys: readonly string[], subscriptions: readonly number[], changes: object = {}): Promise<void> {
  const releases = keys.map(key => release(key, changes));
  const deliveries = releases.map(one => alert(one, HERE, subscriptions));
  await bot.tools.store.record({ ...batch(releases, { deliveries }), at: now() });
}

/** Lets hours pass as the bot does: what is due is looked for at the end. */
async function pass(hours: number): Promise<void> {
  bot.tools.later({ minutes: hours * 60 });
  await bot.drain();
}

/** What the nth message shows, from 0. */
function bodyOf<Body>(nth: number): Body {
  const found = bot.platform.shown[nth];
  if (!found) throw new Error(`there is no message ${nth}`);
  return found.body as Body;
}
const shown = () => bot.platform.shown.map(({ body }) => (body as Card | Roundup).title);
const lines = (nth: number) => bodyOf<Roundup>(nth).sections.flatMap(one => one.lines);

describe('a digest', () => {
  test('comes at its time, once, with the last version of each release, by topic', async () => {
    const id = await follow('daily 09:00');
    await publish(['1'], [id], { topics: ['steel'] });
    await publish(['2'], [id], { topics: [] });
    await pass(4);
    await publish(['3'], [id], { topics: ['steel', 'shipping'] });
    await bot.revise('1', { title: 'Note 1, mended' });
    await pass(18.9);
    expect(shown()).toEqual([]);
    expect(await bot.tools.store.ready(now())).toEqual([]);
    bot.tools.later({ minutes: 6 });
    expect(await bot.tools.store.ready(now())).toEqual([HERE]);
    await bot.drain();
    expect(shown()).toEqual(['Daily digest, 6 Dec 2025: 3 releases']);
    expect(bodyOf<Roundup>(0).sections).toMatchObject([
      { heading: 'steel', lines: [{ title: 'Note 1, mended' }, { title: 'Note 3 of the harbour office' }] },
      { heading: null, lines: [{ release: 'harbour/2' }] },
    ]);
    await pass(48);
    expect(shown()).toHaveLength(1);
    const ledger = (await bot.tools.store.deliveries()).toReversed();
    expect(
      ledger.map(({ kind, state, subject, carrier, receipt }) => [kind, state, subject, carrier, receipt?.message]),
    ).toEqual([
      ...['1', '2', '3'].map(key => ['alert', 'sent', `harbour/${key}`, 4, 'm1']),
      ['digest', 'sent', 'daily 09:00@2025-12-06T09:00+09:00[Asia/Seoul]', null, 'm1'],
    ]);
  });

  test('leaves out what the same channel is told of at once', async () => {
    const [daily, atOnce] = [await follow('daily 09:00'), await follow('now')];
    await publish(['1'], [daily, atOnce]);
    await publish(['2'], [daily]);
    await bot.drain();
    expect(shown()).toEqual(['Note 1 of the harbour office']);
    expect(bodyOf<Card>(0).why.map(one => one.subscription)).toEqual([daily, atOnce]);
    await pass(24);
    expect(shown()).toHaveLength(2);
    expect(lines(1).map(one => one.release)).toEqual(['harbour/2']);
  });

  test('of several times comes at the earliest', async () => {
    const ids = [await follow('weekly mon 09:00'), await follow('hourly'), await follow('daily 09:00')];
    await publish(['1'], ids);
    await pass(1);
    expect(shown()).toEqual(['Hourly digest, 5 Dec 2025 11:00: 1 release']);
    expect(lines(0)[0]?.why).toMatch(/#1.*#2.*#3/);
    await pass(24 * 7);
    expect(shown()).toHaveLength(1);
  });

  test('without anything to tell is not sent', async () => {
    const id = await follow('daily 09:00');
    await publish(['1'], [id]);
    await bot.tools.store.unfollow(id, now());
    await pass(48);
    expect(bot.platform.requests).toEqual([]);
    expect(await bot.states()).toEqual(['dead']);
  });

  test('with too much for one message comes as several, and nothing is left out', async () => {
    const id = await follow('daily 09:00');
    const keys = Array.from({ length: 40 }, (_, at) => `${at + 1}`);
    await publish(keys, [id]);
    await pass(24);
    expect(shown()).toEqual([
      'Daily digest, 6 Dec 2025: 15 releases',
      'Daily digest, 6 Dec 2025 (2): 15 releases',
      'Daily digest, 6 Dec 2025 (3): 10 releases',
    ]);
    expect(bot.platform.titles()).toEqual(keys.map(key => `Note ${key} of the harbour office`));
  });

  test('goes after the alerts that come at once', async () => {
    const [daily, atOnce] = [await follow('daily 09:00'), await follow('now')];
    await publish(['1'], [daily]);
    bot.tools.later({ hours: 24 });
    await publish(['2'], [atOnce]);
    await bot.drain();
    expect(shown()).toEqual(['Note 2 of the harbour office', 'Daily digest, 6 Dec 2025: 1 release']);
  });

  test('66. that was missed is made up once, at the start', async () => {
    const [hourly, daily] = [await follow('hourly'), await follow('daily 09:00')];
    await publish(['1'], [hourly]);
    await publish(['2'], [daily]);
    bot.tools.later({ hours: 24 * 3 });
    await bot.tools.store.recover(now());
    expect(await bot.tools.store.ready(now())).toEqual([HERE]);
    await bot.drain();
    expect(shown()).toEqual(['Daily digest, 6 Dec 2025: 2 releases']);
    await pass(24);
    expect(shown()).toHaveLength(1);
  });

  /** Midnight before a change of the clocks, the day's 09:00, and the title of the digest that was missed then. */
  test.each([
    ['Asia/Seoul', '2026-03-28T15:00:00Z', '2026-03-29T00:00:00Z', '29 Mar 2026'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T07:00:00Z', '29 Mar 2026'],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T08:00:00Z', '25 Oct 2026'],
    ['America/New_York', '2026-03-08T05:00:00Z', '2026-03-08T13:00:00Z', '8 Mar 2026'],
    ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-01T14:00:00Z', '1 Nov 2026'],
  ])('66. missed in %s (%s) is made up once, and the next comes at its hour', async (zone, midnight, slot, day) => {
    await bot.tools.store.saveSettings(HERE, { zone }, now());
    bot.tools.later(Temporal.Instant.from(midnight).since(bot.tools.clock.now()));
    const id = await follow('daily 09:00');
    await publish(['1'], [id]);
    await bot.drain();
    // A second before its time there is none.
    bot.tools.later(Temporal.Instant.from(slot).subtract({ seconds: 1 }).since(bot.tools.clock.now()));
    expect(await bot.tools.store.ready(now())).toEqual([]);
    // The bot is down for the time itself, and starts three hours later.
    bot.tools.later({ hours: 3 });
    await bot.tools.store.recover(now());
    expect(await bot.tools.store.ready(now())).toEqual([HERE]);
    await bot.drain();
    expect(shown()).toEqual([`Daily digest, ${day}: 1 release`]);
    await publish(['2'], [id]);
    const next = Temporal.Instant.from(slot).add({ hours: 24 });
    bot.tools.later(next.subtract({ seconds: 1 }).since(bot.tools.clock.now()));
    await bot.drain();
    expect(shown()).toHaveLength(1);
    bot.tools.later({ seconds: 1 });
    await bot.drain();
    expect(shown()).toHaveLength(2);
    await pass(72);
    expect(shown()).toHaveLength(2);
  });

  test('66. of an hour that a clock change skips or repeats comes once', async () => {
    await bot.tools.store.saveSettings(HERE, { zone: 'Europe/Berlin' }, now());
    const id = await follow('daily 02:30');
    for (const [key, evening] of [
      ['1', '2026-03-28T20:00:00Z'],
      ['2', '2026-10-24T20:00:00Z'],
    ] as const) {
      bot.tools.later(Temporal.Instant.from(evening).since(bot.tools.clock.now()));
      await publish([key], [id]);
      for (let half = 0; half < 24; half++) await pass(0.5);
    }
    expect(shown()).toEqual(['Daily digest, 29 Mar 2026: 1 release', 'Daily digest, 25 Oct 2026: 1 release']);
    expect(bot.platform.shown.map(({ at }) => at.toString())).toEqual(['2026-03-29T01:30:00Z', '2026-10-25T00:30:00Z']);
  });

  test('whose answer is lost is asked for, and told once', async () => {
    const id = await follow('daily 09:00');
    await publish(['1', '2'], [id]);
    bot.platform.fates.push('lost after');
    await pass(24);
    expect(await bot.states()).toEqual(['unsure', 'unsure', 'unsure']);
    await bot.finish();
    expect(await bot.states()).toEqual(['sent', 'sent', 'sent']);
    expect(bot.platform.requests).toHaveLength(1);
  });

  test('that is refused for good is told release by release', async () => {
    const id = await follow('daily 09:00');
    await publish(['1', '2'], [id]);
    bot.platform.fates.push({ is: 'dead', reason: 'blocked' });
    await pass(24);
    expect(await bot.states()).toEqual(['sent', 'sent', 'dead']);
    expect(shown()).toEqual(['Note 1 of the harbour office', 'Note 2 of the harbour office']);
  });

  test('has the line of a release corrected that is revised later', async () => {
    const id = await follow('daily 09:00');
    await publish(['1', '2'], [id]);
    await pass(24);
    await bot.revise('2', { title: 'Mended' });
    await bot.drain();
    expect(shown()).toEqual(['Daily digest, 6 Dec 2025: 2 releases']);
    expect(lines(0)).toMatchObject([
      { release: 'harbour/1' },
      { title: 'Mended', correction: 'Corrected 2025-12-06 10:00 KST: title changed' },
    ]);
    expect(lines(0)[0]).not.toHaveProperty('correction');
  });
});

describe('quiet hours', () => {
  beforeEach(() => bot.tools.store.saveSettings(HERE, { quiet: '22:00-07:00' }, now()));

  test('let what is not urgent wait for their end, when it comes as one digest with the last versions', async () => {
    const id = await follow('now');
    await pass(13);
    await publish(['1', '2'], [id]);
    await bot.drain();
    expect(shown()).toEqual([]);
    await pass(2);
    await bot.revise('1', { title: 'Mended' });
    await publish(['3'], [id]);
    await bot.drain();
    expect(shown()).toEqual([]);
    await pass(6);
    expect(shown()).toEqual(['While it was quiet, 6 Dec 2025: 3 releases']);
    expect(
      lines(0)
        .map(one => one.title)
        .slice(0, 2),
    ).toEqual(['Mended', 'Note 2 of the harbour office']);
    await publish(['4'], [id]);
    await bot.drain();
    expect(shown()).toEqual(['While it was quiet, 6 Dec 2025: 3 releases', 'Note 4 of the harbour office']);
  });

  test('are passed by what is urgent, also from among many', async () => {
    const [id, urgent] = [await follow('now'), await follow('now', { urgent: true })];
    await pass(13);
    const keys = Array.from({ length: 12 }, (_, at) => `${at + 1}`);
    for (const key of keys) await publish([key], Number(key) % 4 === 0 ? [id, urgent] : [id]);
    await bot.drain();
    expect(shown()).toEqual(['4', '8', '12'].map(key => `Note ${key} of the harbour office`));
    await pass(8);
    expect(shown().at(-1)).toBe('While it was quiet, 6 Dec 2025: 9 releases');
  });

  test.each([
    ['Asia/Seoul', '2026-03-28T22:00:00Z'],
    ['Europe/Berlin', '2026-03-29T05:00:00Z'],
    ['Europe/Berlin', '2026-10-25T06:00:00Z'],
    ['America/New_York', '2026-03-08T11:00:00Z'],
    ['America/New_York', '2026-11-01T12:00:00Z'],
  ])('end at their hour in %s on the night before %s, clock change or none', async (zone, end) => {
    await bot.tools.store.saveSettings(HERE, { zone }, now());
    bot.tools.later(Temporal.Instant.from(end).subtract({ hours: 6 }).since(bot.tools.clock.now()));
    await publish(['1'], [await follow('now')]);
    await bot.drain();
    bot.tools.later(Temporal.Instant.from(end).subtract({ seconds: 1 }).since(bot.tools.clock.now()));
    await bot.drain();
    expect(shown()).toEqual([]);
    bot.tools.later({ seconds: 1 });
    await bot.drain();
    expect(shown()).toHaveLength(1);
  });

  test('let a digest wait whose time lies within them', async () => {
    const id = await follow('daily 06:00');
    await publish(['1'], [id]);
    await pass(20.5);
    expect(shown()).toEqual([]);
    await pass(0.6);
    expect(shown()).toEqual(['While it was quiet, 6 Dec 2025: 1 release']);
  });

  test('do not hold back a change of what is posted, but a note', async () => {
    await bot.tools.store.saveSettings(HERE, { corrections: 'edit+note' }, now());
    const id = await follow('now');
    await publish(['1'], [id]);
    await bot.drain();
    await pass(13);
    await bot.revise('1', { title: 'Mended' });
    await bot.drain();
    expect(bot.platform.shown).toMatchObject([{ edits: 1 }]);
    await pass(8);
    expect(bot.platform.shown).toMatchObject([{ edits: 1 }, { body: { kind: 'note' } }]);
  });
});
