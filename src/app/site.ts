import type { RequestListener } from 'node:http';
import { QueryError } from '../core/query.ts';
import { shapeOf } from '../core/release-shape.ts';
import type { Found, Site } from '../publish/site.ts';
import { find } from './archive.ts';
import { readAmendments } from './history.ts';
import { type House, publicUrlOf } from './house.ts';
import { related } from './ties.ts';
import { valuesOf } from './values.ts';
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
    search: (query, limit, after) => search(query, limit, after, house),
    values: facet => valuesOf(facet, house),
    shape: shapeOf,
    log,
  };
}

async function search(text: string, limit: number, after: string | undefined, house: House): Promise<Found> {
  try {
    const query = house.language.parse(text);
    const releases = await find(query, { limit, ...(after === undefined ? {} : { after }) }, house);
    return { is: 'found', normal: query.normal, releases, hints: house.language.hints(query) };
  } catch (error) {
    if (error instanceof QueryError) return { is: 'refused', reason: error.message };
    throw error;
  }
}
