import { type Digest, releaseId } from './identity.ts';
import { sameWords } from './normalize.ts';
import type { Draft, Facets, Release } from './release.ts';

/** A recorded release as it is compared with what a source lists now. */
export interface Known {
  readonly release: Release;
  /** Every key it answers to within its source, the provisional ones too. */
  readonly keys: readonly string[];
  readonly provisional: boolean;
  readonly fingerprint: string;
}

/** A release seen for the first time. */
export interface Fresh {
  readonly release: Release;
  readonly fingerprint: string;
  readonly provisional: boolean;
}

/** A recorded release that changed: `after` carries the next revision number. */
export interface Revised {
  readonly after: Release;
  readonly fingerprint: string;
}

/** A numbered item takes over a release that had a provisional key, or another one; the old key stays an alias. */
export interface Adopted {
  readonly release: string;
  readonly key: string;
  readonly url: string | null;
  readonly category: string | null;
  /** The key that it had, where that was no provisional one: the source gave it another. */
  readonly from?: string;
}

/** What a reading means for the record. */
export interface Changes {
  readonly fresh: readonly Fresh[];
  readonly revised: readonly Revised[];
  readonly adopted: readonly Adopted[];
  readonly unchanged: number;
  /** Key and release id of every draft, in the drafts' order. */
  readonly listed: readonly { readonly key: string; readonly release: string }[];
}

export interface Circumstances {
  /** RFC 3339 UTC. */
  readonly now: string;
  /** IANA zone of the source's civil dates. */
  readonly zone: string;
  /** A baseline, an import or a backfill: old news, whose `updated` is the day it was published. */
  readonly quiet: boolean;
  readonly digest: Digest;
  readonly classify: (text: { readonly title: string; readonly text: string }) => Facets;
}

/**
 * Compares what a source lists with what is recorded: which items are new, which changed, which were known under
 * a provisional key. Pure: the caller reads `known` and records the answer.
 * @param drafts oldest first
 * @param known releases of the source with one of the drafts' keys or fingerprints
 */
export function reconcile(drafts: readonly Draft[], known: readonly Known[], at: Circumstances): Changes {
  const byKey = new Map(known.flatMap(one => one.keys.map(key => [key, one] as const)));
  const byFingerprint = Map.groupBy(known, one => one.fingerprint);
  const fresh: Fresh[] = [];
  const revised: Revised[] = [];
  const adopted: Adopted[] = [];
  const listed: { key: string; release: string }[] = [];
  const taken = new Set<string>();
  let unchanged = 0;

  for (const draft of drafts) {
    const namesake = byKey.get(draft.key) ?? sameItem(draft, byFingerprint.get(draft.fingerprint) ?? [], taken);
    if (!namesake) {
      const release = releaseOf(draft, at);
      fresh.push({ release, fingerprint: draft.fingerprint, provisional: draft.provisional });
      listed.push({ key: draft.key, release: release.id });
      continue;
    }
    const { release } = namesake;
    taken.add(release.id);
    listed.push({ key: draft.key, release: release.id });
    if (namesake.provisional && !draft.provisional)
      adopted.push({ release: release.id, key: draft.key, url: draft.url, category: draft.category });
    const after = revise(release, draft, at);
    if (after) revised.push({ after, fingerprint: draft.fingerprint });
    else unchanged++;
  }
  return { fresh, revised, adopted, unchanged, listed };
}

/**
 * The recorded release that a draft with an unknown key is, told by title and date. One of the two must be without
 * a number, since the article number decides where both have one (two releases may share title and day).
 */
function sameItem(draft: Draft, candidates: readonly Known[], taken: ReadonlySet<string>): Known | undefined {
  const open = candidates.filter(one => one.provisional !== draft.provisional && !taken.has(one.release.id));
  if (open.length <= 1) return open[0];
  const alike = open.filter(one => sameWords(one.release.text, draft.text));
  return alike.length === 1 ? alike[0] : undefined;
}

/** The next revision of a release if the draft says something else than it does, undefined if not. */
function revise(before: Release, draft: Draft, at: Circumstances): Release | undefined {
  // What this reading does not carry is not gone: a list without bodies takes no body away.
  const text = draft.text === '' ? before.text : draft.text;
  const date = draft.date ?? before.date;
  if (before.title === draft.title && before.date === date && sameWords(before.text, text)) return undefined;
  const facets = at.classify({ title: draft.title, text });
  return {
    ...before,
    ...facetIds(facets),
    title: draft.title,
    text,
    html: draft.text === '' ? before.html : draft.html,
    date,
    published: draft.published ?? (date === before.date ? before.published : null),
    url: draft.url ?? before.url,
    category: draft.category ?? before.category,
    categories: draft.categories.length > 0 ? draft.categories : before.categories,
    author: draft.author ?? before.author,
    attachments: draft.attachments.length > 0 ? draft.attachments : before.attachments,
    revision: before.revision + 1,
    updated: at.now,
  };
}

function releaseOf(draft: Draft, at: Circumstances): Release {
  const { fingerprint: _, provisional: __, ...content } = draft;
  const facets = at.classify(draft);
  return {
    id: releaseId(draft.source, draft.key, at.digest),
    ...content,
    firstSeen: at.now,
    updated: at.quiet ? (publishedAt(draft, at.zone) ?? at.now) : at.now,
    revision: 1,
    state: 'listed',
    ...facetIds(facets),
  };
}

function facetIds(facets: Facets): Pick<Release, 'facets' | 'topics' | 'countries' | 'agencies'> {
  return { facets, topics: facets.topics, countries: facets.countries, agencies: facets.agencies };
}

/** The instant a release was published: its own, or the start of its civil day in the source's zone (RFC 3339 UTC). */
function publishedAt(release: Pick<Release, 'date' | 'published'>, zone: string): string | null {
  if (release.published !== null) return release.published;
  if (release.date === null) return null;
  return Temporal.PlainDate.from(release.date).toZonedDateTime(zone).toInstant().toString();
}
