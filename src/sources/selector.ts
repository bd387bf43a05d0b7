import { createRequire } from 'node:module';
import { oneLine } from '../core/text.ts';

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
    // Loaded with the first selector that a config has: most have none, and every command reads the config.
    const { compile } = createRequire(import.meta.url)('css-select') as typeof import('css-select');
    compile(css);
    return null;
  } catch (error) {
    return error instanceof Error ? oneLine(error.message) : String(error);
  }
}
