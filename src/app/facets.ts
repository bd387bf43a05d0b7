import { type Classified, classify } from '../core/classify.ts';
import type { Facets } from '../core/release.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import { Trouble } from './errors.ts';

/** One line of input: what it is about, or what is wrong with it. */
export type FacetLine = { readonly facets: Facets } | { readonly trouble: Trouble };

/**
 * Classifies releases given as JSON, one {title, body, date} a line; empty lines are passed over. A line that is none
 * gives its trouble, and the next ones go on.
 */
export async function* classifyLines(
  input: AsyncIterable<Uint8Array>,
  vocabulary: Vocabulary,
): AsyncGenerator<FacetLine> {
  let number = 0;
  for await (const line of linesOf(input)) {
    number++;
    if (line.trim() === '') continue;
    const read = readLine(line, number);
    yield read instanceof Trouble ? { trouble: read } : { facets: classify(read, vocabulary) };
  }
}

/** Parted by line feeds alone: JSON texts may hold the other ends of lines that Unicode knows. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

function readLine(line: string, number: number): Classified | Trouble {
  const wrong = (what: string) =>
    new Trouble('failure', `line ${number}: ${what}`, {
      fix: 'write one JSON object a line, as in {"title": "...", "body": "...", "date": "2025-12-04"}',
      at: `line ${number}`,
    });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('it is no JSON object');
  const { title, body, date } = value as Readonly<Record<string, unknown>>;
  if (typeof title !== 'string') return wrong('"title" must be a text');
  if (body !== undefined && body !== null && typeof body !== 'string') return wrong('"body" must be a text');
  if (date !== undefined && date !== null && !isDay(date)) return wrong('"date" must be a day as YYYY-MM-DD');
  return { title, text: body ?? '', date: typeof date === 'string' ? date : null };
}

function isDay(date: unknown): boolean {
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString() === date;
  } catch {
    return false;
  }
}

/** The facets as the outside gets them. */
export function facetsJson({ people, version: _, ...rest }: Facets) {
  const { topics, countries, agencies, mentions, agreements, figures, series, type, lead, evidence, ...more } = rest;
  return {
    ...{ topics, countries, agencies, mentions },
    people: people.map(({ name, role, body }) => ({ name, role, body })),
    ...{ agreements, figures, series, type, lead, evidence },
    ...more,
  };
}
