import type { RequestListener } from 'node:http';
import { QueryError } from '../core/query.ts';
import type { Found, Site } from '../publish/site.ts';
import { find } from './archive.ts';
import { readAmendments } from './history.ts';
import { type House, publicUrlOf } from './house.ts';
import { related } from './ties.ts';
import { VERSION } from './version.ts';

/** The house as the web side sees it: reads of the same rows, never a write. */
export function siteOf(
  house: House,
  at: {
    readonly url: () => string;
    readonly mounts: ReadonlyMap<string, RequestListener>;
    readonly ready: () => readonly string[];
  },
): Site {
  const { store, config, roster, log } = house;
  const named = (of: House['roster']['all']) =>
    new Map(of.map(source => [source.id, { ...source, title: source.title ?? source.name }] as const));
  let known = { all: roster.all, sources: named(roster.all) };
  return {
    store,
    baseUrl: () => publicUrlOf(house) ?? at.url(),
    // Sources come and go in chat while pages are read.
    get sources() {
      if (known.all !== roster.all) known = { all: roster.all, sources: named(roster.all) };
      return known.sources;
    },
    labels: house.labelsOf,
    label: house.labelOf,
    ready: async () => at.ready(),
    pageSize: config.publish.pageSize,
    version: VERSION,
    mounts: at.mounts,
    amendments: (release, parts) => readAmendments(release, store, parts),
    related: release => related(release, house),
    search: (query, limit) => search(query, limit, house),
    log,
  };
}

async function search(text: string, limit: number, house: House): Promise<Found> {
  try {
    const query = house.language.parse(text);
    return { is: 'found', normal: query.normal, releases: await find(query, { limit }, house) };
  } catch (error) {
    if (error instanceof QueryError) return { is: 'refused', reason: error.message };
    throw error;
  }
}
