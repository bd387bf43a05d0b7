import type { Release } from '../../core/release.ts';
import { oneLine } from '../../core/text.ts';
import { releasePath, webUrl } from '../links.ts';
import { namesOf, type Site, shownOf, siteTitle, sourceOf } from '../site.ts';
import { titleOf } from '../syndication.ts';
import { type Frame, renderPage } from './layout.ts';
import { html, type Markup } from './markup.ts';
import { dayInWords } from './words.ts';

/** The front page: the latest releases by the day on which they were published. */
export function renderLatest(
  frame: Frame,
  labels: Site['labels'],
  baseUrl: string,
  releases: readonly Release[],
): string {
  const title = siteTitle(frame.sources);
  const intro = `The latest releases${frame.sources.size > 1 ? ` of ${namesOf(frame.sources)}` : ''}, each with its topics and its lead, quoted from the official text.`;
  return renderPage(frame, {
    title: `${title} · gwanbo`,
    description: intro,
    canonical: `${baseUrl}/`,
    main: html`<div class="intro"><h1>${title}</h1><p>${intro}</p></div>
${releases.length === 0 ? emptyOf(frame) : renderDays(frame, labels, releases)}`,
  });
}

/** Releases day by day, in their order. */
export function renderDays(frame: Frame, labels: Site['labels'], releases: readonly Release[]): Markup[] {
  return byDay(releases).map(group => dayOf(frame, labels, group));
}

/** Neighbours of the same day together; the order of the store stays. */
function byDay(releases: readonly Release[]): Release[][] {
  const groups: Release[][] = [];
  for (const release of releases) {
    const last = groups.at(-1);
    if (last?.[0]?.date === release.date) last?.push(release);
    else groups.push([release]);
  }
  return groups;
}

function dayOf(frame: Frame, labels: Site['labels'], group: readonly Release[]): Markup {
  const date = group[0]?.date ?? null;
  const words = dayInWords(date);
  const heading = words
    ? html`<time datetime="${date}">${words.day}</time> <span>${words.weekday}</span>`
    : html`No date`;
  return html`<section class="day"><h2>${heading}</h2><ol class="list">
${group.map(release => itemOf(frame, labels, release))}</ol></section>
`;
}

function itemOf(frame: Frame, labels: Site['labels'], release: Release): Markup {
  const source = sourceOf(frame.sources, release.source);
  const own = `${frame.root}${releasePath(release.id)}`;
  const title = titleOf(release);
  const lead = oneLine(shownOf(release, source.republish).lead);
  return html`<li><article>
<h3 lang="${source.language}" dir="auto"><a href="${webUrl(release.url) ?? own}">${title}</a></h3>
${lead === '' ? null : html`<p class="lead" lang="${source.language}" dir="auto">${lead}</p>`}
<ul class="facts"><li class="source">${source.name}</li>${labels(release).map(label => html`<li class="chip">${label}</li>`)}<li class="more"><a href="${own}" aria-label="Details: ${title}">Details</a></li></ul>
</article></li>
`;
}

function emptyOf(frame: Frame): Markup {
  if (frame.sources.size === 0)
    return html`<div class="empty"><h2>No source is watched yet</h2><p>Once one is configured, its releases appear here and in the <a href="${frame.root}/feed.atom">Atom feed</a>.</p></div>`;
  return html`<div class="empty"><h2>Nothing is recorded yet</h2>
<p>gwanbo is about to read ${namesOf(frame.sources)} for the first time. What is listed there now appears here and in the <a href="${frame.root}/feed.atom">Atom feed</a> as soon as it has been read, and each new release from then on.</p>
<p>Reload this page in a minute.</p></div>`;
}
