import type { Release } from './release.ts';

/** A release as programs get it, wherever: from the command line, the API and webhooks. */
export type ReleaseShape = Omit<Release, 'facets' | 'html' | 'categories' | 'author'>;

/** What the outside gets of a release as JSON: the fields of the contract. */
export function shapeOf(release: Release): ReleaseShape {
  const { facets: _, html: __, categories: ___, author: ____, published, ...rest } = release;
  return { ...rest, published };
}
