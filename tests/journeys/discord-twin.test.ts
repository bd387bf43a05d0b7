import { afterEach, describe, expect, test } from 'vitest';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { parseDestination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { CARD, KEY, NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import { openFolder, startBot, until } from '../support/bot.ts';
import { hasTwin, startTwin, type Twin } from '../support/discord-twin.ts';
import { startFakeBoard } from '../support/fake-board.ts';
import { silentLog } from '../support/silent-log.ts';

const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheTwin1234567890123456';
const PATIENCE = 60_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
async function openTwin(): Promise<Twin> {
  const twin = await startTwin(TOKEN);
  closers.push(twin.close);
  return twin;
}

function channelTo({ url }: Twin): Channel {
  const channel = openDiscord({ token: TOKEN, apiUrl: url, log: silentLog(), now: () => Temporal.Now.instant() });
  closers.push(() => channel.close());
  return channel;
}

const buttonOf = (
  message: { readonly components: Awaited<ReturnType<Twin['messages']>>[number]['components'] },
  label: string,
) => message.components.flatMap(row => row.components).find(button => button.label?.startsWith(label))?.custom_id ?? '';

describe.skipIf(!hasTwin)('a Discord that others wrote (skipped where tests/twin is not installed)', () => {
  test('a release goes from the board to the channel, is corrected in its place, and stays one message', {
    timeout: 2 * PATIENCE,
  }, async () => {
    const twin = await openTwin();
    const folder = openFolder();
    closers.push(folder.remove);
    const board = await startFakeBoard();
    closers.push(() => board.close());
    board.publish({ title: 'Old steel news', body: 'Steel was discussed with Canada.', date: '2025-12-01' });
    const start = async () => {
      const bot = await startBot(
        {
          sources: [{ id: 'motir', kind: 'board', url: board.url, zone: 'Asia/Seoul', every: '1s', republish: 'full' }],
        },
        { DATABASE_URL: folder.database, DISCORD_TOKEN: TOKEN, DISCORD_API_URL: twin.url },
      );
      closers.push(() => bot.stop());
      return bot;
    };
    const bot = await start();
    const feed = async () => (await fetch(`${bot.url}/feed.atom`)).text();
    await until('the baseline', async () => (await feed()).includes('Old steel news'), bot.logged);
    await until('the command', async () => (await twin.commands()).length > 0, bot.logged);
    expect(await twin.commands()).toMatchObject([{ name: 'gwanbo' }]);

    const followed = await twin.slash('follow', { query: 'topic:steel' });
    expect(followed).toMatchObject({ type: 5, flags: 64 });
    expect(followed.content).toContain('topic:steel');
    expect(followed.content).toContain('#1');
    expect((await twin.slash('follow', { query: 'country:canda' })).content).toContain('country:ca (Canada)');

    const number = board.publish({
      title: 'Steel Quota Extended',
      body: 'The steel quota runs on.',
      date: '2025-12-04',
    });
    board.publish({ title: 'Chip Makers Meet', body: 'Makers of chips met in Icheon.', date: '2025-12-05' });
    const [message] = await until(
      'the alert',
      async () => {
        const shown = await twin.messages();
        return shown.some(({ embeds }) => embeds[0]?.title === 'Steel Quota Extended') ? shown : null;
      },
      bot.logged,
    );
    expect(await twin.messages()).toHaveLength(1);
    expect(message?.embeds[0]?.url).toBe(`${board.url}/${number}/view`);

    const why = await twin.press(message!.id, buttonOf(message!, 'Why'));
    expect(why.content).toContain('topic:steel');
    expect((await twin.slash('list')).content).toContain('#1');

    await bot.stop();
    const again = await start();
    board.edit(number, { title: 'Steel Quota Extended to June' });
    await until(
      'the correction in its place',
      async () => (await twin.messages())[0]?.embeds[0]?.title === 'Steel Quota Extended to June',
      again.logged,
    );
    const shown = await twin.messages();
    expect(shown.map(({ id }) => id)[0]).toBe(message!.id);
    expect(JSON.stringify(shown[0])).toContain('Corrected ');
    expect(shown.filter(({ embeds }) => embeds[0]?.title?.startsWith('Steel Quota'))).toHaveLength(1);
  });

  test('each kind of message is posted, found by its buttons, changed in its place, and taken away', {
    timeout: PATIENCE,
  }, async () => {
    const twin = await openTwin();
    const channel = channelTo(twin);
    // Without the gateway nobody knows the rights, and an empty record would prove nothing.
    await channel.listen(async () => ({ is: 'said', text: '' }) as never);
    await until('the gateway', () => channel.status().state === 'ready');
    const here = parseDestination(`discord:${twin.channel}`);
    for (const [at, content] of [CARD, ROUNDUP, NOTE].entries()) {
      const key = `${KEY.slice(0, -1)}${'abc'[at]}`;
      const since = Temporal.Now.instant().toString();
      const body = JSON.parse(JSON.stringify(channel.render(content, key)));
      const sent = await channel.send(here, { key, part: 1, body });
      if (sent.is !== 'sent') throw new Error(sent.reason);
      const { receipt } = sent;
      const known = { is: 'read', messages: expect.arrayContaining([{ key, part: 1, receipt }]) };
      expect(await channel.history(here, since)).toEqual(known);
      for (let times = 0; times < 2; times++)
        expect(await channel.edit(here, receipt, { key, part: 1, body })).toEqual({ is: 'sent', receipt });
      expect(await channel.history(here, since)).toEqual(known);
      for (let times = 0; times < 2; times++)
        expect(await channel.remove(here, receipt)).toEqual({ is: 'sent', receipt });
      expect(await channel.history(here, since)).toMatchObject({ is: 'read', messages: [] });
    }
  });

  test('a message that a moderator deleted counts as changed, a channel that is none is suspended', {
    timeout: PATIENCE,
  }, async () => {
    const twin = await openTwin();
    const channel = channelTo(twin);
    const here = parseDestination(`discord:${twin.channel}`);
    const body = JSON.parse(JSON.stringify(channel.render(CARD, KEY)));
    const sent = await channel.send(here, { key: KEY, part: 1, body });
    if (sent.is !== 'sent') throw new Error(sent.reason);
    await twin.erase(sent.receipt.message);
    expect(await channel.edit(here, sent.receipt, { key: KEY, part: 1, body })).toMatchObject({ is: 'sent' });
    const nowhere = parseDestination('discord:700000000000000009');
    expect(await channel.send(nowhere, { key: KEY, part: 1, body })).toMatchObject({ is: 'suspend' });
  });

  test.skip('an enforced nonce (the twin posts again)', () => {});
  test.skip('429, limits and invalid requests (the twin has none)', () => {});
  test.skip('a session that is resumed (the twin always begins a new one)', () => {});
  test.skip('permissions that are missing (the twin grants all)', () => {});
});
