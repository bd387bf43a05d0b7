import { isDeepStrictEqual } from 'node:util';
import { isSeq, type Node, parseDocument, stringify, type YAMLSeq } from 'yaml';
import { readYaml } from './config-yaml.ts';
import { Trouble } from './errors.ts';

/**
 * A config with one more source at the end of the list. Every other byte stays: comments, order, blank lines.
 * @throws {Trouble} where the file is laid out in a way that cannot be edited so
 */
export function withSource(file: string, text: string, source: object): string {
  const list = listOf(text);
  const last = list?.items.at(-1);
  if (!list || !last?.range) throw byHand(file, source);
  const end = endOf(text, last);
  const edited = list.flow
    ? `${text.slice(0, last.range[1])}, ${JSON.stringify(source)}${text.slice(last.range[1])}`
    : `${text.slice(0, end)}\n${asItem(source, indentOf(text, last))}${text.slice(end)}`;
  return proved(file, text, edited, sources => [...sources, source]) ?? fail(byHand(file, source));
}

/**
 * A config without the source at a place of the list. Comments stay, also those before it.
 * @throws {Trouble} where the file is laid out in a way that cannot be edited so
 */
export function withoutSource(file: string, text: string, at: number): string {
  const list = listOf(text);
  const item = list?.items[at];
  if (!list || !item?.range) throw byHand(file);
  const next = list.items[at + 1];
  const before = list.items[at - 1];
  const [from, to] = list.flow
    ? next?.range
      ? [item.range[0], next.range[0]]
      : [before?.range?.[1] ?? item.range[0], item.range[1]]
    : [startOfLine(text, item.range[0]), endOf(text, item) + 1];
  const edited = text.slice(0, from) + text.slice(to);
  return proved(file, text, edited, sources => sources.toSpliced(at, 1)) ?? fail(byHand(file));
}

type Items = Omit<YAMLSeq, 'items'> & { readonly items: readonly Node[] };

function listOf(text: string): Items | null {
  const list = parseDocument(text).get('sources');
  return isSeq(list) ? (list as Items) : null;
}

/** The edited text where it says what it should and nothing else has changed. */
function proved(
  file: string,
  before: string,
  after: string,
  change: (sources: readonly unknown[]) => readonly unknown[],
): string | null {
  const old = readYaml(file, before).data as { readonly sources: readonly unknown[] };
  try {
    const data = readYaml(file, after).data;
    return isDeepStrictEqual(data, { ...old, sources: change(old.sources) }) ? after : null;
  } catch {
    return null;
  }
}

function byHand(file: string, source?: object): Trouble {
  const fix = source ? `add to its sources: ${JSON.stringify(source)}` : 'remove it from its sources';
  return new Trouble('failure', `${file} is laid out in a way that is edited by hand only`, { fix });
}

function fail(trouble: Trouble): never {
  throw trouble;
}

/** A source as an item of a block list, without the line break at its end. */
function asItem(source: object, indent: string): string {
  const lines = stringify(source, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}`).join('\n');
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The white space before the dash of an item. */
function indentOf(text: string, item: Node): string {
  const offset = item.range?.[0] ?? 0;
  return /^\s*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? '';
}

/** Where the last line of an item ends, a comment on it included. */
function endOf(text: string, item: Node): number {
  const end = text.slice(0, item.range?.[1] ?? 0).trimEnd().length;
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? text.length : lineEnd;
}
