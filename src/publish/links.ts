export { webUrl } from '../core/web-url.ts';

/** The base URL without its last slash. */
export function baseOf(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '');
}

/** Path of the base URL ("" or "/gwanbo"): what links within a page start with, whatever host serves it. */
export function rootOf(baseUrl: string): string {
  if (baseUrl !== last.baseUrl) last = { baseUrl, root: baseOf(new URL(baseUrl).pathname) };
  return last.root;
}

/** The base URL hardly ever changes, and every request asks for its path. */
let last = { baseUrl: '', root: '' };

/** Formats of a feed. */
export type Format = 'atom' | 'rss' | 'json';

/** Path of the feed of a query in normal form, or of everything; `limit` where the reader named one. */
export function feedPath(format: Format, query: string | null, limit: number | null = null): string {
  const parameters = new URLSearchParams();
  if (query !== null) parameters.set('q', query);
  if (limit !== null) parameters.set('limit', String(limit));
  return `/feed.${format}${parameters.size === 0 ? '' : `?${parameters}`}`;
}

/** Path of a release's own page. */
export function releasePath(id: string): string {
  return `/releases/${id.split('/').map(encodeURIComponent).join('/')}`;
}
