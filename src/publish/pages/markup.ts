import { cleanText } from '../../core/text.ts';

/** HTML that is already safe; only the template below makes it. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

export type Child = Markup | string | number | null | readonly Child[];

/** A template whose every value is escaped, unless it is markup made by the template itself. Null is nothing. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return new Markup(
    parts.map((part, at) => part + (at < children.length ? written(children[at] ?? null) : '')).join(''),
  );
}

function written(child: Child): string {
  if (child === null) return '';
  if (child instanceof Markup) return child.html;
  if (typeof child === 'object') return child.map(written).join('');
  return escapeHtml(String(child));
}

/** Safe as text and within quoted attributes. */
function escapeHtml(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
