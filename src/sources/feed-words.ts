import type { Words } from './feed-entry.ts';
import { type Node, text } from './feed-nodes.ts';

/** A text construct: Atom says what it is (RFC 4287 section 3.1, and `mode` in Atom 0.3), RSS does not. */
export function words(node: Node | undefined, isAtom: boolean): Words | null {
  if (!node) return null;
  const base = node.$?.['xml:base'] ?? null;
  const type = (node.$?.type ?? '').trim().toLowerCase();
  const mode = (node.$?.mode ?? '').trim().toLowerCase();
  const elements = (node.$$ ?? []).filter(child => child['#name'] !== '__text__');
  // Of another medium than text or XML are bytes (RFC 4287 section 4.1.3.3).
  const isBytes = type.includes('/') && !/^text\/|html|xml/.test(type);
  if (mode === 'base64' || (isAtom && isBytes && mode === '' && elements.length === 0))
    return unpacked(node, base, mode === 'base64');
  if (elements.length > 0) return { value: markup(node), form: 'html', base };
  if (isBytes && !isAtom) return null;
  const isHtml = /html/.test(type) || (mode === 'escaped' && type === '');
  const form = isHtml && mode !== 'xml' ? 'html' : isAtom ? 'text' : 'either';
  return { value: text(node), form: form === 'text' && mode === 'escaped' ? 'either' : form, base };
}

/** Letters that happen to be base64 are words as long as they are this short. */
const LEAST_PACKED = 8;

/** Words packed as base64, or those that only say so; null where what comes out is no text. */
function unpacked(node: Node, base: string | null, isSaid: boolean): Words | null {
  const printed = text(node).trim();
  const packed = printed.replace(/\s+/g, '');
  const isPacked =
    /^[a-z0-9+/_-]+=*$/i.test(packed) && (isSaid || (packed.length >= LEAST_PACKED && packed.length % 4 === 0));
  if (!isPacked) return { value: printed, form: 'either', base };
  try {
    const value = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
    return /[\u0000-\u0008\u000e-\u001f]/.test(value) ? null : { value, form: 'either', base };
  } catch {
    return null;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (value: string) => value.replace(/[&<>"]/g, sign => ESCAPES[sign] ?? sign);
const VOID = /^(?:area|br|col|embed|hr|img|input|source|track|wbr)$/;

/** What is within a node, as HTML: XHTML content, or elements that somebody forgot to escape. */
function markup(node: Node): string {
  const out: string[] = [];
  const todo: (Node | string)[] = (node.$$ ?? []).toReversed();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === 'string') out.push(next);
    else if (next['#name'] === '__text__') out.push(escaped(next._ ?? ''));
    else {
      const name = next['#name'].replace(/^~?(?:.*:)?/, '');
      const attributes = Object.entries(next.$ ?? {}).map(([key, value]) => ` ${key}="${escaped(value)}"`);
      out.push(`<${name}${attributes.join('')}>`);
      if (VOID.test(name)) continue;
      todo.push(`</${name}>`, ...(next.$$ ?? []).toReversed());
    }
  }
  return out.join('');
}
