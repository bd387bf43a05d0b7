import { pino } from 'pino';
import type { Fields, Log } from '../ports/runtime.ts';
import type { LogLevel } from './environment.ts';
import { HIDDEN, hideSecrets } from './secrets.ts';

/** Fields of these names are hidden whatever they hold. */
const SECRET_FIELD = /token|secret|passw|authorization|cookie|credential|api[-_]?key|private[-_]?key|signature/i;

/** A log line is for finding a fault: longer texts and deeper trees are cut. */
const LIMITS = { text: 2000, depth: 6, items: 50 } as const;

/** Where the lines go, and what must not be in them. */
export interface LogOptions {
  /** null: warn in a terminal, where people look at stdout; else info. */
  readonly level: LogLevel | null;
  /** Whether stderr is a terminal. */
  readonly terminal: boolean;
  /** Configured secrets: replaced wherever they turn up. */
  readonly secrets: readonly string[];
  /** Takes one line with its end; default: stderr, written before the call returns, so that a crash loses nothing. */
  readonly write?: (line: string) => void;
}

/** Opens the log: one JSON object a line, with `level`, `time` (RFC 3339 UTC), the fields and `msg`. */
export function openLog(options: LogOptions): Log {
  const level = options.level ?? (options.terminal ? 'warn' : 'info');
  const write = options.write ?? toStderr();
  const writer = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      // Fields arrive plain and clean: pino's own treatment of errors would put a stack into every line.
      serializers: { err: value => value },
    },
    // The last gate: whichever way a secret came into a line, it does not leave with it.
    { write: (line: string) => write(hideSecrets(line, options.secrets)) },
  );
  const stacks = writer.isLevelEnabled('debug');
  const clean = (fields: Fields) => plain(fields, { secrets: options.secrets, stacks, above: [] }) as object;
  return {
    debug: (fields, message) => writer.isLevelEnabled('debug') && writer.debug(clean(fields), '%s', message),
    info: (fields, message) => writer.isLevelEnabled('info') && writer.info(clean(fields), '%s', message),
    warn: (fields, message) => writer.isLevelEnabled('warn') && writer.warn(clean(fields), '%s', message),
    error: (fields, message) => writer.isLevelEnabled('error') && writer.error(clean(fields), '%s', message),
  };
}

function toStderr(): (line: string) => void {
  const stderr = pino.destination({ dest: 2, sync: true });
  return line => void stderr.write(line);
}

interface Cleaning {
  readonly secrets: readonly string[];
  readonly stacks: boolean;
  /** The objects around the value: what holds itself would never end. */
  readonly above: readonly object[];
}

/** A value as plain JSON data without secrets. Texts are cleaned before they are cut, so that no half of a secret stays. */
function plain(value: unknown, how: Cleaning): unknown {
  if (typeof value === 'string') return cut(hideSecrets(value, how.secrets));
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (how.above.includes(value)) return '[circular]';
  if (how.above.length >= LIMITS.depth) return '[deeper]';
  const inner = { ...how, above: [...how.above, value] };
  if (value instanceof Error) return plainError(value, inner);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map)
    return plainGroup(
      [...value].map(([key, held]) => [String(key), held]),
      inner,
    );
  if (Array.isArray(value) || value instanceof Set)
    return [...value].slice(0, LIMITS.items).map(item => plain(item, inner));
  const toJSON = read(value, 'toJSON');
  if (typeof toJSON === 'function')
    return plain(
      attempt(() => toJSON.call(value)),
      inner,
    );
  return plainGroup(
    Object.keys(value).map(key => [key, read(value, key)]),
    inner,
  );
}

function plainGroup(entries: readonly (readonly [string, unknown])[], how: Cleaning): Record<string, unknown> {
  return Object.fromEntries(
    entries.slice(0, LIMITS.items).map(([key, held]) => {
      // A secret that is absent is no secret, and worth knowing.
      const hidden = SECRET_FIELD.test(key) && held !== null && held !== undefined && typeof held !== 'boolean';
      return [key, hidden ? HIDDEN : plain(held, how)];
    }),
  );
}

/** What was attempted, with what, and why it failed; where in the code only for whoever looks for that. */
function plainError(error: Error, how: Cleaning): Record<string, unknown> {
  const facts = Object.keys(error)
    .filter(key => !['name', 'message', 'stack', 'cause'].includes(key))
    .map((key): [string, unknown] => [key, read(error, key)]);
  return {
    type: plain(error.name, how),
    message: plain(error.message, how),
    ...plainGroup(facts, how),
    ...(error instanceof AggregateError ? { errors: plain(error.errors, how) } : {}),
    ...(error.cause === undefined ? {} : { cause: plain(error.cause, how) }),
    ...(how.stacks && error.stack ? { stack: plain(error.stack, how) } : {}),
  };
}

const cut = (text: string): string =>
  text.length > LIMITS.text ? `${text.slice(0, LIMITS.text).toWellFormed()}... (${text.length} characters)` : text;

/** A property whose getter may throw. */
const read = (from: object, key: string): unknown => attempt(() => (from as Record<string, unknown>)[key]);

function attempt(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return '[unreadable]';
  }
}
