export type FeedFormat = 'rss' | 'rdf' | 'atom';

const FORMATS: Readonly<Record<string, FeedFormat>> = {
  rss: 'rss',
  rdf: 'rdf',
  feed: 'atom',
  // An entry that stands for itself (RFC 4287 section 2).
  entry: 'atom',
  // RSS 1.1 and the Channel Definition Format have no element around their channel.
  channel: 'rss',
};

/** The format a root element begins, null where it begins no feed. */
export function formatOf(local: string): FeedFormat | null {
  return FORMATS[local] ?? null;
}

const CHANNEL = /<(?:[\w.-]+:)?channel[\s>/]/i;
const CHANNEL_END = /<\/(?:[\w.-]+:)?channel\s*>/gi;
const NEXT_CHANNEL = /<\/(?:[\w.-]+:)?channel>\s*<(?:[\w.-]+:)?channel(?:\s[^<>]*)?>/i;
const ITEM = /<(?:[\w.-]+:)?item[\s>]/i;

/**
 * The same document with its items where parsers look for them: within the channel of RSS, beside that of RDF, within
 * the feed of Atom. Feeds leave the channel out, or close it too early.
 * @param xml from the root's start tag to its end tag
 * @param local name of the root without its prefix, in lower case
 */
export function shape(xml: string, local: string): string {
  if (local === 'entry') return `<feed>${xml}</feed>`;
  if (local === 'channel') return `<rss>${xml.replace(/<\/?(?:[\w.-]+:)?items(?:\s[^<>]*)?>/gi, '')}</rss>`;
  if (local === 'feed') return xml;
  const inside = xml.indexOf('>') + 1;
  if (!CHANNEL.test(xml)) {
    const end = local === 'rss' ? xml.lastIndexOf('</') : inside;
    return `${xml.slice(0, inside)}<channel>${xml.slice(inside, end)}</channel>${xml.slice(end)}`;
  }
  if (local === 'rss' && NEXT_CHANNEL.test(xml)) return shape(xml.replace(new RegExp(NEXT_CHANNEL, 'gi'), ''), local);
  const close = [...xml.matchAll(CHANNEL_END)].at(-1);
  if (!close) return xml;
  const channel = xml.slice(0, close.index);
  const behind = xml.slice(close.index + close[0].length);
  if (local === 'rdf') {
    const first = ITEM.exec(channel)?.index ?? -1;
    return first === -1 ? xml : `${channel.slice(0, first)}${close[0]}${channel.slice(first)}${behind}`;
  }
  if (!ITEM.test(behind)) return xml;
  const end = behind.lastIndexOf('</');
  return `${channel}${behind.slice(0, end)}${close[0]}${behind.slice(end)}`;
}
