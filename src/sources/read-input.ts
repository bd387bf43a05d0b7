import type { Fault, Select, SourceKind } from '../ports/source.ts';
import { canonicalArticle } from './article-address.ts';
import { parseBoardList, parseBoardPage } from './board-parse.ts';
import { profilesFor } from './board-profile.ts';
import { identified } from './feed.ts';
import { documentTrouble } from './html-page.ts';
import type { Ask } from './http.ts';
import { readListing } from './listing.ts';
import { decoded, load } from './load.ts';
import type { Readers } from './open-source.ts';
import { type Parsed, parseText } from './text.ts';

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
  { zone, base, distinct, select, ask }: InputOptions,
  { http, feeds }: Readers,
): Promise<Input> {
  if (!isZone(zone)) return fault('parse', `${zone} is no time zone`);
  const loaded = typeof input === 'string' ? await load(http, { ...ask, url: input }) : decoded(input, null);
  if (loaded.is !== 'text')
    return loaded.is === 'unhealthy' ? fault(loaded.fault, loaded.reason) : fault('status', 'unchanged');
  const { text } = loaded;
  const url = base ?? loaded.url;
  if (kind === 'text') return { is: 'read', ...parseText(text, { zone }) };
  if (kind === 'board') {
    try {
      return readBoard(text, url, zone);
    } catch (error) {
      return fault('parse', `the page cannot be read (${error instanceof Error ? error.message : error})`);
    }
  }
  if (kind === 'listing') {
    if (!select) return fault('parse', 'a listing is read by selectors, and none are given');
    const parsed = readListing(text, { url, zone, select, what: 'the page' });
    return 'is' in parsed ? fault(parsed.fault, parsed.reason) : { is: 'read', ...parsed };
  }
  const parsed = await feeds.parse(text, { url, zone });
  if (parsed.is === 'trouble') return fault(parsed.fault, parsed.reason);
  const { items, rejected } = distinct ? identified(parsed) : parsed;
  return { is: 'read', title: parsed.title, items, rejected };
}

/** A saved list page, or a saved item page. */
function readBoard(html: string, url: string | null, zone: string): Input {
  const trouble = documentTrouble(html, 'the page');
  if (trouble) return fault(trouble.fault, trouble.reason);
  const at = { url: url ?? '', zone, profiles: profilesFor(null) };
  const list = parseBoardList(html, at);
  if (list.found) {
    return { is: 'read', title: list.title, items: list.entries.map(({ item }) => item), rejected: list.rejected };
  }
  const page = parseBoardPage(html, at);
  if (!page?.title) return fault('layout', 'this is neither a list nor an article of such a board');
  const address = url === null ? null : canonicalArticle(url);
  const [code, id] = [page.code ?? address?.code, page.id ?? address?.number];
  const key = id && code ? `${code}-${id}` : (id ?? null);
  const { title, text, date, attachments } = page;
  const item = {
    key,
    url,
    title,
    text,
    html: page.html,
    date,
    updated: null,
    author: null,
    categories: [],
    attachments,
  };
  return { is: 'read', title: list.title, items: [item], rejected: [] };
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
