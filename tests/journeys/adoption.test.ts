import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { complaints, missing } from '../support/atom-tools.ts';
import { type Desk, openDesk } from '../support/command.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { LISTING, splitListing } from '../support/listing.ts';
import { sharedFile } from '../support/shared.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Numbers of the eight on the ministry's board, newest first. */
const NUMBERS = [2441, 2440, 2439, 2438, 2437, 2436, 2435, 2434] as const;

interface Release {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly date: string;
  readonly url: string | null;
  readonly revision: number;
}

async function openBoard(): Promise<FakeBoard> {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  return board;
}

function deskAt(board: FakeBoard): Desk {
  const source = { id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1d', republish: 'full' };
  const desk = openDesk({ sources: [source] });
  closers.push(() => desk.close());
  return desk;
}

/** Every entry of the feed as it is served, newest first. */
async function readFeed(desk: Desk): Promise<{ xml: string; ids: string[]; titles: string[] }> {
  const bot = await desk.start();
  try {
    const xml = await (await fetch(`${bot.url}/feed.atom`)).text();
    const entries = [...xml.matchAll(/<entry>([\s\S]*?)<\/entry>/g)].map(([, entry = '']) => entry);
    const of = (entry: string, name: string) =>
      new RegExp(`<${name}[^>]*>(?:<!\\[CDATA\\[)?([\\s\\S]*?)(?:\\]\\]>)?</${name}>`).exec(entry)?.[1] ?? '';
    return {
      xml,
      ids: entries.map(entry => of(entry, 'id')),
      titles: entries.map(entry => of(entry, 'title').replaceAll(/&(?:amp;)*amp;/g, '&')),
    };
  } finally {
    bot.kill('SIGTERM');
    expect((await bot.ended).code).toBe(0);
  }
}

const sample = sharedFile('data/motir-listing.txt');
const noSample = sample === null ? 'SHARED_DIR/data/motir-listing.txt is not here' : null;
const sampleText = sample === null ? '' : readFileSync(sample, 'utf8');

/** From the listing to the feed, and on to the numbers of the board; the same story for every listing of eight. */
async function tellAdoption(listing: string): Promise<void> {
  const entries = splitListing(listing);
  expect(entries).toHaveLength(8);
  const board = await openBoard();
  const desk = deskAt(board);
  const file = desk.write('motir-listing.txt', listing);

  const importing = ['import', file, '--source', 'motir'];
  const nothing = { recorded: 0, revised: 0, unchanged: 0, rejected: 0 };
  expect(await desk.json(importing)).toEqual([{ ...nothing, recorded: 8 }]);
  expect(await desk.json(importing)).toEqual([{ ...nothing, unchanged: 8 }]);
  const before = await desk.json<Release>(['releases']);
  expect(before.map(({ title, text, date }) => ({ title, body: text, date }))).toEqual(entries);
  expect(before.map(release => release.date)).toEqual([
    '2025-12-04',
    ...Array(3).fill('2025-12-03'),
    ...Array(2).fill('2025-12-02'),
    ...Array(2).fill('2025-12-01'),
  ]);
  const feed = await readFeed(desk);
  expect(feed.titles).toEqual(entries.map(entry => entry.title));
  expect(new Set(feed.ids).size).toBe(8);

  for (const [at, entry] of [...entries.entries()].toReversed()) board.publish({ ...entry, number: NUMBERS[at] ?? 0 });
  const [polled] = await desk.json(['check']);
  expect(polled).toMatchObject({ source: 'motir', new: 0, adopted: 8, error: null });

  const after = await desk.json<Release>(['releases']);
  expect(after.map(release => release.id)).toEqual(before.map(release => release.id));
  expect(after.map(release => release.key)).toEqual(NUMBERS.map(number => `2-${number}`));
  expect(after.map(release => release.url)).toEqual(NUMBERS.map(number => `${board.url}/${number}/view`));
  expect((await readFeed(desk)).ids, 'the Atom ids').toEqual(feed.ids);
  const first = after[0]?.id ?? '';
  for (const name of ['motir/2-2441', first])
    expect(await desk.json(['show', name]), name).toMatchObject([{ id: first, key: '2-2441' }]);

  board.publish({ title: 'One More', body: 'It is the ninth release.', date: '2025-12-05', number: 2442 });
  expect(await desk.json(['check'])).toMatchObject([{ status: 'new', new: 1, revised: 0, adopted: 0 }]);
}

test(
  'a listing is imported whole, published, and adopted by the numbers of the board',
  () => tellAdoption(LISTING),
  90_000,
);

test.skipIf(noSample)(
  `so is the sample listing of the ministry${noSample ? ` (${noSample})` : ''}`,
  () => tellAdoption(sampleText),
  90_000,
);

const noTools = missing('xmllint', 'jing', 'grammar');
test.skipIf(noTools)(`the feed of an import is valid Atom${noTools ? ` (${noTools})` : ''}`, async () => {
  const desk = deskAt(await openBoard());
  await desk.run(['import', '-', '--source', 'motir'], { input: sampleText || LISTING });
  const { xml, ids } = await readFeed(desk);
  expect(ids).toHaveLength(8);
  expect(await complaints('xmllint', [xml])).toBe('');
  expect(await complaints('jing', [xml])).toBe('');
});

test('17. the time zone of the machine changes nothing', { timeout: 90_000 }, async () => {
  const board = await openBoard();
  const answers: string[] = [];
  for (const TZ of ['America/New_York', 'Asia/Seoul', 'UTC']) {
    const desk = deskAt(board);
    const file = desk.write('listing.txt', LISTING);
    await desk.run(['import', file, '--source', 'motir'], { env: { TZ } });
    const { out } = await desk.run(['releases', '--json'], { env: { TZ } });
    // When it was first seen is the one thing that may differ.
    answers.push(out.replaceAll(/"firstSeen":"[^"]+"/g, '"firstSeen":""'));
  }
  expect(answers[0]).toContain('"date":"2025-12-04"');
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).toBe(answers[0]);
});
