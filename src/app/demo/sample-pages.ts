import type { Sample } from './sample-releases.ts';

/** A release as the site shows it. */
export interface Listed {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  /** YYYY-MM-DD. */
  readonly date: string;
}

/** The board's id in its addresses, and its number in the site's scripts: press releases, as on the real site. */
export const BOARD = 'EATCLdfa319ada';
const BOARD_NUMBER = 2;

/** As many as the real board shows. */
const PAGE_SIZE = 8;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --faint: #5c6b7a; --line: #d8dfe6; --ground: #fbfcfd; --mark: #0b4f8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --faint: #9fb0c0; --line: #33414e; --ground: #12181e; --mark: #8cc4f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 system-ui, "Noto Sans KR", sans-serif; }
header, main, footer { max-width: 56rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { border-top: 6px solid var(--mark); border-bottom: 1px solid var(--line); display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
header a { color: inherit; font-weight: 700; font-size: 1.15rem; text-decoration: none; }
header span, footer { color: var(--faint); font-size: .9rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 1rem 0; }
a { color: var(--mark); }
.board-list ul { list-style: none; margin: 0; padding: 0; border-top: 2px solid var(--ink); }
.board-list li { border-bottom: 1px solid var(--line); }
.board-list li > a { display: block; padding: 1rem .25rem; color: inherit; text-decoration: none; }
.board-list li > a:hover .title, .board-list li > a:focus .title { text-decoration: underline; }
.title { display: block; color: var(--mark); font-size: 1.05rem; }
.info { margin: .35rem 0 0; }
.cont { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
.date { display: block; margin-top: .35rem; color: var(--faint); font-size: .9rem; }
.date i { position: absolute; clip-path: inset(50%); }
.paging { display: flex; gap: .5rem; justify-content: center; padding: 1.25rem 0; }
.paging a, .paging strong { padding: .1rem .65rem; border: 1px solid var(--line); border-radius: .25rem; text-decoration: none; }
.detail-info { list-style: none; margin: 0 0 1.25rem; padding: .5rem 0; border-block: 1px solid var(--line); color: var(--faint); }
.detail-cont p { margin: 0 0 1rem; }`;

// The list carries no addresses of items: like the real board it opens them by a script.
const SCRIPT = `const article = { view: (id, board) => { location.href = '/eng/article/${BOARD}/' + id + '/view?bbsCdN=' + board; } };`;

/**
 * One page of the board.
 * @param listed everything that is published, newest first
 * @param index from 1; a page beyond the last one is empty
 */
export function renderList(institution: Sample['institution'], listed: readonly Listed[], index: number): string {
  const items = listed.slice((index - 1) * PAGE_SIZE, index * PAGE_SIZE).map(
    release => `<li><a href="javascript:article.view('${release.number}', '${BOARD_NUMBER}');"><div class="item">
<strong class="title">${escapeHtml(release.title)}</strong>
<p class="info"><span class="cont">${escapeHtml(release.body.replace(/\s+/g, ' '))}</span><span class="date"><i>date</i>${release.date}</span></p>
</div></a></li>`,
  );
  const pages = Array.from({ length: Math.ceil(listed.length / PAGE_SIZE) }, (_, at) => at + 1).map(page =>
    page === index ? `<strong>${page}</strong>` : `<a href="?pageIndex=${page}">${page}</a>`,
  );
  return renderPage(
    institution,
    'Press Releases',
    `<h1>Press Releases</h1>
<div class="board-list"><ul>
${items.join('\n')}
</ul></div>
<nav class="paging" aria-label="Pages">${pages.join(' ')}</nav>`,
  );
}

/** The page of one release. */
export function renderItem(institution: Sample['institution'], release: Listed): string {
  const paragraphs = release.body.split(/\n{2,}/).map(text => `<p>${escapeHtml(text)}</p>`);
  return renderPage(
    institution,
    release.title,
    `<div class="board-detail">
<input type="hidden" name="bbsSeqN" value="${release.number}"><input type="hidden" name="bbsCdN" value="${BOARD_NUMBER}">
<h1 class="title">${escapeHtml(release.title)}</h1>
<ul class="detail-info"><li><strong>Registration date</strong> <span>${release.date}</span></li></ul>
<div class="detail-cont">${paragraphs.join('\n')}</div>
</div>
<p><a href="/eng/article/${BOARD}">All press releases</a></p>`,
  );
}

/** The page for an address that names nothing. */
export function renderMissing(institution: Sample['institution']): string {
  return renderPage(
    institution,
    'Not found',
    `<h1>Not found</h1><p><a href="/eng/article/${BOARD}">All press releases</a></p>`,
  );
}

function renderPage(institution: Sample['institution'], title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} | ${escapeHtml(institution.name)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><a href="/eng/article/${BOARD}">${escapeHtml(institution.name)}</a><span lang="ko">${escapeHtml(institution.korean)}</span></header>
<main>
${main}
</main>
<footer>A sample site on this machine: the office and its news are invented.</footer>
<script>${SCRIPT}</script></body></html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, found => ENTITIES[found] ?? found);
