import { classify } from '../src/core/classify.ts';
import { compilePhrases, findPhrases } from '../src/core/phrases.ts';
import { tokenize } from '../src/core/tokens.ts';
import type { Term, Vocabulary } from '../src/core/vocabulary.ts';
import type { Gold, Scored } from '../tests/support/score-facets.ts';

/** A release that readers labelled. */
export interface Labelled {
  readonly title: string;
  readonly body: string;
  readonly gold: Gold;
}

export type Answer = Readonly<Record<Scored, readonly string[]>>;

/** One release a line: {title, body, gold}. */
export function readLabelled(lines: string): readonly Labelled[] {
  return lines
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line));
}

export const byRules =
  (vocabulary: Vocabulary) =>
  ({ title, body }: Labelled): Answer =>
    classify({ title, text: body }, vocabulary);

/** What bots of this kind usually do: a value holds where one of its words stands anywhere, as a piece of any word, in any case. */
export function bySubstring(vocabulary: Vocabulary): (release: Labelled) => Answer {
  const lower = (terms: readonly Term[]) =>
    terms.map(({ id, words, inTitle = [] }) => ({
      id,
      words: [...words, ...inTitle].map(word => word.toLowerCase()),
    }));
  const topics = lower(vocabulary.topics);
  const countries = lower(vocabulary.countries);
  const agencies = lower(vocabulary.agencies);
  return ({ title, body }) => {
    const text = `${title}\n${body}`.toLowerCase();
    const found = (terms: ReturnType<typeof lower>) =>
      terms.filter(({ words }) => words.some(word => text.includes(word))).map(({ id }) => id);
    return { topics: found(topics), countries: found(countries), agencies: found(agencies) };
  };
}

const LISTS = ['words', 'inTitle', 'weak', 'except', 'with', 'unless'] as const;

/**
 * The vocabulary without every word that only one of these releases holds: what is left has been seen to serve more
 * than one, so what it scores cannot have been fitted to single titles. The names of all countries stay: that table is
 * whole, from a package, and one rule; demonyms, cities and laws are words as all others.
 * @returns the vocabulary and how many words were taken out
 */
export function withoutSingles(
  vocabulary: Vocabulary,
  releases: readonly Labelled[],
): { readonly vocabulary: Vocabulary; readonly removed: number } {
  const texts = releases.map(({ title, body }) => tokenize(`${title}\n\n${body}`));
  let removed = 0;
  const strip = (terms: readonly Term[], stays: (term: Term) => readonly string[] = () => []): readonly Term[] => {
    const book = compilePhrases(
      terms.flatMap(term => LISTS.flatMap(list => (term[list] ?? []).map(word => [word, word] as const))),
    );
    const count = new Map<string, number>();
    for (const tokens of texts)
      for (const word of new Set(findPhrases(book, tokens).map(({ value }) => value)))
        count.set(word, (count.get(word) ?? 0) + 1);
    const keep = (words: readonly string[], whole: readonly string[]) => {
      const kept = words.filter(word => count.get(word) !== 1 || whole.includes(word));
      removed += words.length - kept.length;
      return kept;
    };
    return terms.map(term => ({
      ...term,
      ...Object.fromEntries(LISTS.flatMap(list => (term[list] ? [[list, keep(term[list], stays(term))]] : []))),
    }));
  };
  return {
    vocabulary: {
      ...vocabulary,
      topics: strip(vocabulary.topics),
      countries: strip(vocabulary.countries, ({ label, names }) => [label.en, label.ko, ...names]),
      agencies: strip(vocabulary.agencies),
    },
    removed,
  };
}
