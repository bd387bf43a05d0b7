import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import { sendTest } from '../../src/app/test-message.ts';
import type { Card } from '../../src/core/card.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
beforeEach(async () => {
  bot = await openDelivering();
  const notes = ['1', '2'].map(key => release(key, { date: `2025-12-0${key}`, title: `Note ${key} on ships` }));
  await bot.tools.store.record(batch(notes));
});
afterEach(() => bot.tools.store.close());

const now = () => bot.tools.clock.now().toString();
const follow = async (changes: object = {}) =>
  (await bot.tools.store.follow(asks(HERE, { normal: '"ships"', mention: ['here'], ...changes }), now())).subscription;
const asker = { id: 'slack:U0ANA', here: HERE, mayChange: true } as const;
const ask = (command: Parameters<typeof answer>[0], by: Parameters<typeof answer>[1] = asker) =>
  answer(command, by, bot.tools);

describe('a test', () => {
  test('is the latest match, marked, with why it came, and calls nobody', async () => {
    const { id } = await follow();
    expect(await sendTest(id, bot.tools)).toMatchObject({ kind: 'test', state: 'queued', subscriptions: [id] });
    await bot.drain();
    expect(bot.platform.shown.map(({ body }) => body as Card)).toMatchObject([
      { kind: 'test', title: 'Note 2 on ships', mention: [], why: [{ subscription: id }] },
    ]);
  });

  test('is a message each time, and keeps no alert from coming', async () => {
    const { id } = await follow();
    for (let times = 0; times < 2; times++) {
      await sendTest(id, bot.tools);
      await bot.drain();
      bot.tools.later({ seconds: 1 });
    }
    const note = await bot.tools.store.release('harbour/2');
    const deliveries = [alert(note!, HERE, [id])];
    await bot.tools.store.record({ ...batch([], { deliveries }), at: now() });
    await bot.drain();
    expect(bot.platform.shown.map(({ body }) => (body as Card).kind)).toEqual(['test', 'test', 'alert']);
  });

  test('comes in quiet hours too, and for a subscription that pauses', async () => {
    await bot.tools.store.saveSettings(HERE, { quiet: '00:00-23:00', zone: 'UTC' }, bot.tools.clock.now().toString());
    const { id } = await follow();
    await bot.tools.store.setState(id, 'paused', null);
    await sendTest(id, bot.tools);
    await bot.drain();
    expect(bot.platform.shown).toMatchObject([{ body: { kind: 'test', why: [{ subscription: id }] } }]);
  });

  test('whose answer is lost is asked for like any other message', async () => {
    const { id } = await follow();
    bot.platform.fates.push('lost after');
    await sendTest(id, bot.tools);
    await bot.finish();
    expect(bot.platform.requests).toHaveLength(1);
    expect(await bot.states()).toEqual(['sent']);
  });

  test('of nothing says so', async () => {
    await expect(sendTest(9, bot.tools)).rejects.toThrow('there is no subscription #9');
    const { id } = await follow({ normal: '"lighthouses"' });
    await expect(sendTest(id, bot.tools)).rejects.toThrow('nothing recorded matches "lighthouses"');
  });
});

describe('in a chat', () => {
  test('test sends it here to who may, of the subscription that is named', async () => {
    expect(await ask({ verb: 'test', target: null })).toMatchObject({ ok: false });
    await follow();
    expect(await ask({ verb: 'test', target: null }, { ...asker, mayChange: 'not you' })).toEqual({
      ok: false,
      lines: ['not you'],
    });
    expect(await ask({ verb: 'test', target: 5 })).toMatchObject({ ok: false });
    expect(await ask({ verb: 'test', target: 1 })).toEqual({
      ok: true,
      lines: ['The latest match of #1 "ships" is sent here, marked as a test: harbour/2.'],
    });
    expect(bot.tools.woken).toEqual([HERE]);
  });
});
