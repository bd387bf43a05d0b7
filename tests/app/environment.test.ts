import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigError, printFault } from '../../src/app/config-errors.ts';
import { processEnvironment, readEnvironment, type Variables, withFile } from '../../src/app/environment.ts';

const noFile = (path: string): string => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT', path });
};

function faultsOf(env: Variables, readFile = noFile): string[] {
  try {
    readEnvironment(env, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(printFault);
    throw error;
  }
  return [];
}

describe('defaults', () => {
  test('an empty environment runs the shipped config on this machine, without any token', () => {
    expect(readEnvironment({}, noFile)).toEqual({
      config: 'config/gwanbo.yaml',
      databaseUrl: 'sqlite:data/gwanbo.db',
      databasePath: 'data/gwanbo.db',
      host: '127.0.0.1',
      port: 8080,
      baseUrl: null,
      slack: { botToken: null, appToken: null, signingSecret: null, apiUrl: 'https://slack.com/api/' },
      discord: { token: null, apiUrl: 'https://discord.com/api' },
      settleMs: 30_000,
      logLevel: null,
      noColor: false,
      secrets: [],
      secretNamed: expect.any(Function),
      unused: [],
    });
  });

  test('empty values are as good as none, so that env.example can be copied as it is', () => {
    const example = readFileSync(resolve(import.meta.dirname, '../../config/env.example'), 'utf8');
    const names = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(found => found[1] ?? '');
    expect(names).toContain('SLACK_BOT_TOKEN');
    const plain = { ...readEnvironment({}, noFile), secretNamed: expect.any(Function) };
    const empty = Object.fromEntries(names.map(name => [name, '']));
    expect(readEnvironment(empty, noFile)).toEqual(plain);
    const written = Object.fromEntries(
      [...example.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(readEnvironment({ ...written, GWANBO_BASE_URL: '', LOG_LEVEL: '' }, noFile)).toEqual(plain);
  });
});

describe('values', () => {
  test('a secret that the config names is read when it is asked for, and hidden from then on', () => {
    const environment = readEnvironment({ DESK_SECRET_FILE: '/run/desk' }, () =>
      'a long secret\n'.replaceAll(' ', '-'),
    );
    expect(environment.secrets).toEqual([]);
    expect(environment.secretNamed('DESK_SECRET')).toBe('a-long-secret');
    expect(environment.secretNamed('OTHER_SECRET')).toBeNull();
    expect(environment.secrets).toEqual(['a-long-secret']);
    const broken = readEnvironment({ DESK_SECRET_FILE: '/run/desk' }, noFile);
    expect(() => broken.secretNamed('DESK_SECRET')).toThrow(ConfigError);
  });

  test('every variable is taken', () => {
    expect(
      readEnvironment(
        {
          GWANBO_CONFIG: '/etc/gwanbo.yaml',
          DATABASE_URL: 'sqlite:///var/lib/g.db',
          GWANBO_HOST: '::1',
          GWANBO_PORT: '0',
          GWANBO_BASE_URL: 'https://x.org/releases/',
          SLACK_BOT_TOKEN: ' xoxb-1 ',
          SLACK_APP_TOKEN: 'xapp-1',
          SLACK_SIGNING_SECRET: 'sign',
          SLACK_API_URL: 'http://127.0.0.1:9/api',
          DISCORD_TOKEN: 'dt',
          DISCORD_API_URL: 'http://127.0.0.1:9/api/',
          GWANBO_SETTLE_MS: '200',
          LOG_LEVEL: 'DEBUG',
          NO_COLOR: '1',
          GWANBO_SECRET_KEY: 'kk',
        },
        noFile,
      ),
    ).toEqual({
      config: '/etc/gwanbo.yaml',
      databaseUrl: 'sqlite:/var/lib/g.db',
      databasePath: '/var/lib/g.db',
      host: '::1',
      port: 0,
      baseUrl: 'https://x.org/releases',
      slack: { botToken: 'xoxb-1', appToken: 'xapp-1', signingSecret: 'sign', apiUrl: 'http://127.0.0.1:9/api/' },
      discord: { token: 'dt', apiUrl: 'http://127.0.0.1:9/api' },
      settleMs: 200,
      logLevel: 'debug',
      noColor: true,
      secretNamed: expect.any(Function),
      secrets: expect.arrayContaining(['xoxb-1', 'xapp-1', 'sign', 'dt', 'kk']),
      unused: [{ at: 'environment', what: 'GWANBO_SECRET_KEY: no secret is kept in the database' }],
    });
  });

  test('security rule 1: a secret may stand in a file, without the white space around it', () => {
    const files: Record<string, string> = { '/run/slack': 'xoxb-2\n', '/run/db': 'sqlite:x.db\n' };
    const environment = readEnvironment(
      { SLACK_BOT_TOKEN_FILE: '/run/slack', DATABASE_URL_FILE: '/run/db' },
      path => files[path] ?? noFile(path),
    );
    expect(environment.slack.botToken).toBe('xoxb-2');
    expect(environment.secrets).toEqual(['xoxb-2']);
    expect(environment.databasePath).toBe('x.db');
  });
});

describe('a variable that cannot be used is named, with what to write', () => {
  test.each<[Variables, string]>([
    [{ GWANBO_PORT: '65536' }, 'GWANBO_PORT: "65536" is no port; write a whole number from 0 to 65535'],
    [{ GWANBO_PORT: '-1' }, 'GWANBO_PORT: "-1" is no port; write a whole number from 0 to 65535'],
    [{ GWANBO_PORT: '80a' }, 'GWANBO_PORT: "80a" is no port; write a whole number from 0 to 65535'],
    [
      { GWANBO_SETTLE_MS: '1.5' },
      'GWANBO_SETTLE_MS: "1.5" is no time in milliseconds; write a whole number from 0 to 600000',
    ],
    [{ GWANBO_HOST: 'http://x' }, 'GWANBO_HOST: "http://x" is no host; write an address such as 127.0.0.1'],
    [
      { GWANBO_BASE_URL: 'x.org' },
      'GWANBO_BASE_URL: "x.org" is no address; write an http or https address without user, ? and #',
    ],
    [
      { SLACK_API_URL: 'ftp://x' },
      'SLACK_API_URL: "ftp://x" is no address; write an http or https address without user, ? and #',
    ],
    [
      { DISCORD_API_URL: 'http://x/?a' },
      'DISCORD_API_URL: "http://x/?a" is no address; write an http or https address without user, ? and #',
    ],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: "loud" is no level; write trace, debug, info, warn, error, fatal or silent'],
    [
      { DATABASE_URL: 'postgres://me:SECRETPART@db/g' },
      'DATABASE_URL: PostgreSQL is not available in this version; write sqlite: and the path of a file, such as sqlite:data/gwanbo.db',
    ],
    [
      { DATABASE_URL: 'mysql://me:SECRETPART@db/g' },
      'DATABASE_URL: this is no database that gwanbo opens; write sqlite: and the path of a file, such as sqlite:data/gwanbo.db',
    ],
    [
      { DATABASE_URL: 'sqlite:' },
      'DATABASE_URL: the path is missing; write sqlite: and the path of a file, such as sqlite:data/gwanbo.db',
    ],
    [
      { DATABASE_URL: 'sqlite::memory:' },
      'DATABASE_URL: a database in memory would forget what was sent; write sqlite: and the path of a file, such as sqlite:data/gwanbo.db',
    ],
    [
      { SLACK_BOT_TOKEN: 'xapp-SECRETPART' },
      'SLACK_BOT_TOKEN: this is an app-level token; write the one that begins with xoxb-',
    ],
    [
      { SLACK_APP_TOKEN: 'xoxb-SECRETPART' },
      'SLACK_APP_TOKEN: this is a bot token; write the one that begins with xapp-',
    ],
    [
      { DISCORD_TOKEN: 'Bot SECRETPART' },
      'DISCORD_TOKEN: it holds a space or a line break; write the token alone, without "Bot" or "Bearer"',
    ],
    [
      { DISCORD_TOKEN: 'SECRETPART', DISCORD_TOKEN_FILE: '/run/d' },
      'DISCORD_TOKEN: DISCORD_TOKEN_FILE is set as well; set one of the two',
    ],
    [
      { SLACK_SIGNING_SECRET_FILE: '/run/none' },
      'SLACK_SIGNING_SECRET_FILE: "/run/none" cannot be read (ENOENT); name a file that gwanbo may read',
    ],
  ])('%j', (env, line) => {
    const lines = faultsOf(env);
    expect(lines).toEqual([`environment: ${line}`]);
    expect(lines.join()).not.toContain('SECRETPART');
  });

  test('an empty secret file is no secret', () => {
    expect(faultsOf({ DISCORD_TOKEN_FILE: '/run/d' }, () => ' \n')).toEqual([
      'environment: DISCORD_TOKEN_FILE: "/run/d" is empty; write the value of DISCORD_TOKEN into it',
    ]);
  });

  test('all of them at once', () => {
    expect(faultsOf({ GWANBO_PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'z' })).toHaveLength(3);
  });
});

describe('.env', () => {
  const directory = () => {
    const dir = mkdtempSync(join(tmpdir(), 'gwanbo-env-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return dir;
  };

  test('stands behind what the process was given', () => {
    const path = join(directory(), '.env');
    writeFileSync(path, '# comment\nGWANBO_PORT=1\nexport LOG_LEVEL="debug"\nDISCORD_TOKEN=\n');
    expect(withFile({ GWANBO_PORT: '2' }, path)).toEqual({ GWANBO_PORT: '2', LOG_LEVEL: 'debug', DISCORD_TOKEN: '' });
  });

  test('may be absent, and says so where it cannot be read', () => {
    const dir = directory();
    const env = { A: '1' };
    expect(withFile(env, join(dir, '.env'))).toBe(env);
    expect(() => withFile(env, dir)).toThrow(`environment: ${dir}: it cannot be read (EISDIR)`);
  });

  test('from another directory a clone keeps using its own config and database', () => {
    const root = resolve(import.meta.dirname, '../..');
    const dir = directory();
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(dir);
    writeFileSync('.env', 'GWANBO_PORT=4321\nDATABASE_URL=sqlite:mine.db\n');
    const environment = processEnvironment();
    expect(environment.config).toBe(join(root, 'config/gwanbo.yaml'));
    expect([environment.port, environment.databasePath]).toEqual([4321, 'mine.db']);
  });
});
