import { articleKey } from './article-address.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { distinct, type FeedPlace } from './feed-entry.ts';
import { parseFeed } from './feed-parse.ts';
import type { Parsed } from './text.ts';

interface At extends FeedPlace {
  readonly what: string;
  /** Whether items are to be recorded, so that each needs a key of its own; else keys are as they are printed. */
  readonly distinct: boolean;
}

/** Reads a feed of any format. A feed of no items is no trouble here. */
export async function readFeed(text: string, { what, distinct, ...place }: At): Promise<Parsed | Unhealthy> {
  const parsed = await parseFeed(text, place);
  if (parsed.is === 'trouble') return unhealthy(parsed.fault, `${what}: ${parsed.reason}`);
  const { is: _, ...feed } = parsed;
  return distinct ? { ...feed, ...identified(feed) } : feed;
}

/** Items under keys of their own. What has neither id nor link nor title can be told from nothing: no release is made of it. */
function identified({ items, rejected }: Parsed): Pick<Parsed, 'items' | 'rejected'> {
  const isNamed = (item: Parsed['items'][number]) => item.key !== null || item.url !== null || item.title !== '';
  const nameless = items.flatMap((item, at) =>
    isNamed(item) ? [] : [{ at: `item ${at + 1}`, reason: 'it has neither id nor link nor title' }],
  );
  // A feed that lists articles of the ministry names each as its board does, under whichever of its many addresses.
  const named = items.filter(isNamed).map(item => ({ ...item, key: (item.key && articleKey(item.key)) ?? item.key }));
  const keyed = distinct(named);
  return { items: keyed.items, rejected: [...rejected, ...nameless, ...keyed.rejected] };
}
