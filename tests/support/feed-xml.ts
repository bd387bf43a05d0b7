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
