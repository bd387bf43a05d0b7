import type { Fault, Select, SourceKind } from '../ports/source.ts';
import type { Bytes } from './document-reader.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import type { Ask } from './http.ts';
import { held, load } from './load.ts';
import type { Readers } from './open-source.ts';
import type { Parsed } from './text.ts';

export type Input =
  | ({ readonly is: 'read' } & Parsed)
  | { readonly is: 'fault'; readonly fault: Fault; readonly reason: string };

export interface InputOptions {
  /** IANA zone of dates without one. */
  readonly zone: string;
  /** URL relative links are meant against; the input's own URL where it has one. */
  readonly base: string | null;
  /** Selectors of the page, needed by kind listing. */
  readonly select?: Select | null;
  /** How the input is asked for, where it is an address and a plain GET is not enough. */
  readonly ask?: Omit<Ask, 'url'>;
  /** Whether items are to be recorded, so that each needs a key of its own; else keys are shown as they are printed. */
  readonly distinct?: boolean;
}

/**
 * Reads one document, as `gwanbo read` and `gwanbo import` do: nothing is stored, no list has to look as its last
 * reading did, and an empty feed is an empty feed.
 * @param input a path, a file:, http: or https: URL, or the bytes themselves
 */
export async function readInput(
  kind: SourceKind,
  input: string | Uint8Array,
  options: InputOptions,
  { http, documents }: Readers,
): Promise<Input> {
  if (!isZone(options.zone)) return fault('parse', `${options.zone} is no time zone`);
  const loaded = typeof input === 'string' ? await load(http, { ...options.ask, url: input }) : held(input, null);
  if (loaded.is !== 'loaded')
    return loaded.is === 'unhealthy' ? fault(loaded.fault, loaded.reason) : fault('status', 'unchanged');
  const parsed = await parse(kind, loaded, { ...options, base: options.base ?? loaded.url }, documents);
  return 'is' in parsed ? fault(parsed.fault, parsed.reason) : { is: 'read', ...parsed };
}

async function parse(
  kind: SourceKind,
  document: Bytes,
  { zone, base: url, select, distinct = false }: InputOptions,
  documents: Readers['documents'],
): Promise<Parsed | Unhealthy> {
  if (kind === 'text') return documents.read(document, 'text', { what: 'the text', zone });
  if (kind === 'feed') return documents.read(document, 'feed', { what: 'the feed', url, zone, distinct });
  const what = 'the page';
  if (kind === 'board') return documents.read(document, 'board', { what, url: url ?? '', zone, profile: null });
  if (!select) return unhealthy('parse', 'a listing is read by selectors, and none are given');
  return documents.read(document, 'listing', { what, url, zone, select });
}

function fault(fault: Fault, reason: string): Input {
  return { is: 'fault', fault, reason };
}

function isZone(zone: string): boolean {
  try {
    Temporal.ZonedDateTime.from({ timeZone: zone, year: 2025, month: 1, day: 1 });
    return true;
  } catch {
    return false;
  }
}
