import { Parser } from 'htmlparser2';

/** Elements of an item that hold a line of text: whatever opens inside of one was meant to follow it. */
const LEAVES = new Set([
  'title',
  'link',
  'guid',
  'id',
  'pubdate',
  'published',
  'updated',
  'dc:date',
  'author',
  'category',
]);
const FOLLOWERS = new Set([
  ...LEAVES,
  'description',
  'summary',
  'content',
  'content:encoded',
  'item',
  'entry',
  'enclosure',
]);
/** What holds items, and what items are called: none of them is in another one, whatever was left open before it. */
const CONTAINERS = /^(?:.*:)?(?:channel|rdf|rss|feed)$/i;
const ITEMS = /^(?:[^:]*:)?(?:item|entry)$/i;
/** An author of Atom has elements. */
const WITHIN: Readonly<Record<string, ReadonlySet<string>>> = { author: new Set(['title', 'id', 'link']) };

/** A name that an XML parser takes. */
const NAME = /^[a-z_][\w.:-]*$/i;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, sign => ESCAPES[sign] ?? sign);

/**
 * XML with every element closed: the last resort for a feed that no XML parser takes. An element nobody closed ends
 * with the one around it, a line of text ("link", "title") where the next element of the item begins.
 */
export function balance(xml: string): string {
  const out: string[] = [];
  const open: string[] = [];
  const closeTo = (depth: number) => {
    while (open.length > depth) out.push(`</${open.pop()}>`);
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (!NAME.test(name)) return;
        if (ITEMS.test(name)) closeTo(open.findLastIndex(one => CONTAINERS.test(one)) + 1);
        const top = open.at(-1)?.toLowerCase() ?? '';
        const follows = FOLLOWERS.has(name.toLowerCase()) && !WITHIN[top]?.has(name.toLowerCase());
        if (LEAVES.has(top) && follows) closeTo(open.length - 1);
        const printed = Object.entries(attributes)
          .filter(([key]) => NAME.test(key))
          .map(([key, value]) => ` ${key}="${escaped(value)}"`);
        out.push(`<${name}${printed.join('')}>`);
        open.push(name);
      },
      ontext(text) {
        if (open.length > 0) out.push(escaped(text));
      },
      onclosetag(name) {
        const at = open.lastIndexOf(name);
        if (at !== -1) closeTo(at);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  closeTo(0);
  return out.join('');
}
