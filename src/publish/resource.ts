import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

/** A rendered document with its compressed variants: made once, sent often. */
export interface Resource {
  /** Value of Content-Type. */
  readonly type: string;
  /** Milliseconds of the epoch at which its content last changed, null where no record says so. */
  readonly modified: number | null;
  /** Bytes that keeping it takes, variants included, about. */
  readonly size: number;
  /** Strong entity tag: follows from the content and the encoding alone, on every instance. */
  etag(encoding: Encoding): string;
  body(encoding: Encoding): Promise<Buffer>;
}

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Quality 5 of 11: nearly as small as the best, and fifty releases take milliseconds instead of a second. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};

const SUFFIX: Record<Encoding, string> = { br: '-br', gzip: '-gz', identity: '' };

/** Makes a resource of a text; each variant is compressed when it is first asked for, and then kept. */
export function makeResource(text: string, type: string, modified: number | null): Resource {
  const plain = Buffer.from(text, 'utf8');
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 27);
  const variants = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(plain)]]);
  return {
    type,
    modified,
    size: plain.length * 2 + 1024,
    etag: encoding => `"${hash}${SUFFIX[encoding]}"`,
    body(encoding) {
      const made = variants.get(encoding) ?? (encoding === 'br' ? brotli(plain, BROTLI) : deflate(plain));
      variants.set(encoding, made);
      return made;
    },
  };
}

const negotiated = new Map<string | undefined, Encoding>();
/** There are as many as there are programs that read feeds; whoever makes some up costs us no more than these. */
const MOST_NEGOTIATED = 256;

/** Chooses the encoding of an answer from Accept-Encoding (RFC 9110 section 12.5.3): br before gzip at equal weight. */
export function negotiate(header: string | undefined): Encoding {
  const known = negotiated.get(header);
  if (known !== undefined) return known;
  const chosen = choose(header);
  if (negotiated.size >= MOST_NEGOTIATED) negotiated.clear();
  negotiated.set(header, chosen);
  return chosen;
}

function choose(header: string | undefined): Encoding {
  const weights = new Map<string, number>();
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map(word => word.trim());
    const weight = parameters.find(word => word.startsWith('q='))?.slice(2) ?? '1';
    // A weight that is none is taken for a refusal: plain bytes are right for everyone.
    weights.set(coding, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0);
  }
  const weight = (coding: Encoding) => weights.get(coding) ?? weights.get('*') ?? 0;
  if (weight('br') > 0 && weight('br') >= weight('gzip')) return 'br';
  return weight('gzip') > 0 ? 'gzip' : 'identity';
}

/** The conditions of a request that matter to a GET. */
export interface Conditions {
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
}

/** Whether the reader already has it (RFC 9110 section 13.2.2): If-None-Match decides alone where it is given. */
export function isCurrent(asked: Conditions, etag: string, modified: number | null): boolean {
  if (asked.ifNoneMatch !== undefined) {
    if (asked.ifNoneMatch.trim() === '*') return true;
    return [...asked.ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
  }
  // Only the one form of HTTP-date that is still sent; Date.parse alone would also take "2025".
  if (modified === null || !asked.ifModifiedSince?.endsWith(' GMT')) return false;
  const since = Date.parse(asked.ifModifiedSince);
  return Math.floor(modified / 1000) * 1000 <= since;
}
