import { readAmount } from './amounts.ts';
import { CURRENCY_CODES, currencyOf } from './money.ts';
import { type Clause, QueryError, type WordsClause } from './query-clause.ts';
import type { Piece } from './query-scan.ts';
import { type Place, readField, readValue } from './query-values.ts';
import { tokenize } from './tokens.ts';
import { nameKey, type Vocabulary } from './vocabulary.ts';

/** The pieces of a query and how far they are read. */
interface Cursor {
  readonly pieces: readonly Piece[];
  readonly length: number;
  readonly vocabulary: Vocabulary;
  at: number;
}

/**
 * Parses the pieces of a query by recursive descent; the tree is as written, not in normal form yet.
 * @param length of the whole text, where an error at its end points to
 * @throws {QueryError}
 */
export function parsePieces(pieces: readonly Piece[], length: number, vocabulary: Vocabulary): Clause {
  const cursor: Cursor = { pieces, length, vocabulary, at: 0 };
  const root = parseOr(cursor);
  const rest = cursor.pieces[cursor.at];
  if (rest) throw new QueryError('this bracket closes nothing: take it out or put ( before', rest.at, 1);
  return root;
}

function parseOr(cursor: Cursor): Clause {
  const of = [parseAnd(cursor)];
  while (take(cursor, 'or')) of.push(parseAnd(cursor));
  return of.length === 1 && of[0] ? of[0] : { is: 'any', of };
}

function parseAnd(cursor: Cursor): Clause {
  const of = [parseUnary(cursor)];
  for (;;) {
    const next = cursor.pieces[cursor.at];
    if (!next || next.is === 'or' || next.is === 'close') break;
    take(cursor, 'and');
    of.push(parseUnary(cursor));
  }
  return of.length === 1 && of[0] ? of[0] : { is: 'all', of };
}

function take(cursor: Cursor, is: Piece['is']): Piece | null {
  const piece = cursor.pieces[cursor.at];
  if (piece?.is !== is) return null;
  cursor.at++;
  return piece;
}

function parseUnary(cursor: Cursor): Clause {
  const piece = cursor.pieces[cursor.at];
  if (!piece || piece.is === 'close' || piece.is === 'or' || piece.is === 'and') throw missing(cursor, piece);
  cursor.at++;
  switch (piece.is) {
    case 'minus':
      return { is: 'not', of: parseUnary(cursor) };
    case 'open':
      return parseBracket(cursor, piece);
    case 'phrase':
      return wordsOf(piece.text, placeOf(piece));
    case 'field':
      return parseField(cursor, piece);
    case 'compare':
      return parseComparison(piece);
    case 'bare':
      return piece.text.includes('*') ? prefixOf(piece.text, placeOf(piece)) : parseWord(cursor, piece);
  }
}

const placeOf = ({ at, end }: Piece): Place => ({ at, length: end - at });

function missing(cursor: Cursor, piece: Piece | undefined): QueryError {
  const before = cursor.pieces[cursor.at - 1];
  const word = before?.is === 'or' ? 'OR' : before?.is === 'and' ? 'AND' : null;
  const at = piece?.at ?? cursor.length;
  const length = piece ? piece.end - piece.at : 0;
  if (word) return new QueryError(`${word} needs something on both sides, as in steel ${word} aluminium`, at, length);
  if (before?.is === 'open') return new QueryError('there is nothing between the brackets', at, length);
  if (piece?.is === 'or' || piece?.is === 'and') {
    const name = piece.is.toUpperCase();
    return new QueryError(`${name} needs something on both sides; for the word itself write "${name}"`, at, length);
  }
  return new QueryError('something to look for is missing here', at, length);
}

function parseBracket(cursor: Cursor, open: Piece): Clause {
  const clause = parseOr(cursor);
  if (!take(cursor, 'close')) throw new QueryError('this bracket is not closed: put ) at the end', open.at, 1);
  return clause;
}

