import { hideSecrets } from './secrets.ts';

/** One thing that is wrong with the set-up, where it is, and what to write instead. */
export interface ConfigFault {
  /** The file as it was named, or "environment". */
  readonly file: string;
  /** From 1; null where the fault has no place in a file. */
  readonly line: number | null;
  readonly column: number | null;
  /** The key ("sources[0].every") or the variable ("GWANBO_PORT"); empty where the file as a whole is meant. */
  readonly key: string;
  readonly message: string;
  /** What to do, as an order: "write 5m or more". */
  readonly fix: string;
}

/** Thrown where the config or the environment cannot be used; carries every fault, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(printFault).join('\n'));
    this.faults = faults;
  }
}

/** "config/gwanbo.yaml:12:7", or the file alone where there is no line. */
export function printPlace(place: Pick<ConfigFault, 'file' | 'line' | 'column'>): string {
  return place.line === null ? place.file : `${place.file}:${place.line}:${place.column ?? 1}`;
}

/** One line: place, key, what is wrong, what to do. */
export function printFault(fault: ConfigFault): string {
  const subject = fault.key === '' ? '' : `${fault.key}: `;
  return `${printPlace(fault)}: ${subject}${fault.message}; ${fault.fix}`;
}

/** A path of keys as people write it: sources[0].every. */
export function printKey(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** Longer values say no more about a mistake than their beginning does. */
const LONGEST_SHOWN = 60;

/** A value as it may stand in a message: one line, cut, without secrets and without control characters. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  const text = hideSecrets(String(value)).replace(/[\s\p{C}]+/gu, ' ');
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}...` : text;
  return typeof value === 'string' ? `"${cut}"` : cut;
}

/** "a, b or c". */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The known word that a mistyped one was most likely meant to be, or null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map(name => ({ name, steps: editSteps(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.steps - b.steps);
  return ranked[0]?.name ?? null;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editSteps(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
