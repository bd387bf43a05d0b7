import type { Article } from './board-html.ts';

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

/** The articles as a plain RSS 2.0 feed. */
export function rssFeed(articles: readonly Article[]): string {
  const items = articles.map(
    ({ number, title, body, date }) => `
    <item><guid isPermaLink="false">${number}</guid><title>${escaped(title)}</title><link>/releases/${number}</link>
    <description>${escaped(body)}</description><pubDate>${date}</pubDate></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Sample feed</title><link>/</link><description>d</description>${items.join('')}
</channel></rss>
`;
}

/** The articles as a text listing. */
export function textListing(articles: readonly Article[]): string {
  return articles.map(({ title, body, date }) => `-\n${title}\n${body}date${date}\n`).join('');
}

/** A release as any kind of listing can carry it. */
export interface Carried {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  /** Plain text. */
  readonly body: string;
  /** YYYY-MM-DD in Seoul. */
  readonly date: string;
}

const startOf = (date: string) => `${date}T00:00:00+09:00`;

/** As RSS 2.0 with the dates of RFC 822. */
export function carriedRss(releases: readonly Carried[]): string {
  const day = (date: string) => new Date(startOf(date)).toUTCString();
  const items = releases.map(
    ({ id, url, title, body, date }) =>
      `<item><guid isPermaLink="false">${id}</guid><title>${escaped(title)}</title><link>${url}</link><description>${escaped(body)}</description><pubDate>${day(date)}</pubDate></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Releases</title><link>/</link><description>d</description>${items.join('\n')}</channel></rss>`;
}

/** As Atom 1.0 (RFC 4287). */
export function carriedAtom(releases: readonly Carried[]): string {
  const entries = releases.map(
    ({ id, url, title, body, date }) =>
      `<entry><id>${id}</id><title>${escaped(title)}</title><link href="${url}"/><published>${startOf(date)}</published><updated>${startOf(date)}</updated><content type="text">${escaped(body)}</content></entry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><id>urn:example:releases</id><updated>2025-12-04T00:00:00Z</updated>${entries.join('\n')}</feed>`;
}

/** As JSON Feed 1.1. */
export function carriedJson(releases: readonly Carried[]): string {
  const items = releases.map(({ id, url, title, body, date }) => ({
    ...{ id, url, title, content_text: body, date_published: startOf(date) },
  }));
  return JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'Releases', items });
}
