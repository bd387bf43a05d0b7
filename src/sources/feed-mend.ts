import { parseDocument } from 'htmlparser2';

/** Entities XML itself knows. */
const OWN = /^&(?:amp|lt|gt|quot|apos);$/;

/** What may need mending, and what must stay as it is: CDATA, references, and a "<" that begins no markup. */
const PLACES =
  /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)|<(?![\p{L}_:/?])|&(?:#\d{1,7};|#x[0-9a-f]{1,6};|[a-z][\w.-]{0,63};)?/giu;

/** All that the entities a document declares may add to it, in characters: they are abbreviations, not a store. */
const MOST_EXPANDED = 100_000;

const windows1252 = new TextDecoder('windows-1252');

/**
 * Mends what well-formedness fails on most: a bare "&" or "<", entities of HTML, characters XML does not have. Characters of
 * the C1 range, which no text holds, are what Windows means by their numbers (as HTML reads them). CDATA stays
 * as it is.
 * @param declared what the document's own entities stand for; one that is not among them stays as it is written, as text
 */
export function mend(xml: string, declared: ReadonlyMap<string, string>): string {
  const open = unclosed(xml);
  if (open !== -1) return mend(xml.slice(0, open) + xml.slice(open).replaceAll(CDATA, ''), declared);
  const named = new Map<string, string>();
  let budget = MOST_EXPANDED;
  return xml
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[\u0080-\u009f]/g, character => meant(character.charCodeAt(0)))
    .replace(PLACES, found => {
      // No markup begins so; a parser would look for the end of it to the last byte.
      if (found === '<') return '&lt;';
      if (found.startsWith('<') || OWN.test(found)) return found;
      if (found.startsWith('&#')) return character(found);
      if (found === '&') return '&amp;';
      const own = declared.get(found.slice(1, -1));
      if (own !== undefined && own.length <= budget) {
        budget -= own.length;
        return own;
      }
      const known = named.get(found) ?? foreign(found);
      named.set(found, known);
      return known;
    });
}

const CDATA = '<![CDATA[';

/** Where CDATA begins that has no end; -1 where all have one. */
function unclosed(xml: string): number {
  for (let at = xml.indexOf(CDATA); at !== -1; at = xml.indexOf(CDATA, at)) {
    const end = xml.indexOf(']]>', at);
    if (end === -1) return at;
    at = end;
  }
  return -1;
}

/**
 * The entities a document type declares with plain words in them. Those with markup, files or other entities in them
 * are left out: a few of these make a gigabyte of nothing, or read what is nobody's business.
 * @param prolog what stands before the root element
 */
export function declaredEntities(prolog: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, , value] of prolog.matchAll(
    /<!ENTITY\s{1,20}([a-z_][\w.-]{0,63})\s{1,20}(["'])((?:(?!\2)[^&%<]|&#\w{1,7};){0,500})\2\s{0,20}>/gi,
  )) {
    // XML 1.0 section 4.2: the first declaration is the one that counts.
    if (name && value !== undefined && !found.has(name)) {
      found.set(
        name,
        value.replace(/&#\w+;/g, reference => character(reference)),
      );
    }
  }
  return found;
}

/** A character reference that XML takes, nothing where it means no character (XML 1.0 section 2.2). */
function character(reference: string): string {
  const code = /x/i.test(reference) ? Number.parseInt(reference.slice(3), 16) : Number.parseInt(reference.slice(2), 10);
  if (code >= 0x80 && code <= 0x9f) return meant(code);
  const isOne =
    code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
  return isOne ? `&#${code};` : '';
}

/** What a code between 128 and 159 is meant for. */
function meant(code: number): string {
  return windows1252.decode(Uint8Array.of(code));
}

/** "&nbsp;" as its character; what HTML does not know either is text. */
function foreign(entity: string): string {
  const [node] = parseDocument(entity).children;
  const decoded = node?.type === 'text' ? node.data : entity;
  if (decoded === entity) return `&amp;${entity.slice(1)}`;
  return [...decoded].map(character => `&#${character.codePointAt(0)};`).join('');
}
