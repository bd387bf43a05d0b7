import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { readQuiet } from '../core/quiet.ts';
import { readZone, type Settings } from '../core/settings.ts';
import { readHour } from '../core/when.ts';
import { readBaseUrl } from './base-url.ts';
import { ConfigError, type ConfigFault, printKey, printPlace, shown } from './config-errors.ts';
import { collector, type Report, reportForbidden, reportIssues } from './config-issues.ts';
import {
  ADDERS,
  configSchema,
  destinationSchema,
  presetsSchema,
  publishSchema,
  sourceSchema,
  subscriptionSchema,
} from './config-schema.ts';
import { type Preset, readDuration, readSource, type SourceConfig } from './config-source.ts';
import { readDestination, readSubscription, type SubscriptionConfig } from './config-subscription.ts';
import { unusedPaths } from './config-unused.ts';
import { type Place, readYaml } from './config-yaml.ts';
import { hideSecrets } from './secrets.ts';

/** The set-up as the rest of the program sees it: checked, with every default filled in. */
export interface Config {
  /** The file as it was named. */
  readonly file: string;
  readonly sources: readonly SourceConfig[];
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly destinations: readonly { readonly to: string; readonly settings: Settings }[];
  readonly publish: PublishConfig;
  readonly operations: OperationsConfig;
  /** What was written and is not acted on in this version: start warns of each. */
  readonly unused: readonly Unused[];
  /** Where a part of the config stands: `locate(['subscriptions', 0, 'query'])`. */
  locate(path: readonly PropertyKey[]): Place;
  /** A fault at a part of the config, for checks that need more than the config itself, such as those of queries. */
  fault(path: readonly PropertyKey[], message: string, fix: string): ConfigFault;
}

export interface OperationsConfig {
  /** Who is told of incidents: a destination in written form. */
  readonly to: string;
  /** Named to whoever runs a source: an https or mailto address; null takes the public one. */
  readonly contact: string | null;
  /** Who may add sources in chat; while it is off, those that were added are not read either. */
  readonly sourcesFromChat: (typeof ADDERS)[number];
  /** Milliseconds between two test messages to `to`; null for none. */
  readonly canary: number | null;
  /** Milliseconds for which it is kept what messages said. */
  readonly retention: number;
}

export interface PublishConfig {
  /** Without a slash at the end; null where none is set. */
  readonly baseUrl: string | null;
  /** RFC 4151 authority of the Atom ids: used when a database is created, and never again. */
  readonly authority: string;
  /** Entries in a feed or page. */
  readonly pageSize: number;
}

export interface Unused {
  /** "config/gwanbo.yaml:12:7". */
  readonly at: string;
  /** "operations.retention.rawReads: raw readings are not kept". */
  readonly what: string;
}

/**
 * The authority of Atom ids where none is set. A name under .local belongs to no domain holder (RFC 6762), so it is
 * nobody else's; two installations that leave it give the same release the same id, which is what a reader wants.
 */
const DEFAULT_AUTHORITY = 'gwanbo.local';

/** Enough for a month of a board with one or two releases a day: who reads once a month misses nothing. */
const DEFAULT_PAGE_SIZE = 50;

/** A year and a month: what happened at this time last year can still be looked at. */
const RETENTION = readDuration('400d');
const OFTENEST_CANARY = readDuration('1h');

/** authorityName of RFC 4151 section 2.1, a domain name or an e-mail address; in lower case, as the RFC recommends. */
const AUTHORITY = /^(?:[a-z0-9._-]+@)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

const PRESETS = fileURLToPath(new URL('../../config/presets.yaml', import.meta.url));

/**
 * Reads and checks a config.
 * @param file path of the YAML file; a relative one is meant from the working directory
 * @param text its content, where the caller has it already
 * @throws {ConfigError} with every fault of the file
 */
