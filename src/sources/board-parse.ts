import { compile, is, selectAll, selectOne } from 'css-select';
import type { AnyNode, Document, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import { parseDate } from '../core/dates.ts';
import type { Attachment, Item } from '../core/item.ts';
import { oneLine } from '../core/text.ts';
import type { Rejected } from '../ports/source.ts';
import { type BoardProfile, profilesFor } from './board-profile.ts';
import { innerHtml, pageTitle, parsePage } from './html-page.ts';
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
  /** The shapes it may have, in the order in which they are tried. */
  readonly profiles: readonly BoardProfile[];
}

/** The page with the shape that it has. */
interface Within extends Omit<At, 'profiles'> {
  readonly profile: BoardProfile;
  /** Headers of the columns, where the list is a table. */
  readonly headers: readonly string[];
}

/** Pages have eight. */
const MOST_ENTRIES = 200;

const VIEW = /article\.view\(\s*['"]?(\d+)['"]?\s*(?:,\s*['"]?(\d+)['"]?\s*)?\)/;

/**
 * Reads a list page. Every entry of the list becomes an item or is named as rejected.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function parseBoardList(html: string, at: At): BoardList {
  const document = parsePage(html);
  const shape = shapeOf(document, at.profiles);
  if (!shape) return { found: false, title: pageTitle(document), entries: [], rejected: [] };
  const { profile, container } = shape;
  const within = { ...at, profile, headers: selectAll('th', container).map(header => oneLine(textOf(header))) };
  const entries: BoardEntry[] = [];
  const rejected: Rejected[] = [];
  for (const [index, element] of selectAll(profile.entry, container).entries()) {
    if (index === MOST_ENTRIES) {
      rejected.push({ at: `entry ${index + 1}`, reason: `this and what follows is past ${MOST_ENTRIES} entries` });
      break;
    }
    const entry = parseEntry(element as Element, within);
    if (typeof entry !== 'string') entries.push(entry);
    else rejected.push({ at: `entry ${index + 1}`, reason: entry });
  }
  return { found: true, title: pageTitle(document), entries, rejected };
}

/** Whether a page is a list of such a board, in a shape we know. */
export function isBoard(document: Document): boolean {
  const shape = shapeOf(document, profilesFor(null));
  return shape !== undefined && selectOne(shape.profile.link, shape.container) !== null;
}

/** The first shape of which there is an article; where there is none, the first of which there is a list. */
function shapeOf(document: Document, profiles: readonly BoardProfile[]) {
  const found = profiles.flatMap(profile => {
    const container = selectOne(profile.container, document.children);
    return container ? [{ profile, container }] : [];
  });
  return found.find(({ profile, container }) => selectOne(profile.link, container) !== null) ?? found[0];
}

function parseEntry(element: Element, { profile, headers, url, zone }: Within): BoardEntry | string {
  const view = VIEW.exec(scriptOf(selectOne(profile.link, element) as Element | null));
  const id = view?.[1];
  if (!id) return 'no link that names the article';
  const code = view[2] ?? codeOf(url, profile);
  const title = selectOne(profile.title, element);
  if (!title || oneLine(textOf(title)) === '') return `article ${id} has no title`;
  const body = profile.body === null ? null : selectOne(profile.body, element);
  const date =
    typeof profile.date === 'string' ? selectOne(profile.date, element) : cellOf(profile.date, element, headers);
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
export function parseBoardPage(html: string, { profiles, url, zone }: At): BoardPage | null {
  const document = parsePage(html);
  const found = profiles
    .map(profile => ({ profile, detail: selectOne(profile.page.container, document.children) }))
    .find(({ profile, detail }) => detail !== null && selectOne(profile.page.body, detail) !== null);
  const detail = found?.detail;
  const body = found && detail ? selectOne(found.profile.page.body, detail) : null;
  if (!found || !detail || !body) return null;
  const { profile } = found;
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

/** The board a list's address names. */
function boardOf(list: string): string | undefined {
  return /\/article\/(\w+)/.exec(URL.parse(list)?.pathname ?? '')?.[1];
}

/** The code of a list's board, null where it is none we know. */
function codeOf(list: string, { boards }: BoardProfile): string | null {
  const board = boardOf(list);
  return Object.keys(boards).find(code => boards[code] === board) ?? null;
}

/** The one address of an item, on the host the list was read from. */
function itemUrl(list: string, profile: BoardProfile, id: string, code: string | null): string | null {
  const board = (code && profile.boards[code]) ?? boardOf(list);
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
  return text.replace(/^[\p{L}\s:]+(?=\d)/u, '');
}

/** The cell of a row under a header. */
function cellOf(header: RegExp, row: Element, headers: readonly string[]): AnyNode | null {
  const at = headers.findIndex(text => header.test(text));
  const cells = row.children.filter(child => 'name' in child && /^t[dh]$/.test(child.name));
  return cells[at] ?? null;
}

/** What a link does: its address and its script. */
function scriptOf(link: Element | null): string {
  return link === null ? '' : `${getAttributeValue(link, 'href') ?? ''} ${getAttributeValue(link, 'onclick') ?? ''}`;
}

function inputValue(selector: string, document: Document): string | null {
  const input = selectOne(selector, document.children);
  return (input && getAttributeValue(input as Element, 'value')?.trim()) || null;
}

function within(node: AnyNode, ancestor: AnyNode): boolean {
  for (let up: AnyNode | null = node; up; up = up.parent) if (up === ancestor) return true;
  return false;
}

/** "report.pdf [47.9 KB]" */
const SIZE = /\s*[[(]\s*([\d.,]+)\s*([KMG]?)i?B(?:ytes?)?\s*[\])]\s*$/i;
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function attachmentsOf(detail: Element, profile: BoardProfile, base: string): Attachment[] {
  const attachments: Attachment[] = [];
  for (const file of selectAll(profile.page.file, detail)) {
    const links = selectAll('a, button', file).filter(node => is(node, '[href], [onclick]')) as Element[];
    for (const link of links) {
      const path = profile.page.download.exec(scriptOf(link))?.[1];
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
