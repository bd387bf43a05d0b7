import type { Release } from './release.ts';
import { fold } from './text.ts';

/** Days between a press release and the photo news of the same event. */
export const TWIN_DAYS = 3;
/** Of the words of the shorter title, those that the other has too. */
const SHARED = 0.7;
/** Titles of fewer words are alike by chance. */
const LEAST_WORDS = 3;

type Told = Pick<Release, 'id' | 'source' | 'key' | 'title' | 'date'>;

/**
 * Whether two releases tell of one event: listed on different boards of one source ("1-2336" photo news, "2-2441"
 * press release), dated at most three days apart, with titles alike. They stay two releases.
 */
export function areTwins(one: Told, other: Told): boolean {
  if (one.id === other.id || one.source !== other.source) return false;
  const [code, otherCode] = [boardOf(one.key), boardOf(other.key)];
  if (code === null || otherCode === null || code === otherCode) return false;
  if (one.date === null || other.date === null) return false;
  const apart = Temporal.PlainDate.from(one.date).until(Temporal.PlainDate.from(other.date)).days;
  return Math.abs(apart) <= TWIN_DAYS && alike(one.title, other.title);
}

/** The board code of an article key ("2" of "2-2441"), null for other keys. */
const boardOf = (key: string): string | null => /^(\d+)-\d+$/.exec(key)?.[1] ?? null;

function alike(one: string, other: string): boolean {
  const [words, others] = [wordsOf(one), wordsOf(other)];
  const shorter = Math.min(words.size, others.size);
  return shorter >= LEAST_WORDS && words.intersection(others).size >= shorter * SHARED;
}

/** The words that carry a title: folded, without the short ones ("of", "and", "the"). */
const wordsOf = (title: string): Set<string> =>
  new Set(
    fold(title)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(word => word.length > 3 || /\d|[^\x00-\x7f]/.test(word)),
  );
