import type { Query } from '../core/query.ts';
import { baseOf, feedPath } from '../publish/links.ts';
import { type House, publicUrlOf } from './house.ts';

/** Where a feed is, in each of its formats. */
export interface FeedAddresses {
  /** The query in normal form; null for the feed of everything. */
  readonly normal: string | null;
  readonly atom: string;
  readonly rss: string;
  readonly json: string;
}

/** What the bot serves when nobody says where: the address that `start` prints on this machine. */
const LOCAL = (house: Pick<House, 'environment'>) => `http://${house.environment.host}:${house.environment.port}`;

/** The feed of a query, or of everything. */
export function feedOf(query: Query | null, house: Pick<House, 'environment' | 'config'>): FeedAddresses {
  const base = baseOf(publicUrlOf(house) ?? LOCAL(house));
  const normal = query?.normal ?? null;
  return {
    normal,
    atom: `${base}${feedPath('atom', normal)}`,
    rss: `${base}${feedPath('rss', normal)}`,
    json: `${base}${feedPath('json', normal)}`,
  };
}
