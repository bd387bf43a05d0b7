import { LineCounter, parse, parseDocument, YAMLParseError } from 'yaml';

/** A table as read from disk. */
export interface Table {
  readonly file: string;
  readonly text: string;
}

/** A table of the config folder that cannot be used: the message names the file, the line and what to write. */
export class BadTable extends Error {
  override readonly name = 'BadTable';
  readonly file: string;
  /** From 1. */
  readonly line: number;

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}

type Path = readonly (string | number)[];

/** A map of a table, with accessors that refuse what is not there or not as it should be. */
export interface Entries {
  keys(): string[];
  has(key: string): boolean;
  /** One text. */
  text(key: string): string;
  /** Texts parted by semicolons; none where the key is absent, unless it is required. */
  words(key: string, need?: 'required'): string[];
  /** Whether it is `true`; absent is false. */
  flag(key: string): boolean;
  /** A map within it; empty where the key is absent. */
  part(key: string): Entries;
  onlyKeys(known: readonly string[]): void;
  refuse(key: string, problem: string): never;
}

/** Parses a table; the values are checked as they are taken out. @throws {BadTable} */
export function readTable(table: Table) {
  const root = parseTable(table);
  return {
    list(expected: string): Entries[] {
      if (!Array.isArray(root)) throw new BadTable(table.file, 1, `the file must be ${expected}`);
      return root.map((_, i) => entries(table, root, [i]));
    },
    map(expected: string): Entries {
      if (!isMap(root)) throw new BadTable(table.file, 1, `the file must hold ${expected}`);
      return entries(table, root, []);
    },
    refuseAt: (path: Path, problem: string): never => refuse(table, path, problem),
  };
}

function parseTable({ file, text }: Table): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // The first line says what is wrong; the others draw the place, which is named already.
    const problem = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code;
    throw new BadTable(file, error.linePos?.[0].line ?? 1, problem);
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function entries(table: Table, root: unknown, path: Path): Entries {
  const map = path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)?.[step], root);
  if (!isMap(map)) return refuse(table, path, `"${path.join('.')}" must be a map of "key: value" lines`);
  const has = (key: string) => Object.hasOwn(map, key) && map[key] !== null;
  const text = (key: string): string => {
    const value = map[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    return refuse(
      table,
      has(key) ? [...path, key] : path,
      has(key) ? `"${key}" must be a text` : `"${key}" is missing`,
    );
  };
  return {
    keys: () => Object.keys(map),
    has,
    text,
    words(key, need) {
      if (!has(key) && need !== 'required') return [];
      const words = text(key)
        .split(';')
        .map(word => word.trim());
      if (words.includes(''))
        refuse(table, [...path, key], `"${key}" has an empty word: one semicolon parts two words`);
      return words;
    },
    flag(key) {
      if (has(key) && typeof map[key] !== 'boolean') refuse(table, [...path, key], `"${key}" must be true or false`);
      return map[key] === true;
    },
    part: key => (has(key) ? entries(table, root, [...path, key]) : entries(table, {}, [])),
    onlyKeys(known) {
      const odd = Object.keys(map).find(key => !known.includes(key));
      if (odd !== undefined) refuse(table, [...path, odd], `"${odd}" is not known here; known are ${known.join(', ')}`);
    },
    refuse: (key, problem) => refuse(table, [...path, key], problem),
  };
}

/** Only a table at fault is parsed a second time, with the positions that the first, faster reading leaves out. */
function refuse(table: Table, path: Path, problem: string): never {
  const lines = new LineCounter();
  const node = parseDocument(table.text, { lineCounter: lines, keepSourceTokens: false }).getIn(path, true);
  const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0;
  throw new BadTable(table.file, lines.linePos(offset).line, problem);
}
