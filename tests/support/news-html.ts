import type { Select } from '../../src/ports/source.ts';
import type { Article } from './board-html.ts';

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

/** The selectors of the page below. */
export const NEWS_SELECT: Select = {
  item: 'article.news',
  title: 'h3',
  date: 'time@datetime',
  link: 'h3 a@href',
  body: '.teaser',
};

/** The articles as a news page of no system in particular. */
export function newsPage(articles: readonly Article[]): string {
  const items = articles.map(
    ({ number, title, body, date }) => `
    <article class="news"><h3><a href="/news/${number}?utm_source=list">${escaped(title)}</a></h3>
      <time datetime="${date}">some day</time><div class="teaser"><p>${escaped(body)}</p></div></article>`,
  );
  return `<!DOCTYPE html>
<html lang="en"><head><title>News</title></head><body><main>${items.join('')}</main></body></html>
`;
}
