import { fold } from './text.ts';

/** sha256 of a UTF-8 text; handed in, since core reaches for nothing outside itself. */
export type Digest = (text: string) => Uint8Array;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 (RFC 4648 section 6, lower case, no padding) of the first bytes that give `length` characters. */
export function base32(bytes: Uint8Array, length: number): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < length) {
      bits -= 5;
      out += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return out;
}

/**
 * The key of an item whose source gives none: made from its normalized title and its date, so that the same
 * item read again, or read from another form of the same source, is the same release.
 * @param day YYYY-MM-DD or null
 */
export function provisionalKey(title: string, day: string | null, digest: Digest): string {
  return `t-${base32(digest(`${fold(title).toLowerCase()}\n${day ?? ''}`), 16)}`;
}

/** The key of the nth item of one title and day without numbers: the first has the bare one. */
export function nthKey(provisional: string, nth: number): string {
  return nth === 1 ? provisional : `${provisional}.${nth}`;
}

/** What may stand in an id, a URL path and a tag URI as it is. */
const PLAIN_KEY = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,79}$/;

/**
 * The release id for a source's first key of it: "motir/2-2441". A key that is no plain word (a feed's URL)
 * is replaced by a digest of itself; the release still carries the key as it was.
 */
export function releaseId(source: string, key: string, digest: Digest): string {
  return `${source}/${PLAIN_KEY.test(key) ? key : `h-${base32(digest(key), 16)}`}`;
}

/** The parts that make a delivery one: planning the same twice gives the same key, and the second insert is a no-op. */
export function deliveryKey(
  owed: {
    readonly installation: string;
    readonly destination: string;
    readonly kind: string;
    readonly subject: string;
  },
  digest: Digest,
): string {
  return base32(digest([owed.installation, owed.destination, owed.kind, owed.subject].join('\n')), 20);
}

/** The Atom id (RFC 4151 tag URI) of a release: the same in every feed, whatever URL serves it. */
export function atomId(installation: { readonly authority: string; readonly year: number }, release: string): string {
  return `tag:${installation.authority},${installation.year}:${release}`;
}
