import { selectAll, selectOne } from 'css-select';
import type { AnyNode, Document, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import { parseDate } from '../core/dates.ts';
import type { Item } from '../core/item.ts';
import { oneLine } from '../core/text.ts';
import type { Rejected, Select } from '../ports/source.ts';
import { articleKey } from './article-address.ts';
import { distinct } from './feed-entry.ts';
import { innerHtml, pageTitle, parsePage } from './html-page.ts';
import { canonicalLink } from './link-key.ts';
import { absolute, sanitize } from './sanitize.ts';
import { parseSelector, type Selector } from './selector.ts';
import { find, read } from './selector-match.ts';
import type { Parsed } from './text.ts';

/** A page that lists more at once is an archive; what is new stands on top of it. */
const MOST_ITEMS = 1_000;

/** Any link of an item, where none is named. */
const FIRST_LINK = 'a[href]';

export interface ListingPlace {
  /** Where the page was found, null where nobody says. */
  readonly url: string | null;
  readonly zone: string;
  readonly select: Select;
}

type Fields = Readonly<Record<'title' | 'date' | 'link', Selector>> & { readonly body: Selector | null };

/**
 * Reads the items of any page by selectors. A link becomes absolute, free of sessions and campaigns, and the item's
 * key; an item without one (or whose link others share) has no key. What has no title is named as rejected.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function parseListing(html: string, { url, zone, select }: ListingPlace): Parsed {
  const document = parsePage(html);
  const base = baseOf(document, url);
  const fields: Fields = {
    title: parseSelector(select.title),
    date: parseSelector(select.date),
    link: linkSelector(select.link),
    body: select.body === null ? null : parseSelector(select.body),
  };
  const items: Item[] = [];
  const rejected: Rejected[] = [];
  for (const [index, element] of selectAll<AnyNode, Element>(select.item, document.children).entries()) {
    if (index === MOST_ITEMS) {
      rejected.push({ at: `item ${index + 1}`, reason: `this and what follows is past ${MOST_ITEMS} items` });
      break;
    }
    const item = parseItem(element, fields, { html, base, zone });
    if (item.title !== '') items.push(item);
    else rejected.push({ at: `item ${index + 1}`, reason: `nothing in it matches title "${select.title}"` });
  }
  const keyed = distinct(items);
  return { title: pageTitle(document), items: keyed.items, rejected: [...rejected, ...keyed.rejected] };
}

function parseItem(
  element: Element,
  { title, date, link, body }: Fields,
  { html, base, zone }: { readonly html: string; readonly base: string | null; readonly zone: string },
): Item {
  const url = linkOf(read(link, element), base);
  return {
    key: (url && articleKey(url)) ?? url,
    url,
    title: oneLine(read(title, element) ?? ''),
    text: (body && read(body, element)) ?? '',
    html: body && htmlOf(body, element, html, base),
    date: dateOf(date, element, zone),
    updated: null,
    author: null,
    categories: [],
    attachments: [],
  };
}

function linkSelector(written: string | null): Selector {
  const selector = parseSelector(written ?? FIRST_LINK);
  return { ...selector, attribute: selector.attribute ?? 'href' };
}

/** An address of a page; what a script does or an anchor within the same page is none. */
function linkOf(printed: string | null, base: string | null): string | null {
  if (printed === null || /^\s*(?:#|$)/.test(printed)) return null;
  const url = absolute(printed, base);
  return url === null || url.startsWith('mailto:') ? null : canonicalLink(url);
}

/** The printed date; where it cannot be read, what the element says for programs ("yesterday" and a datetime). */
function dateOf(selector: Selector, element: Element, zone: string): string | null {
  const printed = read(selector, element);
  const date = printed === null ? null : parseDate(withoutLabel(printed), zone);
  if (date !== null || selector.attribute !== null) return date;
  const found = find(selector, element);
  const datetime = found && getAttributeValue(found, 'datetime');
  return datetime ? parseDate(datetime, zone) : null;
}

/** "Published: 4 December 2025": a label ends in a colon or is glued to the first digit of "date2025-12-04". */
function withoutLabel(printed: string): string {
  return printed.replace(/^\D{0,40}[:：]\s+/, '').replace(/^\p{L}+(?=\d{4}[-./])/u, '');
}

/** The body as HTML where it has any markup of its own. */
function htmlOf(selector: Selector, item: Element, html: string, base: string | null): string | null {
  const body = selector.attribute === null ? find(selector, item) : null;
  if (!body?.children.some(child => child.type === 'tag')) return null;
  return sanitize(innerHtml(html, body), base) || null;
}

/** What relative links are meant against: the page's own word, else its address. */
function baseOf(document: Document, url: string | null): string | null {
  const base = selectOne<AnyNode, Element>('base[href]', document.children);
  return absolute(base && getAttributeValue(base, 'href'), url) ?? url;
}
