/** What of a listing tells whether it goes on from the one before it. */
export interface Overlap {
  /** Keys of the listing as read before. */
  readonly before: readonly string[];
  readonly now: readonly string[];
  /** The latest civil date that was listed before, without dates ahead of that reading; null where none was. */
  readonly newestBefore: string | null;
  /** Civil dates of what is listed now. */
  readonly days: readonly string[];
}

/**
 * Why a listing does not go on from the one before it: it shares no key with it, and all of it is older. Another page,
 * or an old copy of this one, is no news. Null where it may be believed: what carries no dates cannot be told to be
 * older, and new keys under the dates of before are a source that was given new keys.
 */
export function overlapTrouble({ before, now, newestBefore, days }: Overlap): string | null {
  const newest = days.toSorted().at(-1);
  if (newest === undefined || newestBefore === null || newest >= newestBefore) return null;
  const listed = new Set(before);
  if (listed.size === 0 || now.some(key => listed.has(key))) return null;
  return `it lists nothing of what it listed before, and nothing newer than ${newest}, where ${newestBefore} was reached already`;
}
