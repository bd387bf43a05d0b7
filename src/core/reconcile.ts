import { type Digest, releaseId } from './identity.ts';
import { type Known, recognizer } from './recognize.ts';
import type { Draft, Facets, Release } from './release.ts';
import { complete, reword } from './revise.ts';

export type { Known } from './recognize.ts';

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

/** A revision together with what it corrects. */
export interface Corrected extends Revised {
  readonly before: Release;
}

/** A numbered item takes over a release that had a provisional key, or another one; the old key stays an alias. */
export interface Adopted {
  readonly release: string;
  readonly key: string;
  /** The key that it had, where that was no provisional one: the source gave it another. */
  readonly from?: string;
}

/**
 * A recorded release of which more is known now (its official category, its files, its address): no other version,
 * so `after` keeps its revision number and `updated`.
 */
export interface Completed {
  readonly after: Release;
}

/** What a reading means for the record. */
export interface Changes {
  readonly fresh: readonly Fresh[];
  readonly revised: readonly Corrected[];
  readonly adopted: readonly Adopted[];
  readonly completed: readonly Completed[];
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
  readonly classify: (release: Pick<Draft, 'title' | 'text' | 'date'>) => Facets;
}

/**
 * Compares what a source lists with what is recorded: which items are new, which changed, which were known under
 * a provisional key. Pure: the caller reads `known` and records the answer.
 * @param drafts oldest first
 * @param known releases of the source with one of the drafts' keys or fingerprints
 */
export function reconcile(drafts: readonly Draft[], known: readonly Known[], at: Circumstances): Changes {
  const { recognize, mint } = recognizer(drafts, known);
  const fresh: Fresh[] = [];
  const revised: Corrected[] = [];
  const adopted: Adopted[] = [];
  const completed: Completed[] = [];
  const listed: { key: string; release: string }[] = [];
  let unchanged = 0;

  for (const draft of drafts) {
    const namesake = recognize(draft);
    if (!namesake) {
      const release = releaseOf({ ...draft, key: mint(draft) }, at);
      fresh.push({ release, fingerprint: draft.fingerprint, provisional: draft.provisional });
      listed.push({ key: release.key, release: release.id });
      continue;
    }
    const { release, keys, provisional } = namesake;
    const adopts = provisional && !draft.provisional;
    if (adopts) adopted.push({ release: release.id, key: draft.key });
    listed.push({ key: adopts || keys.includes(draft.key) ? draft.key : release.key, release: release.id });
    // Who does not know the number of an article that has one quotes an older copy, and corrects nothing.
    const hearsay = draft.provisional && !provisional;
    const words = hearsay ? null : reword(release, draft);
    const facts = complete(release, draft, hearsay ? 'hearsay' : adopts ? 'adopting' : 'official');
    if (words)
      revised.push({
        before: release,
        after: revise({ ...release, ...facts }, words, draft, at),
        fingerprint: draft.fingerprint,
      });
    else unchanged++;
    if (!words && facts) completed.push({ after: { ...release, ...facts } });
  }
  return { fresh, revised, adopted, completed, unchanged, listed };
}

/** The next revision of a release, which says something else than before. */
function revise(
  before: Release,
  words: Pick<Release, 'title' | 'text' | 'date'>,
  draft: Draft,
  at: Circumstances,
): Release {
  const facets = at.classify(words);
  return {
    ...before,
    ...facetIds(facets),
    ...words,
    // The markup of an older text says what the release no longer says.
    html: words.text === before.text ? before.html : draft.html,
    published: draft.published ?? (words.date === before.date ? before.published : null),
    url: draft.url ?? before.url,
    author: draft.author ?? before.author,
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
    updated: at.quiet ? (publishedAt(draft, at) ?? at.now) : at.now,
    revision: 1,
    state: 'listed',
    ...facetIds(facets),
  };
}

function facetIds(facets: Facets): Pick<Release, 'facets' | 'topics' | 'countries' | 'agencies'> {
  return { facets, topics: facets.topics, countries: facets.countries, agencies: facets.agencies };
}

/**
 * The instant a release was published (RFC 3339 UTC): its own, or the start of its civil day in the source's zone.
 * What is dated ahead was not published later than now. Null without a date.
 */
function publishedAt({ date, published }: Draft, { now, zone }: Circumstances): string | null {
  if (date === null) return null;
  const start = published ?? Temporal.PlainDate.from(date).toZonedDateTime(zone).toInstant().toString();
  return Temporal.Instant.compare(start, now) < 0 ? start : now;
}
