import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What each room may import from, beside itself. The direction is core <- ports <- rooms <- app <- cli. */
const MAY: Record<string, readonly string[]> = {
  core: [],
  ports: ['core'],
  sources: ['core', 'ports'],
  store: ['core', 'ports'],
  dispatch: ['core', 'ports'],
  channels: ['core', 'ports'],
  publish: ['core', 'ports'],
  app: ['core', 'ports', 'sources', 'store', 'dispatch', 'channels', 'publish'],
  cli: ['core', 'ports', 'app'],
};

/** One library, one room. */
const ROOM_OF: Record<string, string> = {
  '@slack/bolt': 'channels/slack',
  '@slack/web-api': 'channels/slack',
  'discord.js': 'channels/discord',
  '@discordjs/rest': 'channels/discord',
  'rss-parser': 'sources/',
  feedsmith: 'sources/',
  'iconv-lite': 'sources/',
  htmlparser2: 'sources/',
  'css-select': 'sources/',
  'sanitize-html': 'sources/',
  'robots-parser': 'sources/robots',
  undici: 'sources/http',
  '@atproto-labs/fetch-node': 'sources/guarded',
  kysely: 'store/',
  'node:sqlite': 'store/',
  feed: 'publish/syndication',
  'node-cron': 'app/schedule',
  'prom-client': 'app/metrics',
  pino: 'app/log',
  zod: 'app/config',
  yaml: 'app/',
  commander: 'cli',
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [
    ...text.matchAll(
      /(?:^|[\n;])\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map(found => found[1] ?? found[2] ?? found[3] ?? '');
}

/** The files of the command line stand beside the rooms: cli.ts, and a cli-NAME.ts for each group of commands. */
const roomOf = (path: string) => path.split('/')[0]?.replace(/^cli(?:-[a-z]+)?\.ts$/, 'cli') ?? '';
const isPackage = (name: string, library: string) => name === library || name.startsWith(`${library}/`);

test.each(files)('%s imports only what its room may see', file => {
  const room = roomOf(file);
  for (const name of importsOf(file)) {
    if (name.startsWith('.')) {
      const target = roomOf(relative(SRC, resolve(SRC, dirname(file), name)));
      expect([room, ...(MAY[room] ?? [])], `${file} -> ${name}`).toContain(target);
    } else {
      if (room === 'core') expect.fail(`core is pure, but ${file} imports ${name}`);
      if (room === 'ports') expect.fail(`ports are interfaces, but ${file} imports ${name}`);
      const home = Object.entries(ROOM_OF).find(([library]) => isPackage(name, library))?.[1];
      if (home) expect(file.startsWith(home), `${name} belongs in ${home}, not in ${file}`).toBe(true);
    }
  }
});

test('core reaches for no clock, environment or log', () => {
  for (const file of files.filter(name => name.startsWith('core/'))) {
    const text = readFileSync(join(SRC, file), 'utf8');
    expect(text, file).not.toMatch(
      /Date\.now|new Date\(\)|Temporal\.Now|\b(?:process|console|crypto)\.\w|Math\.random/,
    );
  }
});
