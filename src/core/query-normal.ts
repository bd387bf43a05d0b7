import { type Clause, type Comparison, FIELDS } from './query-clause.ts';

/**
 * The normal form of a clause as a tree: flat, every group without repetitions and in one order. Equal queries have
 * equal trees.
 */
export function normalClause(clause: Clause): Clause {
  if (clause.is === 'not') {
    const of = normalClause(clause.of);
    return of.is === 'not' ? of.of : { is: 'not', of };
  }
  if (clause.is !== 'all' && clause.is !== 'any') return clause;
  const parts = clause.of.map(normalClause).flatMap(part => (part.is === clause.is ? part.of : [part]));
  const byText = new Map(parts.map(part => [printQuery(part), part] as const));
  const of = [...byText]
    .sort(([a, x], [b, y]) => rankOf(x) - rankOf(y) || (a < b ? -1 : a > b ? 1 : 0))
    .map(([, part]) => part);
  return of.length === 1 && of[0] ? of[0] : { is: clause.is, of };
}

/** Facets first, in the order of the fields; then dates and amounts, words, groups, and what is left out. */
function rankOf(clause: Clause): number {
  const fields = FIELDS.length;
  switch (clause.is) {
    case 'field':
      return FIELDS.indexOf(clause.field);
    case 'date':
      return fields;
    case 'amount':
      return fields + 1;
    case 'words':
      return fields + 2;
    case 'all':
      return fields + 3;
    case 'any': {
      // Values of one field stand where one value of it would.
      const [first, ...rest] = clause.of;
      return first?.is === 'field' && rest.every(part => part.is === 'field' && part.field === first.field)
        ? rankOf(first)
        : fields + 3;
    }
    case 'not':
      return fields + 4;
  }
}

/** Prints a clause in normal form as the text that parses to the same clause. */
export function printQuery(clause: Clause): string {
  switch (clause.is) {
    case 'all':
      return clause.of.map(part => (part.is === 'any' ? inBrackets(part) : printQuery(part))).join(' ');
    case 'any':
      return alternatives(clause.of).join(' OR ');
    case 'not':
      return `-${clause.of.is === 'all' || clause.of.is === 'any' ? inBrackets(clause.of) : printQuery(clause.of)}`;
    case 'words':
      return printWords(clause.keys, clause.prefix);
    case 'field':
      return `${clause.field}:${printValue(clause.value)}`;
    case 'date':
      return `date${clause.op}${clause.day}`;
    case 'amount':
      return printAmount(clause.op, clause.currency, clause.value);
  }
}

/** A group; one that prints as `field:(a OR b)` needs no further brackets. */
function inBrackets(clause: Clause & { readonly of: readonly Clause[] }): string {
  if (clause.is === 'any') {
    const [only, ...rest] = alternatives(clause.of);
    if (only !== undefined && rest.length === 0) return only;
  }
  return `(${printQuery(clause)})`;
}

/** The members of an `any`, values of one field taken together. */
function alternatives(of: readonly Clause[]): string[] {
  const groups = Map.groupBy(of, (part, i) => (part.is === 'field' ? part.field : i));
  return [...groups.values()].map(group => {
    const [first, ...rest] = group;
    if (first?.is !== 'field' || rest.length === 0) return first ? printQuery(first) : '';
    return `${first.field}:(${group.map(part => (part.is === 'field' ? printValue(part.value) : '')).join(' OR ')})`;
  });
}

const isSyllable = (key: string) =>
  /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(key);

function printWords(keys: readonly string[], prefix: string | null): string {
  const words = prefix === null ? keys : [...keys, prefix];
  let text = '';
  for (const [i, word] of words.entries()) {
    const before = words[i - 1];
    if (before !== undefined && !(isSyllable(before) && isSyllable(word))) text += prefix === null ? ' ' : '-';
    text += word;
  }
  if (prefix !== null) return `${text}*`;
  return text.includes(' ') || text === 'OR' || text === 'AND' ? `"${text}"` : text;
}

const printValue = (value: string) => (/^[\p{L}\p{N}:._/&+-]+$/u.test(value) && value !== 'OR' ? value : `"${value}"`);

const UNITS = [
  ['tn', 12],
  ['bn', 9],
  ['m', 6],
  ['k', 3],
] as const;

function printAmount(op: Comparison, currency: string, value: number): string {
  for (const [unit, power] of UNITS) {
    const shown = String(value / 10 ** power);
    // Only where the short form reads back as the same number.
    if (
      value >= 10 ** power &&
      /^\d+(?:\.\d+)?$/.test(shown) &&
      Number(`${shown}e${power}`) === value &&
      shown.length <= 15
    )
      return `amount${op}${currency}:${shown}${unit}`;
  }
  return `amount${op}${currency}:${value}`;
}
