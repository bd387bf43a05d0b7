import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import type { NewSubscription } from '../../src/core/subscription.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { markRestored } from '../../src/store/restored.ts';
import { type Delivering, HERE, openDelivering } from '../support/delivering.ts';
import { temporaryFolder } from '../support/folder.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

let bot: Delivering;
const opened: Store[] = [];
beforeEach(async () => {
  bot = await openDelivering();
  opened.push(bot.tools.store);
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const now = () => bot.tools.clock.now().toString();
const shown = () => bot.platform.titles().map(title => title.slice(0, 6));

async function publish(
  keys: readonly string[],
  when: NewSubscription['when'],
  changes: Partial<NewSubscription> = {},
): Promise<number> {
  const { subscription } = await bot.tools.store.follow(asks(HERE, { when, ...changes }), now());
  const releases = keys.map(key => release(key));
  const deliveries = releases.map(one => alert(one, HERE, [subscription.id]));
  await bot.tools.store.record({ ...batch(releases, { deliveries }), at: now() });
  return subscription.id;
}

/** Somebody else wants what is recorded already, and at once. */
async function ask(where: Store, keys: readonly string[]): Promise<void> {
  const { subscription } = await where.follow(asks(HERE, { normal: 'b', when: 'now' }), now());
  const deliveries = keys.map(key => alert(release(key), HERE, [subscription.id]));
  await where.record({ ...batch([], { deliveries }), at: now() });
}

function backUp(): string {
  const path = join(temporaryFolder(), 'backup.db');
  const record = new DatabaseSync(bot.tools.path);
  record.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  record.close();
  copyFileSync(bot.tools.path, path);
  return path;
}

/** A bot that goes on from the backup. */
async function putBack(path: string) {
  const restored = new DatabaseSync(path);
  markRestored(restored, bot.tools.clock.now().epochMilliseconds);
  restored.close();
  const store = await openStore(`sqlite:${path}`, { authority: 'x.example', now: now() });
  opened.push(store);
  const how = {
    store,
    runtime: { now: bot.tools.clock.now, log: bot.tools.log },
    channels: new Map([['slack' as const, bot.platform.channel]]),
    nameOf: (id: string) => id,
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: createElapsed(() => bot.tools.truth().epochMilliseconds),
    headingOf: () => null,
    matches: () => true,
    page: null,
  };
  return {
    store,
    states: async () => (await store.deliveries()).toReversed().map(({ state }) => state),
    async goOn(time: Temporal.DurationLike) {
      bot.tools.later(time);
      for (let turns = 0; turns < 40; turns++) {
        bot.tools.later({ seconds: 31 });
        await deliver(HERE, how);
      }
    },
  };
}

test('a note that waited for the end of the quiet hours, and went out since, is not sent again', async () => {
  const { tools } = bot;
  await tools.store.saveSettings(
    HERE,
    { quiet: '22:00-07:00', zone: 'Asia/Seoul', corrections: 'edit+note' },
    tools.clock.now().toString(),
  );
  await publish(['1'], 'now');
  await bot.drain();
  tools.later({ hours: 13, minutes: 5 });
  await bot.revise('1', { title: 'Another title' });
  await bot.drain();
  const path = backUp();
  tools.later({ hours: 10 });
  await bot.drain();
  const before = shown().length;
  expect(before, 'the alert and its note').toBe(2);
  const { goOn, states } = await putBack(path);
  await goOn({ hours: 0 });
  expect(new Set(await states())).toEqual(new Set(['sent']));
  expect(shown()).toHaveLength(before);
});

test('alerts that waited for their digest, and went out with it since, are not sent again', async () => {
  await publish(['1', '2'], 'daily 09:00');
  const path = backUp();
  bot.tools.later({ hours: 24 });
  await bot.drain();
  expect(shown()).toEqual(['Note 1', 'Note 2']);
  const { goOn, states } = await putBack(path);
  await goOn({ hours: 0 });
  expect(shown()).toEqual(['Note 1', 'Note 2']);
  expect(new Set(await states())).toEqual(new Set(['sent']));
});

test('alerts that wait for a digest yet to come are asked for too: they may have been wanted at once since', async () => {
  const { store } = bot.tools;
  const id = await publish(['1', '2'], 'weekly mon 09:00');
  const path = backUp();
  // One more, who wants the first of them now.
  const { subscription } = await store.follow(asks(HERE, { normal: 'b', when: 'now' }), now());
  expect(subscription.id).not.toBe(id);
  await store.record({ ...batch([], { deliveries: [alert(release('1'), HERE, [subscription.id])] }), at: now() });
  await bot.drain();
  expect(shown()).toEqual(['Note 1']);
  const { goOn, states } = await putBack(path);
  await goOn({ hours: 1 });
  expect(shown(), 'its time has not come').toEqual(['Note 1']);
  await goOn({ hours: 24 * 7 });
  expect(shown()).toEqual(['Note 1', 'Note 2']);
  expect(await states()).toEqual(['sent', 'sent', 'sent']);
  expect(bot.platform.shown.at(-1)?.body, 'it came as a digest').toMatchObject({ kind: 'digest' });
});

test('a digest that waited for the end of the quiet hours goes out once, whether it went out since or not', async () => {
  const { tools } = bot;
  await tools.store.saveSettings(HERE, { quiet: '22:00-07:00', zone: 'UTC' }, tools.clock.now().toString());
  await publish(['1', '2'], 'daily 23:00');
  tools.later(Temporal.Instant.from('2025-12-05T23:05:00Z').since(tools.clock.now()));
  await bot.drain();
  expect(shown()).toEqual([]);
  const [sent, unsent] = [backUp(), backUp()];
  const { goOn, states } = await putBack(unsent);
  await goOn({ hours: 9 });
  expect(shown()).toEqual(['Note 1', 'Note 2']);
  expect(new Set(await states())).toEqual(new Set(['sent']));
  const again = await putBack(sent);
  await again.goOn({ hours: 0 });
  expect(shown()).toEqual(['Note 1', 'Note 2']);
  expect(new Set(await again.states())).toEqual(new Set(['sent']));
});

test('what was held, and let go since, is asked for before it leaves; where nobody can tell, a person says so twice', async () => {
  const { store } = bot.tools;
  await publish(['1'], 'now');
  bot.platform.fates.push({ is: 'hold', reason: 'a person must look' });
  await bot.drain();
  const path = backUp();
  await store.letGo({ delivery: 1 }, 'send', 'console', now());
  await bot.drain();
  expect(shown()).toEqual(['Note 1']);
  const restored = await putBack(path);
  bot.platform.answers.push({ is: 'hold', reason: 'its history cannot be read' });
  await restored.store.letGo({ delivery: 1 }, 'send', 'console', now());
  await restored.goOn({ minutes: 1 });
  expect(await restored.states()).toEqual(['held']);
  await restored.store.letGo({ delivery: 1 }, 'send', 'console', now());
  await restored.goOn({ minutes: 1 });
  expect(shown(), 'whoever says it twice wants it twice').toEqual(['Note 1', 'Note 1']);
});

test('what waits for its digest, and is then wanted at once, is asked for before it leaves', async () => {
  const { store } = bot.tools;
  await publish(['1', '2'], 'weekly mon 09:00');
  const path = backUp();
  await ask(store, ['1']);
  await bot.drain();
  expect(shown()).toEqual(['Note 1']);
  const restored = await putBack(path);
  await ask(restored.store, ['1', '2']);
  await restored.goOn({ minutes: 1 });
  expect(shown(), 'the second had not been wanted at once before').toEqual(['Note 1', 'Note 2']);
  expect(await restored.states()).toEqual(['sent', 'sent']);
});

test('a backup of a clock that was ahead is no newer than the moment at which it is put back', async () => {
  bot.tools.jump({ hours: 48 });
  await publish(['1'], 'now');
  const path = backUp();
  await bot.drain();
  bot.tools.jump({ hours: -48 });
  const { store, goOn, states } = await putBack(path);
  const to = Temporal.Instant.from((await store.restoredTo())!);
  expect(to.since(bot.tools.clock.now()).total('seconds')).toBeLessThanOrEqual(1);
  await goOn({ minutes: 1 });
  expect(shown()).toEqual(['Note 1']);
  expect(await states()).toEqual(['sent']);
});

test('what nobody wanted any more, and somebody did since, is asked for before it is sent', async () => {
  const { store } = bot.tools;
  const first = await publish(['1'], 'weekly mon 09:00');
  await store.setState(first, 'paused', null);
  const path = backUp();
  await ask(store, ['1']);
  await bot.drain();
  expect(shown()).toEqual(['Note 1']);
  const restored = await putBack(path);
  await ask(restored.store, ['1']);
  await restored.goOn({ minutes: 1 });
  expect(shown()).toEqual(['Note 1']);
  expect(await restored.states()).toEqual(['sent']);
});

describe.each([true, false])(
  'what replies to a message from before the backup, where it was said since: %s',
  isSaid => {
    const TITLE = { title: 'Another title' };

    test('the note of a correction that is found again comes once', async () => {
      await bot.tools.store.saveSettings(HERE, { corrections: 'edit+note' }, now());
      await publish(['1'], 'now');
      await bot.drain();
      const path = backUp();
      if (isSaid) {
        await bot.revise('1', TITLE);
        await bot.drain();
      }
      const { store, goOn, states } = await putBack(path);
      bot.tools.later({ minutes: 5 });
      const before = await store.release('harbour/1');
      const after = { ...before!, ...TITLE, revision: 2, updated: now() };
      await store.record({ ...batch([], { revised: [{ after, fingerprint: 'f' }] }), at: now() });
      await goOn({ minutes: 1 });
      expect(bot.platform.shown).toHaveLength(2);
      expect(await states()).toEqual(['sent', 'sent', 'sent']);
    });

    test('a change that can be made no more is told once', async () => {
      await publish(['1'], 'now');
      await bot.drain();
      await bot.revise('1', TITLE);
      const path = backUp();
      if (isSaid) {
        bot.platform.fates.push('closed');
        await bot.drain();
      }
      const { goOn, states } = await putBack(path);
      bot.platform.fates.push('closed');
      await goOn({ minutes: 1 });
      expect(bot.platform.shown).toHaveLength(2);
      expect(await states()).toEqual(['sent', 'sent']);
    });
  },
);

describe.each([true, false])('a correction of what was owed at the backup, where that was sent since: %s', isSent => {
  test.each(['edit', 'edit+note'] as const)('%s: before and after it was asked for', async corrections => {
    await bot.tools.store.saveSettings(HERE, { corrections }, now());
    await publish(['1'], 'now');
    const path = backUp();
    if (isSent) await bot.drain();
    const { store, goOn, states } = await putBack(path);
    const revise = async (title: string) => {
      const before = (await store.release('harbour/1'))!;
      const after = { ...before, title, revision: before.revision + 1, updated: now() };
      await store.record({ ...batch([], { revised: [{ after, fingerprint: title }] }), at: now() });
    };
    await revise('A second title');
    await goOn({ minutes: 1 });
    expect(bot.platform.titles()[0]).toBe('A second title');
    const isNoted = corrections === 'edit+note';
    expect(bot.platform.shown).toHaveLength(isSent && isNoted ? 2 : 1);
    expect(bot.platform.shown[0]?.edits).toBe(isSent ? 1 : 0);
    await revise('A third title');
    await goOn({ minutes: 1 });
    expect(bot.platform.titles()[0]).toBe('A third title');
    expect(new Set(await states())).toEqual(new Set(isSent ? ['sent'] : ['sent', 'dead']));
    const [alert] = (await store.deliveries()).filter(({ kind }) => kind === 'alert');
    expect(alert?.receipt).toEqual({ channel: 'C0001', message: 'm1' });
  });
});

test('what waits for its digest, and came sooner since for somebody else, is shown as it was corrected since', async () => {
  await publish(['1'], 'daily 09:00');
  const path = backUp();
  await ask(bot.tools.store, ['1']);
  await bot.drain();
  expect(shown()).toEqual(['Note 1']);
  const { store, goOn } = await putBack(path);
  const before = (await store.release('harbour/1')) ?? release('1');
  const after = { ...before, title: 'Note 1, corrected', revision: 2, updated: now() };
  await store.record({ ...batch([], { revised: [{ after, fingerprint: 't-1' }] }), at: now() });
  await goOn({ hours: 24 });
  await goOn({ hours: 2 });
  expect(bot.platform.titles()).toEqual(['Note 1, corrected']);
});

describe('a message that carried several, and that its platform did not take yet', () => {
  const KEYS = ['1', '2', '3', '4', '5', '6', '7'];
  const titles = KEYS.map(key => `Note ${key}`);
  const wait = () => {
    const at = bot.tools.clock.now().add({ seconds: 30 }).toString();
    bot.platform.fates.push({ is: 'wait', at, reason: 'slow' });
  };

  test('of a group that left since without those that were no longer wanted, no other comes twice', async () => {
    const some = await publish(['1', '2'], 'now');
    await publish(['3', '4', '5', '6', '7', '8'], 'now', { normal: 'b' });
    wait();
    await bot.drain();
    const path = backUp();
    await bot.tools.store.unfollow(some, now());
    await bot.finish();
    const before = shown();
    expect(before).toHaveLength(6);
    const { goOn, states } = await putBack(path);
    await goOn({ minutes: 1 });
    expect(shown()).toEqual([...before, 'Note 1', 'Note 2']);
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  test('of a group that was refused since, and of which some came by themselves, the others come too', async () => {
    await publish(KEYS, 'now');
    wait();
    await bot.drain();
    const path = backUp();
    bot.platform.fates.push({ is: 'dead', reason: 'too long' });
    bot.tools.later({ seconds: 30 });
    for (const _ of [1, 2, 3]) await bot.turn();
    expect(shown()).toEqual(['Note 1', 'Note 2']);
    const { goOn, states } = await putBack(path);
    await goOn({ minutes: 1 });
    expect(shown()).toEqual(titles);
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  test.each([
    ['was refused since, so that each came by itself', true],
    ['has not left since', false],
  ])('of a digest that %s, each is there once', async (_, isRefused) => {
    await publish(KEYS, 'daily 09:00');
    bot.tools.later({ hours: 24 });
    wait();
    await bot.drain();
    const path = backUp();
    bot.tools.later({ seconds: 30 });
    if (isRefused) {
      bot.platform.fates.push({ is: 'dead', reason: 'too long' });
      await bot.drain();
    }
    const { goOn, states } = await putBack(path);
    await goOn({ minutes: 1 });
    expect(shown()).toEqual(titles);
    expect(bot.platform.shown).toHaveLength(isRefused ? KEYS.length : 1);
    expect((await states()).filter(state => state === 'sent')).toHaveLength(isRefused ? KEYS.length : KEYS.length + 1);
  });
});
