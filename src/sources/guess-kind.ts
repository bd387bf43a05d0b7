import { selectAll } from 'css-select';
import type { AnyNode, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import type { SourceKind } from '../ports/source.ts';
import { isBoard } from './board-parse.ts';
import type { Unhealthy } from './fault.ts';
import { documentTrouble, pageTitle, parsePage } from './html-page.ts';
import { absolute } from './sanitize.ts';
import { parseText } from './text.ts';

export type Guess =
  | {
      readonly is: 'kind';
      readonly kind: SourceKind;
      /** Where that kind is found: the address itself, or the feed that a page names; null for a file. */
      readonly url: string | null;
    }
  | { readonly is: 'unknown'; readonly reason: string };

/** Feeds as a page names them: <link rel="alternate" type=...>. */
const ADVERTISED = ['application/atom+xml', 'application/rss+xml', 'application/feed+json']
  .map(type => `link[rel~="alternate" i][type="${type}" i][href]`)
  .join(', ');

interface Place {
  readonly what: string;
  /** Its Content-Type header, null where there is none. */
  readonly contentType: string | null;
  /** Where it was found, null for a file. */
  readonly url: string | null;
}

/**
 * Which kind of source a document is: a board of the CMS we know, a feed or a page that names one, a text listing.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function guessKind(text: string, { what, contentType, url }: Place): Guess | Unhealthy {
  const start = text.replace(/^\ufeff/, '').trimStart();
  const isPage = /^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]/is.test(start);
  if (!isPage && /^(?:<\?xml|<rss|<feed|<rdf:|\{)/i.test(start)) return { is: 'kind', kind: 'feed', url };
  if (isPage || /html/i.test(contentType ?? '')) return guessPage(text, url, what);
  const listed = parseText(text, { zone: 'UTC' }).items.filter(item => item.date !== null);
  if (listed.length > 0) return { is: 'kind', kind: 'text', url };
  return { is: 'unknown', reason: 'it is neither a page nor a feed nor a text listing' };
}

function guessPage(html: string, url: string | null, what: string): Guess | Unhealthy {
  const trouble = documentTrouble(html, what);
  if (trouble) return trouble;
  const document = parsePage(html);
  if (isBoard(document)) return { is: 'kind', kind: 'board', url };
  for (const link of selectAll<AnyNode, Element>(ADVERTISED, document.children)) {
    const feed = absolute(getAttributeValue(link, 'href'), url);
    if (feed) return { is: 'kind', kind: 'feed', url: feed };
  }
  const title = pageTitle(document);
  return { is: 'unknown', reason: `it is a page${title ? ` ("${title}")` : ''} that names no feed` };
}
