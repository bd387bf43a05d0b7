import { nearestWords } from '../core/nearness.ts';
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
  return nearestWords(known, word, 1)[0] ?? null;
}
