import { cleanText, truncate } from '../../core/text.ts';
import { webUrl } from '../../core/web-url.ts';
import { LIMITS } from './limits.ts';

/**
 * Escapes a text for Slack's mrkdwn and message text: exactly `&`, `<` and `>`, in this order. That also takes the
 * power from `<!channel>`, `<@U1>` and links.
 */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The reverse, for what Slack escaped in the text of a slash command. */
export const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** A text cleaned, cut at a grapheme and escaped, so that the escaped form has at most `most` characters. */
export function escapeWithin(text: string, most: number): string {
  const clean = cleanText(text);
  let room = most;
  for (;;) {
    const written = escapeText(truncate(clean, room));
    const over = written.length - most;
    if (over <= 0) return written;
    // One character grows to five at most, so this never cuts more than it must.
    room -= Math.ceil(over / 5);
  }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Divides a text into pieces of at most `most` characters: at a paragraph, a line, a sentence or a word, else at a grapheme. */
export function divide(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const cut = ['\n\n', '\n', '. ', ' '].map(mark => head.lastIndexOf(mark) + mark.length).find(at => at > most / 2);
    const segments = graphemes.segment(rest);
    const whole = segments.containing(cut ?? most)?.index ?? 0;
    // A single cluster longer than a whole piece is nothing a person wrote: it is divided between code points.
    const at = whole > 0 ? whole : most - (/[\ud800-\udbff]/.test(rest[most - 1] ?? '') ? 1 : 0);
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  if (rest !== '') pieces.push(rest);
  return pieces.filter(piece => piece !== '');
}

/** An address as it may stand in a link of Slack, or null where it is none that a reader could open. */
export function linkable(url: string | null): string | null {
  const written = webUrl(url);
  return written !== null && written.length <= LIMITS.url ? written : null;
}
