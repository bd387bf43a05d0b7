import type { Part } from '../reading.ts';

const OFFICES = new Set(['minister', 'ministry', 'secretary', 'department', 'general', 'directorate', 'commissioner']);
const BINDERS = new Set(['and', 'of', 'the', '&']);
/** No name of an office is longer. */
const LONGEST_NAME = 9;

/**
 * Marks, beside the institution's own formulae, the names of offices: "Minister of Investment and Foreign Trade",
 * "Director General for Hydrogen Economy Policy". Whose office it is does not say what the release is about.
 */
export function markOffices(part: Part): Uint8Array {
  const marked = part.own.slice();
  const { tokens } = part;
  for (let i = 0; i + 2 < tokens.length; i++) {
    const link = tokens[i + 1]?.key;
    if (!OFFICES.has(tokens[i]?.key ?? '') || !tokens[i]?.capital || (link !== 'of' && link !== 'for')) continue;
    const end = endOfName(part, i + 2);
    marked.fill(1, i + 2, end);
    i = Math.max(i, end - 1);
  }
  return marked;
}

function endOfName({ text, tokens }: Part, from: number): number {
  let end = from;
  let at = from;
  while (at < tokens.length && at - from < LONGEST_NAME) {
    const token = tokens[at];
    const gap = text.slice(tokens[at - 1]?.end, token?.start);
    if (!token || /[;:()."“”]/.test(gap)) break;
    // A comma goes on with the name only in "Trade, Industry and Resources".
    if (gap.includes(',') && !tokens.slice(at + 1, at + 3).some(({ key }) => key === 'and')) break;
    if (token.capital) end = at + 1;
    else if (!BINDERS.has(token.key)) break;
    at++;
  }
  return end;
}