/** `United States` typed as two words is the one token that texts have for it. */
function parseWord(cursor: Cursor, piece: Piece & { readonly is: 'bare' }): Clause {
  const following = (offset: number, word: RegExp) => {
    const next = cursor.pieces[cursor.at + offset];
    return next?.is === 'bare' && word.test(next.text);
  };
  if (!/^united$/i.test(piece.text) || !following(0, /^states$/i)) return wordsOf(piece.text, placeOf(piece));
  cursor.at += following(1, /^of$/i) && following(2, /^america$/i) ? 3 : 1;
  return wordsOf('United States', placeOf(piece));
}

function wordsOf(text: string, place: Place): WordsClause {
  const keys = tokenize(text.normalize('NFC')).map(({ key }) => key);
  if (keys.length > 0) return { is: 'words', keys, prefix: null };
  if (/^[<>=≤≥]+$/u.test(text))
    throw new QueryError(`${text} compares without spaces, as in date>=2025-01-01`, place.at, place.length);
  const shown = text.trim() === '' ? 'the quotation marks hold' : `"${text}" holds`;
  throw new QueryError(`${shown} no word to look for`, place.at, place.length);
}

/** A prefix of one letter would match nearly everything. */
const SHORTEST_PREFIX = 2;

function prefixOf(text: string, place: Place): WordsClause {
  if (text.indexOf('*') < text.length - 1) {
    const fix = `${text.slice(0, text.indexOf('*') + 1)}`;
    throw new QueryError('* stands only at the end of a word, as in semicon*', place.at, place.length, [fix]);
  }
  const written = text.slice(0, -1).normalize('NFC');
  const tokens = tokenize(written);
  const last = tokens.at(-1);
  if (!last) throw new QueryError('* needs the beginning of a word before it, as in semicon*', place.at, place.length);
  const keys = tokens.map(({ key }) => key);
  // Each Hangul syllable is a token: what begins with it is found without the star.
  if (/^\p{Lo}$/u.test(last.form)) return { is: 'words', keys, prefix: null };
  if (last.form.length < SHORTEST_PREFIX)
    throw new QueryError(`${text}: write at least two letters before *`, place.at, place.length);
  return { is: 'words', keys: keys.slice(0, -1), prefix: last.form };
}

function parseField(cursor: Cursor, piece: Piece & { readonly is: 'field' }): Clause {
  const field = readField(piece.name, placeOf(piece));
  const { vocabulary } = cursor;
  if (piece.value !== '') {
    const place = placeOf(piece);
    refuseSigns(piece, place);
    try {
      return readValue(field, piece.value, vocabulary, place);
    } catch (error) {
      throw error instanceof QueryError ? quotedInstead(cursor, error, piece) : error;
    }
  }
  const next = cursor.pieces[cursor.at];
  if (next && next.at === piece.end && next.is === 'phrase') {
    cursor.at++;
    return readValue(field, next.text, vocabulary, { at: piece.at, length: next.end - piece.at });
  }
  if (next && next.at === piece.end && next.is === 'open') {
    cursor.at++;
    return parseValues(cursor, piece, next);
  }
  throw new QueryError(
    `${piece.name}: needs a value directly behind it, as in country:ca`,
    piece.at,
    piece.end - piece.at,
  );
}

/** Names are compared by their letters alone: a sign that means something elsewhere must not be lost there in silence. */
function refuseSigns({ name, value }: Piece & { readonly is: 'field' }, { at, length }: Place): void {
  if (value.startsWith('-')) {
    const fix = `-${name}:${value.slice(1)}`;
    throw new QueryError(`${name}:${value}: to leave it out put the minus before the field: ${fix}`, at, length, [fix]);
  }
  if (value.endsWith('*')) {
    const word = value.slice(0, -1);
    const message = `${name}:${value}: * ends words only; a value is written whole: ${name}:${word}`;
    throw new QueryError(message, at, length, [`${name}:${word}`]);
  }
}

