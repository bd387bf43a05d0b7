import type { AnyNode, Element } from 'domhandler';
import { parseDocument } from 'htmlparser2';
import { paragraphs } from '../core/text.ts';

/** Elements that begin and end a paragraph of text. */
const BLOCKS = new Set(
  'address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td th thead tfoot tr ul'.split(
    ' ',
  ),
);
/** Rows and list entries are lines, not paragraphs. */
const LINES = new Set(['li', 'tr', 'dt', 'dd']);
const CELLS = new Set(['td', 'th']);
const SILENT = new Set(['script', 'style', 'template', 'noscript', 'head', 'iframe', 'object', 'svg', 'math']);

/**
 * The text of markup as a reader sees it: white space folded, <br>, rows and list entries as lines, other blocks
 * as paragraphs, nothing of scripts and styles. Walks without recursion: nesting of any depth is only long.
 */
export function textOf(nodes: AnyNode | readonly AnyNode[], skip: (element: Element) => boolean = () => false): string {
  const out: string[] = [];
  const todo: (AnyNode | string)[] = [nodes].flat().reverse() as AnyNode[];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === 'string') out.push(next);
    else if (next.type === 'text') out.push(next.data.replace(/\s+/g, ' '));
    else if ('children' in next) {
      const element = 'name' in next ? next : null;
      const name = element?.name.toLowerCase() ?? '';
      if (SILENT.has(name) || (element && skip(element))) continue;
      if (name === 'br') out.push('\n');
      const around = CELLS.has(name) ? ' ' : LINES.has(name) ? '\n' : BLOCKS.has(name) ? '\n\n' : '';
      if (around) out.push(around);
      todo.push(around);
      for (let at = next.children.length - 1; at >= 0; at--) todo.push(next.children[at] as AnyNode);
    }
  }
  return paragraphs(out.join(''));
}

/** The text of an HTML fragment. */
export function htmlToText(html: string): string {
  return textOf(parseDocument(html).children);
}

/** What tells markup from a text that only has a "<" or an "&" in it. */
const TAG =
  /<\/?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|embed|figure|font|h[1-6]|hr|i|iframe|img|ins|li|object|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|tr|tt|u|ul|video)(?:\s[^<>]*)?\/?>|<!--/i;
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/i;

/** Whether a text that may be plain or HTML is meant as HTML. */
export function isMarkup(text: string): boolean {
  return TAG.test(text) || ENTITY.test(text);
}
