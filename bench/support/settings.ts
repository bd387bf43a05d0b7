import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder, SOURCE } from './bot.ts';
import { environment } from './process.ts';

/** A bot's own folder: config, database, and the environment that points to both. */
export interface Place {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * Makes a place for a bot that watches one feed, on any free port.
 * @param queries followed by the console
 */
export function makePlace(feed: string, queries: readonly string[] = [], more: Record<string, string> = {}): Place {
  const { path, remove } = openFolder();
  const config = join(path, 'gwanbo.yaml');
  const written = {
    sources: [{ id: SOURCE, kind: 'feed', url: feed, every: '1s', republish: 'full' }],
    subscriptions: queries.map(query => ({ query, to: 'console' })),
  };
  // YAML takes JSON.
  writeFileSync(config, JSON.stringify(written));
  const env = environment({
    GWANBO_CONFIG: config,
    DATABASE_URL: `sqlite:${join(path, 'gwanbo.db')}`,
    GWANBO_PORT: '0',
    ...more,
  });
  return { path, env, remove };
}
