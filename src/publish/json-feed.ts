import { atomId } from '../core/identity.ts';
import type { Release } from '../core/release.ts';
import { cleanText, oneLine } from '../core/text.ts';
import { baseOf, webUrl } from './links.ts';
import { shownOf, sourceOf } from './site.ts';
import { contentOf, type FeedDocument, linkOf, namesIn, publishedOf, tagsOf, titleOf } from './syndication.ts';

/** Renders a JSON Feed 1.1 document (jsonfeed.org/version/1.1). The ids are those of the Atom entries. */
export function renderJsonFeed(document: FeedDocument): string {
  const { releases, sources } = document;
  const base = baseOf(document.baseUrl);
  const { all, title, single } = namesIn(document);
  const via = single ? webUrl(single.url) : null;
  return `${JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: oneLine(title),
      description: oneLine(`Each release of ${all}, with what it is about.`),
      home_page_url: `${base}/`,
      feed_url: `${base}${document.path}`,
      icon: `${base}/icon.svg`,
      language: single ? sourceOf(sources, [...sources.keys()][0] ?? '').language : 'en',
      authors: [{ name: oneLine(single?.title ?? 'gwanbo'), ...(via === null ? {} : { url: via }) }],
      items: releases.map(release => itemOf(document, release)),
    },
    null,
    1,
  )}\n`;
}

function itemOf(document: FeedDocument, release: Release) {
  const source = sourceOf(document.sources, release.source);
  const shown = shownOf(release, source.republish);
  const lead = oneLine(shown.lead);
  const html = contentOf(shown);
  const tags = tagsOf(document, release);
  const published = publishedOf(release, source.zone);
  const files = release.attachments.flatMap(({ url, name, type, bytes }) => {
    const at = webUrl(url);
    const size = bytes === null || bytes < 0 ? {} : { size_in_bytes: bytes };
    return at === null
      ? []
      : [{ url: at, mime_type: type ?? 'application/octet-stream', title: oneLine(name), ...size }];
  });
  return {
    id: atomId(document.installation, release.id),
    url: linkOf(document, release),
    title: titleOf(release),
    // One of the two has to be there; where the text may not be shown that is what may.
    ...(html === '' ? { content_text: lead || titleOf(release) } : { content_html: cleanText(html) }),
    ...(lead === '' ? {} : { summary: lead }),
    ...(published === null ? {} : { date_published: published }),
    date_modified: release.updated,
    authors: [{ name: oneLine(release.author ?? source.title) }],
    language: source.language,
    ...(tags.length === 0 ? {} : { tags }),
    ...(files.length === 0 ? {} : { attachments: files }),
  };
}
