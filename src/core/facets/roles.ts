import type { Part } from '../reading.ts';

/** Words that end the name of an office. */
const HEADS = new Set(
  (
    'minister president director general secretary ambassador commissioner chairman chairwoman chairperson chair ceo coo ' +
    'cto cfo evp dg governor head chief representative counsellor counselor researcher premier chancellor envoy ' +
    'negotiator mayor officer spokesperson manager administrator senator congressman prime'
  ).split(' '),
);
/** What stands before them. */
const MODIFIERS = new Set(
  (
    'vice deputy assistant acting first second third 1st 2nd 3rd senior under executive principal special chief former then ' +
    'honorary trade industry foreign commerce energy economy finance defense defence environment science interior prime ' +
    'managing federal state parliamentary global group regional industrial resources economic technology and presidential'
  ).split(' '),
);
const BINDERS = new Set(['and', 'of', 'for', 'the', '&', 'in', 'to', 'at']);
/** No office has a longer name, in tokens. */
const LONGEST = 22;

/** Tokens from..to of the name of an office. */
export interface Role {
  readonly from: number;
  /** Behind the last word of the office itself. */
  readonly to: number;
  /** Behind all that goes on with it: "Deputy Minister" to "Deputy Minister for Trade at the Ministry of ...". */
  readonly end: number;
}

/** Every office that a part names: "Vice Minister", "Director General for Enterprises (DGE) at the ...". */
export function findRoles(part: Part): Role[] {
  const roles: Role[] = [];
  for (let i = 0; i < part.tokens.length; i++) {
    if (!isHead(part, i)) continue;
    let from = i;
    while (from > 0 && isModifier(part, from - 1) && joined(part, from - 1)) from--;
    // Of "Trade, Industry and Energy Minister" only the last word is the office.
    while (from < i && (part.tokens[from]?.key === 'and' || (part.own[from] === 1 && part.own[i] === 0))) from++;
    let to = i + 1;
    while (isHead(part, to) && joined(part, to - 1)) to++;
    roles.push({ from, to, end: endOf(part, to) });
    i = to - 1;
  }
  return roles;
}

const isHead = ({ tokens }: Part, at: number) => {
  const token = tokens[at];
  return (
    token !== undefined && (token.capital || tokens[at - 1]?.key === 'vice') && HEADS.has(token.form.toLowerCase())
  );
};

function isModifier({ tokens }: Part, at: number): boolean {
  const token = tokens[at];
  if (!token || !MODIFIERS.has(token.form.toLowerCase())) return false;
  return token.capital || /^\d/.test(token.form) || (token.key === 'and' && MODIFIERS.has(tokens[at - 1]?.form ?? ''));
}

/** Whether a token and the next stand side by side: a space or a hyphen apart. */
export const joined = ({ text, tokens }: Part, at: number) => /^[\s‐‑–-]$/.test(gapAfter({ text, tokens }, at));

/** What stands between a token and the next. */
export const gapAfter = ({ text, tokens }: Pick<Part, 'text' | 'tokens'>, at: number) =>
  text.slice(tokens[at]?.end ?? 0, tokens[at + 1]?.start ?? 0);

/** Capitalised words and what binds them, an acronym in parentheses among them. */
function endOf(part: Part, from: number): number {
  const { tokens } = part;
  let end = from;
  for (let at = from; at < tokens.length && at - from < LONGEST; at++) {
    const token = tokens[at];
    const gap = gapAfter(part, at - 1);
    if (!token || !/^(?:[\s‐‑–&-]+|, | \(|\) )$/.test(gap)) break;
    // A comma goes on with the name only in "Trade, Industry and Resources".
    if (gap === ', ' && !(token.capital && tokens.slice(at + 1, at + 3).some(({ key }) => key === 'and'))) break;
    if (at === from && !BINDERS.has(token.key)) break;
    if (gap === ' (' && !/^[A-Z&-]{2,}$/.test(part.text.slice(token.start, token.end))) break;
    if (token.capital) end = at + 1;
    else if (!BINDERS.has(token.key)) break;
  }
  return end;
}
