import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Release } from '../../src/core/release.ts';
import type { Article } from '../support/board-html.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { type Carried, carriedAtom, carriedJson, carriedRss } from '../support/feed-xml.ts';
import { LISTING, splitListing } from '../support/listing.ts';
import { sharedText } from '../support/shared.ts';
import { startWatch } from '../support/watch.ts';

let board: FakeBoard;
beforeEach(async () => {
  board = await startFakeBoard();
});
afterEach(() => board.close());

/** Numbers of the eight on the ministry's board run down from this. */
const NEWEST = 2441;

/** What is said of a release, whoever lists it. */
const said = ({ title, text, date, topics, countries, agencies, facets, author, category, attachments }: Release) => ({
  ...{ title, text, date, topics, countries, agencies, facets, author, category, attachments },
});

/** The listing as text, and the same releases as a board and as feeds of three kinds, each from a real server. */
async function tellEight(listing: string): Promise<void> {
  const entries = splitListing(listing);
  expect(entries).toHaveLength(8);
  const carry = (rendered: (releases: readonly Carried[]) => string) => (articles: readonly Article[]) =>
    rendered(
      articles.map(({ number, ...article }) => ({ ...article, id: `2-${number}`, url: `${board.url}/${number}/view` })),
    );
  board.documents.set('/listing.txt', () => listing);
  board.documents.set('/feed.xml', carry(carriedRss));
  board.documents.set('/atom.xml', carry(carriedAtom));
  board.documents.set('/feed.json', carry(carriedJson));
  for (const [at, entry] of [...entries.entries()].toReversed()) board.publish({ ...entry, number: NEWEST - at });

  const common = { zone: 'Asia/Seoul', every: '1s' };
  const kinds = [
    { id: 'text', kind: 'text', url: `${board.origin}/listing.txt` },
    { id: 'board', kind: 'board', url: board.url },
    { id: 'rss', kind: 'feed', url: `${board.origin}/feed.xml` },
    { id: 'atom', kind: 'feed', url: `${board.origin}/atom.xml` },
    { id: 'json', kind: 'feed', url: `${board.origin}/feed.json` },
  ];
  const watch = await startWatch({ sources: kinds.map(kind => ({ ...common, ...kind })) });
  const releases = new Map<string, readonly Release[]>();
  for (const { id } of kinds) {
    expect(await watch.poll(id), id).toMatchObject({ status: 'baseline', new: 8, rejected: [] });
    const found = await watch.house.store.releases({ limit: 10, source: id });
    releases.set(
      id,
      found.toSorted(
        (a, b) => entries.findIndex(one => one.title === a.title) - entries.findIndex(one => one.title === b.title),
      ),
    );
  }

  const text = releases.get('text') ?? [];
  expect(text.map(({ title, text, date }) => ({ title, body: text, date }))).toEqual(entries);
  expect(text.filter(one => one.topics.length + one.countries.length + one.agencies.length === 0)).toEqual([]);
  for (const { id } of kinds.slice(1)) {
    const found = releases.get(id) ?? [];
    expect(found.map(said), id).toEqual(text.map(said));
    expect(
      found.map(({ key }) => key),
      id,
    ).toEqual(entries.map((_, at) => `2-${NEWEST - at}`));
    expect(
      found.map(({ url }) => url),
      id,
    ).toEqual(entries.map((_, at) => `${board.url}/${NEWEST - at}/view`));
  }
}

test('eight releases as text, board, RSS, Atom and JSON Feed are the same eight', () => tellEight(LISTING));

const sample = sharedText('data/motir-listing.txt');
const why = sample === null ? ' (SHARED_DIR/data/motir-listing.txt is not here)' : '';
test.skipIf(sample === null)(`so are those of the ministry's own listing${why}`, () => tellEight(sample ?? ''));
