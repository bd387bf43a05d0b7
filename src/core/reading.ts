import { markFormulae } from './formulae.ts';
import { leadOf } from './lead.ts';
import { once } from './once.ts';
import type { Where } from './release.ts';
import { sentences } from './sentences.ts';
import { type Token, tokenize } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The title or the text of a release, read once for all that is asked of it. */
export interface Part {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** 1 where a token belongs to the institution's own name or a formula of its officials. */
  readonly own: Uint8Array;
  /** For each token the number of the clause (a sentence, or what a semicolon parts from it) that it stands in. */
  readonly clause: Uint32Array;
}

export interface Reading {
  readonly title: Part;
  readonly body: Part;
  /** An exact substring of the text. */
  readonly lead: string;
  /** Whether a place (offset of the title or the text) is the title, the lead or the rest. */
  where(part: Part, start: number): Where;
}

/** Reads the title and the text of a release: tokens and own formulae at once, clauses and the lead when asked for. */
export function readRelease(
  release: { readonly title: string; readonly text: string },
  vocabulary: Vocabulary,
): Reading {
  const title = readPart(release.title, vocabulary);
  const body = readPart(release.text, vocabulary);
  const lead = once(() => {
    const text = leadOf(release.text);
    const start = release.text.indexOf(text);
    return { text, start, end: start + text.length };
  });
  return {
    title,
    body,
    get lead() {
      return lead().text;
    },
    where(part, at) {
      if (part === title) return 'title';
      const { start, end } = lead();
      return at >= start && at < end ? 'lead' : 'body';
    },
  };
}

function readPart(text: string, vocabulary: Vocabulary): Part {
  const tokens = tokenize(text);
  const clause = once(() => clausesOf(text, tokens));
  return {
    text,
    tokens,
    own: markFormulae(text, tokens, vocabulary),
    get clause() {
      return clause();
    },
  };
}

function clausesOf(text: string, tokens: readonly Token[]): Uint32Array {
  const ends = sentences(text).map(({ end }) => end);
  const clause = new Uint32Array(tokens.length);
  let number = 0;
  let sentence = 0;
  let before = 0;
  for (let i = 0; i < tokens.length; i++) {
    const { start, end } = tokens[i] ?? { start: 0, end: 0 };
    const gap = text.slice(before, start);
    while (start >= (ends[sentence] ?? Number.POSITIVE_INFINITY)) {
      sentence++;
      number++;
    }
    if (gap.includes(';')) number++;
    clause[i] = number;
    before = end;
  }
  return clause;
}
