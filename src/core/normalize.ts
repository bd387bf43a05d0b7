import { dayOf, instantOf } from './dates.ts';
import { type Digest, nthKey, provisionalKey } from './identity.ts';
import type { Item } from './item.ts';
import type { Draft } from './release.ts';
import { oneLine, paragraphs, sameWords } from './text.ts';

/** What has to be known of a source to understand its items. */
export interface Origin {
  /** Source id. */
  readonly source: string;
  /** IANA zone of its civil dates. */
  readonly zone: string;
  readonly digest: Digest;
}

/**
 * Turns the items of one reading into drafts of releases.
 * @param items newest first, as a source lists them
 * @returns oldest first, the order in which they are recorded and alerted. A key that is listed twice (an item
 * pinned on top) counts once. Items without a key get a provisional one; of two with the same title and day, the
 * newer gets a number behind it if its text differs, and is the same item if it does not.
 */
export function normalize(items: readonly Item[], origin: Origin): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  for (const item of items.toReversed()) {
    const draft = draftOf(item, origin);
    const key = draft.provisional ? freeKey(draft, drafts) : draft.key;
    // A repeated key keeps the place of its oldest mention and the content of its newest.
    if (key !== null) drafts.set(key, { ...draft, key });
  }
  return [...drafts.values()];
}

function draftOf(item: Item, { source, zone, digest }: Origin): Draft {
  const title = oneLine(item.title);
  const date = item.date === null ? null : dayOf(item.date, zone);
  const fingerprint = provisionalKey(title, date, digest);
  const key = item.key === null ? '' : oneLine(item.key);
  return {
    source,
    key: key || fingerprint,
    provisional: key === '',
    fingerprint,
    url: item.url,
    title,
    text: paragraphs(item.text),
    html: item.html,
    date,
    published: item.date === null ? null : instantOf(item.date),
    category: item.categories[0] ?? null,
    categories: item.categories,
    author: item.author,
    attachments: item.attachments,
  };
}

/** The first provisional key that no differing item of this reading has; null where the same item is already there. */
function freeKey(draft: Draft, drafts: ReadonlyMap<string, Draft>): string | null {
  for (let nth = 1; ; nth++) {
    const key = nthKey(draft.fingerprint, nth);
    const other = drafts.get(key);
    if (!other) return key;
    if (sameWords(other.text, draft.text)) return null;
  }
}
