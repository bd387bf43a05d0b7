import { type Change, classifyRevision, diffWords, type Piece, type Version } from './revision.ts';

/** What happened to a release after it was told of. */
export type Happening = 'revised' | 'withdrawn' | 'restored';

export interface Correction {
  readonly what: Happening;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** Of a revision. */
  readonly changes: readonly Change[];
}

/** Changes that deserve a note of their own, since they may have been acted upon. */
const GRAVE: ReadonlySet<Change> = new Set<Change>(['title', 'date', 'number', 'name']);

/** What of a revision is told; nothing where only white space differs. */
export function changesToTell(before: Version, after: Version): readonly Change[] {
  return classifyRevision(before, after).filter(change => change !== 'white space');
}

export const isGrave = (changes: readonly Change[]): boolean => changes.some(change => GRAVE.has(change));

/** In place of the name of a slot: a correction waits beside the queue while nobody knows whether what it corrects was sent. */
export const AWAITING = 'what it corrects is held';

const NOTE = '/note';

/**
 * The subject of the delivery that corrects a message.
 * @param nth how often this happened to this revision, from 1: a release may be withdrawn and come back again
 */
export function correctionSubject(release: string, revision: number, what: Happening, nth = 1): string {
  if (what === 'revised') return `${release}@${revision}`;
  return `${release}@${revision}/${what}${nth === 1 ? '' : `.${nth}`}`;
}

/** The subject of the note that tells the same word by word. */
export const noteSubject = (subject: string): string => `${subject}${NOTE}`;

/** Whether a subject is that of a note. */
export const isNote = (subject: string): boolean => subject.endsWith(NOTE);

/** What the subject of a correction says happened. */
export function happeningOf(subject: string): Happening {
  const found = /@\d+\/(withdrawn|restored)(?:\.\d+)?(?:\/note)?$/.exec(subject)?.[1];
  return (found as Happening | undefined) ?? 'revised';
}

/** Names of zones that people of the place write and that the Unicode data do not have in English. */
const ZONES: Readonly<Record<string, string>> = { 'Asia/Seoul': 'KST', 'Asia/Tokyo': 'JST', UTC: 'UTC' };

/** "2025-12-04 14:20 KST". */
function timeIn(at: string, zone: string): string {
  const here = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const minute = here.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${here.toPlainDate()} ${minute} ${ZONES[zone] ?? nameOf(zone, here.epochMilliseconds)}`;
}

function nameOf(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(part => part.type === 'timeZoneName')?.value ?? zone;
}

/**
 * "Corrected 2025-12-04 14:20 KST: title, number changed. No longer matches #12".
 * @param unmatched numbers of the subscriptions whose query the release met when it was told of, and does not meet now
 */
export function correctionLine(
  { what, at, changes }: Correction,
  zone: string,
  unmatched: readonly number[] = [],
): string {
  const when = timeIn(at, zone);
  const lines = {
    revised: `Corrected ${when}${changes.length > 0 ? `: ${changes.join(', ')} changed` : ''}`,
    withdrawn: `Withdrawn by its source ${when}`,
    restored: `Listed again by its source ${when}`,
  };
  const lost = unmatched.map(id => `#${id}`).join(', ');
  return [lines[what], ...(lost === '' ? [] : [`No longer matches ${lost}`])].join('. ');
}

/** The words that a revision changed, the title's first. */
export function piecesOf(before: Version, after: Version): readonly Piece[] {
  const title = diffWords(before.title, after.title);
  const text = diffWords(before.text, after.text);
  const date: Piece[] =
    before.date === after.date
      ? []
      : [
          ...(before.date === null ? [] : [{ is: 'gone' as const, words: before.date }]),
          ...(after.date === null ? [] : [{ is: 'new' as const, words: after.date }]),
        ];
  const changed = (pieces: readonly Piece[]) => (pieces.some(piece => piece.is !== 'same') ? pieces : []);
  return [...changed(title), ...date, ...changed(text)];
}
