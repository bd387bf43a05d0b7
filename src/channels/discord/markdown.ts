import { truncate } from '../../core/text.ts';

/**
 * Addresses stay as they are, since a backslash inside one breaks it; everything else that starts a style, a link,
 * a mention, a time stamp or an emoji is escaped. discord.js has `escapeMarkdown`, but it leaves quotes, several
 * masked links in a line and every `<...>` form alone.
 */
const INLINE = /(https?:\/\/[^\s<>()[\]|*`~\\]+)|[\\*_~`|[\]<]|@(?=everyone|here)/g;
/** Headings, small print, lists and quotes exist at the start of a line only. */
const LINE_START = /^([^\S\n]*)(#{1,3}(?=\s)|-#(?=\s)|[-+](?=\s)|>)/gm;
const NUMBERED = /^([^\S\n]*\d+)\.(?=\s)/gm;

/** A plain text as Discord markdown that shows exactly that text. */
export function escapeText(text: string): string {
  return text
    .replace(INLINE, (found, address?: string) => address ?? `\\${found}`)
    .replace(LINE_START, '$1\\$2')
    .replace(NUMBERED, '$1\\.');
}

/** The same, cut at a grapheme so that it has at most `most` UTF-16 units with its escapes. */
export function fitText(text: string, most: number): string {
  let [fitting, room, tooMuch] = ['', 0, most + 1];
  for (let tried = most; room + 1 < tooMuch; tried = Math.floor((room + tooMuch) / 2)) {
    const escaped = escapeText(truncate(text, tried));
    if (escaped.length <= most) [fitting, room] = [escaped, tried];
    else tooMuch = tried;
  }
  return fitting;
}
