import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { readBaseUrl } from './base-url.ts';
import { ConfigError, type ConfigFault, oneOf, shown } from './config-errors.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What this machine says: read once at the start and handed down. */
export interface Environment {
  /** Path of the YAML config. */
  readonly config: string;
  /** `sqlite:PATH`, the one form this version opens. */
  readonly databaseUrl: string;
  /** The PATH of it; a relative one is meant from the working directory. */
  readonly databasePath: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Public address without a slash at the end; null where none is set. */
  readonly baseUrl: string | null;
  readonly slack: SlackEnvironment;
  readonly discord: DiscordEnvironment;
  /** Milliseconds for which an unanswered request may still be executing. */
  readonly settleMs: number;
  /** null: warn in a terminal, else info. */
  readonly logLevel: LogLevel | null;
  readonly noColor: boolean;
  /** Every secret that is set, for the log to hide; grows with what `secretNamed` gives. */
  readonly secrets: readonly string[];
  /**
   * A secret whose variable the config names; null where it is not set.
   * @throws {ConfigError} where it cannot be used
   */
  secretNamed(name: string): string | null;
  /** Variables that are set and that this version does not act on. */
  readonly unused: readonly { readonly at: string; readonly what: string }[];
}

export interface SlackEnvironment {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** With a slash at the end. */
  readonly apiUrl: string;
}

export interface DiscordEnvironment {
  readonly token: string | null;
  /** Without a slash at the end. */
  readonly apiUrl: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Where the files are that no variable names. */
export interface Defaults {
  readonly config: string;
  readonly database: string;
}

const DEFAULTS: Defaults = { config: 'config/gwanbo.yaml', database: 'data/gwanbo.db' };

/** An unanswered request is still running at most this long: Slack and Discord end theirs well before. */
const SETTLE_MS = 30_000;
const LONGEST_SETTLE_MS = 600_000;

/** Secrets of installations, which this version does not make: hidden in logs all the same. */
const UNUSED: Readonly<Record<string, string>> = {
  SLACK_CLIENT_ID: 'Slack is installed in one workspace, by its bot token',
  SLACK_CLIENT_SECRET: 'Slack is installed in one workspace, by its bot token',
  SLACK_STATE_SECRET: 'Slack is installed in one workspace, by its bot token',
  GWANBO_SECRET_KEY: 'no secret is kept in the database',
};

/** The environment of this process, with `.env` of the working directory behind it. */
export function processEnvironment(): Environment {
  const own = fileURLToPath(new URL('../../', import.meta.url));
  const inClone = existsSync(join(own, 'src/cli.ts'));
  // Started from another directory, a clone keeps using its own files; an installed package brings a config only.
  const elsewhere = !existsSync(DEFAULTS.config);
  return readEnvironment(withFile(process.env, '.env'), path => readFileSync(path, 'utf8'), {
    config: elsewhere ? join(own, DEFAULTS.config) : DEFAULTS.config,
    database: elsewhere && inClone ? join(own, DEFAULTS.database) : DEFAULTS.database,
  });
}

/** Variables with those of a dotenv file behind them: what the process was given wins. No file is as good as an empty one. */
export function withFile(env: Variables, path: string): Variables {
  if (!existsSync(path)) return env;
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...env };
  } catch (error) {
    throw new ConfigError([
      fault(path, `it cannot be read (${codeOf(error)})`, 'let the user who runs gwanbo read it'),
    ]);
  }
}

/**
 * Reads the settings of this machine.
 * @param env the variables; an empty value is as good as none
 * @param readFile the content of the file that a `NAME_FILE` variable names; throws where it cannot be read
 * @param defaults the config and the database where no variable names them
 * @throws {ConfigError} with every variable that cannot be used
 */
export function readEnvironment(
  env: Variables,
  readFile: (path: string) => string,
  defaults: Defaults = DEFAULTS,
): Environment {
  const from = reader(env, readFile);
  const databasePath = readDatabase(from.fromFile('DATABASE_URL') ?? `sqlite:${defaults.database}`, from.refuse);
  const environment: Environment = {
    config: from.plain('GWANBO_CONFIG') ?? defaults.config,
    databaseUrl: `sqlite:${databasePath}`,
    databasePath,
    host: readHost(from),
    port: from.whole('GWANBO_PORT', 8080, 65_535, 'port'),
    baseUrl: from.address('GWANBO_BASE_URL'),
    slack: readSlack(from),
    discord: {
      token: from.secret('DISCORD_TOKEN'),
      apiUrl: from.address('DISCORD_API_URL') ?? 'https://discord.com/api',
    },
    settleMs: from.whole('GWANBO_SETTLE_MS', SETTLE_MS, LONGEST_SETTLE_MS, 'time in milliseconds'),
    logLevel: readLevel(from),
    noColor: from.plain('NO_COLOR') !== null,
    unused: Object.entries(UNUSED).flatMap(([name, what]) =>
      from.secret(name) === null ? [] : [{ at: 'environment', what: `${name}: ${what}` }],
    ),
    secrets: from.secrets,
    secretNamed(name) {
      const value = from.secret(name);
      if (from.faults.length > 0) throw new ConfigError(from.faults);
      return value;
    },
  };
  if (from.faults.length > 0) throw new ConfigError(from.faults);
  return environment;
}

