import type { Amendment } from '../../core/amendment.ts';
import type { Attachment } from '../../core/item.ts';
import type { Evidence, FacetName, Release } from '../../core/release.ts';
import { oneLine } from '../../core/text.ts';
import type { Related } from '../../core/ties.ts';
import { releasePath, webUrl } from '../links.ts';
import { type PublishedSource, type Shown, type Site, shownOf, sourceOf } from '../site.ts';
import { textParagraphs, titleOf } from '../syndication.ts';
import { type Frame, renderPage } from './layout.ts';
import { html, type Markup } from './markup.ts';
import { dayInWords, instantInWords, sizeInWords } from './words.ts';

/** A release, and what only its own page shows. */
export interface Shelf {
  readonly release: Release;
  readonly related: readonly Related[];
  /** Its later versions, the second one first. */
  readonly amendments: readonly Amendment[];
  readonly atom: string;
}

/** The page of one release: its text as far as its source allows, what it is about and why, where it comes from. */
export function renderRelease(
  frame: Frame,
  label: Site['label'],
  baseUrl: string,
  { release, related, amendments, atom }: Shelf,
): string {
  const source = sourceOf(frame.sources, release.source);
  const shown = shownOf(release, source.republish);
  const official = webUrl(release.url);
  const title = titleOf(release);
  return renderPage(frame, {
    title: `${title} · ${source.name}`,
    description: oneLine(shown.lead) || null,
    canonical: `${baseUrl}${releasePath(release.id)}`,
    main: html`<article class="page">
<p class="back"><a href="${frame.root}/"><span aria-hidden="true">← </span>Latest releases</a></p>
<h1 lang="${source.language}" dir="auto">${title}</h1>
${factsOf(release, source)}
${official === null ? null : html`<a class="go" href="${official}">Read the official page</a>`}
${release.state === 'withdrawn' ? html`<p class="note">The source no longer lists this release.</p>` : null}
${bodyOf(shown, source, official)}
${attachmentsOf(release.attachments)}
${aboutOf(release, source, shown, label)}
${relatedOf(related, frame)}
${changesOf(amendments, source.language)}
${provenanceOf(release, source, atom)}
</article>`,
  });
}

function factsOf(release: Release, source: PublishedSource): Markup {
  const words = dayInWords(release.date);
  const sourceUrl = webUrl(source.url);
  const author = oneLine(release.author ?? '');
  return html`<ul class="facts">
<li class="source">${sourceUrl === null ? source.title : html`<a href="${sourceUrl}">${source.title}</a>`}</li>
<li>${words ? html`<time datetime="${release.date}">${words.day}</time>` : 'No date given'}</li>
${author === '' ? null : html`<li>${author}</li>`}
${release.category === null ? null : html`<li>${release.category}</li>`}
</ul>`;
}

function bodyOf(shown: Shown, source: PublishedSource, official: string | null): Markup {
  const rest = official === null ? null : html`<p class="note">The whole text is on the official page.</p>`;
  const text = shown.text === null ? textParagraphs(shown.lead) : textParagraphs(shown.text);
  return html`${
    text.length === 0
      ? null
      : html`<div class="body" lang="${source.language}" dir="auto">
${text.map(
  lines => html`<p>${lines.map((line, at) => html`${at === 0 ? null : html`<br>`}${line}`)}</p>
`,
)}</div>`
  }
${shown.text === null ? rest : null}`;
}

function attachmentsOf(attachments: readonly Attachment[]): Markup | null {
  if (attachments.length === 0) return null;
  const files = attachments.map(({ name, url, type, bytes }) => {
    const href = webUrl(url);
    const shown = oneLine(name) || url;
    const facts = [type, bytes === null ? null : sizeInWords(bytes)].filter(fact => fact !== null).join(', ');
    return html`<li>${href === null ? shown : html`<a href="${href}">${shown}</a>`} ${facts === '' ? null : html`<small>${facts}</small>`}</li>
`;
  });
  return html`<section class="part"><h2>Attachments</h2><ul>${files}</ul></section>`;
}

