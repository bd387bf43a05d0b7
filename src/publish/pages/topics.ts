import type { Release } from '../../core/release.ts';
import { type Counted, type Site, siteTitle } from '../site.ts';
import { renderDays } from './latest.ts';
import { type Frame, feedLinks, renderPage } from './layout.ts';
import { html } from './markup.ts';
import { dayInWords } from './words.ts';

/** All topics, with how many releases are about each. */
export function renderTopics(frame: Frame, baseUrl: string, topics: readonly Counted[]): string {
  const intro = 'What the releases are about. Each topic has a page and feeds of its own.';
  return renderPage(frame, {
    title: `Topics · ${siteTitle(frame.sources)}`,
    description: intro,
    canonical: `${baseUrl}/topics`,
    main: html`<div class="intro"><h1>Topics</h1><p>${intro}</p></div>
<ul class="values">
${topics.map(
  ({ id, label, count, last }) =>
    html`<li><div><a href="${frame.root}/topics/${id}">${label.en}</a> <span lang="ko">${label.ko}</span></div><span class="count">${count}<span class="unseen"> releases</span></span><span class="last">${dayInWords(last)?.day ?? null}</span></li>
`,
)}</ul>`,
  });
}

/** The latest releases about one topic. */
export function renderTopic(
  frame: Frame,
  labels: Site['labels'],
  baseUrl: string,
  { topic: { id, label, count }, releases }: { readonly topic: Counted; readonly releases: readonly Release[] },
): string {
  const query = `topic:${id}`;
  const all = count === 1 ? 'One release' : `${count} releases`;
  return renderPage(frame, {
    title: `${label.en} · ${siteTitle(frame.sources)}`,
    description: `Releases about ${label.en}.`,
    canonical: `${baseUrl}/topics/${id}`,
    query,
    main: html`<div class="intro"><p class="back"><a href="${frame.root}/topics"><span aria-hidden="true">← </span>All topics</a></p>
<h1>${label.en} <span lang="ko">${label.ko}</span></h1>
<p>${count > releases.length ? html`The latest ${releases.length} of ${all}; <a href="${frame.root}/search?q=${encodeURIComponent(query)}">all of them</a>.` : `${count === 0 ? 'No release' : all} so far.`} In a chat: follow ${query}</p>${feedLinks(frame, query)}</div>
${renderDays(frame, labels, releases)}`,
  });
}
