import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Advice, Reading, Validators } from '../ports/source.ts';
import type { Bytes } from './document-reader.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { type Ask, type Http, LIMITS, webUrl } from './http.ts';

/** A document, from wherever it lies. */
export type Loaded =
  | (Bytes & {
      readonly is: 'loaded';
      /** Where it was found, null for a file. */
      readonly url: string | null;
      readonly validators: Omit<Validators, 'reader'>;
      readonly advice: Advice;
    })
  | { readonly is: 'unchanged'; readonly validators: Omit<Validators, 'reader'>; readonly advice: Advice }
  | (Unhealthy & { readonly status?: number | null; readonly to?: string });

/**
 * Fetches a URL or reads a file (path or file: URL). Never throws.
 * @param last validators of the last good reading: the same bytes are `unchanged`, whatever the server says of them
 */
export async function load(http: Http, ask: Ask, last: Validators | null = null): Promise<Loaded> {
  return webUrl(ask.url) ? await loadUrl(http, ask, last) : await loadFile(ask.url, last);
}

async function loadUrl(http: Http, ask: Ask, last: Validators | null): Promise<Loaded> {
  const fetched = await http.fetch({ ...ask, since: last });
  if (fetched.is === 'unchanged') {
    const validators = { etag: null, lastModified: null, hash: null, ...last };
    return { is: 'unchanged', validators, advice: fetched.advice };
  }
  if (fetched.is === 'fault') return { ...fetched, is: 'unhealthy' };
  return held(fetched.bytes, fetched.contentType, fetched, last);
}

/** Bytes that are at hand (standard input, a file) as a document; the same bytes as last time need not be read. */
export function held(
  bytes: Uint8Array,
  contentType: string | null,
  from: {
    readonly url: string | null;
    readonly etag: string | null;
    readonly lastModified: string | null;
    readonly advice: Advice;
  } | null = null,
  last: Validators | null = null,
): Loaded {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const validators = { etag: from?.etag ?? null, lastModified: from?.lastModified ?? null, hash };
  const advice = from?.advice ?? {};
  if (hash === last?.hash) return { is: 'unchanged', validators, advice };
  return { is: 'loaded', bytes, url: from?.url ?? null, contentType, validators, advice };
}

async function loadFile(path: string, last: Validators | null): Promise<Loaded> {
  try {
    await using file = await open(path.startsWith('file:') ? fileURLToPath(path) : path);
    const { size } = await file.stat();
    if (size > LIMITS.bytes) return unhealthy('size', `${path} has more than ${LIMITS.bytes} bytes`);
    return held(await file.readFile(), null, null, last);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return unhealthy('file', `${path} cannot be read (${code})`);
  }
}

/** The reading of a document that did not change since this reader read it. */
export function unchanged({ validators, advice }: Extract<Loaded, { is: 'unchanged' }>, reader: string): Reading {
  return { is: 'unchanged', validators: { ...validators, reader }, ...advice };
}

/**
 * What to ask with: the validators of the last good reading, but none where another reader understood it, since
 * then "unchanged" says nothing about what this reader finds.
 */
export function since(last: Validators | null, reader: string): Validators | null {
  return last?.reader === reader ? last : null;
}
