import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery, printQuery, QueryError } from '../../src/core/query.ts';
import { vocabulary } from '../support/language.ts';

const normal = (text: string) => parseQuery(text, vocabulary).normal;

/** Words of every kind, halves of everything the grammar has, and what Unicode has in store for comparisons. */
const PIECES = [
  ...['steel', 'AI', 'U.S.', 'EVs', 'M.AX', 'R&D', 'United', 'States', 'of', 'America', 'supply chains', 'semicon*'],
  ...['철강', '철강*', '각', '\u1100', '\u1161', '日本', '々', 'カ', 'ｶﾞ', 'ー'],
  ...['OR', 'AND', 'NOT', '-', '--', '(', ')', '"', '“', ':', '：', '*', ' ', '\n', '\u3000', '.', ',', '&', '/', '|'],
  ...['topic:', 'country:', 'mentions:', 'agency:(kats OR wto)', 'person:', 'series:', 'type:', 'lang:', 'source:'],
  ...['country:(us OR ca)', 'mentions:앙길라', 'country:-ca', 'ca', 'us', '캐나다', 'category:', '"a (b) c"'],
  ...['person:"Kim Jung-kwan"', 'person:Bjørn', 'person:İ-Ö', 'person:정인교', 'series:"5th Korea-U.S. Forum"'],
  ...['date', 'amount', '>=', '<=', '=', '≥', 'date>=', '2025-01-01', 'amount>=usd:', 'amount<=krw:', '1.25bn', '5조'],
  ...['3천억', '0.1', '99999', '$', '-5', '１２', '۱'],
  ...['é', 'e\u0301', '\u0301', '\u200b', '\u00ad', '\ud800', '\udc00', '😀', 'İ', 'ǅ', 'ß', 'ﬁ', 'Ⅻ', '㎥', 'ſ', 'K'],
  ...['__proto__', 'constructor', 'toString', '<@U1>', '\\', "'", '’', 'x'.repeat(60)],
];
const piece = fc.oneof(
  { arbitrary: fc.constantFrom(...PIECES), weight: 8 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 5 }), weight: 1 },
  { arbitrary: fc.string({ maxLength: 5 }), weight: 1 },
);
const typed = fc.tuple(fc.array(piece, { maxLength: 14 }), fc.constantFrom('', ' ')).map(([all, gap]) => all.join(gap));

/**
 * Whether a text is understood. Expectations of the library would make a minute out of seconds.
 * @throws {Error} where the answer is neither a sound query nor a sound refusal
 */
function isUnderstood(text: string): boolean {
  const fault = (what: string) => new Error(`${JSON.stringify(text)}: ${what}`);
  try {
    const query = parseQuery(text, vocabulary);
    if (query.normal !== printQuery(query.root))
      throw fault(`the normal form is not the printed tree: ${query.normal}`);
    const again = parseQuery(query.normal, vocabulary);
    if (!isDeepStrictEqual(again, query)) throw fault(`${query.normal} is read as ${again.normal}`);
    return true;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { at, length, message, suggestions } = error;
    const within = Number.isInteger(at) && at >= 0 && length >= 0 && at + length <= text.length;
    if (!within) throw fault(`the place is ${at} and ${length} of ${text.length}`);
    if (message === '' || !suggestions.every(one => typeof one === 'string')) throw fault('refused without a word');
    return false;
  }
}

describe('any text', () => {
  test('security rule 17: of 100,000 is a query whose normal form is read as the same query, or a QueryError with a place within it', () => {
    let understood = 0;
    fc.assert(
      fc.property(typed, text => {
        if (isUnderstood(text)) understood++;
      }),
      { numRuns: 100_000 },
    );
    expect(understood).toBeGreaterThan(10_000);
  }, 120_000);

  test.each(['\u0301&ab', 'R&\u0301', 'M.\u0301\u0301', 'U.S.\u00e9\u0301', 'S.a\u0301'])(
    '%j, an accent where a letter is expected',
    text => {
      expect(isUnderstood(text)).toBe(true);
    },
  );

  test('nested as deep as a query can be is understood', () => {
    expect(normal(`${'('.repeat(499)}a${')'.repeat(499)}`)).toBe('a');
    expect(normal(`${'-'.repeat(998)}a`)).toBe('a');
  });
});

type Tree =
  | { readonly is: 'term'; readonly text: string }
  | { readonly is: 'not'; readonly of: Tree }
  | { readonly is: 'all' | 'any'; readonly of: readonly Tree[] };

const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      is: fc.constant('term' as const),
      text: fc.constantFrom('a', 'AI', '"b c"', 'topic:steel', 'country:ca', 'country:us', '철강', 'date>=2025-01-01'),
    }),
    fc.record({ is: fc.constant('not' as const), of: tie('tree') }),
    fc.record({
      is: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** A tree as a person may type it. */
function written(of: Tree): string {
  if (of.is === 'term') return of.text;
  if (of.is === 'not') return `-${written(of.of)}`;
  return `(${of.of.map(written).join(of.is === 'any' ? ' OR ' : ' ')})`;
}

/** The same in another order, with repetitions, brackets and double negations that change nothing. */
function disguised(of: Tree, turn: () => number): string {
  const plain = () => {
    if (of.is === 'term') return turn() % 2 === 0 ? of.text : `(${of.text})`;
    if (of.is === 'not') return `-${disguised(of.of, turn)}`;
    const parts = of.of.map(part => disguised(part, turn)).reverse();
    const again = of.of.slice(0, turn() % 2).map(part => disguised(part, turn));
    const joint = of.is === 'any' ? ' OR ' : turn() % 2 === 0 ? ' AND ' : '  ';
    return `(${[...parts, ...again].join(joint)})`;
  };
  return turn() % 4 === 0 ? `--${plain()}` : plain();
}

test('equal queries have one normal form, in whatever order and however often their parts are written', () => {
  fc.assert(
    fc.property(tree, fc.infiniteStream(fc.nat(7)), (of, turns) => {
      const one = written(of);
      const other = disguised(of, () => turns.next().value ?? 0);
      fc.pre(one.length <= 1000 && other.length <= 1000);
      expect(normal(other)).toBe(normal(one));
    }),
    { numRuns: 2000 },
  );
});
