import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Zlib,
} from 'node:zlib';

/** The body is longer than we take. */
export class TooBig extends Error {
  override readonly name = 'TooBig';
}

/** The body ended before its end, or cannot be unpacked. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

/**
 * Reads a body whole, unpacked, and stops at `most` unpacked bytes whatever is still to come.
 * @param encoding the Content-Encoding header, empty where there is none
 * @param length the Content-Length header: fewer bytes than it says is a cut body
 * @throws {TooBig} past `most` bytes
 * @throws {Cut} where the body is shorter than promised or is no valid gzip, deflate, br or zstd
 */
export async function unpacked(
  body: Readable,
  encoding: string,
  length: string | null,
  most: number,
): Promise<Uint8Array> {
  const promised = length !== null && /^\d+$/.test(length) ? Number(length) : null;
  const chunks: Uint8Array[] = [];
  let packed = 0;
  let plain = 0;

  async function* counted(source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      packed += chunk.byteLength;
      if (packed > most) throw new TooBig();
      yield chunk;
    }
    if (promised !== null && packed < promised) throw new Cut(`${packed} of ${promised} bytes came`);
  }
  async function collect(source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      plain += chunk.byteLength;
      if (plain > most) throw new TooBig();
      chunks.push(chunk);
    }
  }

  const names = encoding
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity');
  const name = names[0] ?? '';
  if (names.length > 1 || (name !== '' && !(name in UNPACK)))
    throw new Cut(`it is packed in an unknown way (${encoding})`);
  try {
    if (name === '') await pipeline(body, counted, collect);
    else if (name === 'deflate') await pipeline(body, counted, inflate, collect);
    else await pipeline(body, counted, UNPACK[name as keyof typeof UNPACK](), collect);
  } catch (error) {
    throw isZlib(error) ? new Cut(`it cannot be unpacked (${error.code})`) : error;
  }
  return Buffer.concat(chunks);
}

const UNPACK = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** RFC 9110 section 8.4.1.2: "deflate" is the zlib format; some servers send the bare stream. */
async function* inflate(source: AsyncIterable<Uint8Array>) {
  let decoder: (Zlib & Readable & NodeJS.WritableStream) | null = null;
  let fed: Promise<void> | null = null;
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  decoder = ((first.value[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
  async function* rest() {
    yield first.value as Uint8Array;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  fed = pipeline(rest, decoder);
  fed.catch(() => undefined);
  yield* decoder as AsyncIterable<Uint8Array>;
  await fed;
}

function isZlib(error: unknown): error is Error & { code: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(?:Z_|ERR__|ERR_BROTLI|ERR_ZLIB|ZSTD_|ERR_ZSTD)/.test(code);
}
