import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { openReaders } from '../sources/open-source.ts';
import { loadConfig, loadPresets } from './config.ts';
import { nearest } from './config-errors.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';
import { readingOf, type Settings } from './house.ts';
import { checked } from './source-checked.ts';
import { withoutSource, withSource } from './source-edit.ts';
import { freeId } from './source-id.ts';
import { guess, type SourceOptions, sourceKeys } from './source-try.ts';

/** What became of the config file; the JSON line of `gwanbo source add` and `remove`. */
export interface SourceChange {
  readonly action: 'added' | 'removed';
  readonly file: string;
  readonly source: Pick<SourceConfig, 'id' | 'kind' | 'name' | 'url'>;
}

/**
 * Adds a ready source, or one at an address, to the config file.
 * @param id its id; default: the preset's name, or the host's
 * @throws {Trouble} where the id is taken, the kind cannot be told, or the file cannot be edited
 */
export async function addSource(
  target: string,
  { id, ...options }: SourceOptions & { readonly id?: string },
  settings: Settings,
): Promise<SourceChange> {
  const { config } = settings;
  const ids = config.sources.map(source => source.id);
  const written = Object.hasOwn(loadPresets(), target)
    ? { id: id ?? target, preset: target, ...sourceKeys(options) }
    : await described(target, options, settings, id);
  if (ids.includes(written.id))
    throw new Trouble('usage', `${written.id} is the id of another source`, { fix: 'name another with --id' });
  checked(written);
  const text = readFileSync(config.file, 'utf8');
  const after = withSource(config.file, text, written);
  const source = loadConfig(config.file, after).sources.find(one => one.id === written.id);
  if (!source) throw new Trouble('failure', `${config.file} was left as it is`, { fix: 'add the source by hand' });
  replace(config.file, after);
  return { action: 'added', file: config.file, source: shortOf(source) };
}

/**
 * Removes a source from the config file; what it has recorded stays in the archive.
 * @throws {Trouble} where there is none of that id, or where it is the only one
 */
export function removeSource(id: string, { config }: Pick<Settings, 'config'>): SourceChange {
  const at = config.sources.findIndex(source => source.id === id);
  const source = config.sources[at];
  if (!source) {
    const ids = config.sources.map(one => one.id);
    const near = nearest(id, ids);
    throw new Trouble('usage', `there is no source ${id}`, {
      fix: near ? `did you mean ${near}?` : `the configuration has: ${ids.join(', ')}`,
    });
  }
  if (config.sources.length === 1)
    throw new Trouble('usage', `${id} is the only source`, { fix: 'add another first: gwanbo source presets' });
  const after = withoutSource(config.file, readFileSync(config.file, 'utf8'), at);
  loadConfig(config.file, after);
  replace(config.file, after);
  return { action: 'removed', file: config.file, source: shortOf(source) };
}

async function described(target: string, options: SourceOptions, settings: Settings, id: string | undefined) {
  const readers = openReaders(readingOf(settings, () => {}));
  try {
    const { kind, url } = options.kind ? { kind: options.kind, url: target } : await guess(target, options, readers);
    const taken = settings.config.sources.map(source => source.id);
    return {
      id: id ?? freeId(URL.parse(url)?.hostname ?? 'file', id => taken.includes(id)),
      kind,
      url,
      ...sourceKeys(options),
    };
  } finally {
    await readers.close();
  }
}

function shortOf({ id, kind, name, url }: SourceConfig): SourceChange['source'] {
  return { id, kind, name, url };
}

/**
 * Puts a new text in the place of a file, whole or not at all; a file that is mounted alone (containers) cannot be
 * replaced and is written over. @throws {Trouble}
 */
function replace(file: string, text: string): void {
  const path = realpathSync(file);
  const fresh = `${path}.new`;
  try {
    writeFileSync(fresh, text, { mode: statSync(path).mode });
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    try {
      writeFileSync(path, text);
    } catch {
      throw new Trouble('failure', `${file} cannot be written`, {
        fix: 'let the user who runs gwanbo write it',
        cause: error,
      });
    }
  }
}
