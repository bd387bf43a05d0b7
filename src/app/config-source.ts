import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import type { FloodRule } from '../core/flood.ts';
import type { SourceConfig as OpenableSource, Select } from '../ports/source.ts';
import { parseSelector, selectorTrouble } from '../sources/selector.ts';
import { nearest, oneOf, shown } from './config-errors.ts';
import type { Report } from './config-issues.ts';
import { KINDS, type presetSchema, type sourceSchema } from './config-schema.ts';

/** A source as the config describes it, with its preset and the defaults filled in. */
export interface SourceConfig extends OpenableSource {
  /** Milliseconds between two polls at most, while it is well. */
  readonly every: number;
  /** Milliseconds between two polls at least, whatever its rhythm. */
  readonly floor: number;
  /** Whether it is asked more often than that in the hours in which it publishes. */
  readonly pace: 'auto' | 'steady';
  /** Full title, null where the source's own is taken. */
  readonly title: string | null;
  readonly republish: 'full' | 'lead' | 'link';
  /** When the alerts of one poll are held back. */
  readonly flood: FloodRule;
  /** BCP 47 tag of the releases. */
  readonly language: string;
}

export type Preset = z.output<typeof presetSchema>;
type Written = Partial<z.output<typeof sourceSchema>>;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as 30s, 10m, 2h or 1d, which the schema has already checked. */
export function readDuration(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0);
}

/** Milliseconds as they are written in the config: 600000 is 10m. */
export function printDuration(milliseconds: number): string {
  const unit = ['d', 'h', 'm'].find(name => milliseconds % (UNITS[name] ?? 1) === 0) ?? 's';
  return `${milliseconds / (UNITS[unit] ?? 1)}${unit}`;
}

/** What most sources that gwanbo was made for write in. */
const DEFAULT_LANGUAGE = 'en';

const SELECTOR_FIX = 'write one such as "li.news" or "time@datetime"';

/** Ten minutes: a release board gets about one item a day, and 144 polls a day are no burden to anybody. */
const DEFAULT_EVERY = '10m';

/** A program on this machine may be asked every second; a host of somebody else never more often than every five minutes. */
const LEAST_EVERY = { own: '1s', foreign: '5m' } as const;

/** Headers that carry credentials: they would be secrets in a file that is meant to be shared. */
const SECRET_HEADERS = /^(?:authorization|proxy-authorization|cookie|x-api-key|x-auth-token)$/i;

/**
 * Fills in the preset and the defaults of a source, and checks what its shape cannot say.
 * @param written the keys whose shape is right
 * @param keys all keys that are written
 * @returns null where something was reported, or a key without which there is no source is absent
 */