/** The variables, read one by one; what cannot be used is collected. */
interface Reader {
  readonly faults: readonly ConfigFault[];
  /** Grows with every secret that is read. */
  readonly secrets: readonly string[];
  refuse(name: string, message: string, fix: string): void;
  plain(name: string): string | null;
  /** NAME, or the content of the file that NAME_FILE names. */
  fromFile(name: string): string | null;
  secret(name: string): string | null;
  whole(name: string, otherwise: number, most: number, unit: string): number;
  /** An http(s) address without a slash at the end. */
  address(name: string): string | null;
}

function reader(env: Variables, readFile: (path: string) => string): Reader {
  const faults: ConfigFault[] = [];
  const secrets: string[] = [];
  const refuse = (name: string, message: string, fix: string) => void faults.push(fault(name, message, fix));
  const plain = (name: string): string | null => env[name]?.trim() || null;
  const fromFile = (name: string): string | null => {
    const path = plain(`${name}_FILE`);
    if (path === null) return plain(name);
    if (plain(name) !== null) {
      refuse(name, `${name}_FILE is set as well`, 'set one of the two');
      return null;
    }
    try {
      const value = readFile(path).trim();
      if (value === '') refuse(`${name}_FILE`, `${shown(path)} is empty`, `write the value of ${name} into it`);
      return value || null;
    } catch (error) {
      refuse(`${name}_FILE`, `${shown(path)} cannot be read (${codeOf(error)})`, 'name a file that gwanbo may read');
      return null;
    }
  };
  return {
    faults,
    secrets,
    refuse,
    plain,
    fromFile,
    secret(name) {
      const value = fromFile(name);
      if (value !== null) secrets.push(value);
      if (value === null || !/[\s\p{Cc}]/u.test(value)) return value;
      // The value is not shown: it may be the right token with a word before it.
      refuse(name, 'it holds a space or a line break', 'write the token alone, without "Bot" or "Bearer"');
      return null;
    },
    whole(name, otherwise, most, unit) {
      const text = plain(name) ?? String(otherwise);
      if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
      refuse(name, `${shown(text)} is no ${unit}`, `write a whole number from 0 to ${most}`);
      return otherwise;
    },
    address(name) {
      const text = plain(name);
      if (text === null) return null;
      const address = readBaseUrl(text);
      if (address === null)
        refuse(name, `${shown(text)} is no address`, 'write an http or https address without user, ? and #');
      return address;
    },
  };
}

function readSlack(from: Reader): SlackEnvironment {
  const botToken = from.secret('SLACK_BOT_TOKEN');
  const appToken = from.secret('SLACK_APP_TOKEN');
  if (botToken?.startsWith('xapp-'))
    from.refuse('SLACK_BOT_TOKEN', 'this is an app-level token', 'write the one that begins with xoxb-');
  if (appToken?.startsWith('xoxb-'))
    from.refuse('SLACK_APP_TOKEN', 'this is a bot token', 'write the one that begins with xapp-');
  return {
    botToken,
    appToken,
    signingSecret: from.secret('SLACK_SIGNING_SECRET'),
    apiUrl: `${from.address('SLACK_API_URL') ?? 'https://slack.com/api'}/`,
  };
}

function readLevel(from: Reader): LogLevel | null {
  const text = from.plain('LOG_LEVEL')?.toLowerCase() ?? null;
  const level = LOG_LEVELS.find(known => known === text) ?? null;
  if (text !== null && level === null)
    from.refuse('LOG_LEVEL', `${shown(text)} is no level`, `write ${oneOf(LOG_LEVELS)}`);
  return level;
}

function readHost(from: Reader): string {
  const host = from.plain('GWANBO_HOST') ?? '127.0.0.1';
  if (!/^[\w.:%-]+$/.test(host))
    from.refuse('GWANBO_HOST', `${shown(host)} is no host`, 'write an address such as 127.0.0.1');
  return host;
}

/** The path of a `sqlite:` URL. The text is never shown: a database URL may hold a password. */
function readDatabase(url: string, refuse: Reader['refuse']): string {
  const fix = 'write sqlite: and the path of a file, such as sqlite:data/gwanbo.db';
  const path = /^sqlite:(?:\/\/(?=\/))?(.*)$/s.exec(url)?.[1] ?? null;
  if (/^postgres(?:ql)?:/i.test(url)) refuse('DATABASE_URL', 'PostgreSQL is not available in this version', fix);
  else if (path === null) refuse('DATABASE_URL', 'this is no database that gwanbo opens', fix);
  else if (path === '') refuse('DATABASE_URL', 'the path is missing', fix);
  else if (path.includes(':memory:')) refuse('DATABASE_URL', 'a database in memory would forget what was sent', fix);
  else if (path.includes('\0')) refuse('DATABASE_URL', 'the path holds a NUL', fix);
  return path ?? '';
}

const fault = (key: string, message: string, fix: string): ConfigFault => ({
  file: 'environment',
  line: null,
  column: null,
  key,
  message,
  fix,
});

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';
