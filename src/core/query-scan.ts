import { type Comparison, FIELDS, QueryError } from './query-clause.ts';

/** A piece of a query text with its place. */
export type Piece = { readonly at: number; readonly end: number } & (
  | { readonly is: 'open' | 'close' | 'minus' | 'or' | 'and' }
  | { readonly is: 'phrase'; readonly text: string }
  | { readonly is: 'bare'; readonly text: string }
  /** "field:"; the value follows as a piece of its own, or is `value` where it is glued to it. */
  | { readonly is: 'field'; readonly name: string; readonly value: string }
  | { readonly is: 'compare'; readonly name: string; readonly op: Comparison; readonly value: string }
);

const FIELD = /^(\p{L}[\p{L}_]*):(.*)$/su;
const COMPARE = /^(\p{L}+)(>=|<=|[<>=]|[≥≤])(.*)$/su;

/**
 * Characters that keyboards and chat clients put for the ASCII ones: full-width forms, curly quotes, long dashes.
 * Each is replaced by one character, so that offsets stay right.
 */
function plain(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, char => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[\u201c-\u201f\u00ab\u00bb\u300c-\u300f]/g, '"')
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63]/g, '-');
}

/** Cuts a query text into pieces. @throws {QueryError} for a quotation that is not closed */
export function scanQuery(typed: string): Piece[] {
  const text = plain(typed);
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (/\s/.test(char)) at++;
    else {
      const piece = pieceAt(text, at);
      pieces.push(piece);
      at = piece.end;
    }
  }
  return pieces;
}

function pieceAt(text: string, at: number): Piece {
  const char = text[at];
  if (char === '(') return { is: 'open', at, end: at + 1 };
  if (char === ')') return { is: 'close', at, end: at + 1 };
  if (char === '-') return minusAt(text, at);
  if (char === '"') return phraseAt(text, at);
  let end = at;
  while (end < text.length && !/[\s()"]/.test(text[end] ?? '')) end++;
  return bareAt(text.slice(at, end), at, end);
}

function minusAt(text: string, at: number): Piece {
  if (/[\s)]|^$/.test(text[at + 1] ?? ''))
    throw new QueryError('a minus leaves out what stands directly behind it, as in -steel', at, 1);
  return { is: 'minus', at, end: at + 1 };
}

function phraseAt(text: string, at: number): Piece {
  const close = text.indexOf('"', at + 1);
  if (close < 0) throw new QueryError('the quotation mark is not closed: put " at the end of the phrase', at, 1);
  return { is: 'phrase', text: text.slice(at + 1, close), at, end: close + 1 };
}

function bareAt(word: string, at: number, end: number): Piece {
  if (word === 'OR' || word === 'AND') return { is: word === 'OR' ? 'or' : 'and', at, end };
  const compare = COMPARE.exec(word);
  if (compare) {
    const [, name = '', op = '', value = ''] = compare;
    return { is: 'compare', name: name.toLowerCase(), op: comparison(word, name, op, at), value, at, end };
  }
  const field = FIELD.exec(word);
  if (field) return { is: 'field', name: (field[1] ?? '').toLowerCase(), value: field[2] ?? '', at, end };
  return { is: 'bare', text: word, at, end };
}

function comparison(word: string, name: string, op: string, at: number): Comparison {
  if (op === '>=' || op === '≥') return '>=';
  if (op === '<=' || op === '≤') return '<=';
  const fix = `${name.toLowerCase()}:${word.slice(name.length + op.length)}`;
  if (op === '=' && FIELDS.some(field => field === name.toLowerCase()))
    throw new QueryError(`${word}: a field and its value are joined by a colon: ${fix}`, at, word.length, [fix]);
  throw new QueryError(`${name}${op}: compare with >= or <=, as in date>=2025-01-01`, at, word.length);
}
