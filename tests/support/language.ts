import { join, resolve } from 'node:path';
import { loadVocabulary } from '../../src/app/vocabulary.ts';
import { classify } from '../../src/core/classify.ts';
import type { Release } from '../../src/core/release.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The config folder as it is shipped. */
export const CONFIG = join(ROOT, 'config');

/** The shipped vocabulary, read once for all tests. */
export const vocabulary = loadVocabulary(CONFIG);

/** A release with the facets that the shipped vocabulary finds. */
export function releaseOf(title: string, text: string, more: Partial<Release> = {}): Release {
  const facets = classify({ title, text, date: more.date === undefined ? '2025-12-04' : more.date }, vocabulary);
  return {
    id: 'motir/2-1',
    key: '2-1',
    source: 'motir',
    url: null,
    title,
    text,
    html: null,
    date: '2025-12-04',
    published: null,
    firstSeen: '2025-12-04T01:00:00Z',
    updated: '2025-12-04T01:00:00Z',
    revision: 1,
    state: 'listed',
    topics: facets.topics,
    countries: facets.countries,
    agencies: facets.agencies,
    facets,
    category: null,
    categories: [],
    author: null,
    attachments: [],
    ...more,
  };
}

/** The releases of a text listing: a line "-", the title line, and a body that ends in "date" and a day. */
export function splitListing(listing: string): Release[] {
  return listing
    .split(/^-\s*\n/m)
    .filter(block => block.trim() !== '')
    .map((block, i) => {
      const [title = '', ...lines] = block.trim().split('\n');
      const body = lines.join('\n').trim();
      const date = body.slice(-10);
      const text = body.slice(0, -'dateYYYY-MM-DD'.length).trim();
      return releaseOf(title, text, { id: `motir/${i}`, key: String(i), date });
    });
}
