import { nthKey } from './identity.ts';
import type { Draft, Release } from './release.ts';
import { sameWords } from './text.ts';

/** A recorded release as it is compared with what a source lists now. */
export interface Known {
  readonly release: Release;
  /** Every key it answers to within its source, the provisional ones too. */
  readonly keys: readonly string[];
  readonly provisional: boolean;
  readonly fingerprint: string;
}

/** Tells which recorded release each draft of one reading is. */
export interface Recognizer {
  /** The release that a draft is, undefined where it is a new one. No release is two drafts of one reading. */
  recognize(draft: Draft): Known | undefined;
  /** The key under which a new draft is recorded: its own, or for a provisional one the first that no release has. */
  mint(draft: Draft): string;
}

/**
 * @param drafts all of the reading
 * @param known releases of the source with one of the drafts' keys or fingerprints
 */
export function recognizer(drafts: readonly Draft[], known: readonly Known[]): Recognizer {
  const byKey = new Map(known.flatMap(one => one.keys.map(key => [key, one] as const)));
  const byFingerprint = Map.groupBy(known, one => one.fingerprint);
  /** What is on the listing under a key of its own is no other item there. */
  const listed = new Set(drafts.flatMap(draft => (draft.provisional ? [] : (byKey.get(draft.key) ?? []))));
  const taken = new Set<Known>();
  const minted = new Set<string>();

  /** An article number decides. Without one that is known, title and date tell, where one side has no number. */
  function numbered(draft: Draft): Known | undefined {
    const candidates = (byFingerprint.get(draft.fingerprint) ?? []).filter(one => !taken.has(one) && !listed.has(one));
    const unnumbered = candidates.filter(one => one.provisional);
    return (
      byKey.get(draft.key) ??
      onlyOne(unnumbered) ??
      onlyOne(unnumbered.filter(one => sameWords(one.release.text, draft.text))) ??
      // A feed that makes up a new id each day still links the same page.
      candidates.find(one => !one.provisional && draft.url !== null && one.release.url === draft.url)
    );
  }

  /**
   * Provisional keys of one title and day are numbered by what a reading lists, and older ones fall off the listing:
   * so the words come before the key, and what is listed above an item is never an older one than that.
   */
  function unnumbered(draft: Draft): Known | undefined {
    const candidates = (byFingerprint.get(draft.fingerprint) ?? []).filter(one => !taken.has(one));
    const alike = candidates.filter(one => sameWords(one.release.text, draft.text));
    const keyed = byKey.get(draft.key);
    if (keyed && alike.includes(keyed)) return keyed;
    return (
      alike.find(one => one.provisional) ??
      onlyOne(alike) ??
      (keyed && !taken.has(keyed) && nthOf(keyed, draft) > newestNth(draft) ? keyed : undefined) ??
      onlyOne(candidates.filter(one => !one.provisional))
    );
  }

  const newestNth = (draft: Draft) =>
    Math.max(
      0,
      ...(byFingerprint.get(draft.fingerprint) ?? []).filter(one => taken.has(one)).map(one => nthOf(one, draft)),
    );

  return {
    recognize(draft) {
      const found = draft.provisional ? unnumbered(draft) : numbered(draft);
      if (found) taken.add(found);
      return found;
    },
    mint(draft) {
      if (!draft.provisional) return draft.key;
      for (let nth = 1; ; nth++) {
        const key = nthKey(draft.fingerprint, nth);
        if (byKey.has(key) || minted.has(key)) continue;
        minted.add(key);
        return key;
      }
    },
  };
}

/** Which of the items of a draft's title and day a release was when it was recorded; 0 where it never was one without a number. */
function nthOf({ keys }: Known, { fingerprint }: Draft): number {
  const nths = keys.map(key => {
    if (key === fingerprint) return 1;
    return key.startsWith(`${fingerprint}.`) ? Number(key.slice(fingerprint.length + 1)) : 0;
  });
  return Math.max(0, ...nths);
}

function onlyOne<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
