import { loadConfig } from './config.ts';
import { ConfigError } from './config-errors.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';

/** A source as the config would have it. @throws {Trouble} with what the config would say */
export function checked(keys: object): SourceConfig {
  try {
    const [source] = loadConfig('command line', JSON.stringify({ sources: [{ id: 'tried', ...keys }] })).sources;
    if (source) return source;
  } catch (error) {
    const [fault] = error instanceof ConfigError ? error.faults : [];
    if (!fault) throw error;
    const key = fault.key.replace(/^sources\[0\]\.?/, '');
    throw new Trouble('usage', `${key}: ${fault.message}`, { fix: fault.fix, cause: error });
  }
  throw new Trouble('usage', 'this is no source', { fix: 'gwanbo source try --help' });
}
