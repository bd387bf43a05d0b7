import { fold } from './text.ts';

/** What a revision changed, the gravest first. */
export type Change = 'title' | 'date' | 'number' | 'name' | 'wording' | 'white space';

/** A version of a release, as far as people compare versions. */
export interface Version {
  readonly title: string;
  readonly text: string;
  readonly date: string | null;
}

/** Words that stayed, went or came, in the order of the text. */
export interface Piece {
  readonly is: 'same' | 'gone' | 'new';
  /** Joined by spaces, as they were written. */
  readonly words: string;
}

/** What a revision changed; white space alone where nothing else did. */
export function classifyRevision(before: Version, after: Version): readonly Change[] {
  const changes = new Set<Change>();
  if (fold(before.title) !== fold(after.title)) changes.add('title');
  if (before.date !== after.date) changes.add('date');
  // Whether the next word opens a sentence, in the text before and in the one after.
  const opens = { gone: true, new: true };
  for (const { is, words } of diffWords(before.text, after.text)) {
    for (const word of words.split(' ')) {
      if (is !== 'same') changes.add(kindOf(word, opens[is]));
      for (const side of is === 'same' ? (['gone', 'new'] as const) : [is]) opens[side] = endsSentence(word);
    }
  }
  if (changes.size === 0 && (before.title !== after.title || before.text !== after.text)) changes.add('white space');
  return ORDER.filter(change => changes.has(change));
}

const ORDER: readonly Change[] = ['title', 'date', 'number', 'name', 'wording', 'white space'];

/** A capital makes a name, except where every word has one: at the start of a sentence. */
function kindOf(word: string, opens: boolean): Change {
  if (/\d/.test(word)) return 'number';
  return !opens && /^[("'[]*\p{Lu}/u.test(word) ? 'name' : 'wording';
}

const endsSentence = (word: string): boolean => /[.!?:]["')\]]*$/.test(word);

/** More cells than this (two texts of 2,000 changed words) are not worth the memory: all of the middle counts as changed. */
const MOST_CELLS = 4_000_000;

/**
 * The words that two texts share and those that they do not, by their longest common subsequence. Dashes, quotes and
 * white space that only look different make no difference.
 */
export function diffWords(before: string, after: string): readonly Piece[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const pieces: { is: Piece['is']; list: string[] }[] = [];
  const say = (is: Piece['is'], word: string) => {
    const last = pieces.at(-1);
    if (last?.is === is) last.list.push(word);
    else pieces.push({ is, list: [word] });
  };
  for (const word of now.slice(0, head)) say('same', word);
  middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), say);
  for (const word of now.slice(now.length - tail)) say('same', word);
  return pieces.map(({ is, list }) => ({ is, words: list.join(' ') }));
}

function middle(old: readonly string[], now: readonly string[], say: (is: Piece['is'], word: string) => void): void {
  const width = now.length + 1;
  const comparable = (old.length + 1) * width <= MOST_CELLS;
  // longest[i * width + j]: how many words the rest of the one from i and the rest of the other from j share.
  const longest = new Uint32Array(comparable ? (old.length + 1) * width : 0);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  if (comparable)
    for (let i = old.length - 1; i >= 0; i--)
      for (let j = now.length - 1; j >= 0; j--)
        longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [gone, came] = [old[i], now[j]];
    if (comparable && gone !== undefined && gone === came) {
      say('same', gone);
      i++;
      j++;
    } else if (gone !== undefined && (came === undefined || at(i + 1, j) >= at(i, j + 1))) {
      say('gone', gone);
      i++;
    } else if (came !== undefined) {
      say('new', came);
      j++;
    }
  }
}

const wordsOf = (text: string): string[] =>
  fold(text)
    .split(' ')
    .filter(word => word !== '');
