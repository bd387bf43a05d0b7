import { selectOne } from 'css-select';
import type { AnyNode, Document, Element } from 'domhandler';
import { parseDocument } from 'htmlparser2';
import { oneLine } from '../core/text.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { textOf } from './markup.ts';

/** More elements than any listing has; what comes with more is not parsed. */
const MOST_ELEMENTS = 20_000;

/** No page of a person nests a tenth of this; where entries hold one another the work grows with their depth. */
const DEEPEST = 200;

/** Trouble that shows before parsing: a page cut off, or more markup than a listing has. */
export function documentTrouble(html: string, what: string): Unhealthy | null {
  if (html.trim() === '') return unhealthy('empty', `${what} is empty`);
  if (/<html[\s>]/i.test(html) && !/<\/html\s*>/i.test(html))
    return unhealthy('parse', `${what} is cut: the page has no end`);
  if (html.split('<').length > 2 * MOST_ELEMENTS)
    return unhealthy('size', `${what} has more than ${MOST_ELEMENTS} elements`);
  return null;
}

/**
 * A page as a tree that knows where in the text each element stands.
 * @throws {RangeError} where the markup nests deeper than any page
 */
export function parsePage(html: string): Document {
  const document = parseDocument(html, { withStartIndices: true, withEndIndices: true });
  let level: AnyNode[] = document.children;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new RangeError(`its markup nests deeper than ${DEEPEST} elements`);
    level = level.flatMap(node => ('children' in node ? (node.children as AnyNode[]) : []));
  }
  return document;
}

/** What the page calls itself. */
export function pageTitle(document: Document): string | null {
  const title = selectOne('head title', document.children);
  return title ? oneLine(textOf((title as Element).children)) || null : null;
}

/** The source of an element's content; cut out of the page, so that nothing is printed anew. */
export function innerHtml(html: string, element: Element): string {
  const first = element.children[0];
  const last = element.children.at(-1);
  if (first?.startIndex == null || last?.endIndex == null) return '';
  return html.slice(first.startIndex, last.endIndex + 1);
}
