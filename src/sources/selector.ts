import { compile, is, selectOne } from 'css-select';
import type { AnyNode, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import { oneLine } from '../core/text.ts';
import { textOf } from './markup.ts';

/** A selector of the config: a CSS selector within an item, and the attribute that is meant where it is not the text. */
export interface Selector {
  /** Empty where the item itself is meant. */
  readonly css: string;
  readonly attribute: string | null;
}

/** `time@datetime`, `a@href`, `@data-id`; an "@" within the CSS stands in quotes or brackets and is followed by them. */
const WITH_ATTRIBUTE = /^(.*?)\s*@([a-z_][\w:.-]*)\s*$/is;

export function parseSelector(written: string): Selector {
  const [, css, attribute] = WITH_ATTRIBUTE.exec(written) ?? [];
  return attribute === undefined ? { css: written.trim(), attribute: null } : { css: css ?? '', attribute };
}

/** What is wrong with a selector as written, null where nothing is. */
export function selectorTrouble(written: string): string | null {
  const { css, attribute } = parseSelector(written);
  if (css === '') return attribute === null ? 'it is empty' : null;
  try {
    compile(css);
    return null;
  } catch (error) {
    return error instanceof Error ? oneLine(error.message) : String(error);
  }
}

/** The element that a selector means within an item, the item itself included; null where there is none. */
export function find({ css }: Selector, item: Element): Element | null {
  if (css === '' || is<AnyNode, Element>(item, css)) return item;
  return selectOne<AnyNode, Element>(css, item);
}

/** The text or the attribute that a selector means within an item; null where there is none. */
export function read(selector: Selector, item: Element): string | null {
  const element = find(selector, item);
  if (!element) return null;
  return selector.attribute === null ? textOf(element) : (getAttributeValue(element, selector.attribute) ?? null);
}
