import type { Item } from '../core/item.ts';
import type { Fault, Reading, Rejected, SourceKind } from '../ports/source.ts';
import { load } from '../sources/load.ts';
import { openReaders, openSource, type Readers } from '../sources/open-source.ts';
import { readInput } from '../sources/read-input.ts';
import type { Disallowed } from '../sources/robots.ts';
import { loadPresets } from './config.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';
import { readingOf, type Settings } from './house.ts';
import { checked } from './source-checked.ts';

/** What is said of a source on the command line beside its address. */
export interface SourceOptions {
  readonly kind?: SourceKind;
  readonly zone?: string;
  /** "item=li.news", one for each part. */
  readonly select?: readonly string[];
}

/** What a trial found; the JSON line of `gwanbo source try`. */
export interface Tried {
  readonly target: string;
  readonly kind: SourceKind;
  readonly url: string;
  /** What the source calls itself. */
  readonly title: string | null;
  /** Whether a poll would believe it. */
  readonly verdict: 'ok' | Fault;
  readonly error: string | null;
  /** How many items have each field. */
  readonly fields: Readonly<Record<Field, number>>;
  readonly items: readonly Item[];
  readonly rejected: readonly Rejected[];
  /** Seconds for which the answer stays fresh, and where the source has moved for good; null where nothing is said. */
  readonly maxAge: number | null;
  readonly moved: string | null;
  readonly warnings: readonly Disallowed[];
}

export const FIELDS = ['key', 'url', 'title', 'date', 'text'] as const;
type Field = (typeof FIELDS)[number];

/**
 * Reads a source once as a poll would, and stores nothing.
 * @param target id of a configured source, name of a preset, address or path
 * @throws {Trouble} where it is none of these, or where nobody can tell of which kind it is
 */
export async function trySource(target: string, options: SourceOptions, settings: Settings): Promise<Tried> {
  const warnings: Disallowed[] = [];
  const readers = openReaders(readingOf(settings, disallowed => void warnings.push(disallowed)));
  try {
    const config = await describe(target, options, settings, readers);
    const reading = await openSource(config, readers).read(null);
    const seen = await seenOf(reading, config, readers);
    return {
      target,
      kind: config.kind,
      url: config.url,
      ...seen,
      verdict: reading.is === 'unhealthy' ? reading.fault : 'ok',
      error: reading.is === 'unhealthy' ? reading.reason : null,
      fields: fieldsOf(seen.items),
      maxAge: reading.is === 'unhealthy' ? null : (reading.maxAge ?? null),
      moved: reading.is === 'unhealthy' ? null : (reading.moved ?? null),
      warnings,
    };
  } finally {
    await readers.close();
  }
}

/** The config of what is tried: what is configured or ready, or an address of which the kind is said or guessed. */
async function describe(
  target: string,
  options: SourceOptions,
  { config }: Pick<Settings, 'config'>,
  readers: Readers,
): Promise<SourceConfig> {
  const configured = config.sources.find(source => source.id === target);
  const said = sourceKeys(options);
  if (configured) {
    if (Object.keys(said).length > 0)
      throw new Trouble('usage', `${target} is configured`, { fix: `say nothing beside it, or try ${configured.url}` });
    return configured;
  }
  if (Object.hasOwn(loadPresets(), target)) return checked({ preset: target, ...said });
  const { kind, url } = options.kind ? { kind: options.kind, url: target } : await guess(target, options, readers);
  return checked({ kind, url, ...said });
}

/**
 * The kind of an address or path, by reading it once.
 * @throws {Trouble} where it cannot be read, or is of no kind that needs no more words
 */
export async function guess(
  target: string,
  options: SourceOptions,
  { http, documents }: Readers,
): Promise<{ readonly kind: SourceKind; readonly url: string }> {
  if (options.select?.length) return { kind: 'listing', url: target };
  if (!/^[a-z][a-z0-9+.-]+:/i.test(target) && !/[./\\]/.test(target))
    throw new Trouble('usage', `${target} is neither a configured source nor a preset nor an address`, {
      fix: 'gwanbo source list and gwanbo source presets name them',
    });
  const loaded = await load(http, { url: target });
  if (loaded.is !== 'loaded')
    throw new Trouble('source', loaded.is === 'unhealthy' ? loaded.reason : `${target} is unchanged`, {
      fix: 'look at the address in a browser',
    });
  const { url, contentType } = loaded;
  const guessed = await documents.read(loaded, 'guess', { what: 'the page', url, contentType });
  if (url === null && guessed.is === 'kind' && guessed.kind !== 'text')
    throw new Trouble('usage', `${target} is a file: sources of kind ${guessed.kind} have an address`, {
      fix: `gwanbo read --kind ${guessed.kind} ${target}`,
    });
  if (guessed.is === 'kind') return { kind: guessed.kind, url: guessed.url ?? target };
  throw new Trouble('source', `${target}: ${guessed.reason}`, {
    fix: 'read it by selectors: --select item=CSS --select title=CSS --select date=CSS',
  });
}

/** The keys of a source in the config that options stand for. @throws {Trouble} */
export function sourceKeys({ kind, zone, select }: SourceOptions): object {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(zone === undefined ? {} : { zone }),
    ...(select?.length ? { kind: 'listing', select: readSelect(select) } : {}),
  };
}

/** "item=li" and the others as an object. @throws {Trouble} */
export function readSelect(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map(pair => {
      const [, part, css] = /^(item|title|date|link|body)=(.*)$/s.exec(pair) ?? [];
      if (part === undefined || css === undefined)
        throw new Trouble('usage', `--select ${pair} names no part of an item`, {
          fix: 'write item=CSS, title=CSS, date=CSS, link=CSS or body=CSS, each with a --select of its own',
        });
      return [part, css];
    }),
  );
}

/** What was read; where a poll would not believe it, what it looked at all the same. */
async function seenOf(
  reading: Reading,
  config: SourceConfig,
  readers: Readers,
): Promise<Pick<Tried, 'title' | 'items' | 'rejected'>> {
  if (reading.is === 'items') return reading;
  const nothing = { title: null, items: [], rejected: [] };
  if (reading.is !== 'unhealthy' || !/^(?:layout|parse)$/.test(reading.fault)) return nothing;
  const { kind, url, zone, select, request, hosts } = config;
  const input = await readInput(kind, url, { zone, base: null, select, ask: { ...request, hosts } }, readers);
  return input.is === 'read' ? input : nothing;
}

function fieldsOf(items: readonly Item[]): Tried['fields'] {
  const count = (field: Field) => items.filter(item => item[field] !== null && item[field] !== '').length;
  return { key: count('key'), url: count('url'), title: count('title'), date: count('date'), text: count('text') };
}
