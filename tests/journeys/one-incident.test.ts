import { expect, onTestFinished, test } from 'vitest';
import { maintenancePage } from '../support/board-html.ts';
import { openFolder, startBot, until } from '../support/bot.ts';
import { startFakeBoard } from '../support/fake-board.ts';

test('a source in trouble is told of once on the console, the feed stays, and its end is told of once', async () => {
  const folder = openFolder();
  onTestFinished(folder.remove);
  const board = await startFakeBoard();
  onTestFinished(() => board.close());
  board.publish({ title: 'Steel quota agreed', body: 'Steel.', date: '2026-03-01' });
  const source = { id: 'motir', kind: 'board', url: board.url, name: 'MOTIR', every: '1s' };
  const bot = await startBot({ sources: [source] }, { DATABASE_URL: folder.database });
  onTestFinished(() => bot.stop());
  const feed = async () => (await fetch(`${bot.url}/feed.atom`)).text();
  const told = (words: string) => bot.printed().split(words).length - 1;
  await until('the baseline', async () => (await feed()).includes('Steel quota agreed'), bot.logged);

  board.fail({ is: 'html', html: maintenancePage() });
  await until('the notice', () => told('MOTIR cannot be read') === 1, bot.printed);
  expect(bot.printed()).toContain('gwanbo check --source motir tries now');
  expect(await feed()).toContain('Steel quota agreed');
  board.heal();
  await until('the end of it', () => told('MOTIR can be read again') === 1, bot.printed);
  expect(told('MOTIR cannot be read')).toBe(1);
});
