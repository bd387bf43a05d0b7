/** One value of a facet: what it is called, and the words in a release that earn it. Loaded from config/, handed to core as data. */
export interface Term {
  /** "steel", "ca", "kats": what queries and feeds carry. */
  readonly id: string;
  readonly label: { readonly en: string; readonly ko: string };
  /** What a person may type for it in a query, English or Korean, beside id and labels ("Canada", "캐나다"). */
  readonly names: readonly string[];
  /** Words and phrases that earn it. Capitals of two to four letters match as capitals only; singular and plural both match. */
  readonly words: readonly string[];
  /** Phrases within which a word does not count ("Hyundai Steel" for "steel"). */
  readonly except: readonly string[];
}

export interface Vocabulary {
  readonly topics: readonly Term[];
  readonly countries: readonly Term[];
  readonly agencies: readonly Term[];
  /** Names and formulae of the institution itself, which earn nothing and match no bare word. */
  readonly formulae: readonly string[];
  /** Grows when rules or tables change: stored releases of an older version are classified again, and nothing is alerted. */
  readonly version: string;
}