function aboutOf(release: Release, source: PublishedSource, shown: Shown, label: Site['label']): Markup | null {
  const rows: readonly [string, FacetName, readonly string[]][] = [
    ['Topics', 'topic', release.topics],
    ['Countries', 'country', release.countries],
    ['Agencies', 'agency', release.agencies],
  ];
  const { mentions } = release.facets;
  const aside = [
    ...mentions.topics.map(id => label('topic', id)),
    ...mentions.countries.map(id => label('country', id)),
  ];
  const told = rows.filter(([, , ids]) => ids.length > 0);
  if (told.length === 0 && aside.length === 0) return null;
  return html`<section class="part"><h2>What it is about</h2><dl>
${told.map(
  ([
    name,
    facet,
    ids,
  ]) => html`<dt>${name}</dt><dd>${ids.map(id => html`<p><span class="chip">${label(facet, id)}</span> ${earnedBy(release, facet, id, shown, source.language)}</p>`)}</dd>
`,
)}${aside.length === 0 ? null : html`<dt>Also mentioned</dt><dd>${aside.join(', ')}</dd>`}
</dl></section>`;
}

const WHERE: Record<Evidence['where'], string> = { title: 'title', lead: 'lead', body: 'text' };

/** The words that earned a facet, each once, with where they stand; only where they may be quoted. */
function earnedBy(release: Release, facet: FacetName, id: string, shown: Shown, language: string): Markup | null {
  const found = release.facets.evidence.filter(
    proof => proof.facet === facet && proof.id === id && shown.quotes(proof.where),
  );
  const times = new Map<string, { readonly proof: Evidence; count: number }>();
  for (const proof of found) {
    const key = `${proof.where} ${proof.words}`;
    const known = times.get(key);
    if (known) known.count += 1;
    else times.set(key, { proof, count: 1 });
  }
  if (times.size === 0) return null;
  return html`<small>${[...times.values()].map(({ proof, count }, at) => html`${at === 0 ? null : ', '}<q lang="${language}">${oneLine(proof.words)}</q> in the ${WHERE[proof.where]}${count > 1 ? ` ×${count}` : null}`)}</small>`;
}

function relatedOf(related: readonly Related[], { root, sources }: Frame): Markup | null {
  if (related.length === 0) return null;
  const lines = related.map(({ release: { id, title, date }, because }) => {
    const { language } = sourceOf(sources, id.slice(0, id.indexOf('/')));
    return html`<li><a href="${root}${releasePath(id)}" lang="${language}" dir="auto">${oneLine(title) || id}</a> <small>${date === null ? null : html`<time datetime="${date}">${dayInWords(date)?.day ?? date}</time> · `}${because}</small></li>
`;
  });
  return html`<section class="part"><h2>Related</h2><ul>${lines}</ul></section>`;
}

/** More pieces than a reader compares word by word; the rest is another text. */
const MOST_PIECES = 80;

/** What each later version changed, the latest first, with the words that went and came. */
function changesOf(amendments: readonly Amendment[], language: string): Markup | null {
  if (amendments.length === 0) return null;
  const rows = amendments.toReversed().map(({ revision, recordedAt, changed, words }) => {
    const pieces = words.slice(0, MOST_PIECES).map(({ is, words: said }) => {
      const text = oneLine(said);
      return is === 'gone' ? html` <del>${text}</del>` : html` <ins>${text}</ins>`;
    });
    const more = words.length > MOST_PIECES ? ' and more' : null;
    return html`<dt>Version ${revision}</dt><dd><p><time datetime="${recordedAt}">${instantInWords(recordedAt)}</time>: ${changed.join(', ')}</p>${pieces.length === 0 ? null : html`<p lang="${language}" dir="auto">${pieces}${more}</p>`}</dd>
`;
  });
  return html`<section class="part"><h2>Changes</h2><dl>
${rows}</dl></section>`;
}

function provenanceOf(release: Release, source: PublishedSource, atom: string): Markup {
  const changed =
    release.revision > 1
      ? html`<dt>Last changed</dt><dd><time datetime="${release.updated}">${instantInWords(release.updated)}</time>, version ${release.revision}</dd>`
      : null;
  return html`<section class="part"><h2>Where it comes from</h2><dl>
<dt>Source</dt><dd>${source.title}</dd>
<dt>Recorded</dt><dd><time datetime="${release.firstSeen}">${instantInWords(release.firstSeen)}</time></dd>
${changed}
<dt>Release</dt><dd>${release.id}</dd>
<dt>Atom id</dt><dd>${atom}</dd>
</dl></section>`;
}
