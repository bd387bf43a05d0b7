import type { AddedSource } from '../ports/added-source.ts';
import type { Log } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-errors.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';
import { checked } from './source-checked.ts';

/** Which sources there are: those of the config, and those that people have added in chat, as the record last said. */
export interface Roster {
  /** What is watched, the config's first. The same list until something changes. */
  readonly all: readonly SourceConfig[];
  /** Ids that a query may name: also of what was removed in chat, of which the archive still holds releases. */
  readonly ids: readonly string[];
  /** What was added in chat and not removed, also while that is switched off. */
  readonly added: readonly AddedSource[];
  /** Every id that was ever given in chat, with the address it was given to. */
  readonly given: ReadonlyMap<string, string>;
  source(id: string): SourceConfig | undefined;
  /** "config", or who added it in chat. */
  createdBy(id: string): string;
  /** Asks the record again: another process, or another person, may have added or removed some. */
  refresh(): Promise<void>;
}

/** @throws {StorageError} */
export async function openRoster(store: Store, config: Config, log: Log): Promise<Roster> {
  const own = new Set(config.sources.map(source => source.id));
  let rows: readonly AddedSource[] = [];
  let mark = '';
  /** Opened once: what has not changed stays the same source. */
  const opened = new Map<string, readonly SourceConfig[]>();
  let read: { readonly mark: string; readonly all: readonly SourceConfig[] } | null = null;
  const watched = () => rows.filter(row => row.removedAt === null && !own.has(row.id));

  function all(): readonly SourceConfig[] {
    if (read?.mark === mark) return read.all;
    // While adding is switched off, what strangers to the config have named is left alone as well.
    const added = config.operations.sourcesFromChat === 'off' ? [] : watched().flatMap(open);
    read = { mark, all: [...config.sources, ...added] };
    return read.all;
  }

  function open(row: AddedSource): readonly SourceConfig[] {
    const name = `${row.id} ${row.createdAt}`;
    const config = opened.get(name) ?? openable(row, log);
    opened.set(name, config);
    return config;
  }

  async function refresh(): Promise<void> {
    rows = await store.addedSources();
    mark = JSON.stringify(rows.map(row => [row.id, row.createdAt, row.removedAt]));
  }

  await refresh();
  return {
    get all() {
      return all();
    },
    get ids() {
      return [...new Set([...own, ...rows.map(row => row.id)])];
    },
    get added() {
      return watched();
    },
    get given() {
      return new Map(rows.map(row => [row.id, row.url]));
    },
    source: id => all().find(source => source.id === id),
    createdBy: id => (own.has(id) ? 'config' : (watched().find(row => row.id === id)?.createdBy ?? 'config')),
    refresh,
  };
}

/** The config of what was added; nothing where this version no longer has what it was made of, which the log says. */
function openable(row: Pick<AddedSource, 'id' | 'preset' | 'kind' | 'url'>, log: Log): readonly SourceConfig[] {
  try {
    return [configOf(row)];
  } catch (error) {
    if (!(error instanceof Trouble || error instanceof ConfigError)) throw error;
    log.error({ source: row.id, error }, 'a source that was added in chat cannot be read any more');
    return [];
  }
}

/**
 * A source that somebody in chat named, as the config would have it, but for how far it reaches. Its name is its id:
 * what a feed calls itself could be the name of another.
 * @throws {Trouble} where the config would refuse it
 */
export function configOf({ id, preset, kind, url }: Pick<AddedSource, 'id' | 'preset' | 'kind' | 'url'>): SourceConfig {
  return { ...checked(preset === null ? { id, kind, url } : { id, preset }), reach: 'public' };
}
