import { cleanText, oneLine } from '../core/text.ts';

/** What the decorator adds to one entry. */
export interface EntryAdditions {
  /** xml:lang of the entry, null where it is the feed's. */
  readonly language: string | null;
  /** Elements, already XML. */
  readonly elements: readonly string[];
}

export interface Additions {
  /** xml:lang of the feed. */
  readonly language: string;
  /** Elements of the feed itself, already XML. */
  readonly elements: readonly string[];
  /** In the order of the entries. */
  readonly entries: readonly EntryAdditions[];
}

/** Text of an XML element or attribute: without what XML 1.0 cannot carry, and no markup. */
function escapeXml(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** An element; attributes that are null are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  text: string | null = null,
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeXml(oneLine(String(value)))}"`)
    .join('');
  return text === null ? `<${name}${written}/>` : `<${name}${written}>${escapeXml(text)}</${name}>`;
}

/** CDATA sections whole, so that nothing inside them is taken for a tag; then tags, whose attributes hold no ">". */
const TOKEN = /<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>/g;

/**
 * Adds to an Atom document what its generator has no words for: languages, link types, and elements of the feed
 * and of each entry. Works on the string in one pass; elements of the feed go first, since RFC 4287's grammar wants
 * entries last.
 */
export function decorateAtom(xml: string, additions: Additions): string {
  let entry = -1;
  let within = false;
  return xml.replaceAll(TOKEN, token => {
    if (token.startsWith('<feed ')) {
      const added = additions.elements.map(text => `\n    ${text}`).join('');
      return `<feed xml:lang="${escapeXml(additions.language)}"${token.slice('<feed'.length)}${added}`;
    }
    if (token === '<entry>') {
      entry += 1;
      within = true;
      const language = additions.entries[entry]?.language ?? null;
      return language === null ? token : `<entry xml:lang="${escapeXml(language)}">`;
    }
    if (token === '</entry>') {
      within = false;
      // The tag is already indented; what is put before it goes one step deeper.
      const added = (additions.entries[entry]?.elements ?? []).map(text => `    ${text}\n    `).join('');
      return `${added}</entry>`;
    }
    if (token.startsWith('<link ')) return typed(token, within);
    return token;
  });
}

function typed(link: string, within: boolean): string {
  if (link.includes('rel="self"')) return link.replace('<link ', '<link type="application/atom+xml" ');
  const relation = within && !link.includes(' rel="') ? 'rel="alternate" ' : '';
  return link.replace('<link ', `<link ${relation}type="text/html" `);
}
