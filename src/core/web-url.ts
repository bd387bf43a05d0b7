/**
 * A URL of a source as it may stand in a link: http or https, and every character one that RFC 3986 allows, which
 * the WHATWG form alone does not promise ("|", "[", a second "#").
 * @returns null for anything else, so that "javascript:" and relative paths become no link at all
 */
export function webUrl(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // An empty "?" or "#" is in href but not in search or hash.
  if (url.search === '') url.search = '';
  if (url.hash === '') url.hash = '';
  const origin = url.href.slice(0, url.href.length - url.pathname.length - url.search.length - url.hash.length);
  const hash = url.hash === '' ? '' : `#${allowed(url.hash.slice(1))}`;
  return `${origin}${allowed(url.pathname)}${allowed(url.search)}${hash}`;
}

function allowed(part: string): string {
  return part.replace(/[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]/g, encodeURIComponent).replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
}
