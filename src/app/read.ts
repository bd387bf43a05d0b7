import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Item } from '../core/item.ts';
import type { Rejected, Select, SourceKind } from '../ports/source.ts';
import { LIMITS } from '../sources/http.ts';
import { openReaders, type Readers } from '../sources/open-source.ts';
import { type Input, readInput } from '../sources/read-input.ts';
import { Trouble } from './errors.ts';
import { checked } from './source-checked.ts';
import { readSelect } from './source-try.ts';

/** What one input holds: the JSON line of `gwanbo read`. */
export interface ReadLine {
  readonly input: string;
  readonly title: string | null;
  readonly items: readonly Item[];
  /** Why it could not be read, null where it could. */
  readonly error: string | null;
  readonly rejected: readonly Rejected[];
}

export interface ReadOptions {
  readonly kind: SourceKind;
  readonly zone: string;
  readonly base?: string;
  /** "item=li.news", one for each part; needed by kind listing. */
  readonly select?: readonly string[];
}

/** Reads inputs one after the other, as a source would, and stores nothing. "-" is standard input. */
export async function* readInputs(
  inputs: readonly string[],
  { kind, zone, base, select: pairs = [] }: ReadOptions,
): AsyncGenerator<ReadLine> {
  const select = kind === 'listing' ? selectOf(pairs) : null;
  const readers = openReaders();
  try {
    for (const input of inputs) {
      const found = await readInput(kind, await contentOf(input), { zone, base: base ?? null, select }, readers);
      yield { input, ...lineOf(found, kind) };
    }
  } finally {
    await readers.close();
  }
}

function lineOf(found: Input, kind: SourceKind): Omit<ReadLine, 'input'> {
  if (found.is === 'fault') return { title: null, items: [], error: `${found.fault}: ${found.reason}`, rejected: [] };
  const { title, items, rejected } = found;
  // An odd feed is a feed all the same; where a page or a text holds nothing but strays, it is something else.
  const stranger = kind !== 'feed' && items.length === 0 && rejected.length > 0;
  return { title, items, error: stranger ? `layout: this is no ${kind}${printFirst(rejected)}` : null, rejected };
}

/** The selectors of a listing as the command line says them. @throws {Trouble} as the config would */
function selectOf(pairs: readonly string[]): Select | null {
  const url = 'http://127.0.0.1/';
  return checked({ kind: 'listing', url, ...(pairs.length > 0 ? { select: readSelect(pairs) } : {}) }).select;
}

/**
 * Reads a file for the archive: a text listing, or a feed where it begins like one.
 * @throws {Trouble} where it is neither
 */
export async function readForImport(
  file: string,
  source: { readonly zone: string; readonly url: string },
): Promise<{ readonly items: readonly Item[]; readonly rejected: readonly Rejected[] }> {
  const content = await bytesOf(file);
  const kind = looksLikeFeed(content) ? 'feed' : 'text';
  const readers: Readers = openReaders();
  try {
    const found = await readInput(kind, content, { zone: source.zone, base: source.url, distinct: true }, readers);
    if (found.is === 'fault')
      throw new Trouble('failure', found.reason, {
        fix: found.fault === 'size' ? 'split it, or leave out what is not needed' : 'give a text listing or a feed',
        at: file,
      });
    if (found.items.length === 0)
      throw new Trouble('failure', `there is no release in ${file}${printFirst(found.rejected)}`, {
        fix: `it was read as ${kind}: gwanbo read --kind ${kind} ${file} shows what was found`,
        at: file,
      });
    return found;
  } finally {
    await readers.close();
  }
}

function printFirst([first]: readonly Rejected[]): string {
  return first ? ` (${first.at}: ${first.reason})` : '';
}

/** A URL or a path is read by the source's own loader; standard input is bytes. */
async function contentOf(input: string): Promise<string | Uint8Array> {
  return input === '-' ? await beginningOf(process.stdin) : input;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await beginningOf(file === '-' ? process.stdin : createReadStream(file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Trouble('failure', `${file} cannot be read (${code})`, { fix: 'name a file that exists', cause: error });
  }
}

/** All of a stream, or so much that it is seen to be too much: what never ends is not waited for. */
async function beginningOf(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LIMITS.bytes) break;
  }
  return Buffer.concat(chunks);
}

/** XML and JSON begin with their own mark, whatever the charset; a text listing begins with "-" or words. */
function looksLikeFeed(content: Uint8Array): boolean {
  const start = new TextDecoder('latin1')
    .decode(content.subarray(0, 64))
    .replace(/^[^\x20-\x7e]+/, '')
    .replaceAll('\0', '')
    .trimStart();
  return start.startsWith('<') || start.startsWith('{');
}
