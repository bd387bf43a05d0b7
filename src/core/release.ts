import type { Attachment } from './item.ts';

/** What a release is about: facet values by id ("steel", "ca", "kats"), sorted, each with the words that earned it. */
export interface Facets {
  readonly topics: readonly string[];
  readonly countries: readonly string[];
  readonly agencies: readonly string[];
  /** Values that only occur in the text, without the release being about them. */
  readonly mentions: { readonly topics: readonly string[]; readonly countries: readonly string[] };
  readonly evidence: readonly Evidence[];
  /** The first sentence that says what happened: an exact substring of the text. */
  readonly lead: string;
}

export type FacetName = 'topic' | 'country' | 'agency';

/** The exact words of the release that earned a facet value, or that satisfied a clause of a query. */
export interface Evidence {
  readonly facet: FacetName;
  readonly id: string;
  readonly where: Where;
  /** An exact substring of the title or the text. */
  readonly words: string;
}

export type Where = 'title' | 'lead' | 'body';

/** The normalized record of one published release. One row at rest, one entry in a feed, one alert a channel. */
export interface Release {
  /** "motir/2-2441": minted once from the source and the first key, never changed; the end of the Atom id. */
  readonly id: string;
  /** The source's key now: a number once a numbered item has adopted a provisional key. */
  readonly key: string;
  readonly source: string;
  /** Absolute URL of the official page, null where the source gives none. */
  readonly url: string | null;
  readonly title: string;
  readonly text: string;
  readonly html: string | null;
  /** The civil date the source printed, YYYY-MM-DD in the source's zone; null where none could be read. */
  readonly date: string | null;
  /** RFC 3339 instant of publication in UTC where the source gives a time; null where it gives a day only. */
  readonly published: string | null;
  /** RFC 3339 instant in UTC at which this installation first recorded it. */
  readonly firstSeen: string;
  /** RFC 3339 instant in UTC of the last real change; what Atom's `updated` shows. */
  readonly updated: string;
  /** 1 for the first version. */
  readonly revision: number;
  readonly state: 'listed' | 'withdrawn';
  readonly topics: readonly string[];
  readonly countries: readonly string[];
  readonly agencies: readonly string[];
  readonly facets: Facets;
  /** The official category, in the source's spelling; never guessed. */
  readonly category: string | null;
  /** All labels of the source. */
  readonly categories: readonly string[];
  readonly author: string | null;
  readonly attachments: readonly Attachment[];
}

/**
 * An item turned into what a release holds, before it is known whether it is new.
 * `normalize` makes it; `reconcile` compares it with what is recorded.
 */
export interface Draft {
  readonly source: string;
  /** The source's key, or the provisional key where it has none. */
  readonly key: string;
  /** True where the key was made from title and date, so that a numbered item may adopt the release. */
  readonly provisional: boolean;
  /** The provisional key, made for every draft: what a numbered item is recognized by. */
  readonly fingerprint: string;
  readonly url: string | null;
  readonly title: string;
  readonly text: string;
  readonly html: string | null;
  readonly date: string | null;
  readonly published: string | null;
  readonly category: string | null;
  readonly categories: readonly string[];
  readonly author: string | null;
  readonly attachments: readonly Attachment[];
}
