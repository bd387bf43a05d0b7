import type { Item } from '../core/item.ts';
import type { Fault, SourceKind } from '../ports/source.ts';
import { load } from '../sources/load.ts';
import { openSource, type Readers } from '../sources/open-source.ts';
import { loadPresets } from './config.ts';
import { nearest } from './config-errors.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';

/** What a person in chat means by the name of a preset or by an address. */
export interface Named {
  readonly preset: string | null;
  readonly kind: SourceKind;
  readonly url: string;
}

/** What a reading of it brought. */
export interface Brought {
  readonly title: string | null;
  readonly items: readonly Item[];
  /** Entries that could not be read. */
  readonly rejected: number;
}

/** Hosts that lead on to one another, or pages that name their feed: an address that leads further leads nowhere. */
const STEPS = 4;

const FOR_OPERATORS = 'whoever runs gwanbo can name it in the configuration, if it is to be read all the same';

/** What a person in chat can do about each fault. */
const FIXES: Readonly<Record<Fault, string>> = {
  refused: FOR_OPERATORS,
  network: 'see that the address is written right and opens in a browser',
  timeout: 'try again in a few minutes',
  tls: 'open the address in a browser: its certificate is not in order',
  status: 'open the address in a browser, and give the one that shows the feed',
  redirect: 'give the address that it leads to',
  size: 'give the address of a feed with fewer entries',
  charset: 'nothing of it can be read as it is',
  layout: 'open the address in a browser: it is not what it was made for',
  empty: 'give the address of a feed that has entries',
  stale: 'try again later: it lists something older than before',
  parse: 'give the address of an RSS, Atom or JSON feed',
  file: 'write an address that begins with https://',
};

/**
 * Finds what is named, asking public hosts alone.
 * @param typed name of a preset, or an https address of a feed or of a page that names its feed
 * @throws {Trouble} with what was wrong and what to type instead
 */
export async function findNamed(typed: string, readers: Readers, signal?: AbortSignal): Promise<Named> {
  const presets = loadPresets();
  const name = typed.toLowerCase();
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset?.kind !== undefined && preset.url !== undefined)
    return { preset: name, kind: preset.kind, url: new URL(preset.url).href };
  if (!/^[a-z][a-z0-9+.-]*:/i.test(typed)) throw noAddress(typed, Object.keys(presets));
  return { preset: null, kind: 'feed', url: await findFeed(typed, readers, signal) };
}

function noAddress(typed: string, presets: readonly string[]): Trouble {
  const near = nearest(typed.toLowerCase(), presets);
  const host = /^[^/\s]+\.[a-z]{2,}(?:\/|$)/i.test(typed);
  return new Trouble('usage', `"${typed.slice(0, 80)}" is neither a preset nor an address`, {
    fix: near
      ? `did you mean ${near}?`
      : host
        ? `write https://${typed}`
        : '"source presets" lists the names; an address begins with https://',
  });
}

async function findFeed(typed: string, readers: Readers, signal: AbortSignal | undefined): Promise<string> {
  let url = addressOf(typed);
  for (let step = 0; step < STEPS; step++) {
    const loaded = await load(readers.guarded, { url, signal });
    if (loaded.is === 'unhealthy' && loaded.to !== undefined) {
      // Another host has a robots.txt of its own, so it is begun with anew.
      url = addressOf(loaded.to);
      continue;
    }
    if (loaded.is !== 'loaded') throw unread(loaded.is === 'unhealthy' ? loaded : null, url);
    const { contentType } = loaded;
    const guess = await readers.documents.read(
      loaded,
      'guess',
      { what: 'the page', url: loaded.url, contentType },
      signal,
    );
    if (guess.is === 'unhealthy') throw unread(guess, url);
    if (guess.is === 'unknown')
      throw new Trouble('source', `${url} cannot be added: ${guess.reason}`, {
        fix: 'look there for the address of its RSS or Atom feed; a page without one can be added by whoever runs gwanbo',
      });
    if (guess.kind !== 'feed')
      throw new Trouble('source', `${url} is a ${guess.kind === 'text' ? 'text' : guess.kind} and no feed`, {
        fix: 'whoever runs gwanbo can add it: gwanbo source add',
      });
    if (guess.url === null || guess.url === loaded.url) return url;
    url = addressOf(guess.url);
  }
  throw new Trouble('source', `${typed} leads on and on`, { fix: 'give the address of the feed itself' });
}

/** An address as somebody in chat may write it. What it carries of secrets is not repeated. @throws {Trouble} */
function addressOf(typed: string): string {
  const url = URL.parse(typed);
  if (url === null)
    throw new Trouble('usage', 'that is no address', { fix: 'write one such as https://www.example.org/feed.xml' });
  if (url.username || url.password)
    throw new Trouble('usage', 'the address carries a name or a password', {
      fix: `write it without: ${url.host}/...`,
    });
  if (url.protocol !== 'https:')
    throw new Trouble('usage', `only https addresses are read from chat, not ${url.protocol}//`, {
      fix:
        url.protocol === 'http:'
          ? `try https://${url.host}${url.pathname}`
          : 'write an address that begins with https://',
    });
  url.hash = '';
  return url.href;
}

/**
 * Reads a source once, as a poll would.
 * @param config as `configOf` makes it: it reaches public hosts alone
 * @throws {Trouble} where a poll would not believe what it found
 */
export async function readOnce(config: SourceConfig, readers: Readers, signal?: AbortSignal): Promise<Brought> {
  const source = openSource(config, readers);
  try {
    const reading = await source.read(null, signal);
    if (reading.is !== 'items') throw unread(reading.is === 'unhealthy' ? reading : null, config.url);
    return { title: reading.title, items: reading.items, rejected: reading.rejected.length };
  } finally {
    await source.close();
  }
}

function unread(ill: { readonly fault: Fault; readonly reason: string } | null, url: string): Trouble {
  return new Trouble('source', ill?.reason ?? `${url} said nothing`, { fix: FIXES[ill?.fault ?? 'empty'] });
}
