import type { Release } from '../../core/release.ts';
import type { Site } from '../site.ts';
import { renderDays } from './latest.ts';
import { type Frame, feedLinks, renderPage } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** What was asked, and what came of it. */
export interface Asked {
  /** As it was typed. */
  readonly typed: string;
  /** In normal form; null where nothing was asked. */
  readonly normal: string | null;
  readonly releases: readonly Release[];
  readonly hints: readonly string[];
  /** The id of the last release of a page that may not be the last; null where there are no more. */
  readonly next: string | null;
  /** Whether this is a page after the first. */
  readonly further: boolean;
}

/** The search box, and below it what the query finds. */
export function renderSearch(frame: Frame, labels: Site['labels'], asked: Asked): string {
  const { normal } = asked;
  return renderPage(frame, {
    title: `${normal ?? 'Search'} · gwanbo`,
    description: null,
    canonical: null,
    ...(normal === null ? {} : { query: normal }),
    main: html`<div class="intro"><h1>Search</h1>${box(frame, asked.typed)}
${asked.hints.map(hint => html`<p class="note">${hint}</p>`)}
${normal === null ? null : html`<p>${foundIn(asked, normal)}</p>${feedLinks(frame, normal)}`}</div>
${renderDays(frame, labels, asked.releases)}
${asked.next === null ? null : html`<p class="onward"><a rel="next" href="${frame.root}/search?${parametersOf(asked, asked.next)}">Older releases</a></p>`}`,
  });
}

/** The box again, with what is wrong and what to write instead. */
export function renderRefused(frame: Frame, typed: string, reason: string): string {
  return renderPage(frame, {
    title: 'Search · gwanbo',
    description: null,
    canonical: null,
    main: html`<div class="intro"><h1>Search</h1>${box(frame, typed)}<p class="note" role="alert">${reason}</p></div>`,
  });
}

function box({ root }: Frame, typed: string): Markup {
  return html`<form class="ask" role="search" action="${root}/search" method="get">
<label for="q">What releases are you looking for?</label>
<input id="q" name="q" type="search" value="${typed}" maxlength="1000" autocapitalize="none" spellcheck="false" aria-describedby="how">
<button>Search</button>
</form><p id="how">Words, "exact phrases", facts such as topic:steel or country:ca, with OR and -not. Korean works, too: 철강.</p>`;
}

function foundIn({ releases, further, next }: Asked, normal: string): string {
  if (releases.length === 0) return further ? `That was all for ${normal}.` : `No recorded release matches ${normal}.`;
  const count = releases.length === 1 ? 'One release' : `${releases.length} releases`;
  if (further) return `${count} more for ${normal}.`;
  return next === null ? `${count} for ${normal}.` : `The latest ${releases.length} releases for ${normal}.`;
}

const parametersOf = ({ typed }: Asked, cursor: string) => new URLSearchParams({ q: typed, cursor }).toString();