/** `country:United Kingdom`: the value is known with the words that follow, so it only lacks its quotation marks. */
function quotedInstead(cursor: Cursor, error: QueryError, piece: Piece & { readonly is: 'field' }): QueryError {
  let text = piece.value;
  for (let i = cursor.at; i < cursor.at + LONGEST_NAME; i++) {
    const next = cursor.pieces[i];
    if (next?.is !== 'bare') break;
    text += ` ${next.text}`;
    try {
      readValue(readField(piece.name, placeOf(piece)), text, cursor.vocabulary, placeOf(piece));
      const fix = `${piece.name}:"${text}"`;
      return new QueryError(
        `${piece.name}:${text}: a value of several words needs quotation marks: ${fix}`,
        piece.at,
        next.end - piece.at,
        [fix],
      );
    } catch (other) {
      if (!(other instanceof QueryError)) throw other;
    }
  }
  return error;
}

/** Words of the longest name that is tried. */
const LONGEST_NAME = 5;

/** field:(a OR "b c" OR d) */
function parseValues(cursor: Cursor, field: Piece & { readonly is: 'field' }, open: Piece): Clause {
  const of: Clause[] = [];
  do {
    const piece = cursor.pieces[cursor.at];
    const text = piece && valueText(piece);
    if (!piece || text === undefined)
      throw new QueryError(
        `${field.name}:( needs values parted by OR, as in ${field.name}:(a OR b)`,
        piece?.at ?? cursor.length,
        piece ? piece.end - piece.at : 0,
      );
    cursor.at++;
    of.push(readValue(readField(field.name, placeOf(field)), text, cursor.vocabulary, placeOf(piece)));
  } while (take(cursor, 'or'));
  if (take(cursor, 'close')) return of.length === 1 && of[0] ? of[0] : { is: 'any', of };
  const next = cursor.pieces[cursor.at];
  if (!next) throw new QueryError('this bracket is not closed: put ) at the end', open.at, 1);
  throw new QueryError(`write OR between the values of ${field.name}:( )`, next.at, next.end - next.at);
}

function valueText(piece: Piece): string | undefined {
  if (piece.is === 'bare' || piece.is === 'phrase') return piece.text;
  return piece.is === 'field' && piece.value !== '' ? `${piece.name}:${piece.value}` : undefined;
}

function parseComparison(piece: Piece & { readonly is: 'compare' }): Clause {
  const { at, length } = placeOf(piece);
  const { name, op, value } = piece;
  if (name === 'date') {
    const day = dayOf(value);
    if (day) return { is: 'date', op, day };
    throw new QueryError(
      `date${op}${value}: write a day that exists as YYYY-MM-DD, as in date${op}2025-01-31`,
      at,
      length,
    );
  }
  if (name !== 'amount')
    throw new QueryError(`${name}${op}: only date and amount are compared, as in date${op}2025-01-01`, at, length);
  const [unit = '', number = '', ...more] = value.split(':');
  const currency = currencyOf(unit);
  const sum = readAmount(number);
  if (currency && sum !== null && more.length === 0) return { is: 'amount', op, currency, value: sum };
  const fix = `amount${op}${meantSum(value)}`;
  const what =
    currency || nameKey(unit) === '' || /\d/.test(unit)
      ? 'write a currency and a sum'
      : `"${unit}" is no currency known here (${CURRENCY_CODES.join(', ')})`;
  throw new QueryError(`amount${op}${value}: ${what}, as in ${fix}`, at, length, [fix]);
}

/** "1bn", "$1bn" and "usd1bn" as they would be written right. */
function meantSum(value: string): string {
  const [, unit = '', sum = ''] = /^([^\d:]*):?(\d.*)$/su.exec(value) ?? [];
  return readAmount(sum) === null ? 'usd:1bn' : `${currencyOf(unit) ?? 'usd'}:${sum}`;
}

function dayOf(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    return null;
  }
}
