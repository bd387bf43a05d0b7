import type { Clause, Query } from './query-clause.ts';
import { factsFor } from './search-facts.ts';
import { hasWords } from './search-line.ts';

/**
 * Whether a release is what a query asks for, told by its line of words and facts alone (`lineOf`): what an archive of
 * thousands is asked, without reading one of them.
 * @returns the answer that `match` gives; null where the line cannot tell (sums of money, a language, a date, `word*`)
 */
export function lineHolds({ root }: Query, line: string): boolean | null {
  return isTrue(root, line);
}

function isTrue(clause: Clause, line: string): boolean | null {
  switch (clause.is) {
    case 'all':
      return decide(clause.of, line, false);
    case 'any':
      return decide(clause.of, line, true);
    case 'not': {
      const inner = isTrue(clause.of, line);
      return inner === null ? null : !inner;
    }
    case 'words':
      return clause.prefix === null ? hasWords(line, clause.keys) : null;
    case 'field':
      return factsFor(clause)?.some(fact => hasWords(line, [fact])) ?? null;
    default:
      return null;
  }
}

/** One part decides for all others: in an `any` one that holds, in an `all` one that does not. */
function decide(parts: readonly Clause[], line: string, decisive: boolean): boolean | null {
  let open = false;
  for (const part of parts) {
    const answer = isTrue(part, line);
    if (answer === decisive) return decisive;
    open ||= answer === null;
  }
  return open ? null : !decisive;
}