export function loadConfig(file: string, text: string = readText(file)): Config {
  const yaml = readYaml(file, text);
  const { faults, report } = collector(yaml);
  const data = yaml.data ?? {};
  reportForbidden(data, hideSecrets, report);
  const shape = configSchema.safeParse(data);
  if (!shape.success) reportIssues(shape.error.issues, data, configSchema, report);
  const sources = readSources(data, report);
  const subscriptions = partsOf(data, 'subscriptions', subscriptionSchema).map(({ at, part }) =>
    readSubscription(part, below(report, ['subscriptions', at])),
  );
  const destinations = readDestinations(data, report);
  const operations = readOperations(data, report);
  const publish = readPublish(data, report);
  if (faults.length > 0) throw new ConfigError(inOrder(faults));
  return {
    file,
    sources,
    subscriptions: subscriptions.filter(subscription => subscription !== null),
    destinations,
    publish,
    operations,
    unused: unusedPaths(data).map(({ path, what }) => ({
      at: printPlace({ file, ...yaml.locate(path, 'key') }),
      what: `${printKey(path)}: ${what}`,
    })),
    locate: path => yaml.locate(path),
    fault: (path, message, fix) => ({ file, ...yaml.locate(path), key: printKey(path), message, fix }),
  };
}

/** The ready sources of the distribution, by name. */
export function loadPresets(file: string = PRESETS): Readonly<Record<string, Preset>> {
  const yaml = readYaml(file, readText(file));
  const { faults, report } = collector(yaml);
  const shape = presetsSchema.safeParse(yaml.data);
  if (shape.success) return shape.data;
  reportIssues(shape.error.issues, yaml.data, presetsSchema, report);
  throw new ConfigError(inOrder(faults));
}

function readSources(data: object, report: Report): readonly SourceConfig[] {
  const presets = loadPresets();
  const seen = new Set<string>();
  return partsOf(data, 'sources', sourceSchema).flatMap(({ at, part, keys }) => {
    if (part.id !== undefined && seen.has(part.id))
      report(['sources', at, 'id'], `${shown(part.id)} is the id of another source`, 'write an id of its own');
    if (part.id !== undefined) seen.add(part.id);
    return readSource(part, keys, presets, below(report, ['sources', at])) ?? [];
  });
}

function readDestinations(data: object, report: Report): Config['destinations'] {
  const seen = new Set<string>();
  return partsOf(data, 'destinations', destinationSchema).flatMap(({ at, part: { to: written, ...settings } }) => {
    const to = written === undefined ? null : readDestination(written, ['destinations', at, 'to'], report);
    if (to === null) return [];
    if (seen.has(to.id))
      report(['destinations', at, 'to'], `${to.id} has settings already`, 'write the settings of a channel once');
    seen.add(to.id);
    const { zone, quiet, digestHour, ...others } = settings;
    const spelt = zone === undefined ? undefined : readZone(zone);
    if (zone !== undefined && spelt === undefined)
      report(['destinations', at, 'zone'], `no time zone ${shown(zone)}`, 'write an IANA time zone such as Asia/Seoul');
    const hours = quiet === undefined || quiet === 'off' ? null : readQuiet(quiet);
    if (quiet !== undefined && quiet !== 'off' && hours === null)
      report(
        ['destinations', at, 'quiet'],
        `${shown(quiet)} are no hours`,
        'write two times, such as "22:00-07:00", or off',
      );
    const hour = digestHour === undefined ? null : readHour(digestHour);
    return {
      to: to.id,
      settings: {
        ...others,
        ...(spelt !== undefined && { zone: spelt }),
        ...(quiet !== undefined && { quiet: hours }),
        ...(hour !== null && { digestHour: hour }),
      } as Settings,
    };
  });
}

/** Health notices are printed where no channel is named for them, and nobody in chat adds sources unless it is said. */
function readOperations(data: object, report: Report): OperationsConfig {
  const written = (data as { readonly operations?: { readonly [key: string]: unknown } }).operations;
  const named = typeof written?.to === 'string' && written.to !== '' ? written.to : 'console';
  return {
    to: readDestination(named, ['operations', 'to'], report)?.id ?? named,
    contact: readContact(written?.contact, report),
    sourcesFromChat: ADDERS.find(who => who === written?.sourcesFromChat) ?? 'off',
    canary: readCanary(written?.canary, report),
    retention:
      durationOf((written?.retention as { readonly deliveries?: unknown } | undefined)?.deliveries) ?? RETENTION,
  };
}

