import { type Unhealthy, unhealthy } from './fault.ts';
import type { Parsed } from './text.ts';

/**
 * Everything that reads a document, by name: pure functions from its text, and the place it was found at, to what it
 * says. They run in a thread only, and each loads its libraries when it is first asked for.
 */
export const PARSERS = {
  /** A list page of a board. */
  boardList: async () => (await import('./board-read.ts')).readBoardList,
  /** The page of an article. */
  boardPage: async () => (await import('./board-read.ts')).readBoardPage,
  /** A page of a board of either kind, as items. */
  board: async () => (await import('./board-read.ts')).readBoard,
  feed: async () => (await import('./feed-read.ts')).readFeed,
  listing: async () => (await import('./listing-read.ts')).readListing,
  text: async () => (await import('./text.ts')).readText,
  /** Which kind of source a document is. */
  guess: async () => (await import('./guess-kind.ts')).guessKind,
} as const;

export type Parser = keyof typeof PARSERS;
type Parse<Name extends Parser> = Awaited<ReturnType<(typeof PARSERS)[Name]>>;

/** What a parser has to know beside the text; `what` is how the document is called in what is said of it. */
export type Place<Name extends Parser> = Parameters<Parse<Name>>[1];

/** What it finds. */
export type Answer<Name extends Parser> = Exclude<Awaited<ReturnType<Parse<Name>>>, Unhealthy>;

/** No source lists more at once than a person could have published in years; what is past it is named. */
const MOST_ITEMS = 10_000;

/** A document of which so much is odd is another kind of document. */
const MOST_REJECTED = 1_000;

/** An answer of a length that its reader can take in without holding its breath. */
export function bounded<T extends object>(answer: T, what: string): T | Unhealthy {
  const { items, rejected } = answer as Partial<Pick<Parsed, 'items' | 'rejected'>>;
  if (rejected && rejected.length > MOST_REJECTED) {
    const [first] = rejected;
    const example = first ? ` (${first.at}: ${first.reason})` : '';
    return unhealthy('layout', `${what}: ${rejected.length} of its entries are no items${example}`);
  }
  if (!items || items.length <= MOST_ITEMS) return answer;
  const rest = { at: `item ${MOST_ITEMS + 1}`, reason: `this and what follows is past ${MOST_ITEMS} items` };
  return { ...answer, items: items.slice(0, MOST_ITEMS), rejected: [...(rejected ?? []), rest] };
}
