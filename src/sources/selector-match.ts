import { is, selectOne } from 'css-select';
import type { AnyNode, Element } from 'domhandler';
import { getAttributeValue } from 'domutils';
import { textOf } from './markup.ts';
import type { Selector } from './selector.ts';

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
