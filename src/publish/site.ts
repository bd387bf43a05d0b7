import type { RequestListener } from 'node:http';
import type { Amendment } from '../core/amendment.ts';
import type { Evidence, FacetName, Release } from '../core/release.ts';
import type { Related } from '../core/ties.ts';
import type { Log } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';

/** How much of a release's text feeds and pages may show: all of it, its lead, or the title and the link only. */
export type Republish = 'full' | 'lead' | 'link';

/** What readers are told of a source. */
export interface PublishedSource {
  /** Short name ("MOTIR"). */
  readonly name: string;
  readonly title: string;
  /** The page people go to; anything that is no http(s) URL is not linked. */
  readonly url: string;
  /** IANA zone in which the source's days begin. */
  readonly zone: string;
  readonly republish: Republish;
  /** BCP 47 ("en", "ko"). */
  readonly language: string;
}

/** What a query found. `refused`: it is no query; the reason is for the person who wrote it and carries the suggestion. */
export type Found =
  | {
      readonly is: 'found';
      readonly normal: string;
      readonly releases: readonly Release[];
      /** What may have been meant otherwise, one line each. */
      readonly hints?: readonly string[];
    }
  | { readonly is: 'refused'; readonly reason: string };

/** A value that can be asked for. */
export interface Counted {
  readonly id: string;
  readonly label: { readonly en: string; readonly ko: string };
  readonly count: number;
  /** The civil day of the newest release; null where there is none. */
  readonly last: string | null;
}

/** Everything the web side is handed. It reads; it never writes. */
export interface Site {
  readonly store: Pick<Store, 'releases' | 'release' | 'version' | 'installation'>;
  /** Public URL, without which a feed has no absolute links; may carry a path ("https://example.org/gwanbo"). */
  readonly baseUrl: () => string;
  readonly sources: ReadonlyMap<string, PublishedSource>;
  /** Labels of a release's facets, in the order in which they are shown. */
  readonly labels: (release: Release) => readonly string[];
  /** Label of one facet value ("steel" -> "Steel"). */
  readonly label: (facet: FacetName, id: string) => string;
  /** Why the service is not ready; empty when it is. */
  readonly ready: () => Promise<readonly string[]>;
  /** Releases on the front page and in a feed whose reader names no limit. */
  readonly pageSize: number;
  /** Version of gwanbo. */
  readonly version: string;
  /** Foreign listeners by path prefix ("/slack/events"). */
  readonly mounts: ReadonlyMap<string, RequestListener>;
  /** What has to do with a release, the strongest first; without it pages show nothing of the kind. */
  readonly related?: (release: Release) => Promise<readonly Related[]>;
  /**
   * The later versions of a release, the second one first, with the changed words of the parts that may be shown;
   * without it pages only count them.
   */
  readonly amendments?: (release: Release, parts: readonly ('title' | 'text')[]) => Promise<readonly Amendment[]>;
  /** Answers `?q=`; without it a feed with a query is refused. */
  readonly search?: (query: string, limit: number, after?: string) => Promise<Found>;
  /** The values of a facet with how many releases have each; without it there are no pages and feeds of topics. */
  readonly values?: (facet: FacetName) => Promise<readonly Counted[]>;
  /** A release as the API gives it. */
  readonly shape?: (release: Release) => object;
  readonly log: Pick<Log, 'error'>;
}

/** BCP 47 as RFC 4287 allows it in xml:lang. */
const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

/**
 * The source of a release. One that is no longer configured is named by its id, and of its texts only titles and
 * links are shown: nobody is left who said that more may be.
 */
export function sourceOf(sources: Site['sources'], id: string): PublishedSource {
  const source = sources.get(id);
  if (!source) return { name: id, title: id, url: '', zone: 'UTC', republish: 'link', language: 'und' };
  return LANGUAGE.test(source.language) ? source : { ...source, language: 'und' };
}

/** What the feed and the front page are called. */
export function siteTitle(sources: Site['sources']): string {
  const [first, ...others] = [...sources.values()];
  if (!first) return 'Official releases';
  return others.length === 0 ? first.title : `Official releases: ${namesOf(sources)}`;
}

/** "MOTIR", "MOTIR and METI", "MOTIR, METI, USTR and 4 more". */
export function namesOf(sources: Site['sources']): string {
  const names = [...sources.values()].map(source => source.name);
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return new Intl.ListFormat('en-GB').format(shown);
}

/** What of a release may be shown under its source's rule. */
export interface Shown {
  readonly lead: string;
  readonly text: string | null;
  readonly html: string | null;
  /** Whether words of the release may be quoted from there. */
  quotes(where: Evidence['where']): boolean;
}

/** Applies the republish rule, in this one place for feeds and pages alike. */
export function shownOf(release: Release, republish: Republish): Shown {
  switch (republish) {
    case 'full':
      return { lead: release.facets.lead, text: release.text, html: release.html, quotes: () => true };
    case 'lead':
      return { lead: release.facets.lead, text: null, html: null, quotes: where => where !== 'body' };
    case 'link':
      return { lead: '', text: null, html: null, quotes: where => where === 'title' };
  }
}
