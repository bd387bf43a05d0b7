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
  /** In the order in which they are named. */
  readonly people: readonly Person[];
  readonly agreements: readonly Agreement[];
  readonly figures: readonly Figure[];
  readonly series: Series | null;
  /** What kind of release it is, an id of the vocabulary's types ("talks"); null where that lists none. */
  readonly type: string | null;
  readonly lang: 'en' | 'ko';
  /** Days that the text names with their weekday. */
  readonly events: readonly EventDay[];
  /** Of the vocabulary that found all this; empty for releases recorded before versions were kept. */
  readonly version: string;
}

export interface Person {
  /** "Kim Jung-kwan", however the text spells it, where the vocabulary knows the person; else as first printed in full. */
  readonly name: string;
  /** "Deputy Minister for Trade", as printed; null where none is. */
  readonly role: string | null;
  /** The acronym of the body where the text has one, else its name as printed; null where none is named. */
  readonly body: string | null;
  /** One for all spellings: what `person:` compares. */
  readonly key: string;
}

export interface Agreement {
  /** "cepa" */
  readonly type: string;
  /** ISO codes and blocs, the institution's own country too, or acronyms of bodies; sorted, empty where none is named. */
  readonly parties: readonly string[];
}

export interface Figure {
  /** An exact substring of the title or the text. */
  readonly words: string;
  /** Of a change ("from 100 percent to 75 percent") the number it ends at. */
  readonly value: number;
  /** ISO 4217 in lower case, "percent", a physical unit ("ton", "gw"), or "count". */
  readonly unit: string;
  readonly year: number | null;
}

export interface Series {
  /** "korea-france-industrial-cooperation-committee" */
  readonly name: string;
  /** The how-manieth; of monthly figures YYYYMM; null where it is not said. */
  readonly ordinal: number | null;
}

export interface EventDay {
  /** YYYY-MM-DD, in the year in which that weekday fits. */
  readonly date: string;
  /** An exact substring of the title or the text. */
  readonly words: string;
}

/** The facets of a release of which nothing is known. */
export const NO_FACETS: Facets = {
  topics: [],
  countries: [],
  agencies: [],
  mentions: { topics: [], countries: [] },
  evidence: [],
  lead: '',
  people: [],
  agreements: [],
  figures: [],
  series: null,
  type: null,
  lang: 'en',
  events: [],
  version: '',
};

/** Facets whose values are ids with labels. */
export type FacetName = 'topic' | 'country' | 'agency';

/** The exact words of the release that earned a facet value, or that satisfied a clause of a query. */
export interface Evidence {
  readonly facet: FacetName | 'person' | 'agreement' | 'series' | 'type';
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
