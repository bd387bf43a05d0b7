import type { Attachment } from './item.ts';
import type { Draft, Release } from './release.ts';
import { isCutOf, sameWords } from './text.ts';

/** What a release says: where this differs it is another version. */
type Words = Pick<Release, 'title' | 'text' | 'date'>;

/**
 * What a release says after a reading, null where it says what it said before. What a reading does not carry is not
 * gone: a list without bodies, or with bodies that it cuts, takes no body away.
 */
export function reword(before: Words, draft: Words): Words | null {
  const saysNoMore = draft.text === '' || sameWords(draft.text, before.text) || isCutOf(draft.text, before.text);
  const after = {
    title: sameWords(draft.title, before.title) ? before.title : draft.title,
    text: saysNoMore ? before.text : draft.text,
    date: draft.date ?? before.date,
  };
  return after.title === before.title && after.text === before.text && after.date === before.date ? null : after;
}

/** What is known around the words of a release. */
type Facts = Pick<Release, 'url' | 'html' | 'published' | 'category' | 'categories' | 'author' | 'attachments'>;

/**
 * What is known of a release after a reading that says the same of it.
 * @param witness `hearsay`: something that does not even know the article's number adds what is missing and corrects
 *   nothing; `official`: the official category and the files may have changed; `adopting`: and the address is known now
 */
export function complete(before: Release, draft: Draft, witness: 'hearsay' | 'official' | 'adopting'): Facts | null {
  const prefers = <T>(mine: T, theirs: T, absent: (value: T) => boolean, mayCorrect: boolean) =>
    absent(theirs) || (!mayCorrect && !absent(mine)) ? mine : theirs;
  const official = witness !== 'hearsay';
  const isNull = (value: unknown) => value === null;
  const labels = prefers<Pick<Release, 'category' | 'categories'>>(
    before,
    draft,
    one => one.categories.length === 0,
    official,
  );
  const after: Facts = {
    url: prefers(before.url, draft.url, isNull, witness === 'adopting'),
    html: before.html ?? (sameWords(before.text, draft.text) ? draft.html : null),
    published: before.published ?? (draft.date === before.date ? draft.published : null),
    category: labels.category,
    categories: labels.categories,
    author: before.author ?? draft.author,
    // Addresses of files may be signed anew with each reading; their names say whether they are others.
    attachments: prefers(
      before.attachments,
      sameFiles(before.attachments, draft.attachments) ? before.attachments : draft.attachments,
      files => files.length === 0,
      official,
    ),
  };
  return sameFacts(before, after) ? null : after;
}

const namesOf = (files: readonly Attachment[]) => files.map(file => file.name).join('\n');
const sameFiles = (one: readonly Attachment[], other: readonly Attachment[]) => namesOf(one) === namesOf(other);

function sameFacts(before: Release, after: Facts): boolean {
  return Object.entries(after).every(
    ([name, value]) => JSON.stringify(before[name as keyof Facts]) === JSON.stringify(value),
  );
}
