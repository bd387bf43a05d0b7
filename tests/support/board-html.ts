/** An article of the sample board. */
export interface Article {
  /** bbsSeqN: unique within its board code only. */
  readonly number: number;
  /** bbsCdN: 2 press releases, 1 photo news. */
  readonly code: number;
  readonly title: string;
  /** Plain text; a line break is a line break. */
  readonly body: string;
  /** As printed, "2025-12-04". */
  readonly date: string;
  /** Printed before the title on topic lists. */
  readonly category: string | null;
  readonly files: readonly { readonly name: string; readonly size: string; readonly hash: string }[];
  /** Characters of the body the list shows; null shows it whole. */
  readonly shownTo: number | null;
}

/** The eight an article list page shows. */
export const PAGE_SIZE = 8;

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
const lines = (text: string) => escaped(text).replaceAll('\n', '<br>');

function frame(title: string, main: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body>
<nav><a href="/eng">Home</a> <a href="/eng/sitemap">Sitemap</a></nav>
<main>${main}</main>
<footer><p>A sample site.</p></footer>
</body>
</html>
`;
}

function entry(article: Article): string {
  const shown = article.shownTo === null ? article.body : article.body.slice(0, article.shownTo);
  const category = article.category === null ? '' : `<em class="cate">${escaped(article.category)}</em>`;
  return `
  <li>
    <a href="javascript:article.view('${article.number}', '${article.code}');">
      <div class="item">${category}
        <strong class="title">${escaped(article.title)}</strong>
        <p class="info">
          <span class="cont">${lines(shown)}</span>
          <span class="date"><i>date</i>${escaped(article.date)}</span>
        </p>
      </div>
    </a>
  </li>`;
}

/** A list page of a board, in the shape of the ministry's. */
export function listPage(articles: readonly Article[], page: number, pages: number): string {
  const links = Array.from({ length: pages }, (_, at) => `<a href="?pageIndex=${at + 1}">${at + 1}</a>`);
  const list = `<div class="board-list"><ul>${articles.map(entry).join('')}\n</ul></div>`;
  return frame(
    'Press Releases',
    `<h2>Press Releases</h2>${list}<div class="paging" data-page="${page}">${links.join(' ')}</div>`,
  );
}

/** The page of one article. */
export function itemPage(article: Article): string {
  const files = article.files.map(
    file => `
    <li class="info-down">
      <a href="javascript:location.href='/attach/down/${file.hash}/${file.hash}'">${escaped(file.name)} [${file.size}]</a>
      <a href="javascript:viewer('/attach/viewer/${file.hash}')">Preview</a>
    </li>`,
  );
  return frame(
    article.title,
    `<form><input type="hidden" name="bbsSeqN" value="${article.number}"><input type="hidden" name="bbsCdN" value="${article.code}"></form>
<div class="board-detail">
  <h3 class="detail-tit">${escaped(article.title)}</h3>
  <ul class="detail-info"><li><span>Registration date</span>${escaped(article.date)}</li>
    <li>Attached file<ul>${files.join('')}</ul></li></ul>
  <div class="detail-cont"><p>${escaped(article.body).split('\n').join('</p><p>')}</p></div>
</div>`,
  );
}

/** What such a site shows with status 200 while it is being mended. */
export function maintenancePage(): string {
  return frame('Notice', '<h1>System maintenance</h1><p>The service will be back on Monday morning.</p>');
}
