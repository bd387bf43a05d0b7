import { fileURLToPath } from 'node:url';
import type { FacetName, Release } from '../core/release.ts';
import type { Term, Vocabulary } from '../core/vocabulary.ts';
import type { Log } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';
import type { ReadersOptions } from '../sources/open-source.ts';
import { openStore } from '../store/open-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, loadConfig } from './config.ts';
import type { SourceConfig } from './config-source.ts';
import { type Environment, processEnvironment } from './environment.ts';
import { Trouble } from './errors.ts';
import { type Language, openLanguage } from './language.ts';
import { openLog } from './log.ts';
import { openRoster, type Roster } from './roster.ts';
import { loadVocabulary } from './vocabulary.ts';

/** What has been said from outside, and what tests hand in. */
export interface Settings {
  readonly environment: Environment;
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** Limits of reading sources; absent outside of tests, which lower them. */
  readonly limits?: Pick<ReadersOptions, 'limits' | 'reading'>;
}

/** What every command needs: the settings, the record and the language. Opening it takes no lock and starts nothing. */
export interface House extends Settings {
  readonly store: Store;
  /** Read when it is first asked for. @throws {BadTable} where a table is damaged */
  readonly language: Language;
  /** The sources, of the config and from chat. */
  readonly roster: Roster;
  /** A source that is watched, undefined where there is none of that id. */
  source(id: string): SourceConfig | undefined;
  /** The short name of a source; its id where it is watched no more. */
  nameOf(source: string): string;
  /** Labels of a release's facets, in the order in which they are shown. */
  labelsOf(release: Release): readonly string[];
  /** Label of one facet value. */
  labelOf(facet: FacetName, id: string): string;
  close(): Promise<void>;
}

/** Reads environment and configuration. @throws {ConfigError} with every place that is wrong */
export function readSettings(): Settings {
  const environment = processEnvironment();
  const log = openLog({ level: environment.logLevel, terminal: process.stderr.isTTY, secrets: environment.secrets });
  return { environment, config: loadConfig(environment.config), log, clock: systemClock };
}

/** The folder of the vocabulary's tables, which come with the program. */
export const TABLES = fileURLToPath(new URL('../../config/', import.meta.url));

/** @throws {StorageError} where the database cannot be used */
export async function openHouse(settings: Settings): Promise<House> {
  const { environment, config, clock, log } = settings;
  let opened: Language | null = null;
  // Reading the tables takes longer than most commands, and only those that deal with queries need them.
  const language = () => {
    opened ??= openLanguage(
      {
        ...loadVocabulary(TABLES),
        // Asked each time: a source may be added while the bot runs.
        get sources() {
          return roster.ids;
        },
      },
      log,
    );
    return opened;
  };
  const store = await openStore(environment.databaseUrl, {
    authority: config.publish.authority,
    now: clock.now().toString(),
    lines: {
      get version() {
        return language().lines.version;
      },
      of: release => language().lines.of(release),
    },
  });
  const roster = await openRoster(store, config, log).catch(async error => {
    await store.close();
    throw error;
  });
  let labels: Readonly<Record<FacetName | 'type', ReadonlyMap<string, string>>> | null = null;
  const labelOf = (facet: FacetName | 'type', id: string) => {
    labels ??= labelsOf(language().vocabulary);
    return labels[facet].get(id) ?? id;
  };
  return {
    ...settings,
    store,
    get language() {
      return language();
    },
    roster,
    source: id => roster.source(id),
    nameOf: id => roster.source(id)?.name ?? id,
    labelOf,
    labelsOf: release => [
      ...(release.facets.type === null ? [] : [labelOf('type', release.facets.type)]),
      ...(release.category === null ? [] : [release.category]),
      ...release.countries.map(id => labelOf('country', id)),
      ...release.topics.map(id => labelOf('topic', id)),
    ],
    close: () => store.close(),
  };
}

/** What a digest puts a release under: the label of its first topic. */
export function headingOf({ labelOf }: House): (release: Release) => string | null {
  return ({ topics: [first] }) => (first === undefined ? null : labelOf('topic', first));
}

/** Whether a release meets a query that was recorded in normal form. */
export function matchesOf(house: House): (query: string, release: Release) => boolean {
  return (normal, release) => {
    const query = house.language.recorded(normal);
    // Of a query that is no longer understood nobody can say that it matches no more.
    return query === null || house.language.match(query, release) !== null;
  };
}

function labelsOf({ topics, countries, agencies, types }: Vocabulary) {
  const labels = (terms: readonly Term[]) => new Map(terms.map(term => [term.id, term.label.en]));
  return { topic: labels(topics), country: labels(countries), agency: labels(agencies), type: labels(types) };
}

/** For a source that nobody named: says which ones there are. */
export function unknownSource(id: string, { roster }: Pick<House, 'roster'>): Trouble {
  return new Trouble('usage', `there is no source ${id}`, {
    fix: `there are: ${roster.all.map(source => source.id).join(', ')}`,
  });
}

/** The public address of the installation; null where there is none. */
export function publicUrlOf({ environment, config }: Pick<Settings, 'environment' | 'config'>): string | null {
  return environment.baseUrl ?? config.publish.baseUrl;
}

/** What the User-Agent names, so that whoever runs a source can see who asks; null where nothing is known. */
export function contactOf(settings: Pick<Settings, 'environment' | 'config'>): string | null {
  return settings.config.operations.contact ?? publicUrlOf(settings);
}

/** How sources are read: who asks, within which limits, and who hears of addresses that would rather not be read. */
export function readingOf(settings: Settings, warn = warnOf(settings)): ReadersOptions {
  return { contact: contactOf(settings), robots: { warn }, ...settings.limits };
}

/** Tells the log, once an address, what is read although its host asks programs to leave it alone. */
function warnOf({
  log,
}: Pick<Settings, 'log'>): (disallowed: { readonly url: string; readonly reason: string }) => void {
  return disallowed => log.warn({ ...disallowed }, 'robots.txt asks programs to stay away');
}
