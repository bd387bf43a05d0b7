import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { ConfigError, type ConfigFault } from './config-errors.ts';
import { hideSecrets } from './secrets.ts';

/** A YAML text as plain data, and where in the text each part of it stands. */
export interface YamlFile {
  readonly file: string;
  /** Plain data without empty keys: `mention:` with nothing behind it is as good as not written. */
  readonly data: unknown;
  /** The place of a value, or of the key itself; of the nearest thing around it where it is not written. */
  locate(path: readonly PropertyKey[], part?: 'value' | 'key'): Place;
}

/** Line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One stray bracket can upset the rest of a file: after this many, more lines only hide the first ones. */
const MOST_SYNTAX_FAULTS = 20;

/** A config of a megabyte is a wrong file, not a config. */
const MOST_CHARACTERS = 1_000_000;

/** Anchors save a few lines in a config; more uses than this are an attempt to fill the memory. */
const MOST_ALIASES = 100;

const FIXES: Readonly<Record<string, string>> = {
  ALIAS: 'write the value out instead of "*name"',
  BAD_INDENT: 'indent it by spaces, deeper than the key it belongs to',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that holds ": " in quotes, or indent the keys alike',
  DUPLICATE_KEY: 'keep one of the two keys',
  MISSING_CHAR: 'close the quote or bracket',
  MULTIPLE_DOCS: 'keep one document: remove the line "---" and what follows it',
  MULTILINE_IMPLICIT_KEY: 'write "key: value" on one line',
  TAB_AS_INDENT: 'indent by spaces',
  TAG_RESOLVE_FAILED: 'remove the tag, the word that begins with "!"',
};
/** By the beginning of the parser's own message, where its code stands for several mistakes. */
const FIXES_BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/^Sequence item without - indicator/, 'indent it as deep as the keys beside it, or begin it with "- "'],
];
const OTHER_FIX = 'compare the line with config/gwanbo.yaml of the distribution';

/** What is written for people instead of the parser's own hint. */
const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'the file holds more than one document',
};

/**
 * Reads YAML 1.2 text.
 * @param file the name that errors carry
 * @throws {ConfigError} with line and column of every syntax error
 */
export function readYaml(file: string, text: string): YamlFile {
  const whole = (message: string, fix: string) =>
    new ConfigError([{ file, line: null, column: null, key: '', message, fix }]);
  if (text.length > MOST_CHARACTERS)
    throw whole(`it has ${text.length} characters`, 'name a config file: at most a million characters');
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    // Thousands of nested brackets exhaust the parser's stack.
    throw whole(`it cannot be read as YAML (${error instanceof Error ? error.name : 'error'})`, OTHER_FIX);
  }
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...document.errors, ...document.warnings].map(
    ({ code, message, pos }): ConfigFault => ({
      file,
      ...at(pos[0]),
      key: '',
      message: MESSAGES[code] ?? hideSecrets(message.split('\n')[0] ?? code),
      fix: FIXES_BY_MESSAGE.find(([said]) => said.test(message))?.[1] ?? FIXES[code] ?? OTHER_FIX,
    }),
  );
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const message = `no anchor "&${alias.source}" stands before this alias`;
      faults.push({ file, ...at(alias.range?.[0] ?? 0), key: '', message, fix: FIXES.ALIAS ?? OTHER_FIX });
    },
  });
  if (faults.length > 0) throw new ConfigError(faults.slice(0, MOST_SYNTAX_FAULTS));
  try {
    const data = withoutEmpty(document.toJS({ maxAliasCount: MOST_ALIASES }));
    return { file, data, locate: locator(document, at) };
  } catch {
    // Aliases that multiply each other, or that hold themselves.
    throw whole('its aliases have no end', FIXES.ALIAS ?? OTHER_FIX);
  }
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutEmpty(inner)]),
  );
}

function locator(document: Document, at: (offset: number) => Place): YamlFile['locate'] {
  return (path, part = 'value') => {
    let node: unknown = document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, step] of path.entries()) {
      const found = childOf(isAlias(node) ? node.resolve(document) : node, step);
      if (found === null) break;
      const wanted = part === 'key' && depth === path.length - 1 ? found.key : found.value;
      offset = startOf(wanted) ?? startOf(found.key) ?? offset;
      node = found.value;
    }
    return at(offset);
  };
}

function childOf(node: unknown, step: PropertyKey): { readonly key: unknown; readonly value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
    return pair ? { key: pair.key, value: pair.value } : null;
  }
  if (isSeq(node) && typeof step === 'number') {
    const value = node.items[step];
    return value === undefined ? null : { key: value, value };
  }
  return null;
}

const startOf = (node: unknown): number | null => (node as Node | null | undefined)?.range?.[0] ?? null;
