import type { Item } from '../core/item.ts';
import type { Fault, Rejected } from '../ports/source.ts';
import { balance } from './feed-balance.ts';
import { type FeedDocument, openDocument } from './feed-document.ts';
import { type FeedPlace, plainWords, type RawFeed, resolveBase, toItem } from './feed-entry.ts';
import { readJson } from './feed-json.ts';
import { readLenient } from './feed-smith.ts';
import { readTree } from './feed-tree.ts';
import type { Parsed } from './text.ts';

export type ParsedFeed =
  | ({ readonly is: 'feed' } & Parsed)
  | { readonly is: 'trouble'; readonly fault: Fault; readonly reason: string };

/**
 * Reads a feed of any format: rss-parser first, feedsmith where that fails, and where both do, rss-parser again
 * with every element closed. Never throws. Meant for a worker thread,
 * since both take a hostile feed's time; a feed of no items is no trouble here.
 */
export async function parseFeed(text: string, place: FeedPlace): Promise<ParsedFeed> {
  const opened = openDocument(text);
  if (opened.is === 'trouble') return opened;
  try {
    const feed = opened.is === 'json' ? readJson(text.replace(/^\ufeff/, '')) : await readXml(opened.document);
    return feed ? gathered(feed, place) : trouble('layout', 'this is JSON, not a feed');
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : String(error);
    return trouble('parse', `the feed cannot be read (${why})`);
  }
}

/**
 * The readers in the order of what they keep of a feed; each takes what the one before it refuses. Where none finds as
 * many items as the document opens (some stand where a reader does not look, or in one that was never closed), the one
 * that finds most is believed.
 */
async function readXml(document: FeedDocument): Promise<RawFeed> {
  const readers: (() => Promise<RawFeed> | RawFeed)[] = [
    () => readTree(document),
    () => readLenient(document.xml),
    () => readTree({ ...document, xml: balance(document.xml) }),
  ];
  const opened = document.xml.match(ITEMS)?.length ?? 0;
  let best: RawFeed | null = null;
  let refusal: unknown;
  for (const [at, read] of readers.entries()) {
    try {
      const feed = await read();
      if (!best || feed.entries.length > best.entries.length) best = feed;
      // A document without a fault says itself which of its items are in another one.
      if (best.entries.length >= opened || (at === 0 && best.entries.length > 0)) return best;
    } catch (error) {
      refusal ??= error;
    }
  }
  if (best) return best;
  throw refusal;
}

const ITEMS = /<(?:[\w.-]+:)?(?:item|entry)[\s>]/gi;

function gathered(feed: RawFeed, { url, zone }: FeedPlace): ParsedFeed {
  // Where nobody says where the feed lies, its links are meant against its site more often than not.
  const place = { zone, url: url ?? resolveBase(null, feed.site) };
  const items: Item[] = [];
  const rejected: Rejected[] = [];
  for (const [at, entry] of feed.entries.entries()) {
    try {
      items.push(toItem(entry, place));
    } catch (error) {
      rejected.push({ at: `item ${at + 1}`, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { is: 'feed', title: feed.title ? plainWords(feed.title) || null : null, items, rejected };
}

function trouble(fault: Fault, reason: string): ParsedFeed {
  return { is: 'trouble', fault, reason };
}