export function readSource(
  written: Written,
  keys: ReadonlySet<string>,
  presets: Readonly<Record<string, Preset>>,
  report: Report,
): SourceConfig | null {
  let sound = true;
  const refuse: Report = (...fault) => {
    sound = false;
    report(...fault);
  };
  const preset = written.preset === undefined ? {} : presets[written.preset];
  if (preset === undefined) {
    const names = Object.keys(presets);
    const near = nearest(written.preset ?? '', names);
    refuse(['preset'], `no preset ${shown(written.preset)}`, near ? `did you mean ${near}?` : `write ${oneOf(names)}`);
    return null;
  }
  const all = { ...preset, ...written };
  if (all.kind === undefined) refuse(['kind'], 'is missing', `write ${oneOf(KINDS)}`);
  if (all.url === undefined) refuse(['url'], 'is missing', 'write the address of the listing');
  const url = all.url === undefined ? null : readAddress(all.url, all.kind === 'text', ['url'], refuse);
  const categories = (all.categories ?? []).map((text, at) => readAddress(text, false, ['categories', at], refuse));
  if (all.zone !== undefined && !isZone(all.zone))
    refuse(['zone'], `no time zone ${shown(all.zone)}`, 'write an IANA time zone such as Asia/Seoul or UTC');
  for (const [at, host] of (all.hosts ?? []).entries())
    if (!isHost(host))
      refuse(['hosts', at], `${shown(host)} is no host name`, 'write the name alone, such as www.example.org');
  for (const name of Object.keys(all.request?.headers ?? {}))
    if (SECRET_HEADERS.test(name))
      refuse(
        ['request', 'headers', name],
        'this header carries a credential',
        'remove it: sources are read without signing in',
      );
  checkSelectors(written, keys, all, refuse);
  const every = readDuration(all.every ?? DEFAULT_EVERY);
  const foreign = [url, ...categories].find(address => address !== null && !isOwn(address));
  const least = foreign ? LEAST_EVERY.foreign : LEAST_EVERY.own;
  if (url !== null && every < readDuration(least))
    refuse(['every'], `${all.every} is too often for ${foreign?.hostname ?? 'this source'}`, `write ${least} or more`);
  if (!sound || url === null || all.kind === undefined || all.id === undefined) return null;
  return {
    id: all.id,
    kind: all.kind,
    url: url.href,
    every,
    floor: readDuration(least),
    pace: all.pace ?? 'auto',
    name: all.name ?? all.id,
    title: all.title ?? null,
    zone: all.zone ?? 'UTC',
    categories: categories.flatMap(address => (address ? [address.href] : [])),
    republish: all.republish ?? 'lead',
    flood: all.flood ?? 'auto',
    hosts: all.hosts ?? [],
    language: all.language ?? DEFAULT_LANGUAGE,
    profile: all.profile ?? null,
    select: all.kind === 'listing' ? selectOf(all.select) : null,
    reach: 'any',
    request: {
      method: all.request?.method ?? 'GET',
      headers: all.request?.headers ?? {},
      body: all.request?.body ?? '',
    },
  };
}

/** Selectors are needed by one kind and mean nothing to the others; each is tried before a page is asked for. */
function checkSelectors(written: Written, keys: ReadonlySet<string>, all: Preset, report: Report): void {
  const { kind, select } = all;
  if (written.profile !== undefined && kind !== undefined && kind !== 'board')
    report(['profile'], `kind ${kind} has no profile`, 'remove it: it is the shape of a board');
  if (kind === 'listing' && select === undefined && !keys.has('select'))
    report(['select'], 'is missing', 'write select with item, title and date: CSS selectors of the page');
  if (kind !== undefined && kind !== 'listing' && written.select !== undefined)
    report(['select'], `kind ${kind} is not read by selectors`, 'remove it, or write kind: listing');
  for (const [part, selector] of Object.entries(select ?? {})) {
    if (selector === undefined) continue;
    const trouble = selectorTrouble(selector);
    if (trouble !== null) report(['select', part], `${shown(selector)} is no CSS selector (${trouble})`, SELECTOR_FIX);
    else if (part === 'item' && parseSelector(selector).attribute !== null)
      report(['select', part], `${shown(selector)} names an attribute`, 'write what selects the whole item');
  }
}

function selectOf(select: Preset['select']): Select | null {
  return select ? { ...select, link: select.link ?? null, body: select.body ?? null } : null;
}

/** An address as a URL; with `files` also a path, which is meant from the working directory. */
function readAddress(text: string, files: boolean, key: readonly PropertyKey[], report: Report): URL | null {
  const fix = files ? 'write an http or https address, or the path of a file' : 'write an http or https address';
  // Two letters at least: "C:\\listing.txt" is a path.
  if (files && !/^[a-z][a-z0-9+.-]+:/i.test(text)) return pathToFileURL(text);
  const url = URL.parse(text);
  if (url !== null && (/^https?:$/.test(url.protocol) || (files && url.protocol === 'file:' && url.hostname === '')))
    return url;
  report(key, `${shown(text)} is no address that can be read`, fix);
  return null;
}

/** A file, or a server on this machine: 127.0.0.0/8, ::1 and localhost (the URL parser has already folded 127.1 and the like). */
function isOwn(url: URL): boolean {
  return url.protocol === 'file:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function isHost(text: string): boolean {
  return URL.parse(`http://${text}/`)?.host === text.toLowerCase();
}

export function isZone(text: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, text);
    return true;
  } catch {
    return false;
  }
}