function readCanary(written: unknown, report: Report): number | null {
  const every = durationOf(written);
  if (every !== null && every < OFTENEST_CANARY)
    report(['operations', 'canary'], `${written} is too often for people`, 'write 1h or more, such as 24h');
  return every;
}

/** Milliseconds; null for what is no duration, which the schema reports. */
const durationOf = (written: unknown): number | null =>
  typeof written === 'string' && /^[1-9]\d{0,5}[smhd]$/.test(written) ? readDuration(written) : null;

/** As an address that a header may hold, whatever was written. */
function readContact(written: unknown, report: Report): string | null {
  if (typeof written !== 'string' || written === '') return null;
  const url = URL.parse(written);
  if (url && /^(?:https?|mailto):$/.test(url.protocol) && !/[()]/.test(url.href)) return url.href;
  report(['operations', 'contact'], `${shown(written)} is no address of a person`, 'write https://... or mailto:...');
  return null;
}

function readPublish(data: object, report: Report): PublishConfig {
  const written = soundPart(publishSchema, (data as { readonly publish?: unknown }).publish ?? {});
  const authority = (written.authority || DEFAULT_AUTHORITY).toLowerCase();
  if (!AUTHORITY.test(authority))
    report(
      ['publish', 'authority'],
      `${shown(written.authority)} is neither a domain nor an e-mail address`,
      'write one of yours, such as releases.example.org (RFC 4151)',
    );
  const baseUrl = written.baseUrl ? readBaseUrl(written.baseUrl) : null;
  if (written.baseUrl && baseUrl === null)
    report(
      ['publish', 'baseUrl'],
      `${shown(written.baseUrl)} cannot be the start of a link`,
      'write an http or https address without ? and #',
    );
  return { baseUrl, authority, pageSize: written.pageSize ?? DEFAULT_PAGE_SIZE };
}

/** The items of a list in the config, each with the keys whose shape is right, and the names of all its keys. */
function partsOf<T extends z.ZodObject>(
  data: object,
  list: string,
  schema: T,
): readonly { readonly at: number; readonly part: Partial<z.output<T>>; readonly keys: ReadonlySet<string> }[] {
  const items: unknown = (data as Readonly<Record<string, unknown>>)[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, at) =>
    isGroup(item) ? [{ at, part: soundPart(schema, item), keys: new Set(Object.keys(item)) }] : [],
  );
}

/** What is left of a group of keys without those whose shape is wrong: one fault shall not hide the next. */
function soundPart<T extends z.ZodObject>(schema: T, value: unknown): Partial<z.output<T>> {
  const whole = schema.safeParse(value);
  if (whole.success) return whole.data;
  if (!isGroup(value)) return {};
  const wrong = new Set<PropertyKey | undefined>(
    whole.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [issue.path[0]],
    ),
  );
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.has(key)));
  return (schema.partial().safeParse(rest).data ?? {}) as Partial<z.output<T>>;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const below =
  (report: Report, path: readonly PropertyKey[]): Report =>
  (key, ...rest) =>
    report([...path, ...key], ...rest);

/** In the order of the file, one fault a place: the first one reported is the most telling. */
function inOrder(faults: readonly ConfigFault[]): ConfigFault[] {
  const sorted = faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const places = new Set<string>();
  return sorted.filter(fault => {
    const place = `${printPlace(fault)} ${fault.key}`;
    return !places.has(place) && places.add(place);
  });
}

function readText(file: string): string {
  const whole = (message: string, fix: string) =>
    new ConfigError([{ file, line: null, column: null, key: '', message, fix }]);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw whole('there is no such file', 'create it, or name yours in GWANBO_CONFIG');
    if (code === 'EISDIR') throw whole('it is a directory', 'name the file within it in GWANBO_CONFIG');
    if (error instanceof TypeError) throw whole('it is not UTF-8 text', 'save it as UTF-8');
    throw whole(`it cannot be read (${code ?? 'unknown error'})`, 'let the user who runs gwanbo read it');
  }
}
