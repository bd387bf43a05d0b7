import { describe, expect, test } from 'vitest';
import { buttonId, buttonsOf, marksText, readButtonId, readMarks } from '../../src/core/button.ts';
import type { Asker, Command } from '../../src/core/command.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { CARD, KEY, NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { openBench } from '../support/slack-bench.ts';
import { openAgainst, TOKEN } from './discord-setup.ts';

interface Heard {
  readonly command: Command;
  readonly asker: Asker;
}
const ACTIONS = ['why', 'related', 'history', 'mute'] as const;

describe('the buttons of a message', () => {
  test.each([
    ['an alert', CARD, ['why', 'related', 'history', 'mute']],
    ['an alert without related releases', { ...CARD, related: 0 }, ['why', 'history', 'mute']],
    ['a compact alert', { ...CARD, style: 'compact' as const }, ['why']],
    ['a notice', { ...CARD, kind: 'notice' as const }, ['why']],
    ['a digest', ROUNDUP, ['why', 'mute']],
    ['a note', NOTE, ['history']],
  ])('of %s', (_, content, actions) => {
    expect(buttonsOf(content).map(({ action }) => action)).toEqual(actions);
  });

  test('have ids that read back as they were written', () => {
    for (const action of ACTIONS)
      for (const part of [1, 0, 2, 17]) {
        const id = buttonId({ action, key: KEY, part });
        expect(readButtonId(id)).toEqual({ action, key: KEY, part });
        expect(id.length).toBeLessThanOrEqual(100);
      }
    expect(buttonId({ action: 'why', key: KEY, part: 1 })).toBe(`g1:why:${KEY}`);
    for (const text of ['', 'g1:why:', 'g1:eat:abc', `g2:why:${KEY}`, `g1:why:${KEY}-x`, `xg1:why:${KEY}`])
      expect(readButtonId(text)).toBeNull();
  });

  test('tell what a message carries by marks that read back, and any other text by none', () => {
    const carries = ['abcdefg', 'abcdefh', '2345672'];
    expect(readMarks(marksText(carries))).toEqual(carries);
    expect(readButtonId(buttonId({ action: 'why', key: KEY, part: 1, carries }))).toMatchObject({ carries });
    for (const text of ['', ' ', 'abcdef', 'abcdefgh', 'ABCDEFG', 'abcdefg abcdefg'])
      expect(readMarks(text)).toEqual([]);
  });
});

test('on Discord each is answered to whoever pressed it alone, with the rights of that person', async () => {
  const fake = await startFakeDiscord({ token: TOKEN });
  const channel = openAgainst(fake);
  const heard: Heard[] = [];
  await channel.listen(async (command, asker) => {
    heard.push({ command, asker });
    return { ok: true, lines: [`heard *${command.verb}* @everyone`] };
  });
  const to = parseDestination(`discord:${CHANNEL}`);
  const sent = await channel.send(to, { key: KEY, part: 1, body: channel.render(CARD, KEY) });
  const id = sent.is === 'sent' ? sent.receipt.message : '';
  for (const action of ACTIONS) {
    const pressed = await fake.press(id, `g1:${action}:${KEY}`, { user: '900000000000000002', permissions: [] });
    expect([pressed.type, pressed.ephemeral]).toEqual([5, true]);
    expect(await pressed.reply()).toBe('heard \\*button\\* \\@everyone');
    expect(heard.at(-1)).toEqual({
      command: { verb: 'button', action, key: KEY },
      asker: {
        id: 'discord:900000000000000002',
        here: `discord:${CHANNEL}`,
        mayChange: 'changing what is posted in this channel takes the permission Manage Channels there',
      },
    });
  }
  await (await fake.press(id, `g1:mute:${KEY}`, { permissions: ['ManageChannels'] })).reply();
  expect(heard.at(-1)?.asker.mayChange).toBe(true);
  expect(fake.messages(CHANNEL), 'nothing is posted, nothing changed').toMatchObject([{ edits: 0 }]);

  const [old] = [
    fake.say(CHANNEL, 'old', [{ type: 1, components: [{ type: 2, style: 2, label: 'x', custom_id: 'g9:x' }] }]),
  ];
  expect(await (await fake.press(old.id, 'g9:x')).reply()).toContain('not known to this version');
  expect(heard).toHaveLength(5);
  await channel.close();
  fake.assertPolite();
  await fake.close();
});

test('on Slack likewise, and a press that is delivered twice is answered once', async () => {
  const { slack, channel, trade, close } = await openBench({ socket: true });
  slack.addUser({ id: 'U0GUEST', is_restricted: true });
  const heard: Heard[] = [];
  await channel.listen(async (command, asker) => {
    heard.push({ command, asker });
    return { ok: true, lines: [`heard ${command.verb} <!channel>`] };
  });
  const sent = await channel.send(trade, { key: KEY, part: 1, body: channel.render(CARD, KEY) });
  const ts = sent.is === 'sent' ? sent.receipt.message : '';
  for (const action of ACTIONS) {
    const run = await slack.press(ts, `g1:${action}:${KEY}`, 'U0GUEST');
    expect(await run.answer()).toBe('heard button &lt;!channel&gt;');
    expect(run.responses).toMatchObject([{ response_type: 'ephemeral', replace_original: false, mrkdwn: false }]);
    expect(heard.at(-1)).toEqual({
      command: { verb: 'button', action, key: KEY },
      asker: { id: 'slack:U0GUEST', here: 'slack:C0TRADE', mayChange: expect.any(String) },
    });
  }
  expect(heard.at(-1)?.asker.mayChange).toContain('guests cannot change');
  await (await slack.press(ts, `g1:mute:${KEY}`)).answer();
  expect(heard.at(-1)?.asker).toMatchObject({ id: 'slack:U0ANA', mayChange: true });
  expect(heard).toHaveLength(5);
  slack.assertPolite();
  await close();
});
