import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Card, Note, Roundup } from '../../src/core/card.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';

let bot: Delivering;
/** Subscriptions whose query the releases no longer meet. */
let lost = false;
beforeEach(async () => {
  lost = false;
  bot = await openDelivering({ matches: () => !lost });
});
afterEach(() => bot.tools.store.close());

const keys = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`);
const bodies = <Body>() => bot.platform.shown.map(one => one.body as Body);
const ledger = async () =>
  (await bot.tools.store.deliveries())
    .toReversed()
    .filter(one => one.kind === 'correction')
    .map(({ subject, form, state }) => `${form} ${subject} ${state}`);
const settings = (written: object) => bot.tools.store.saveSettings(HERE, written, bot.tools.clock.now().toString());

describe('37. a release that is corrected', () => {
  test('has its message changed in place, with what changed and when; no second alert', async () => {
    await bot.owe('1');
    await bot.finish();
    await settings({ zone: 'Asia/Seoul' });
    bot.tools.later({ minutes: 20 });
    await bot.revise('1', { title: 'Note 1 of the harbour office, mended', text: 'Ships keep to the 7 west sides.' });
    await bot.finish();
    expect(bodies<Card>()).toMatchObject([
      {
        title: 'Note 1 of the harbour office, mended',
        revision: 2,
        correction: 'Corrected 2025-12-05 10:20 KST: title, number, wording changed',
        why: [{ subscription: 1 }],
      },
    ]);
    expect(await ledger()).toEqual(['edit harbour/1@2 sent']);
    expect((await bot.tools.store.deliveries()).map(one => one.receipt?.message)).toEqual(['m1', 'm1']);
  });

  test('by white space alone changes nothing', async () => {
    await bot.owe('1');
    await bot.finish();
    await bot.revise('1', { text: 'The harbour office explains note 1.\nShips keep  to the east side.' });
    await bot.finish();
    expect(bot.platform.shown[0]?.edits).toBe(0);
    expect(await ledger()).toEqual([]);
  });

  test('before its alert left is told of as it is, and is no correction', async () => {
    await bot.owe('1');
    await bot.revise('1', { title: 'Mended' });
    await bot.finish();
    expect(bodies<Card>()).toMatchObject([{ title: 'Mended' }]);
    expect(bodies<Card>()[0]).not.toHaveProperty('correction');
    expect(await ledger()).toEqual([]);
  });

  test('while its alert is unsure is corrected once that is known', async () => {
    await bot.owe('1');
    bot.platform.fates.push('lost after');
    await bot.turn();
    await bot.revise('1', { title: 'Mended' });
    await bot.finish();
    expect(bot.platform.shown).toMatchObject([{ edits: 1, body: { title: 'Mended' } }]);
  });

  describe('while its alert is held, since nobody can be asked whether it arrived', () => {
    const held = async (fate: 'lost before' | 'lost after', when: 'before' | 'after') => {
      await settings({ corrections: 'edit+note' });
      await bot.owe('1');
      bot.platform.fates.push(fate);
      bot.platform.answers.push({ is: 'hold', reason: 'no permission to read' });
      await bot.turn();
      if (when === 'before') await bot.revise('1', { title: 'Mended' });
      await bot.finish();
      if (when === 'after') await bot.revise('1', { title: 'Mended' });
      await bot.finish();
      expect((await bot.states())[0]).toBe('held');
    };
    const letGo = async (verdict: 'send' | 'drop') => {
      const [alert] = await bot.tools.store.deliveries({ state: 'held' });
      await bot.tools.store.letGo({ delivery: alert!.id }, verdict, 'console', bot.tools.clock.now().toString());
    };

    test.each(['before', 'after'] as const)('waits (revised %s it is held), and is told of as it is', async when => {
      await held('lost before', when);
      expect(await ledger()).toEqual(['edit harbour/1@2 waiting', 'reply harbour/1@2/note waiting']);
      bot.tools.later({ hours: 30 });
      expect(await bot.drain(), 'looked at and left').toBe(null);
      expect(await ledger()).toEqual(['edit harbour/1@2 waiting', 'reply harbour/1@2/note waiting']);
      await letGo('send');
      await bot.finish();
      expect(bodies<Card>()).toMatchObject([{ title: 'Mended' }]);
      expect(bodies<Card>()[0]).not.toHaveProperty('correction');
      bot.tools.later({ hours: 2 });
      await bot.finish();
      expect(bot.platform.shown).toHaveLength(1);
      expect(await ledger()).toEqual(['edit harbour/1@2 dead', 'reply harbour/1@2/note dead']);
    });

    test('is not told of where that is dropped', async () => {
      await held('lost before', 'after');
      await letGo('drop');
      bot.tools.later({ hours: 2 });
      await bot.finish();
      expect(bot.platform.shown).toEqual([]);
      expect(await ledger()).toEqual(['edit harbour/1@2 dead', 'reply harbour/1@2/note dead']);
    });
  });

  test('again and again says the last of it', async () => {
    await bot.owe('1');
    await bot.finish();
    await bot.revise('1', { title: 'Mended' });
    await bot.revise('1', { date: '2026-03-02' });
    await bot.finish();
    expect(bodies<Card>()).toMatchObject([{ title: 'Mended', correction: expect.stringContaining(': date changed') }]);
    expect(await ledger()).toEqual(['edit harbour/1@2 sent', 'edit harbour/1@3 sent']);
  });

  test('and is not what was asked for any more says so; the message stays', async () => {
    await bot.owe('1');
    await bot.finish();
    lost = true;
    await bot.revise('1', { title: 'Of other things' });
    await bot.finish();
    expect(bodies<Card>()).toMatchObject([
      { correction: expect.stringMatching(/title changed\. No longer matches #1$/) },
    ]);
  });

  test('is corrected though the subscription has left: what stands there stays true', async () => {
    await bot.owe('1');
    await bot.finish();
    await bot.tools.store.unfollow(1, bot.tools.clock.now().toString());
    await bot.revise('1', { title: 'Mended' });
    await bot.finish();
    expect(bodies<Card>()).toMatchObject([{ title: 'Mended', why: [{ subscription: 1 }] }]);
  });

  test('in a channel that wants no corrections is left as it was', async () => {
    await bot.owe('1');
    await bot.finish();
    await settings({ corrections: 'off' });
    await bot.revise('1', { title: 'Mended' });
    await bot.finish();
    expect(bot.platform.shown[0]?.edits).toBe(0);
    expect(await ledger()).toEqual([]);
  });
});

describe('a message of several releases', () => {
  test('has the line of the corrected one changed, and the others as they were', async () => {
    await bot.owe(...keys(6));
    await bot.finish();
    await bot.revise('4', { title: 'Mended' });
    await bot.finish();
    const [group] = bodies<Roundup>();
    expect(bot.platform.shown).toHaveLength(1);
    expect(group).toMatchObject({ kind: 'group', title: '6 new releases' });
    expect(group?.sections[0]?.lines.map(({ title, correction }) => [title, correction !== undefined])).toEqual(
      keys(6).map(key => (key === '4' ? ['Mended', true] : [`Note ${key} of the harbour office`, false])),
    );
    await bot.revise('2', { title: 'Mended too' });
    await bot.finish();
    expect(bot.platform.titles().slice(0, 4)).toEqual([
      'Note 1 of the harbour office',
      'Mended too',
      'Note 3 of the harbour office',
      'Mended',
    ]);
  });
});

describe('a change that does not go through', () => {
  beforeEach(async () => {
    await bot.owe('1');
    await bot.finish();
    await bot.revise('1', { title: 'Mended' });
  });

  test('for now is made again, and leaves no doubt', async () => {
    const at = bot.tools.clock.now().add({ seconds: 30 }).toString();
    bot.platform.fates.push({ is: 'wait', at, reason: 'no answer' });
    await bot.finish();
    expect(bot.platform.shown).toMatchObject([{ edits: 1, body: { title: 'Mended' } }]);
    expect(bot.platform.requests).toHaveLength(1);
  });

  test('as the process ended is made again, and leaves no doubt', async () => {
    const [correction, alert] = await bot.tools.store.deliveries();
    const now = bot.tools.clock.now().toString();
    await bot.tools.store.claimEdit(correction?.id ?? 0, { key: alert?.key ?? '', part: 1 }, now);
    await bot.tools.store.recover(now);
    expect(await ledger()).toEqual(['edit harbour/1@2 queued']);
    await bot.finish();
    expect(bot.platform.shown[0]?.edits).toBe(1);
  });

  const isMended = () => bodies<Card>().map(({ title }) => title);

  test('and may be carried out yet keeps newer ones of its message back, and nothing else', async () => {
    bot.platform.fates.push('lost, late');
    await bot.turn();
    await bot.revise('1', { title: 'Mended again' });
    await bot.owe('2');
    await bot.drain();
    expect(isMended()).toEqual(['Note 1 of the harbour office', 'Note 2 of the harbour office']);
    expect(await ledger()).toEqual(['edit harbour/1@2 waiting', 'edit harbour/1@3 waiting']);
    bot.tools.later({ seconds: 29 });
    await bot.drain();
    bot.platform.late.shift()?.();
    expect(isMended()).toEqual(['Mended', 'Note 2 of the harbour office']);
    await bot.finish();
    expect(isMended()).toEqual(['Mended again', 'Note 2 of the harbour office']);
    expect(await ledger()).toEqual(['edit harbour/1@2 sent', 'edit harbour/1@3 sent']);
  });

  test('and may be carried out yet does so over a restart', async () => {
    const { store, clock, later } = bot.tools;
    const [correction, alert] = await store.deliveries();
    await store.claimEdit(correction?.id ?? 0, { key: alert?.key ?? '', part: 1 }, clock.now().toString());
    later({ seconds: 10 });
    await bot.restart();
    await bot.revise('1', { title: 'Mended again' });
    for (let passed = 0; passed < 29; passed++) {
      await bot.drain();
      expect(bot.platform.shown[0]?.edits).toBe(0);
      later({ seconds: 1 });
    }
    await bot.finish();
    expect(isMended()).toEqual(['Mended again']);
  });

  test('and the clock that goes back after it keeps nothing waiting for longer', async () => {
    bot.platform.fates.push('lost before');
    await bot.turn();
    await bot.drain();
    bot.tools.jump({ hours: -5 });
    await bot.tools.store.drop((await bot.tools.store.deliveries())[0]?.id ?? 0, 'nobody minds');
    await bot.revise('1', { title: 'Mended again' });
    const at = await bot.drain();
    expect(at?.toString()).toBe(bot.tools.clock.now().add({ seconds: 30 }).toString());
    bot.tools.later({ seconds: 30 });
    expect(await bot.drain()).toBe(null);
    expect(isMended()).toEqual(['Mended again']);
  });

  test('as it is too late is a reply, word by word, that is asked for like any message', async () => {
    bot.platform.fates.push('closed', 'lost after');
    await bot.finish();
    expect(bot.platform.shown).toHaveLength(2);
    expect(bot.platform.shown[1]).toMatchObject({ replyTo: { message: 'm1' }, body: { kind: 'note' } });
    expect(bodies<Note>()[1]).toMatchObject({
      title: expect.stringMatching(/^Corrected .*: title changed$/),
      pieces: [
        { is: 'gone', words: 'Note 1 of the harbour office' },
        { is: 'new', words: 'Mended' },
      ],
    });
    expect(await ledger()).toEqual(['reply harbour/1@2 sent']);
    expect(bot.platform.requests).toHaveLength(2);
  });
});

describe('a note beside the change', () => {
  beforeEach(async () => {
    await settings({ corrections: 'edit+note' });
    await bot.owe('1');
    await bot.finish();
  });

  test('comes where title, number, date or name changed', async () => {
    await bot.revise('1', { date: '2026-03-02' });
    await bot.finish();
    expect(await ledger()).toEqual(['edit harbour/1@2 sent', 'reply harbour/1@2/note sent']);
    expect(bot.platform.shown).toMatchObject([{ edits: 1 }, { replyTo: { message: 'm1' } }]);
    expect(bodies<Note>()[1]?.pieces).toEqual([
      { is: 'gone', words: '2026-03-01' },
      { is: 'new', words: '2026-03-02' },
    ]);
  });

  test('does not where only the wording did', async () => {
    await bot.revise('1', { text: 'The harbour office tells of note 1.\n\nShips keep to the east side.' });
    await bot.finish();
    expect(await ledger()).toEqual(['edit harbour/1@2 sent']);
  });

  test('says it alone where the message can be changed no more', async () => {
    await bot.revise('1', { title: 'Mended' });
    bot.platform.fates.push('closed');
    await bot.finish();
    expect(await ledger()).toEqual(['edit harbour/1@2 dead', 'reply harbour/1@2/note sent']);
    expect(bot.platform.shown).toHaveLength(2);
  });
});

test('a release that is withdrawn, comes back and is withdrawn again is told of each time, in its message', async () => {
  await bot.owe('1');
  await bot.finish();
  const { store, clock } = bot.tools;
  const listed = [{ key: '1', release: 'harbour/1' }];
  const nothing = { source: 'harbour', poll: null, fresh: [], revised: [], adopted: [], completed: [], deliveries: [] };
  const withdraw = async () => {
    const at = clock.now().toString();
    await store.record({ ...nothing, at, listed: [], absent: [{ key: '1', kind: 'vanished' }] });
    const absence = {
      source: 'harbour',
      key: '1',
      kind: 'vanished',
      since: at,
      answer: 'gone',
      goneAt: at,
      nextAt: null,
    } as const;
    await store.saveAnswer(absence, { absence, withdrawn: true }, at);
  };
  const restore = () => store.record({ ...nothing, at: clock.now().toString(), listed, absent: [] });
  const said: (string | undefined)[] = [];
  for (const happen of [withdraw, restore, withdraw, restore]) {
    await happen();
    await bot.finish();
    said.push(bodies<Card>()[0]?.correction?.slice(0, 12));
    bot.tools.later({ hours: 1 });
  }
  expect(said).toEqual(['Withdrawn by', 'Listed again', 'Withdrawn by', 'Listed again']);
  expect(await ledger()).toEqual([
    'edit harbour/1@1/withdrawn sent',
    'edit harbour/1@1/restored sent',
    'edit harbour/1@1/withdrawn.2 sent',
    'edit harbour/1@1/restored.2 sent',
  ]);
  expect(bot.platform.shown).toHaveLength(1);
});
