import { compile, is, selectAll, selectOne } from 'css-select';
import type { AnyNode, Document, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { parseDate } from '../core/dates.ts';
import type { Attachment, Item } from '../core/item.ts';
import { oneLine } from '../core/text.ts';
import type { Rejected } from '../ports/source.ts';
import type { BoardProfile } from './board-profile.ts';
import { textOf } from './markup.ts';
import { mediaType } from './media-type.ts';
import { sanitize } from './sanitize.ts';

/** A list page as read. */
export interface BoardList {
  /** Whether the list itself is there: without it this is another page (maintenance, login, bot check). */
  readonly found: boolean;
  readonly title: string | null;
  readonly entries: readonly BoardEntry[];
  readonly rejected: readonly Rejected[];
}

export interface BoardEntry {
  readonly item: Item;
  readonly id: string;
  /** bbsCdN; null on lists whose link names the number only. */
  readonly code: string | null;
  /** The list shows the beginning of the body only. */
  readonly cut: boolean;
}

/** An item page as read. */
export interface BoardPage {
  readonly id: string | null;
  readonly code: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly html: string;
  readonly date: string | null;
  readonly attachments: readonly Attachment[];
}

interface At {
  /** URL of the page. */
  readonly url: string;
  readonly zone: string;
  readonly profile: BoardProfile;
}

/** Pages have eight. */
const MOST_ENTRIES = 200;

/** No page of a person nests a tenth of this; where entries hold one another the work grows with their depth. */
const DEEPEST = 200;

const VIEW = /article\.view\(\s*['"]?(\d+)['"]?\s*(?:,\s*['"]?(\d+)['"]?\s*)?\)/;

/** @throws {RangeError} where the markup nests deeper than any page */
function parsePage(html: string): Document {
  const document = parseDocument(html, { withStartIndices: true, withEndIndices: true });
  let level: AnyNode[] = document.children;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new RangeError(`its markup nests deeper than ${DEEPEST} elements`);
    level = level.flatMap(node => ('children' in node ? (node.children as AnyNode[]) : []));
  }
  return document;
}

/**
 * Reads a list page. Every entry of the list becomes an item or is named as rejected.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function parseBoardList(html: string, at: At): BoardList {
  const { profile } = at;
  const document = parsePage(html);
  const container = selectOne(profile.container, document.children);
  if (!container) return { found: false, title: pageTitle(document), entries: [], rejected: [] };
  const entries: BoardEntry[] = [];
  const rejected: Rejected[] = [];
  for (const [index, element] of selectAll(profile.entry, container).entries()) {
    if (index === MOST_ENTRIES) {
      rejected.push({ at: `entry ${index + 1}`, reason: `this and what follows is past ${MOST_ENTRIES} entries` });
      break;
    }
    const entry = parseEntry(element as Element, at);
    if (typeof entry !== 'string') entries.push(entry);
    else rejected.push({ at: `entry ${index + 1}`, reason: entry });
  }
  return { found: true, title: pageTitle(document), entries, rejected };
}

function parseEntry(element: Element, { profile, url, zone }: At): BoardEntry | string {
  const link = selectOne(profile.link, element);
  const view = VIEW.exec((link && getAttributeValue(link as Element, 'href')) ?? '');
  const id = view?.[1];
  if (!id) return 'no link that names the article';
  const code = view[2] ?? null;
  const title = selectOne(profile.title, element);
  if (!title || oneLine(textOf(title)) === '') return `article ${id} has no title`;
  const body = selectOne(profile.body, element);
  const date = selectOne(profile.date, element);
  const text = body ? textOf(body) : '';
  const before = printedBefore(title, element);
  const ofList = profile.categoryLists[URL.parse(url)?.pathname ?? ''];
  const item: Item = {
    key: code ? `${code}-${id}` : id,
    url: itemUrl(url, profile, id, code),
    title: oneLine(textOf(title)),
    text,
    html: null,
    date: date ? parseDate(withoutLabel(date as Element), zone) : null,
    updated: null,
    author: null,
    categories: ofList ? [ofList] : profile.categories.filter(category => before.includes(category)),
    attachments: [],
  };
  return { item, id, code, cut: isCut(text, profile) };
}

/**
 * Reads an item page; null where it is none.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function parseBoardPage(html: string, { profile, url, zone }: At): BoardPage | null {
  const document = parsePage(html);
  const detail = selectOne(profile.page.container, document.children);
  const body = detail && selectOne(profile.page.body, detail);
  if (!detail || !body) return null;
  const isBody = compile<AnyNode, Element>(profile.page.body);
  const around = textOf(detail, element => isBody(element));
  const title = selectAll(profile.page.title, detail).find(node => !within(node, body));
  const printed = profile.page.dateLabel.exec(around)?.[1];
  return {
    id: inputValue(profile.page.id, document),
    code: inputValue(profile.page.code, document),
    title: title ? oneLine(textOf(title)) || null : null,
    text: textOf(body),
    html: sanitize(innerHtml(html, body as Element), url),
    date: printed ? parseDate(printed, zone) : null,
    attachments: attachmentsOf(detail as Element, profile, url),
  };
}

/** The one address of an item, on the host the list was read from. */
function itemUrl(list: string, profile: BoardProfile, id: string, code: string | null): string | null {
  const own = /\/article\/(\w+)/.exec(URL.parse(list)?.pathname ?? '')?.[1];
  const board = (code && profile.boards[code]) ?? own;
  return board ? (URL.parse(profile.path(board, id), list)?.href ?? null) : null;
}

function isCut(text: string, profile: BoardProfile): boolean {
  const { least, most } = profile.cut;
  return text.length >= least && text.length <= most && !/[.!?\u2026][)\]"'\u2019\u201d]*$/.test(text);
}

/** What is printed before the title, within the entry, nearest first: on topic lists the category is among it. */
function printedBefore(title: AnyNode, entry: Element): string[] {
  const printed: string[] = [];
  for (let up: AnyNode | null = title; up && up !== entry; up = up.parent) {
    for (let before = up.prev; before; before = before.prev) printed.push(oneLine(textOf(before)));
  }
  return printed;
}

/** The date without its label, which is the first element or the word it begins with. */
function withoutLabel(date: Element): string {
  const first = date.children.find(child => child.type !== 'text' || child.data.trim() !== '');
  const text = textOf(date, element => element === first && date.children.length > 1);
  return text.replace(/^[a-z\s:]+(?=\d)/i, '');
}

function pageTitle(document: Document): string | null {
  const title = selectOne('head title', document.children);
  return title ? oneLine(textOf((title as Element).children)) || null : null;
}

function inputValue(selector: string, document: Document): string | null {
  const input = selectOne(selector, document.children);
  return (input && getAttributeValue(input as Element, 'value')?.trim()) || null;
}

function within(node: AnyNode, ancestor: AnyNode): boolean {
  for (let up: AnyNode | null = node; up; up = up.parent) if (up === ancestor) return true;
  return false;
}

/** The source of an element's content; cut out of the page, so that nothing is printed anew. */
function innerHtml(html: string, element: Element): string {
  const first = element.children[0];
  const last = element.children.at(-1);
  if (first?.startIndex == null || last?.endIndex == null) return '';
  return html.slice(first.startIndex, last.endIndex + 1);
}

/** "report.pdf [47.9 KB]" */
const SIZE = /\s*[[(]\s*([\d.,]+)\s*([KMG]?)i?B(?:ytes?)?\s*[\])]\s*$/i;
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function attachmentsOf(detail: Element, profile: BoardProfile, base: string): Attachment[] {
  const attachments: Attachment[] = [];
  for (const file of selectAll(profile.page.file, detail)) {
    const links = selectAll('a, button', file).filter(node => is(node, '[href], [onclick]')) as Element[];
    for (const link of links) {
      const script = `${getAttributeValue(link, 'href') ?? ''} ${getAttributeValue(link, 'onclick') ?? ''}`;
      const path = profile.page.download.exec(script)?.[1];
      const url = path && URL.parse(path, base)?.href;
      if (!url || attachments.some(known => known.url === url)) continue;
      const printed = [textOf(link), textOf(file, element => element !== link && links.includes(element))]
        .map(oneLine)
        .filter(text => text !== '');
      const size = printed.map(text => SIZE.exec(text)).find(found => found !== null);
      const name = (printed[0] ?? '').replace(SIZE, '') || (printed[1] ?? '').replace(SIZE, '');
      const bytes = size
        ? Math.round(Number((size[1] ?? '').replaceAll(',', '')) * (UNITS[(size[2] ?? '').toUpperCase()] ?? 1))
        : null;
      attachments.push({ name, url, type: mediaType(name), bytes });
    }
  }
  return attachments;
}
