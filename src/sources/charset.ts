import iconv from 'iconv-lite';

export type Decoded =
  | { readonly is: 'text'; readonly text: string; readonly charset: string }
  | { readonly is: 'fault'; readonly reason: string };

/** More replacement characters than this share of the text, and it was read in the wrong charset. */
const MOST_REPLACED = 0.001;

/** How far into a document a declaration is looked for, in bytes (HTML asks for the first 1024; feeds have comments before it). */
const HEAD = 4096;

const BOMS: readonly (readonly [charset: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  // Without a mark, the "<" every feed and page begins with tells as much (XML 1.0, appendix F).
  ['utf-32le', [0x3c, 0x00, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0x00, 0x3c]],
  ['utf-16le', [0x3c, 0x00]],
  ['utf-16be', [0x00, 0x3c]],
];

/** Labels that mean a wider charset in practice (WHATWG Encoding section 4.2). */
const WIDER: Readonly<Record<string, string>> = {
  'euc-kr': 'cp949',
  ks_c_5601: 'cp949',
  'ks_c_5601-1987': 'cp949',
  'ks_c_5601-1989': 'cp949',
  ksc5601: 'cp949',
  ksc_5601: 'cp949',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  ascii: 'windows-1252',
  'us-ascii': 'windows-1252',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  unicode: 'utf-16le',
};

/** Names iconv-lite knows that are no charset of a document. */
const NO_CHARSET = /^(?:base64|hex|binary|internal|utf-?7(?:-?imap)?|cesu-?8)$/;

/**
 * Bytes to text, once. Order: byte order mark, HTTP header, XML declaration or meta element, UTF-8. A label that
 * the bytes contradict is passed over: bytes that are UTF-8 are read as UTF-8, bytes that are Korean as EUC-KR
 * (decoded as cp949 by iconv-lite, since the platform's own decoder gets the extended syllables wrong).
 * @param contentType the Content-Type header, null where there is none
 * @returns the text without byte order mark, or a fault where more than 0.1 % of it cannot be read
 */
export function decode(bytes: Uint8Array, contentType: string | null): Decoded {
  const bom = BOMS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  const labels = [bom?.[0], fromHeader(contentType), fromDocument(bytes), 'utf-8'];
  const candidates = labels.flatMap(label => known(label)).filter((name, at, all) => all.indexOf(name) === at);
  if (!bom) {
    if (isUtf8(bytes, candidates[0] ?? 'utf-8')) candidates.unshift('utf-8');
    else if (looksKorean(bytes)) candidates.push('cp949');
  }
  let best: { text: string; charset: string; rate: number } | null = null;
  for (const charset of candidates) {
    const text = textOf(bytes, charset);
    const rate = text === '' ? 0 : (text.split('\ufffd').length - 1) / text.length;
    if (!best || rate < best.rate) best = { text, charset, rate };
    if (rate === 0) break;
  }
  if (!best || best.rate > MOST_REPLACED) {
    return { is: 'fault', reason: `the text is readable in none of ${[...new Set(candidates)].join(', ')}` };
  }
  const text = decodedOnce(best.text);
  return { is: 'text', text: text.replace(/^\ufeff/, ''), charset: best.charset };
}

function textOf(bytes: Uint8Array, charset: string): string {
  if (charset === 'utf-8') return Buffer.from(bytes).toString('utf8');
  return (charset === 'windows-1252' && mixed(bytes)) || iconv.decode(bytes, charset);
}

/** A share of a document's characters beyond ASCII, and a number of them, that no other text reaches by chance. */
const MOST = 0.8;
const ENOUGH = 6;

/** A character of UTF-8 beyond ASCII, each byte of it as one character. */
const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/**
 * Text that is UTF-8 for the most part and Western for the rest, as programs write that put together what others
 * wrote: each part as it is meant. Null where it is Western throughout.
 */
function mixed(bytes: Uint8Array): string | null {
  const single = Buffer.from(bytes).toString('latin1');
  const beyond = single.replace(/[^\x80-\xff]+/g, '').length;
  const within = beyond - single.replace(SEQUENCE, '').replace(/[^\x80-\xff]+/g, '').length;
  if (within < ENOUGH || within < MOST * beyond) return null;
  return single.replace(/[\x80-\xff]+/g, run =>
    run
      .split(new RegExp(`(${SEQUENCE.source})`))
      .map((part, at) => (at % 2 === 1 ? Buffer.from(part, 'latin1').toString('utf8') : western(part)))
      .join(''),
  );
}

const windows1252 = new TextDecoder('windows-1252');

function western(single: string): string {
  return windows1252.decode(Buffer.from(single, 'latin1'));
}

/** Each character of windows-1252 beyond Latin-1 and its byte. */
const WINDOWS = new Map(Array.from({ length: 32 }, (_, at) => [western(String.fromCharCode(128 + at)), 128 + at]));

/**
 * Undoes what happens to UTF-8 that a program took for Western text and wrote as UTF-8 once more ("Ã©" for "é"), where
 * that is so of most of a document's characters beyond ASCII.
 */
function decodedOnce(text: string): string {
  let undone = 0;
  const once = text.replace(/[\u0080-\u00ff\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u2122]{2,}/g, run => {
    const bytes = new Uint8Array(run.length);
    for (let at = 0; at < run.length; at++) {
      const code = run.charCodeAt(at);
      const byte = code < 256 ? code : WINDOWS.get(run.charAt(at));
      if (byte === undefined) return run;
      bytes[at] = byte;
    }
    try {
      const meant = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      undone += run.length;
      return meant;
    } catch {
      return run;
    }
  });
  if (undone < ENOUGH) return text;
  const beyond = text.replace(/[\0-\x7f]+/g, '').length;
  return undone >= MOST * beyond ? once : text;
}

function known(label: string | null | undefined): string[] {
  const name = label?.trim().toLowerCase() ?? '';
  const wider = WIDER[name] ?? name;
  return wider !== '' && !NO_CHARSET.test(wider) && iconv.encodingExists(wider) ? [wider] : [];
}

function fromHeader(contentType: string | null): string | null {
  return /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? null;
}

function fromDocument(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, HEAD)).toString('latin1');
  const xml = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)/i.exec(head);
  const label = (xml ?? /<meta[^>]+charset\s*=\s*["']?([\w.:-]+)/i.exec(head))?.[1] ?? null;
  // A declaration that can be read as ASCII contradicts itself where it says UTF-16.
  return label && /^utf-?(?:16|32)/i.test(label) ? null : label;
}

/**
 * Whether the bytes are UTF-8 whatever their label says: no other charset's text is valid UTF-8 by chance once it
 * has a few characters beyond ASCII. Only short two-byte ones can be both ("é" and a Korean syllable): there a
 * neighbouring Latin letter tells.
 */
function isUtf8(bytes: Uint8Array, label: string): boolean {
  if (label === 'utf-8' || /^utf-?(?:16|32)/.test(label)) return false;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  if (/[\u0800-\uffff]/.test(text)) return true;
  return /[a-z][\u0080-\u07ff]|[\u0080-\u07ff][a-z]/i.test(text);
}

/** Whether all bytes beyond ASCII stand in pairs of KS X 1001 and nine in ten of these are Hangul syllables. */
function looksKorean(bytes: Uint8Array): boolean {
  let pairs = 0;
  let hangul = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++at] ?? 0;
    if (lead < 0xa1 || lead > 0xfd || trail < 0xa1 || trail === 0xff) return false;
    pairs++;
    if (lead >= 0xb0 && lead <= 0xc8) hangul++;
  }
  return pairs > 0 && hangul / pairs > 0.9;
}
