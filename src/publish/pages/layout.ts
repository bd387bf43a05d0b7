import { feedPath } from '../links.ts';
import { namesOf, type Site, siteTitle } from '../site.ts';
import { SEAL } from './icon.ts';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** What every page is told. */
export interface Frame {
  /** Path of the base URL; links within the site start with it. */
  readonly root: string;
  readonly sources: Site['sources'];
  readonly version: string;
}

export interface Page {
  /** For the browser's tab and for search engines. */
  readonly title: string;
  readonly description: string | null;
  /** Absolute URL under which the page should be known, null where it should not be known at all. */
  readonly canonical: string | null;
  readonly main: Markup;
  /** The query in normal form whose feeds belong to the page; everything where it is left out. */
  readonly query?: string;
}

const FORMATS = [
  { format: 'atom', name: 'Atom', type: 'application/atom+xml' },
  { format: 'rss', name: 'RSS', type: 'application/rss+xml' },
  { format: 'json', name: 'JSON Feed', type: 'application/feed+json' },
] as const;

/** The feeds of a query in each format, for people. */
export function feedLinks({ root }: Pick<Frame, 'root'>, query: string | null): Markup {
  const links = FORMATS.map(
    ({ format, name, type }) => html`<li><a href="${root}${feedPath(format, query)}" type="${type}">${name}</a></li>`,
  );
  return html`<ul class="feeds" aria-label="Feeds">${links}</ul>`;
}

/** A whole document. Works without a script, because there is none. */
export function renderPage(frame: Frame, page: Page): string {
  const { root } = frame;
  const feedTitle = `${page.query === undefined ? '' : `${page.query} · `}${siteTitle(frame.sources)}`;
  const robots = page.canonical
    ? html`<link rel="canonical" href="${page.canonical}">`
    : html`<meta name="robots" content="noindex">`;
  const description = page.description === null ? null : html`<meta name="description" content="${page.description}">`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
${description}
${robots}
${FORMATS.map(
  ({ format, name, type }) =>
    html`<link rel="alternate" type="${type}" title="${feedTitle}${format === 'atom' ? '' : ` (${name})`}" href="${root}${feedPath(format, page.query ?? null)}">\n`,
)}<link rel="icon" type="image/svg+xml" href="${root}/icon.svg">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf8f3">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171412">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="frame">
<a class="mark" href="${root}/">${new Markup(SEAL)}gwanbo <span lang="ko">관보</span></a>
<nav class="ways" aria-label="Site"><a href="${root}/search">Search</a> <a href="${root}/topics">Topics</a> <a class="feed" href="${root}/feed.atom" type="application/atom+xml">Atom feed</a></nav>
</div></header>
<main id="main" class="frame">
${page.main}
</main>
<footer class="foot"><div class="frame">
<p>${aboutOf(frame.sources)} The official pages are authoritative.</p>
<p>gwanbo ${frame.version}</p>
</div></footer>
</body>
</html>
`.html;
}

function aboutOf(sources: Site['sources']): string {
  if (sources.size === 0) return 'This is not an official site.';
  return `This is not an official site. The releases belong to those who published them: ${namesOf(sources)}.`;
}

/** A page that says one thing: what went wrong and where to go from here. */
export function renderMessage(frame: Frame, title: string, text: string): string {
  return renderPage(frame, {
    title: `${title} · gwanbo`,
    description: null,
    canonical: null,
    main: html`<div class="page"><h1>${title}</h1><p>${text}</p><p><a href="${frame.root}/">Latest releases</a></p></div>`,
  });
}
